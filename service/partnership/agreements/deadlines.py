"""The two days that an agreement is reminded of: the last of its term, and the last on which notice ends it sooner. All plain values.

Each is reminded of 90, 60 and 30 days before, while nothing is to follow and no notice has been given. Who looks for the first time, or for
the first time in a while, is told what is newest and not all that was missed. A day on which to remind that lies before the agreement's
first day passes in silence.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum

from service.partnership.agreements.rules import AgreementState
from service.partnership.agreements.validity import Course, last_notice_day

REMIND_DAYS = (90, 60, 30)
NEVER = dt.date(2199, 12, 31)  # there is nothing more to remind of


class Deadline(StrEnum):
    """What a day ends."""

    TERM = "term"  # the agreement, as nothing follows
    NOTICE = "notice"  # the time in which a notice ends the agreement sooner


@dataclass(frozen=True, slots=True)
class Reminder:
    """A deadline that is reminded of, so many days before it."""

    deadline: Deadline
    day: dt.date
    days_before: int


def deadlines(course: Course) -> Mapping[Deadline, dt.date]:
    """The deadlines of an agreement; none where it was not concluded, where notice has been given, and where another one is to follow."""
    if course.state is not AgreementState.CONCLUDED or course.successor is not None:
        return {}
    last = course.term_ends_on
    return {Deadline.TERM: last, Deadline.NOTICE: last_notice_day(last, course.notice_months)}


def near(course: Course, today: dt.date) -> Mapping[Deadline, dt.date]:
    """The deadlines that are no further away than the first reminder of them, and have not passed."""
    ahead = dt.timedelta(days=max(REMIND_DAYS))
    return {deadline: day for deadline, day in deadlines(course).items() if today <= day <= today + ahead}


def reminders(course: Course, since: dt.date | None, today: dt.date) -> list[Reminder]:
    """What is to be reminded of today: of each deadline, the newest of the reminders that have come due from `since` on.

    `since` is what `next_reminder` said when the agreement was looked at last; None where it never was.
    """
    first = max(since or course.starts_on, course.starts_on)
    return [
        Reminder(deadline, day, min(reached))
        for deadline, day in deadlines(course).items()
        if today <= day and (reached := _reached(day, first, today))
    ]


def _reached(day: dt.date, first: dt.date, last: dt.date) -> list[int]:
    return [days for days in REMIND_DAYS if first <= day - dt.timedelta(days=days) <= last]


def next_reminder(course: Course, today: dt.date) -> dt.date:
    """The next day after today on which something of the agreement is to be reminded of; NEVER where there is none."""
    days = [day - dt.timedelta(days=before) for day in deadlines(course).values() for before in REMIND_DAYS]
    return min((day for day in days if day > today), default=NEVER)
