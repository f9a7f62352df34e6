"""Check-ins that nobody has answered, or that could not be recorded, as lines of the Monday list."""

from __future__ import annotations

import datetime as dt
from typing import Any

from flask_babel import format_date
from flask_babel import lazy_gettext as _l
from sqlalchemy import func

from service.activity.checkins.models import CheckIn
from service.platform.lines import Line, LineGroup, Lines, TaskSource, Words, danish_day, four, noted, this
from service.platform.work import leases
from tenants.calendar import first_of, month_after, month_before

MAX_MONTHS = 2  # how far back a check-in that nobody answered is asked for


def unanswered(today: dt.date) -> Lines:
    """The check-ins of the last months that nobody has answered, once their month is over."""
    over = func.date(CheckIn.month + func.make_interval(0, 1))
    first = first_of(today)
    return four(CheckIn.municipality_code, over, CheckIn.id, CheckIn.group_name).where(
        CheckIn.answered_at.is_(None), CheckIn.month < first, CheckIn.month >= month_after(first, -MAX_MONTHS)
    )


def failed(_today: dt.date) -> Lines:
    """The check-ins whose sessions could not be recorded."""
    asked = four(CheckIn.municipality_code, danish_day(CheckIn.asked_at), CheckIn.id, CheckIn.group_name)
    return asked.where(CheckIn.work_state == leases.FAILED)


def _says_checkin(line: Line, _words: Words) -> Any:
    month = format_date(month_before(line.day), "MMMM y")
    return _l("%(group)s has not answered for %(month)s", group=line.note, month=month)


LINES = (
    TaskSource(
        "failed_checkins",
        LineGroup.FAILED,
        2,
        failed,
        _l("Check-ins that could not be recorded"),
        noted,
        _l("See why"),
        "checkins.by_phone",
        this("checkin_id"),
    ),
    TaskSource(
        "checkins",
        LineGroup.MISSING,
        5,
        unanswered,
        _l("Check-ins that nobody has answered"),
        _says_checkin,
        _l("Fill in by phone"),
        "checkins.by_phone",
        this("checkin_id"),
    ),
)
