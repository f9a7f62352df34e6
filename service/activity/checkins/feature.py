"""What the feature has."""

from __future__ import annotations

from flask_babel import format_date
from flask_babel import lazy_gettext as _l

from service.activity.checkins import api, jobs, lines, operations, queries, views
from service.activity.checkins.models import CheckIn
from service.platform.feature import Feature, Place, Resumed, Step, WorkKind
from service.platform.work.doorbell import Bell, bells

FEATURE = Feature(
    name="checkins",
    pages=(views.bp,),
    resources={100: api.bp},
    jobs={operations.JOB: jobs.record},
    rings={
        90: Step(
            "ring.checkins", lambda: bells(operations.JOB, queries.due()), _l("Check-ins that wait to be recorded")
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
                lambda row: Bell(operations.JOB, (row.municipality_code, str(row.id))),
            ),
        ),
    },
    lines=lines.LINES,
    menu_of_drc={
        60: Place(_l("Check-ins"), "checkins.listing"),
    },
    acts=(
        "checkin.asked",
        "checkin.answered",
    ),
)
