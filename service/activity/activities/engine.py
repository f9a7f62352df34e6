"""The last look before a month is shown: does a small count follow from all that its readers are told of it?

`disclosure` decides by fixed rules, one table at a time. This asks over all tables of a month at once, for a reader who knows the
calendar, the lengths of the sessions and the rules: is there another world that looks the same, in which each small count is another
number (`worlds`)? Where there is none, more is kept back. Plain values in and out.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

import structlog

from service.activity.activities.disclosure import K, MonthFigures, fewest, month_figures, showing_from
from service.activity.activities.picture import EVERYBODY, Alike, MonthHeld, Picture, between
from service.activity.activities.rules import MonthTotals
from service.activity.activities.worlds import Fact, Undecided, equal, pinned

log = structlog.get_logger()
HOURS = "volunteer_hours"


@dataclass(frozen=True, slots=True)
class Disclosed:
    """What was decided of a month when it was closed: the figures that were kept back besides, and the sessions it was decided by."""

    kept_back: Sequence[str]
    sessions: Sequence[Alike]
    fewest: int  # the smallest number of persons that was shown then

    def to_plain(self) -> dict[str, Any]:
        """As JSON values."""
        return {
            "kept_back": list(self.kept_back),
            "sessions": [each.to_plain() for each in self.sessions],
            "fewest": self.fewest,
        }

    @classmethod
    def from_plain(cls, kept: Mapping[str, Any]) -> Disclosed:
        """The other way."""
        return cls(kept["kept_back"], [Alike.from_plain(each) for each in kept["sessions"]], kept["fewest"])


def _figures(shown: MonthFigures, of: str) -> Iterator[str]:
    """The figures of a month that are shown and may be kept back for a count of volunteers or participants: what is missed least first."""
    if of == "volunteers":
        cells, total = shown.volunteer_attendances_by_type, shown.volunteer_attendances
        if shown.volunteer_hours is not None:
            yield HOURS
    else:
        cells, total = shown.attendances_by_type, shown.attendances
        people = {name: count for name, count in shown.who.items() if count}
        yield from (f"who:{name}" for name, _count in sorted(people.items(), key=lambda pair: (pair[1], pair[0])))
    table = "volunteer_attendances" if of == "volunteers" else "attendances"
    least_first = sorted((count, kind) for kind, count in cells.items() if count)
    yield from (f"{table}:{kind}" for _count, kind in least_first)
    if total:
        yield table


def without(figures: MonthFigures, names: Collection[str]) -> MonthFigures:
    """The same figures, less those that are kept back: `volunteer_hours`, `attendances`, `attendances:mentor`, `who:women`."""

    def less(table: str, cells: Mapping[str, int | None]) -> dict[str, int | None]:
        return {name: None if f"{table}:{name}" in names else count for name, count in cells.items()}

    return replace(
        figures,
        volunteer_hours=None if "volunteer_hours" in names else figures.volunteer_hours,
        attendances=None if "attendances" in names else figures.attendances,
        volunteer_attendances=None if "volunteer_attendances" in names else figures.volunteer_attendances,
        attendances_by_type=less("attendances", figures.attendances_by_type),
        volunteer_attendances_by_type=less("volunteer_attendances", figures.volunteer_attendances_by_type),
        who=less("who", figures.who),
        followed=tuple(sorted(names)),
    )


def figures(month: dt.date, rows: Sequence[MonthTotals], disclosed: Disclosed | None) -> MonthFigures:
    """A closed month as it is shown. One that was closed before this was decided is shown by the rules of then: no part was hidden."""
    if disclosed is not None:
        with showing_from(disclosed.fewest):
            return without(month_figures(month, rows), disclosed.kept_back)
    with showing_from(K):
        found = month_figures(month, [replace(row, shared=0) for row in rows])
    return replace(found, shared=sum(row.shared for row in rows))


def figures_of(held: MonthHeld, kept_back: Collection[str]) -> MonthFigures:
    """A month's figures by the fixed rules, and without what is kept back beside."""
    return without(month_figures(held.month, held.rows), kept_back)


def _told(picture: Picture, before: Sequence[Picture] = (), beside: Sequence[Sequence[Picture]] = ()) -> frozenset[str]:
    """The small counts that follow from a picture, those before it, and those of neighbours; less what was told without it anyway.

    Of each neighbour `beside` holds all that was told of the same month, in order.
    """
    ours = _followed([*before, picture])
    for each in before:
        ours.wanted -= pinned(each.counts, each.known, each.small)
    for theirs in beside:
        other = _followed(theirs)
        other.wanted -= pinned(other.counts, other.known, other.wanted, other.signed)
        ours.join(other)
        ours.known += [fact for one in (*before, picture) for two in theirs for fact in between(one, two)]
    return pinned(ours.counts, ours.known, ours.wanted, ours.signed)


