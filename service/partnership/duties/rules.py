"""When what a scope promises is due, and how each side stands. Plain values in, plain values out.

How a rhythm becomes days is printed in the agreement: it is counted from the first day of the term, or from the day that stands
beside the duty; a whole month, quarter or year must not pass without it; a rest of half of one or more, at the end, counts too.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from enum import StrEnum
from fractions import Fraction
from itertools import count

from tenants.calendar import first_of, month_after
from tenants.scope import Duty, Every, Scope


class DutySide(StrEnum):
    """Who undertook a duty."""

    MUNICIPALITY = "municipality"
    DRC = "drc"
    BOTH = "both"  # a meeting or an evaluation: whichever side first says that it was held


class DutyKind(StrEnum):
    """What part of the agreement a duty stands in."""

    WRITTEN = "written"  # among what a side undertakes, in words of the parties' own
    MEETING = "meeting"
    EVALUATION = "evaluation"


class DutyStanding(StrEnum):
    """What a duty is today."""

    OVERDUE = "overdue"
    AHEAD = "ahead"
    DONE = "done"
    MISSED = "missed"  # not done when its next time came, or when the agreement ended: nobody waits for it any more
    FALLEN_AWAY = "fallen_away"  # due after the last day on which its agreement is in force


@dataclass(frozen=True, slots=True)
class Owed:
    """One time that a duty is to be done."""

    due_on: dt.date
    side: DutySide
    kind: DutyKind
    title: str


@dataclass(frozen=True, slots=True)
class Lasting:
    """A duty that holds throughout the term."""

    side: DutySide
    title: str


MEETING, EVALUATION = "at holde statusmøde", "at evaluere samarbejdet"  # as the agreement calls them, on paper
_MONTHS: Mapping[Every | None, int] = {Every.MONTH: 1, Every.QUARTER: 3, Every.YEAR: 12}


def owed(scope: Scope) -> list[Owed]:
    """Each time that something is due in the whole term, in order."""
    found = [
        Owed(day, side, DutyKind.WRITTEN, duty.text)
        for side, duties in _written(scope)
        for duty in duties
        for day in _days(duty, scope)
    ]
    if scope.meetings_per_year:
        step = Fraction(12, scope.meetings_per_year)
        days = _spans(scope.starts_on, scope.ends_on, step)
        found += [Owed(day, DutySide.BOTH, DutyKind.MEETING, MEETING) for day in days]
    if scope.evaluation_on:
        found.append(Owed(scope.evaluation_on, DutySide.BOTH, DutyKind.EVALUATION, EVALUATION))
    return sorted(set(found), key=lambda one: (one.due_on, one.side, one.kind, one.title))


def lasting(scope: Scope) -> list[Lasting]:
    """What holds throughout the term: the duties without days, the premises and the support of the volunteers."""
    found = [
        Lasting(side, duty.text)
        for side, duties in _written(scope)
        for duty in duties
        if not (duty.due_on or duty.every)
    ]
    found += [
        Lasting(DutySide.MUNICIPALITY, f"at stille lokaler til rådighed: {premises}") for premises in scope.premises
    ]
    if scope.support:
        found.append(Lasting(DutySide.DRC, f"at støtte de frivillige: {scope.support}"))
    return found


def _written(scope: Scope) -> tuple[tuple[DutySide, tuple[Duty, ...]], ...]:
    return (DutySide.MUNICIPALITY, scope.municipality_duties), (DutySide.DRC, scope.drc_duties)


def _days(duty: Duty, scope: Scope) -> Iterator[dt.date]:
    months = _MONTHS.get(duty.every)
    if duty.due_on is None:
        yield from _spans(scope.starts_on, scope.ends_on, Fraction(months)) if months else ()
        return
    yield duty.due_on
    if months is None:
        return
    for number in count(1):
        day = _whole_months_later(duty.due_on, number * months)
        if day > scope.ends_on:
            return
        yield day


def _spans(first: dt.date, last: dt.date, months: Fraction) -> Iterator[dt.date]:
    """The last day of each span of so many months in the term; the last day of the term where half a span or more is left."""
    begins = first
    for number in count(1):
        after = _later(first, number * months)
        if after > last:
            break
        yield after - dt.timedelta(days=1)
        begins = after
    left = last + dt.timedelta(days=1) - begins
    if begins == first or left * 2 >= after - begins:
        yield last


def _later(day: dt.date, months: Fraction) -> dt.date:
    """The day so many months after a day; a part of a month is that part of its days."""
    whole, part = divmod(months, 1)
    before, after = (_whole_months_later(day, int(whole) + more) for more in (0, 1))
    return before + dt.timedelta(days=int((after - before).days * part))


def _whole_months_later(day: dt.date, months: int) -> dt.date:
    """The same day so many months later, or the last of that month where it has no such day."""
    month = month_after(first_of(day), months)
    return month.replace(day=min(day.day, (month_after(month) - dt.timedelta(days=1)).day))


def standing(
    due_on: dt.date, done_on: dt.date | None, waits: bool, today: dt.date, *, fallen_away: bool = False
) -> DutyStanding:
    """What a duty is today. It is overdue from the day after it was due, for as long as somebody waits for it."""
    if done_on is not None:
        return DutyStanding.DONE
    if fallen_away:
        return DutyStanding.FALLEN_AWAY
    if not waits:
        return DutyStanding.MISSED
    return DutyStanding.OVERDUE if due_on < today else DutyStanding.AHEAD


def may_mark(party: DutySide, side: DutySide) -> bool:
    """Whether a party may say that a duty was done: a municipality its own and those of both, DRC whichever."""
    return party is DutySide.DRC or side in (party, DutySide.BOTH)
