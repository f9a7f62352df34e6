"""What the feature has."""

from __future__ import annotations

from flask_babel import lazy_gettext as _l

from service.activity.activities import api, keeping, late_api, session_views, sessions_api, telling, views
from service.platform.feature import Feature, MenuPlace, Step

FEATURE = Feature(
    name="activities",
    pages=(
        views.bp,
        session_views.bp,
    ),
    resources={50: api.bp, 90: sessions_api.bp, 96: late_api.bp},
    menu_of_municipality={
        20: MenuPlace(_l("Activities"), "activities.listing"),
    },
    steps={
        29: Step("months.tell", telling.tell_lately, _l("Closed months that something has come late to")),
    },
    acts={
        "activity.started": _l("An activity was started"),
        "activity.counting": _l("What an activity counts was changed"),
        "activity.changed": _l("An activity was changed"),
        "activity.ended": _l("An activity ended"),
        "session.changed": _l("A session was changed"),
        "session.removed": _l("A session was removed"),
    },
    blankables=keeping.BLANKABLES,
)
