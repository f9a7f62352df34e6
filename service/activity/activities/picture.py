"""A month as it was, and what its readers know of it by what is shown, the calendar, and what adds up to what.

Plain values in and out, for the `engine`. A reader is taken to know more than they do: which sessions are counted by hand, and their
minutes.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import asdict, dataclass, field
from fractions import Fraction
from math import lcm
from typing import Any

from service.activity.activities.disclosure import MonthFigures, fewest
from service.activity.activities.rules import MonthTotals
from service.activity.activities.worlds import Fact, equal

EVERYBODY = "everybody's volunteers"  # of sessions in parts: nobody's own count


@dataclass(frozen=True, slots=True)
class Part:
    """What a municipality has of a session, and how long it lasted, where that is known; `codes` are all whom it was for."""

    activity_type: str
    codes: tuple[str, ...]
    volunteers: int
    volunteer_minutes: int
    minutes: int | None
    everybody: int  # volunteers of all whom it was for


@dataclass(frozen=True, slots=True)
class Alike:
    """Volunteers at the sessions of a type in a month that the calendar does not tell apart: all as long as each other.

    `length` is None where their minutes are not their number times a length; then a reader is taken to know those `minutes`.
    `codes` are all whom they were for, where that is not one municipality alone.
    """

    activity_type: str
    length: int | None
    codes: tuple[str, ...]
    sessions: int
    volunteers: int
    minutes: int
    everybody: int

    def to_plain(self) -> dict[str, Any]:
        """As JSON values."""
        return asdict(self)

    @classmethod
    def from_plain(cls, kept: Mapping[str, Any]) -> Alike:
        """The other way."""
        return cls(**{**kept, "codes": tuple(kept["codes"])})


def length(lasted: int | None, volunteers: int, minutes: int) -> int | None:
    """How long each of a session's volunteers was there, by how long it lasted or else by their minutes; None where they differ."""
    if lasted is not None:
        return lasted if minutes == volunteers * lasted else None
    return minutes // volunteers if volunteers and minutes % volunteers == 0 else None


def alike(parts: Iterable[Part]) -> list[Alike]:
    """A municipality's parts of a month's sessions, by what the calendar tells of them."""
    found: dict[tuple[str, int | None, tuple[str, ...]], list[int]] = {}
    for part in parts:
        codes = part.codes if len(part.codes) > 1 else ()
        sums = found.setdefault((part.activity_type, part.minutes, codes), [0, 0, 0, 0])
        for number, more in enumerate((1, part.volunteers, part.volunteer_minutes, part.everybody)):
            sums[number] += more
    in_order = sorted(found.items(), key=lambda pair: (pair[0][0], pair[0][1] or 0, pair[0][2]))
    return [Alike(*key, *sums) for key, sums in in_order]


@dataclass(frozen=True, slots=True)
class MonthHeld:
    """A municipality's month as it was: what was held by type, as far as it counts, and the volunteers of its sessions by length."""

    month: dt.date
    rows: Sequence[MonthTotals]
    sessions: Sequence[Alike]
    code: str = ""


