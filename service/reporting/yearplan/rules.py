"""What an agreement puts into a year. Plain values in, plain values out.

Nothing of the plan is written by hand: it is the agreements in force in the year, and what was said of their duties.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from enum import StrEnum

from service.partnership.agreements.running import RunningAgreement
from service.partnership.duties.rules import DutySide, DutyStanding, owed
from service.partnership.followups.rules import Followed
from service.reporting.statements.accounts import STATUS
from service.reporting.statements.rules import papers_owed
from tenants.calendar import month_after
from tenants.scope import Frequency

A_DAY = dt.timedelta(days=1)


class Mark(StrEnum):
    """The kinds of days in a plan."""

    BEGINS = "begins"  # an agreement comes into force
    DUTY = "duty"  # also meetings and evaluations
    INSTALMENT = "instalment"
    EVENED = "evened"  # what is paid, or paid back, where an agreement ends before its term and its instalments are shared by days
    STATUS = "status"  # DRC's status of the year before, to the municipality
    GRANT_REPORT = "grant_report"  # DRC's account of a grant by section 18, to the municipality
    ENDS = "ends"  # the last day of an agreement


@dataclass(frozen=True, slots=True)
class PlanEntry:
    """A day of the plan. A duty has a side, a kind and a title as the agreement has it; an instalment an amount in øre.

    What would be due after the last day of an agreement that ends before its term, with nothing after it, has fallen away.
    """

    day: dt.date
    mark: Mark
    side: DutySide | None = None
    kind: str = ""
    title: str = ""
    ore: int | None = None
    fallen_away: bool = False


@dataclass(frozen=True, slots=True)
class AgreedYear:
    """An activity type that is agreed in a year: where, how often, and how many times it is planned and was held."""

    activity_type: str
    places: tuple[str, ...]
    often: tuple[Frequency, ...]
    planned: int
    held: int


@dataclass(frozen=True, slots=True)
class ClosedDays:
    """A holiday, or the days in a row of a school break: both included."""

    name: str
    first: dt.date
    last: dt.date


@dataclass(frozen=True, slots=True)
class PlanMonth:
    """A month of the plan: its days, how many times activities are planned to meet while an agreement is in force and how many after
    its end, and what is closed.
    """

    first: dt.date
    entries: tuple[PlanEntry, ...]
    planned: int
    planned_after: int
    breaks: tuple[ClosedDays, ...]


@dataclass(frozen=True, slots=True)
class Plan:
    """A year of a municipality."""

    year: int
    agreed: tuple[AgreedYear, ...]
    months: tuple[PlanMonth, ...]
    earmarks: tuple[Followed, ...] = ()  # how what is for one purpose alone stands


def entries(running: Sequence[RunningAgreement], year: int, before: Sequence[RunningAgreement] = ()) -> list[PlanEntry]:
    """The days of a year by the agreements in force in it, in order: `running`, in order too. `before` are those of the year before
    alone: the accounts of it are owed in this one.
    """
    found: list[PlanEntry] = []
    for number, each in enumerate(running):
        following = running[number + 1].first if number + 1 < len(running) else None
        mine = [PlanEntry(one.due_on, Mark.DUTY, one.side, one.kind, one.title) for one in owed(each.scope)]
        mine += [PlanEntry(one.due_on, Mark.INSTALMENT, ore=one.ore) for one in each.scope.payment.instalments]
        lapsing = [one for one in mine if one.day > each.last and (following is None or one.day < following)]
        if not (number and running[number - 1].goes_on):
            mine.append(PlanEntry(each.first, Mark.BEGINS))
        if each.payments.evened:
            mine.append(PlanEntry(each.last, Mark.EVENED, ore=each.payments.evened.ore))
        if following is None or following > each.last + A_DAY:  # else the next takes over
            mine.append(PlanEntry(each.last, Mark.ENDS))
        mine = [one for one in mine if each.has(one.day)] + [replace(one, fallen_away=True) for one in lapsing]
        found += [one for one in mine if one.day.year == year]
    # Of the year before: also after the end of what was in force then. Of two in it one account is owed.
    accounts = {
        (day, account.text): account for each in (*before, *running) for day, account in papers_owed(each, year)
    }
    found += [
        PlanEntry(day, Mark.STATUS if account is STATUS else Mark.GRANT_REPORT)
        for (day, _text), account in accounts.items()
    ]
    order = list(Mark)
    return sorted(found, key=lambda each: (each.day, order.index(each.mark), str(each.side), each.title))


def plan(
    year: int,
    running: Sequence[RunningAgreement],
    planned: Mapping[tuple[str, dt.date], int],
    planned_after: Mapping[dt.date, int],
    held: Mapping[str, int],
    closed: Sequence[Mapping[dt.date, str]],
    before: Sequence[RunningAgreement] = (),
) -> Plan:
    """The plan of a year.

    `planned` are the times by activity type and first day of the month, `planned_after` by month those that lie after the end of an
    agreement with nothing after it, `held` the sessions of the year by type, and `closed` the
    days of holidays by their names, and those of school breaks: a holiday in a break does not part it.
    """
    days = entries(running, year, before)
    types: dict[str, tuple[dict[str, None], dict[Frequency, None]]] = {}
    for part in running:
        for each in part.scope.activities:
            if max(each.starts_on, part.first) <= dt.date(year, 12, 31) and each.ends_on >= dt.date(year, 1, 1):
                places, often = types.setdefault(each.activity_type, ({}, {}))
                places[each.place], often[each.frequency] = None, None
    agreed = tuple(
        AgreedYear(
            kind,
            tuple(places),
            tuple(often),
            sum(count for (of, _month), count in planned.items() if of == kind),
            held.get(kind, 0),
        )
        for kind, (places, often) in types.items()
    )
    months = []
    for first in (dt.date(year, number, 1) for number in range(1, 13)):
        after = month_after(first)
        months.append(
            PlanMonth(
                first,
                tuple(each for each in days if first <= each.day < after),
                sum(count for (_kind, month), count in planned.items() if month == first),
                planned_after.get(first, 0),
                tuple(
                    each
                    for names in closed
                    for each in in_a_row((day, name) for day, name in sorted(names.items()) if first <= day < after)
                ),
            )
        )
    return Plan(year, agreed, tuple(months))


def in_a_row(days: Iterable[tuple[dt.date, str]]) -> list[ClosedDays]:
    """Days of the same name that follow each other, as one. The days are in order."""
    found: list[ClosedDays] = []
    for day, name in days:
        if found and found[-1].name == name and found[-1].last + dt.timedelta(days=1) == day:
            found[-1] = ClosedDays(name, found[-1].first, day)
        else:
            found.append(ClosedDays(name, day, day))
    return found


def standing(
    entry: PlanEntry, known: Mapping[tuple[dt.date, str, str], DutyStanding], today: dt.date
) -> DutyStanding | None:
    """What a duty of the plan is today, by what is known of those that are followed up: `known` by day, side and title.

    One that nobody follows up yet is ahead. None for other days, and for a past duty that was never followed up.
    """
    if entry.fallen_away:
        return DutyStanding.FALLEN_AWAY
    if entry.mark is not Mark.DUTY or entry.side is None:
        return None
    found = known.get((entry.day, entry.side.value, entry.title))
    return found if found is not None or entry.day < today else DutyStanding.AHEAD
