"""What the feature has."""

from __future__ import annotations

from flask_babel import lazy_gettext as _l

from service.activity.finder import api, keeping, views
from service.platform.feature import Feature

FEATURE = Feature(
    name="finder",
    pages=(views.bp,),
    resources={89: api.bp},
    acts={
        "group.published": _l("A group could be found by anyone"),
        "group.withdrawn": _l("A group could no longer be found by anyone"),
    },
    blankables=keeping.BLANKABLES,
)
