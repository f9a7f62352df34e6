"""How far each promise of an agreement has come: done, on track or behind. Plain values in, plain values out.

What should have been reached by now lies on a straight line through the part of a span that the agreement covers: the month, the
quarter or the year of an activity, the year of a target. A promise is behind when more than a tenth of that is lacking.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum
from types import MappingProxyType

from service.activity.activities.disclosure import MonthFigures, so_far
from service.reporting.statements.rules import Reached, ScopePart, promises
from tenants.calendar import first_of, month_after
from tenants.scope import AgreedActivity, Every, Scope, Target

TOLERANCE = 10  # in a hundred: so far may a promise lag before it is called behind


class PromiseProgress(StrEnum):
    """How far a promise has come, the worst first."""

    BEHIND = "behind"
    UNKNOWN = "unknown"  # so much is kept back that nobody can tell
    ON_TRACK = "on_track"
    DONE = "done"


def progress(reached: int, expected: int, whole: int) -> PromiseProgress:
    """How far a promise of `whole` has come, of which `expected` should have been `reached` by now."""
    if reached >= whole:
        return PromiseProgress.DONE
    return PromiseProgress.BEHIND if reached * 100 < expected * (100 - TOLERANCE) else PromiseProgress.ON_TRACK


@dataclass(frozen=True, slots=True)
class Aim:
    """A target against the year so far: what should have been reached by now, and what is shown."""

    measure: str
    activity_type: str | None
    target: int
    expected: int
    reached: int
    at_least: bool  # a small count is kept back, so it may be a little more
    progress: PromiseProgress

    @property
    def behind(self) -> bool:
        """Whether it lags so far that somebody should ask why."""
        return self.progress is PromiseProgress.BEHIND

    @property
    def known(self) -> bool:
        """Not where months of hours, or a type's counts, are kept back: it may be much more, and nobody can tell."""
        return self.progress is not PromiseProgress.UNKNOWN


def aims(
    scope: Scope, months: Sequence[MonthFigures], reached: Mapping[str, Reached] = MappingProxyType({})
) -> list[Aim]:
    """The targets of a year against its whole months so far: `months`, in order. The scope is that of the whole term.

    `reached` has, by measure, those that are not counted from sessions.
    """
    if not months:
        return []
    after = month_after(months[-1].month)
    return [
        _aim(target, scope, months, after, reached.get(target.measure))
        for target in scope.targets
        if target.year == months[-1].month.year
    ]


def _aim(
    target: Target, scope: Scope, months: Sequence[MonthFigures], after: dt.date, elsewhere: Reached | None
) -> Aim:
    first = max(dt.date(target.year, 1, 1), scope.starts_on)
    last = min(dt.date(target.year, 12, 31), scope.ends_on)  # of the term: an early end makes no day ask for more
    whole, gone = (last - first).days + 1, (min(after, last + dt.timedelta(days=1)) - first).days
    expected = target.value * max(0, gone) // whole if whole > 0 else 0
    counted = [month for month in months if month_after(month.month) > first]
    reached, at_least = (
        (elsewhere.number, elsewhere.at_least) if elsewhere else so_far(counted, target.measure, target.activity_type)
    )
    found = progress(reached, expected, target.value)
    if found is PromiseProgress.BEHIND and at_least and (target.measure == "volunteer_hours" or target.activity_type):
        found = PromiseProgress.UNKNOWN
    if elsewhere and not elsewhere.known:
        found = PromiseProgress.UNKNOWN
    return Aim(target.measure, target.activity_type, target.value, expected, reached, at_least, found)


@dataclass(frozen=True, slots=True)
class KeptPromise:
    """An agreed activity type over its span, the last month of which is the statement's: how often it was agreed, and held."""

    activity_type: str
    places: tuple[str, ...]
    span: Every  # MONTH, QUARTER or YEAR
    whole: int  # times agreed in the span
    expected: int  # of them by the end of the month
    held: int
    cancelled: int

    @property
    def progress(self) -> PromiseProgress:
        """How far it has come. What has not been said of a session counts as not held."""
        return progress(self.held, self.expected, self.whole)


def kept(parts: Sequence[ScopePart], months: Sequence[MonthFigures]) -> list[KeptPromise]:
    """How each agreed activity type was kept, in the order of the agreement. `months` are consecutive, and end with that of `parts`."""
    now = months[-1].month
    found = []
    for promise in promises(parts):
        kind = promise.activity_type
        if promise.times is not None:
            span, whole, expected = Every.MONTH, promise.times, promise.times
        else:
            agreed = _newest(kind, parts)
            span = Every.YEAR if any(each.frequency.every is Every.YEAR for each in agreed) else Every.QUARTER
            whole, expected = (
                sum(_times(each, until, span, now) for each in agreed)
                for until in (_span(span, now)[1], month_after(now))
            )
        begins = max(_span(span, now)[0], min(first_of(each.starts_on) for each in _newest(kind, parts)))
        within = [month for month in months if begins <= month.month]
        held = sum(month.sessions_by_type.get(kind, 0) for month in within)
        cancelled = sum(month.cancelled_by_type.get(kind, 0) for month in within)
        found.append(KeptPromise(kind, promise.places, span, whole, expected, held, cancelled))
    return found


def _newest(kind: str, parts: Sequence[ScopePart]) -> list[AgreedActivity]:
    """The activities of a type in the newest scope that has any."""
    for part in reversed(parts):
        if agreed := [each for each in part.scope.activities if each.activity_type == kind]:
            return agreed
    return []


def _span(span: Every, month: dt.date) -> tuple[dt.date, dt.date]:
    """The first day of the span that a month lies in, and the first after it."""
    match span:
        case Every.YEAR:
            return dt.date(month.year, 1, 1), dt.date(month.year + 1, 1, 1)
        case Every.QUARTER:
            first = dt.date(month.year, 3 * ((month.month - 1) // 3) + 1, 1)
            return first, month_after(first, 3)
    return month, month_after(month)


def _times(activity: AgreedActivity, after: dt.date, span: Every, month: dt.date) -> int:
    """How often an activity is agreed from the beginning of a month's span to the day before `after`; rounded down."""
    begins, ends = _span(span, month)
    said = activity.promised(begins, after)
    if said is not None:
        return said
    spans = 4 if span is Every.YEAR and activity.frequency.every is Every.QUARTER else 1
    days = (min(after, activity.ends_on + dt.timedelta(days=1)) - max(begins, activity.starts_on)).days
    return activity.frequency.times * spans * days // (ends - begins).days
