"""Whether an agreement is in force on a day, until when, and why: one function, which the page, the list, the start page and the API ask.

An agreement is in force from its first day to the earliest of three: the end of its term, the end that was brought forward, and the
day before the first day of the next one concluded. This is how periods of scope follow one another (`tenants/periods.py`), day by day.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable
from dataclasses import dataclass
from enum import StrEnum

from service.partnership.agreements.rules import AgreementState
from service.platform.documents.rules import Standing, StandingState
from tenants.calendar import first_of, month_after

ENDED = frozenset({AgreementState.TERMINATED, AgreementState.ENDED_EARLY, AgreementState.ENDED_FOR_BREACH})
CONCLUDED = ENDED | {AgreementState.CONCLUDED}
ARCHIVED_YEARS = 5  # what has been over for so long is told apart from what one may still have to settle
A_DAY = dt.timedelta(days=1)


class ValidityStage(StrEnum):
    """Where an agreement that was concluded stands on a day."""

    TO_COME = "to_come"
    IN_FORCE = "in_force"
    OVER = "over"


class End(StrEnum):
    """Why an agreement ends when it does."""

    TERM = "term"
    NOTICE = "notice"
    AGREED = "agreed"  # by both, on an earlier last day
    BREACH = "breach"
    FOLLOWED = "followed"  # by another agreement, which takes its place


@dataclass(frozen=True, slots=True)
class Successor:
    """The agreement that takes the place of another, and from when; an addendum changes it and lets the rest stand."""

    number: str
    starts_on: dt.date
    is_addendum: bool = False


@dataclass(frozen=True, slots=True)
class Course:
    """What decides how long an agreement runs. `term_ends_on` is the last day that was agreed, `ends_on` that of an early end."""

    state: AgreementState
    starts_on: dt.date
    term_ends_on: dt.date
    ends_on: dt.date
    notice_months: int
    successor: Successor | None = None


@dataclass(frozen=True, slots=True)
class Validity:
    """Where an agreement stands on a day, its last day and why it is that, and the last day on which notice would end it sooner."""

    stage: ValidityStage
    first_day: dt.date
    last_day: dt.date
    end: End
    last_notice_day: dt.date | None  # None where its end has been brought forward, or notice would end nothing sooner
    successor: Successor | None
    archived: bool  # over for years


def validity(course: Course, day: dt.date) -> Validity | None:
    """How an agreement stands on a day; None for one that was not concluded."""
    if course.state not in CONCLUDED:
        return None
    last, end = _end(course)
    stage = (
        ValidityStage.TO_COME
        if day < course.starts_on
        else ValidityStage.IN_FORCE
        if day <= last
        else ValidityStage.OVER
    )
    archived = stage is ValidityStage.OVER and day >= month_after(first_of(last), 12 * ARCHIVED_YEARS + 1)
    notice = (
        None if course.state in ENDED or stage is ValidityStage.OVER else last_notice_day(last, course.notice_months)
    )
    followed_by = course.successor if end is End.FOLLOWED else None
    return Validity(stage, course.starts_on, last, end, notice, followed_by, archived)


_ENDS = {
    AgreementState.TERMINATED: End.NOTICE,
    AgreementState.ENDED_EARLY: End.AGREED,
    AgreementState.ENDED_FOR_BREACH: End.BREACH,
}


def _end(course: Course) -> tuple[dt.date, End]:
    last, end = course.term_ends_on, End.TERM
    if course.state in _ENDS:
        last, end = course.ends_on, _ENDS[course.state]
    if course.successor and course.successor.starts_on <= last:
        last, end = course.successor.starts_on - A_DAY, End.FOLLOWED
    return last, end


def last_notice_day(last: dt.date, notice_months: int) -> dt.date:
    """The last day on which a notice ends an agreement before its last day, as `rules.last_day` counts notice."""
    return month_after(first_of(last), -notice_months) - A_DAY


def successor(starts_on: dt.date, others: Iterable[Successor]) -> Successor | None:
    """Of the other agreements concluded in a municipality, the first that begins after a day."""
    later = (other for other in others if other.starts_on > starts_on)
    return min(later, key=lambda other: other.starts_on, default=None)


def standing(found: Validity | None) -> Standing | None:
    """How an agreement stands, as whoever holds its paper is told; None where it is in force, or will be, as it was agreed."""
    if found is None:
        return Standing(StandingState.NOT_AGREED)
    if found.successor:
        by = StandingState.CHANGED if found.successor.is_addendum else StandingState.SUPERSEDED
        return Standing(by, found.successor.starts_on, found.successor.number)
    if found.stage is ValidityStage.OVER:
        return Standing(StandingState.OVER, found.last_day)
    if found.end is End.TERM:
        return None
    ends = StandingState.UNDER_NOTICE if found.end is End.NOTICE else StandingState.ENDS_EARLY
    return Standing(ends, found.last_day)
