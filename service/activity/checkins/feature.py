"""What the feature has."""

from __future__ import annotations

from flask_babel import format_date
from flask_babel import lazy_gettext as _l

from service.activity.checkins import api, jobs, keeping, lines, operations, queries, views
from service.activity.checkins.models import CheckIn
from service.platform.feature import Feature, MenuPlace, Resumed, Step, WorkKind
from service.platform.work.waking import Wakeup, wakeups_for

FEATURE = Feature(
    name="checkins",
    pages=(views.bp,),
    resources={100: api.bp},
    jobs={operations.JOB: jobs.record},
    wakeups={
        90: Step(
            "ring.checkins",
            lambda: wakeups_for(operations.JOB, queries.due()),
            _l("Check-ins that wait to be recorded"),
        ),
    },
    steps={
        20: Step("checkins.ask", operations.ask_owed, _l("The monthly check-ins of the groups")),
    },
    works={
        30: WorkKind(
            "check-in",
            CheckIn,
            CheckIn.answered_at,
            Resumed(
                "checkin",
                _l("Check-in"),
                lambda row: f"{row.group_name}, {format_date(row.month, 'MMMM y')}",
                lambda row: Wakeup(operations.JOB, (row.municipality_code, str(row.id))),
            ),
        ),
    },
    lines=lines.LINES,
    menu_of_drc={
        60: MenuPlace(_l("Check-ins"), "checkins.listing"),
    },
    acts={
        "checkin.asked": _l("A group was asked for its figures"),
        "checkin.answered": _l("A group told its figures"),
    },
    retentions=keeping.RETENTIONS,
    blankables=keeping.BLANKABLES,
)
