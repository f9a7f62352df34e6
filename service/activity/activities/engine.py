"""The last look before a month is shown: does a small count follow from all that its readers are told of it?

`disclosure` decides by fixed rules, one table at a time. This asks over all tables of a month at once, for a reader who knows the
calendar, the lengths of the sessions and the rules: is there another world that looks the same, in which each small count is another
number (`worlds`)? Where there is none, more is kept back. Plain values in and out.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import astuple, dataclass, field, replace
from typing import Any

import structlog

from service.activity.activities.disclosure import K, MonthFigures, month_figures, without
from service.activity.activities.rules import MonthTotals
from service.activity.activities.worlds import Known, Undecided, equal, pinned

log = structlog.get_logger()


@dataclass(frozen=True, slots=True)
class Alike:
    """Volunteers at the sessions of a type in a month that the calendar does not tell apart: all as long as each other.

    `length` is None where their minutes are not their number times a length; then a reader is taken to know those `minutes`.
    """

    activity_type: str
    length: int | None
    volunteers: int
    minutes: int


@dataclass(frozen=True, slots=True)
class Disclosed:
    """What was decided of a month when it was closed: the figures that were kept back besides, and the sessions it was decided by."""

    kept_back: Sequence[str]
    sessions: Sequence[Alike]

    def to_plain(self) -> dict[str, Any]:
        """As JSON values."""
        return {"kept_back": list(self.kept_back), "sessions": [list(astuple(each)) for each in self.sessions]}

    @classmethod
    def from_plain(cls, kept: Mapping[str, Any]) -> Disclosed:
        """The other way."""
        return cls(kept["kept_back"], [Alike(*each) for each in kept["sessions"]])


@dataclass(frozen=True, slots=True)
class Held:
    """A month as it was: what was held by type, as far as it counts, and the volunteers of its sessions by length."""

    month: dt.date
    rows: Sequence[MonthTotals]
    sessions: Sequence[Alike]


@dataclass(slots=True)
class Picture:
    """The counts of a month by names, and what a reader knows of them by what is shown. `prefix` tells one picture from another."""

    held: Held
    shown: MonthFigures
    prefix: str = ""
    counts: dict[str, int] = field(default_factory=dict)
    known: list[Known] = field(default_factory=list)

    def __post_init__(self) -> None:
        for row in self.held.rows:
            self._type(row)
        self._table("attendances", self.shown.attendances_by_type, self.shown.attendances)
        self._table("volunteers", self.shown.volunteer_attendances_by_type, self.shown.volunteer_attendances)
        self._volunteers()
        self._who()

    @property
    def small(self) -> set[str]:
        """The names of the counts that nobody may be told."""
        return {name for name, count in self.counts.items() if 0 < count < K}

    def _count(self, name: str, count: int) -> str:
        self.counts[self.prefix + name] = count
        return self.prefix + name

    def _sum(self, whole: str, parts: Sequence[str]) -> None:
        self.known.append(equal({whole: -1} | dict.fromkeys(parts, 1)))

    def _divided(self, whole: str, parts: Mapping[str, int]) -> None:
        """A count has these parts, and what is left of them."""
        rest = self.counts[whole] - sum(parts.values())
        if rest >= 0:
            names = [self._count(name, count) for name, count in parts.items()]
            self._sum(whole, [*names, self._count(f"{whole[len(self.prefix) :]}, not {' or '.join(parts)}", rest)])

    def _type(self, row: MonthTotals) -> None:
        kind = row.activity_type
        came = self._count(f"attendances: {kind}", row.attendances)
        self._count(f"volunteers: {kind}", row.volunteer_attendances)
        if row.adults is None or row.children is None or row.adults + row.children != row.attendances:
            return
        parts = {f"adults: {kind}": row.adults, f"children: {kind}": row.children}
        self._sum(came, [self._count(name, count) for name, count in parts.items()])
        self._divided(came, {f"new_faces: {kind}": row.new_faces})
        asked = {f"{name}: {kind}": count for name in ("women", "men") if (count := getattr(row, name)) is not None}
        if asked:
            self._divided(f"{self.prefix}adults: {kind}", asked)

    def _table(self, what: str, cells: Mapping[str, int | None], total: int | None) -> None:
        names = {kind: f"{self.prefix}{what}: {kind}" for kind in cells}
        for kind, count in cells.items():
            if count is not None:
                self.known.append(equal({names[kind]: 1}, count))
        if names:
            whole = self._count(f"{what} in all", sum(self.counts[name] for name in names.values()))
            self._sum(whole, [*names.values()])
            if total is not None:
                self.known.append(equal({whole: 1}, total))

    def _volunteers(self) -> None:
        """The volunteers of sessions of one length, and the hours that tell of them."""
        minutes: dict[str, int] = {}
        constant = 0
        for kind in {row.activity_type for row in self.held.rows}:
            alike = [each for each in self.held.sessions if each.activity_type == kind]
            names = [self._count(f"volunteers: {kind}, {each.length} minutes", each.volunteers) for each in alike]
            minutes |= {name: each.length for name, each in zip(names, alike, strict=True) if each.length is not None}
            constant += sum(each.minutes for each in alike if each.length is None)
            self._sum(f"{self.prefix}volunteers: {kind}", names)
        if self.shown.volunteer_hours is not None:
            middle = 60 * self.shown.volunteer_hours - constant
            self.known.append(Known(minutes, middle - 30, middle + 29))

    def _who(self) -> None:
        told = [
            row.activity_type for row in self.held.rows if self.shown.attendances_by_type[row.activity_type] is not None
        ]
        for name in ("adults", "children", "women", "men", "new_faces"):
            parts = [each for kind in told if (each := f"{self.prefix}{name}: {kind}") in self.counts]
            if parts:
                whole = self._count(f"{name} of those shown", sum(self.counts[each] for each in parts))
                self._sum(whole, parts)
                if (count := self.shown.who.get(name)) is not None:
                    self.known.append(equal({whole: 1}, count))


HOURS = "volunteer_hours"


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


def figures(month: dt.date, rows: Sequence[MonthTotals], disclosed: Disclosed | None) -> MonthFigures:
    """A closed month as it is shown. One that was closed before this was decided is shown by the rules of then: no part was hidden."""
    if disclosed is not None:
        return without(month_figures(month, rows), disclosed.kept_back)
    found = month_figures(month, [replace(row, shared=0) for row in rows])
    return replace(found, shared=sum(row.shared for row in rows))


def figures_of(held: Held, kept_back: Collection[str]) -> MonthFigures:
    """A month's figures by the fixed rules, and without what is kept back beside."""
    return without(month_figures(held.month, held.rows), kept_back)


