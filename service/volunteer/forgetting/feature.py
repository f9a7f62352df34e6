"""What the feature has."""

from __future__ import annotations

from flask_babel import lazy_gettext as _l

from service.platform.feature import Feature
from service.volunteer.forgetting import api, views

FEATURE = Feature(
    name="forgetting",
    pages=(views.bp,),
    resources={208: api.bp},
    acts={
        "volunteer.forgotten": _l("A volunteer was forgotten"),
    },
)