@dataclass(slots=True)
class Picture:
    """The counts of a month by names, and what a reader knows of them by what is shown. `prefix` tells one picture from another, and
    `when` those of one time from those of another: what neighbours have together is the same for both, but not before and after.
    """

    held: MonthHeld
    shown: MonthFigures
    prefix: str = ""
    when: str = ""
    counts: dict[str, int] = field(default_factory=dict)
    known: list[Fact] = field(default_factory=list)

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
        ours = (name for name in self.counts if not name.startswith(f"{self.when}{EVERYBODY}"))
        return {name for name in ours if 0 < self.counts[name] < fewest()}

    def _count(self, name: str, count: int) -> str:
        self.counts[self.prefix + name] = count
        return self.prefix + name

    def _sum(self, whole: str, parts: Sequence[str]) -> None:
        self.known.append(equal({whole: -1} | dict.fromkeys(parts, 1)))

    def _divided(self, whole: str, parts: Mapping[str, int]) -> None:
        """A count has these parts, and what is left of them; where it was not told as far as they were, only the parts."""
        names = [self._count(name, count) for name, count in parts.items()]
        rest = self.counts[whole] - sum(parts.values())
        if rest >= 0:
            self._sum(whole, [*names, self._count(f"{whole[len(self.prefix) :]}, not {' or '.join(parts)}", rest)])

    def _type(self, row: MonthTotals) -> None:
        kind = row.activity_type
        came = self._count(f"attendances: {kind}", row.attendances)
        self._count(f"volunteers: {kind}", row.volunteer_attendances)
        if row.adults is None or row.children is None:
            return
        parts = {f"adults: {kind}": row.adults, f"children: {kind}": row.children}
        names = [self._count(name, count) for name, count in parts.items()]
        if (
            row.adults + row.children == row.attendances
        ):  # a month that is told anew may have moved the one without the other
            self._sum(came, names)
        self._divided(came, {f"new_faces: {kind}": row.new_faces})
        asked = {f"{name}: {kind}": count for name in ("women", "men") if (count := getattr(row, name)) is not None}
        if asked:
            self._divided(f"{self.prefix}adults: {kind}", asked)

    def _table(self, what: str, cells: Mapping[str, int | None], total: int | None) -> None:
        names = {kind: f"{self.prefix}{what}: {kind}" for kind in cells}
        for kind, count in cells.items():
            if count is not None:
                self.known.append(equal({names[kind]: 1}, count))
        for row in self.held.rows:
            if cells[row.activity_type] is None:
                self._star(row, names[row.activity_type], total)
        if names:
            whole = self._count(f"{what} in all", sum(self.counts[name] for name in names.values()))
            self._sum(whole, [*names.values()])
            if total is not None:
                self.known.append(equal({whole: 1}, total))

    def _star(self, row: MonthTotals, name: str, total: int | None) -> None:
        """What it says to who knows the rules that a count is kept back: somebody was there, and where it covers nothing, few."""
        if any("attendances" in each for each in self.shown.followed):
            return  # then it may be for another reason
        parts = row.shared if row.shared == row.sessions else 0
        few = fewest() - 1 + parts
        covers = not row.shared and total is not None
        self.known.append(
            Fact({name: 1}, 0 if parts == 1 else 1, max(few, 2 * self.counts[name] + 60) if covers else few)
        )

    def _volunteers(self) -> None:
        """The volunteers of sessions of one length, and the hours that tell of them."""
        minutes: dict[str, Fraction] = {}
        for kind in sorted({row.activity_type for row in self.held.rows}):
            classes = [each for each in self.held.sessions if each.activity_type == kind]
            names = [self._count(f"volunteers: {class_of(each)}", each.volunteers) for each in classes]
            self._sum(f"{self.prefix}volunteers: {kind}", names)
            for name, each in zip(names, classes, strict=True):
                who = self._everybody(name, each) if each.codes else name
                minutes[who] = Fraction(each.length or 0, len(each.codes) or 1)
        if self.shown.volunteer_hours is not None:
            self._hours(self.shown.volunteer_hours, minutes)

    def _everybody(self, mine: str, each: Alike) -> str:
        """Of sessions in equal parts the minutes are those of all volunteers, divided: they tell of the odd one, whoever has it."""
        whole = f"{self.when}{EVERYBODY}: {class_of(each)}"  # the same for each of those whom they were for
        self.counts[whole] = each.everybody
        others = (len(each.codes) - 1) * each.sessions
        self.known.append(Fact({whole: 1, mine: -len(each.codes)}, -others, others))
        return whole

    def _hours(self, hours: int, minutes: Mapping[str, Fraction]) -> None:
        """The hours, rounded, less the minutes that are no number of volunteers times a length."""
        scale = lcm(*(each.denominator for each in minutes.values()))
        factors = {name: int(each * scale) for name, each in minutes.items()}
        besides = scale * sum(each.minutes for each in self.held.sessions)
        besides -= sum(factor * self.counts[name] for name, factor in factors.items())
        self.known.append(Fact(factors, scale * (60 * hours - 30) - besides, scale * (60 * hours + 29) - besides))

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


def class_of(each: Alike) -> str:
    """What sessions that are alike are called."""
    return f"{each.activity_type}, {each.length} minutes, {'alone' if not each.codes else ' and '.join(each.codes)}"


def between(one: Picture, other: Picture) -> Iterator[Fact]:
    """What two neighbours know of the volunteers at sessions in equal parts: the first by code has as many at each, or one more.

    Pictures of two times may be told of the same sessions, where nothing came to these in between.
    """
    theirs = {class_of(each): each for each in other.held.sessions if each.codes}
    for each in one.held.sessions:
        name = class_of(each)
        if name not in theirs or (each.sessions, each.everybody) != (theirs[name].sessions, theirs[name].everybody):
            continue
        mine, other_s = (f"{picture.prefix}volunteers: {name}" for picture in (one, other))
        more = each.sessions if one.held.code < other.held.code else 0
        yield Fact({mine: 1, other_s: -1}, more - each.sessions, more)
        if len(each.codes) == 2:
            yield equal({mine: 1, other_s: 1, f"{one.when}{EVERYBODY}: {name}": -1})
        if one.when != other.when:
            yield equal({f"{one.when}{EVERYBODY}: {name}": 1, f"{other.when}{EVERYBODY}: {name}": -1})
