"""What the feature has."""

from __future__ import annotations

from flask_babel import format_date
from flask_babel import lazy_gettext as _l

from service.activity.activities import api, jobs, keeping, late_api, session_views, sessions_api, telling, views
from service.activity.activities.telling_models import MonthTelling
from service.platform.feature import Feature, MenuPlace, Resumed, Step, WorkKind

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
    jobs={telling.JOB: jobs.tell},
    wakeups={
        27: Step("ring.months", telling.wakeups, _l("Closed months that wait to be told anew")),
    },
    steps={
        7: Step("months.tell", telling.ask_owed, _l("Closed months that something has come late to")),
    },
    works={
        17: WorkKind(
            "telling",
            MonthTelling,
            MonthTelling.asked_at,
            Resumed(
                "maaned",
                _l("Closed month, told anew"),
                lambda row: format_date(row.month, "MMMM y"),
                lambda row: telling.wakeup(row.municipality_code, row.id),
            ),
        ),
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