def _told(picture: Picture, before: Sequence[Picture]) -> frozenset[str]:
    """The small counts that follow from a picture and those before it, less what those tell anyway."""
    counts, known, wanted, signed = dict(picture.counts), [*picture.known], set(picture.small), set()
    for old in before:
        counts |= old.counts
        known += old.known
        wanted |= old.small - pinned(old.counts, old.known, old.small)
        for name in picture.counts.keys() & {each.removeprefix(old.prefix) for each in old.counts}:
            # What came between: late entries, and what was taken away.
            change = f"{name} since {old.prefix}"
            counts[change] = counts[name] - counts[old.prefix + name]
            known.append(equal({name: 1, old.prefix + name: -1, change: -1}))
            signed.add(change)
            wanted |= {change} if 0 < abs(counts[change]) < K else set()
    return pinned(counts, known, wanted, signed)


def may_stand_beside(held: Held, kept: Collection[str], before: Sequence[Picture]) -> bool:
    """Whether a new picture of a closed month, without what is kept, tells no small count beside those that were shown of it before.

    A small count is also one of who came in between. Of those before, each has a prefix of its own. Raises Undecided.
    """
    return not _told(Picture(held, figures_of(held, kept)), before)


def disclosed(held: Held, before: Sequence[Picture] = ()) -> Disclosed:
    """What is decided of a month that is closed now."""
    return Disclosed(kept_back(held, before), held.sessions)


def kept_back(held: Held, before: Sequence[Picture] = ()) -> list[str]:
    """The figures of a month that are kept back besides what the fixed rules keep, as a small count would follow from them.

    `before` are other pictures of the month that its readers have been shown. Where nothing is left to keep back, or the solver does
    not find out, all of the month's persons are kept back.
    """
    hidden: list[str] = []
    while True:
        shown = figures_of(held, hidden)
        try:
            told = _told(Picture(held, shown), before)
        except Undecided as undecided:
            log.warning("disclosure_undecided", month=held.month.isoformat(), why=str(undecided))
            everything = ("attendances", "volunteers")
            return hidden + [figure for of in everything for figure in _figures(shown, of)]
        if not told:
            return hidden
        of = "volunteers" if any("volunteers" in name for name in told) else "attendances"
        more = next(_figures(shown, of), None)
        if more is None:
            return hidden
        hidden.append(more)
