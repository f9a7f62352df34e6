"""What the feature has."""

from __future__ import annotations

from flask_babel import lazy_gettext as _l

from service.platform.feature import Feature
from service.platform.logbook import keeping, views

FEATURE = Feature(
    name="logbook",
    pages=(views.bp,),
    acts={
        "sample.drawn": _l("A sample of the ledger was drawn"),
        "sample.signed": _l("A sample of the ledger was signed"),
    },
    blankables=keeping.BLANKABLES,
)