@dataclass(slots=True)
class _World:
    """Counts, what is known of them, which of them nobody may be told, and which may be below 0."""

    counts: dict[str, int]
    known: list[Fact]
    wanted: set[str]
    signed: set[str]

    def join(self, other: _World) -> None:
        """All of another's too."""
        self.counts |= other.counts
        self.known += other.known
        self.wanted |= other.wanted
        self.signed |= other.signed


def _followed(told: Sequence[Picture]) -> _World:
    """Pictures of one month in order, and what came in between the last and each before it: late entries, and what was taken away."""
    last, world = told[-1], _World({}, [], set(), set())
    for each in told:
        world.join(_World(dict(each.counts), [*each.known], each.small, set()))
    now_so = {name.removeprefix(last.prefix): name for name in last.counts}
    for old in told[:-1]:
        for was in old.counts:
            name = was.removeprefix(old.prefix)
            if name not in now_so or name.startswith(EVERYBODY):
                continue
            change = f"{now_so[name]} since {old.prefix}"
            world.counts[change] = last.counts[now_so[name]] - old.counts[was]
            world.known.append(equal({now_so[name]: 1, was: -1, change: -1}))
            world.signed.add(change)
            world.wanted |= {change} if 0 < abs(world.counts[change]) < fewest() else set()
    return world


def may_stand_beside(
    held: MonthHeld, kept: Collection[str], before: Sequence[Picture], beside: Sequence[Sequence[Picture]] = ()
) -> bool:
    """Whether a new picture of a closed month, without what is kept back, tells no small count beside those that were shown of it.

    A small count is also one of who came in between. `before` are those shown to the same readers, and `beside` those shown to each
    neighbour that had sessions together with it; each has a prefix of its own. What is not found out may not.
    """
    try:
        return not _told(Picture(held, figures_of(held, kept)), before, beside)
    except Undecided as undecided:
        log.warning("disclosure_undecided", month=held.month.isoformat(), why=str(undecided))
        return False


def disclosed(held: MonthHeld, before: Sequence[Picture] = (), neighbours: Sequence[MonthHeld] = ()) -> Disclosed:
    """What is decided of a month that is closed now. `neighbours` had sessions together with it."""
    return Disclosed(kept_back(held, before, neighbours), held.sessions, fewest())


def kept_back(held: MonthHeld, before: Sequence[Picture] = (), neighbours: Sequence[MonthHeld] = ()) -> list[str]:
    """The figures of a month that are kept back besides what the fixed rules keep, as a small count would follow from them.

    `before` are other pictures of the month that its readers have been shown. A neighbour keeps its hours back where this one does, as
    it is asked the same. Where nothing is left to keep back, or the solver does not find out, all of the month's persons are kept back.
    """
    try:
        hidden = _until_nothing_is_told(held, [], lambda shown: _told(Picture(held, shown), before))
        for other in neighbours:
            hidden = _beside(held, hidden, other)
    except Undecided as undecided:
        log.warning("disclosure_undecided", month=held.month.isoformat(), why=str(undecided))
        shown = figures_of(held, ())
        return [figure for of in ("attendances", "volunteers") for figure in _figures(shown, of)]
    return hidden


def _until_nothing_is_told(
    held: MonthHeld, hidden: Sequence[str], told_by: Callable[[MonthFigures], Collection[str]]
) -> list[str]:
    hidden = list(hidden)
    while told := told_by(shown := figures_of(held, hidden)):
        of = "volunteers" if any("volunteers" in name for name in told) else "attendances"
        more = next(_figures(shown, of), None)
        if more is None:
            break
        hidden.append(more)
    return hidden


def _beside(held: MonthHeld, hidden: Sequence[str], other: MonthHeld) -> list[str]:
    """What is kept back beside a neighbour: first the hours of both, as the neighbour is asked the same, and then what it takes."""
    theirs = _until_nothing_is_told(other, [], lambda shown: _told(Picture(other, shown)))
    shown = figures_of(held, hidden)
    if not _told_together(held, shown, other, theirs):
        return list(hidden)
    hours = [HOURS] if shown.volunteer_hours is not None else []
    return _until_nothing_is_told(
        held, [*hidden, *hours], lambda shown: _told_together(held, shown, other, [*theirs, HOURS])
    )


def _told_together(held: MonthHeld, shown: MonthFigures, other: MonthHeld, theirs: Sequence[str]) -> frozenset[str]:
    """The small counts of either that follow from what both are shown."""
    one, two = Picture(held, shown), Picture(other, figures_of(other, theirs), f"{other.code} ")
    known = [*one.known, *two.known, *between(one, two)]
    return pinned(one.counts | two.counts, known, one.small | two.small)
