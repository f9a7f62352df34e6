"""What the feature has."""

from __future__ import annotations

from flask_babel import lazy_gettext as _l

from service.network.capacity import api, views
from service.platform.feature import Feature

FEATURE = Feature(
    name="capacity",
    pages=(views.bp,),
    resources={120: api.bp},
    acts={
        "capacity.noted": _l("A group's free capacity was noted"),
    },
)
