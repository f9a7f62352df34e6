"""What the feature has."""

from __future__ import annotations

from flask_babel import lazy_gettext as _l

from service.platform.feature import Feature, Step
from service.platform.ledger import api, keeping, lines, weekly

FEATURE = Feature(
    name="ledger",
    resources={270: api.bp},
    steps={
        120: Step(weekly.STEP, weekly.check, _l("The weekly reading of the ledger")),
        130: Step(
            "ledger.check_national", weekly.check_national, _l("The weekly reading of DRC's ledger"), national=True
        ),
    },
    lines=lines.LINES,
    keeps=keeping.KEEPS,
    remnants=keeping.REMNANTS,
)
