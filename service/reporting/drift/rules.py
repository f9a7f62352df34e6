"""What has drifted apart: signed, running and used. Plain values in, plain values out.

What can be known. Sessions are recorded, so what ran is known as well as the groups record it. Opened pages are counted by
capability and day since the counting began, so "never used" is never said of the time before that.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum

from service.activity.activities.rules import MonthTotals
from service.reporting.statements.progress import Aim, PromiseProgress, progress
from service.reporting.statements.rules import ScopePart, promises
from tenants.calendar import first_of, month_after, month_before, months_back
from tenants.scope import Capability, Scope

RECENT_MONTHS = 3  # whole months before this one


class Finding(StrEnum):
    """The kinds of drift."""

    NEVER_RAN = "never_ran"  # agreed, and not held once
    STOPPED = "stopped"  # agreed and held before, and not in the last months
    OUTSIDE = "outside"  # held, and not agreed
    UNUSED = "unused"  # opened by the agreement, and not used
    BEHIND = "behind"  # a target that the year so far does not keep up with


class Ran(StrEnum):
    """How an agreed activity runs."""

    AS_AGREED = "as_agreed"
    LESS = "less"  # behind what was promised, by the rule for every promise
    STOPPED = "stopped"
    NEVER = "never"  # not once since it was agreed, of the time that is known
    TOO_EARLY = "too_early"  # no whole month has passed since it was to begin


@dataclass(frozen=True, slots=True)
class AgreedTerms:
    """An agreed activity type: what was promised and held in the last whole months, and when it was last held."""

    activity_type: str
    promised: int | None  # None where it was promised by quarter or year
    held: int
    cancelled: int
    since: dt.date  # since when it has been agreed, of the days that are known
    last_month: dt.date | None  # the newest month in which it was held, of those that are known
    ran: Ran


@dataclass(frozen=True, slots=True)
class Outside:
    """An activity type that is held beside the agreement."""

    activity_type: str
    held: int
    last_month: dt.date


class Use(StrEnum):
    """Whether a capability is used."""

    USED = "used"
    UNUSED = "unused"
    TOO_EARLY = "too_early"  # it has been counted for less than a month, or not yet


@dataclass(frozen=True, slots=True)
class OpenCapability:
    """A capability that the agreement opens: on how many days and when last it was used, as far as that is counted."""

    capability: Capability
    days: int
    last_on: dt.date | None
    since: dt.date | None  # since when it has been counted while open; None before the counting began
    use: Use


@dataclass(frozen=True, slots=True)
class Drift:
    """One municipality, side by side; `scope` is the one in force, and `last_day` the last on which it is, as known today."""

    scope: Scope
    agreed: tuple[AgreedTerms, ...]
    outside: tuple[Outside, ...]
    opened: tuple[OpenCapability, ...]
    aims: tuple[Aim, ...]
    last_day: dt.date

    def findings(self) -> list[tuple[Finding, str]]:
        """What has drifted, and what it is about: an activity type, a capability, or a measure and its type."""
        kinds = {Ran.NEVER: Finding.NEVER_RAN, Ran.STOPPED: Finding.STOPPED}
        return [
            *((kinds[each.ran], each.activity_type) for each in self.agreed if each.ran in kinds),
            *((Finding.OUTSIDE, each.activity_type) for each in self.outside),
            *((Finding.UNUSED, each.capability.value) for each in self.opened if each.use is Use.UNUSED),
            *((Finding.BEHIND, f"{each.measure}:{each.activity_type or ''}") for each in self.aims if each.behind),
        ]


def recent(today: dt.date) -> tuple[dt.date, dt.date]:
    """The last whole months: the first day of the first, and the first day after the last."""
    after = first_of(today)
    return month_after(after, -RECENT_MONTHS), after


def agreed(parts: Sequence[ScopePart], held: Sequence[MonthTotals], today: dt.date) -> list[AgreedTerms]:
    """Each activity type of the scope in force, which is the last of `parts`, against what was held.

    `parts` are the scopes of the months that are known, oldest first. A type that the agreement before had as well did not begin anew.
    """
    first, after = recent(today)
    promised = _promised(parts, after)
    types = dict.fromkeys(each.activity_type for each in parts[-1].scope.activities if each.ends_on >= first)
    return [
        _agreed(
            kind,
            promised.get(kind, 0),
            _begun(kind, parts),
            [row for row in held if row.activity_type == kind],
            first,
            after,
        )
        for kind in types
    ]


def _agreed(
    kind: str, promised: int | None, begun: dt.date, rows: Sequence[MonthTotals], first: dt.date, after: dt.date
) -> AgreedTerms:
    lately = [row for row in rows if first <= row.month < after]
    held = sum(row.sessions for row in lately)
    months = [row.month for row in rows if row.sessions and row.month >= first_of(begun)]
    whole_month = month_after(begun) if begun.day == 1 else month_after(first_of(begun), 2)  # when one has passed
    if held:
        ran = (
            Ran.AS_AGREED
            if promised is None or progress(held, promised, promised) is not PromiseProgress.BEHIND
            else Ran.LESS
        )
    elif promised == 0 and months:
        ran = Ran.AS_AGREED  # it rests as it was agreed to
    elif whole_month > after:
        ran = Ran.TOO_EARLY
    else:
        ran = Ran.STOPPED if months else Ran.NEVER
    return AgreedTerms(
        kind, promised, held, sum(row.cancelled for row in lately), begun, max(months, default=None), ran
    )


def _begun(kind: str, parts: Sequence[ScopePart]) -> dt.date:
    """The first day, of those that are known, since which the type has been agreed on without a break."""
    begun = parts[-1].after
    for part in reversed(parts):
        days = [max(each.starts_on, part.first) for each in part.scope.activities if each.activity_type == kind]
        if not days or part.after < begun:
            break
        begun = min(days)
    return begun


def _promised(parts: Sequence[ScopePart], after: dt.date) -> dict[str, int | None]:
    """What was promised in the last whole months, by type; None where it is by quarter or year."""
    total: dict[str, int | None] = {}
    for month in months_back(month_before(after), RECENT_MONTHS):
        until = month_after(month)
        within = [ScopePart(part.scope, max(part.first, month), min(part.after, until)) for part in parts]
        for promise in promises(within):
            before = total.get(promise.activity_type, 0)
            total[promise.activity_type] = None if None in (before, promise.times) else before + promise.times  # type: ignore[operator]
    return total


def outside(parts: Sequence[ScopePart], held: Sequence[MonthTotals], today: dt.date) -> list[Outside]:
    """The activity types held in the last whole months that nobody had agreed on then, or has by now.

    `parts` are the scopes of the months that are known, oldest first: what was agreed when it was held was held as agreed.
    """
    first, after = recent(today)

    def known(month: dt.date) -> set[str]:
        agreed_on = [part for part in parts[:-1] if part.first < month_after(month) and part.after > month]
        return {each.activity_type for part in (*agreed_on, parts[-1]) for each in part.scope.activities}

    lately = [row for row in held if row.sessions and first <= row.month < after]
    rows = [row for row in lately if row.activity_type not in known(row.month)]
    return [
        Outside(
            kind,
            sum(row.sessions for row in rows if row.activity_type == kind),
            max(row.month for row in rows if row.activity_type == kind),
        )
        for kind in sorted({row.activity_type for row in rows})
    ]


@dataclass(frozen=True, slots=True)
class CountedUse:
    """On how many days a capability was used, and when last."""

    days: int
    last_on: dt.date


LEAST_DAYS = 30  # a capability that has been open and counted for less is not called unused


def opened(
    scope: Scope,
    begun: dt.date,
    counted_since: dt.date | None,
    uses: Mapping[Capability, CountedUse],
    today: dt.date,
) -> list[OpenCapability]:
    """Each capability that is open against its use; `begun` is when the agreement in force began."""
    found = []
    for capability in Capability:
        if not scope.allows(capability):
            continue
        use = uses.get(capability)
        since = max(begun, counted_since) if counted_since else None
        known = since is not None and (today - since).days >= LEAST_DAYS
        state = Use.USED if use is not None else Use.UNUSED if known else Use.TOO_EARLY
        found.append(OpenCapability(capability, use.days if use else 0, use.last_on if use else None, since, state))
    return found


def year_so_far(today: dt.date) -> tuple[dt.date, ...]:
    """The whole months of the year that the last whole month lies in."""
    last = month_before(first_of(today))
    return months_back(last, last.month)
