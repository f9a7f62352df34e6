"""Sums over the months of a year, and which papers of it are owed. Plain values in, plain values out.

A year is the sum of what its months have told, and is never counted anew: a true sum less the eleven months that are shown would be
the one that is kept back. So what a month keeps back is left out here too, and the sum is "at least" (decision 0084).
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from service.activity.activities.disclosure import MonthFigures, so_far
from service.activity.activities.measures import MONTHLY, Over
from service.reporting.statements.progress import PromiseProgress, progress
from service.reporting.statements.rules import ScopePart
from tenants.calendar import first_of, month_after
from tenants.scope import AgreedActivity, Every


@dataclass(frozen=True, slots=True)
class YearMonth:
    """A month as it was told, and whether a scope of it opened figures to the municipality; `paper` is its newest statement's number."""

    figures: MonthFigures
    opened: bool
    paper: str = ""

    @property
    def month(self) -> dt.date:
        """The first day of the month."""
        return self.figures.month


@dataclass(frozen=True, slots=True)
class Sum:
    """What months have told of a measure, added up. `at_least`: some of them keep theirs back."""

    number: int
    at_least: bool

    def to_plain(self) -> dict[str, int | bool]:
        """As it is frozen in the facts of a paper."""
        return {"value": self.number, "at_least": self.at_least}


def told(months: Sequence[YearMonth], measure: str, activity_type: str | None = None) -> Sum:
    """What the months have told of a measure in all, or of a type. Persons are told where a scope of the month opened figures."""
    if measure == "sessions":
        return Sum(*so_far([each.figures for each in months], measure, activity_type))
    number, hidden = so_far([each.figures for each in months if each.opened], measure, activity_type)
    month = MONTHLY.get(measure)
    at_times = month is not None and month.over is Over.LAST  # what there was at last: no month is missing from it
    return Sum(number, hidden or (not at_times and not all(each.opened for each in months)))


def types_held(months: Iterable[YearMonth]) -> list[str]:
    """The activity types of which something was held or cancelled, in order."""
    return sorted({kind for each in months for kind in each.figures.sessions_by_type})


def cancelled(months: Iterable[YearMonth], activity_type: str) -> int:
    """How often a type was cancelled."""
    return sum(each.figures.cancelled_by_type.get(activity_type, 0) for each in months)


@dataclass(frozen=True, slots=True)
class AgreedType:
    """An activity type over the whole span: where, how often it was agreed, and how often it was held and cancelled."""

    activity_type: str
    places: tuple[str, ...]
    agreed: int
    held: int
    cancelled: int

    @property
    def progress(self) -> PromiseProgress:
        """Whether it was kept: the span is over, so all of it should be held."""
        return progress(self.held, self.agreed, self.agreed)


def agreed(parts: Sequence[ScopePart], months: Sequence[YearMonth]) -> list[AgreedType]:
    """Each agreed activity type and how it was kept in these months, in the order of the agreements. `parts` lie within them."""
    known = {each.month for each in months}
    times: dict[str, int] = {}
    places: dict[str, dict[str, None]] = {}
    for part in parts:
        for activity in part.scope.activities:
            count = sum(agreed_times(activity, *days) for days in _months_of(part) if first_of(days[0]) in known)
            if count:
                times[activity.activity_type] = times.get(activity.activity_type, 0) + count
                places.setdefault(activity.activity_type, {})[activity.place] = None
    return [
        AgreedType(kind, tuple(places[kind]), count, told(months, "sessions", kind).number, cancelled(months, kind))
        for kind, count in _rounded(times).items()
    ]


SHARES = (
    4 * 366
)  # what is agreed by quarter or year falls evenly on its days: parts of a session, added up before they are rounded


def agreed_times(activity: AgreedActivity, first: dt.date, after: dt.date) -> int:
    """How often an activity is agreed on the days of a month from `first` to the day before `after`, in parts of a session."""
    said = activity.promised(first, after)
    if said is not None:
        return said * SHARES
    first, after = max(first, activity.starts_on), min(after, activity.ends_on + dt.timedelta(days=1))
    begins = first.replace(month=3 * ((first.month - 1) // 3) + 1 if _by_quarter(activity) else 1, day=1)
    span = (month_after(begins, 3 if _by_quarter(activity) else 12) - begins).days
    return activity.frequency.times * (after - first).days * SHARES // span


def _by_quarter(activity: AgreedActivity) -> bool:
    return activity.frequency.every is Every.QUARTER


def _rounded(times: Mapping[str, int]) -> dict[str, int]:
    """The times as whole sessions, rounded half up."""
    whole = {kind: (2 * count + SHARES) // (2 * SHARES) for kind, count in times.items()}
    return {kind: count for kind, count in whole.items() if count}


def _months_of(part: ScopePart) -> Iterable[tuple[dt.date, dt.date]]:
    """The part month by month: the first day of each within it, and the first after."""
    first = part.first
    while first < part.after:
        after = min(month_after(first_of(first)), part.after)
        yield first, after
        first = after
