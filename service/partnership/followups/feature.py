"""What the feature has."""

from __future__ import annotations

from flask_babel import lazy_gettext as _l

from service.partnership.followups import api, keeping, lines, views
from service.platform.feature import Feature

FEATURE = Feature(
    name="followups",
    pages=(views.bp,),
    resources={42: api.bp},
    lines=lines.LINES,
    acts={
        "follow_up.told": _l("It was told what was used of an earmark, or reached of a target"),
    },
    blankables=keeping.BLANKABLES,
)
