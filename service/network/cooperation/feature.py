"""What the feature has."""

from __future__ import annotations

from flask_babel import lazy_gettext as _l

from service.network.cooperation import api, lines, views
from service.platform.feature import Feature

FEATURE = Feature(
    name="cooperation",
    pages=(views.bp,),
    resources={130: api.bp},
    lines=lines.LINES,
    acts={
        "cooperation.noted": _l("A cooperation agreement was noted"),
        "cooperation.ended": _l("A cooperation agreement was ended"),
    },
)
