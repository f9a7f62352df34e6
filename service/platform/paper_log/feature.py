"""What the feature has."""

from __future__ import annotations

from flask_babel import lazy_gettext as _l

from service.platform.feature import Feature, Step
from service.platform.paper_log import api, operations, views

FEATURE = Feature(
    name="paper_log",
    pages=(views.bp,),
    resources={267: api.bp},
    steps={
        127: Step(
            operations.STEP, operations.sign_owed, _l("The nightly signature of the log of papers"), national=True
        ),
    },
)
