"""What is counted, and whose part of it is whose. Plain values in and out; what of it may be shown decides `disclosure`.

Sessions that serve several municipalities. Each has its part, in whole numbers that sum to the session exactly. Participants are
counted by their municipality where the group has counted so, else in equal parts; where all participants from each were counted
together, the adults are in proportion to them. Volunteers and their time are always in equal
parts: they are there for everybody, and by participants they would tell one municipality how many came from the others.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import asdict, dataclass, replace
from typing import Any

from service.activity.activities.measures import FAMILIES, MEASURES, Divided, Measure


@dataclass(frozen=True, slots=True)
class MonthTotals:
    """What was held of one activity type in one month: times, and sums over them."""

    month: dt.date
    activity_type: str
    sessions: int = 0
    cancelled: int = 0
    attendances: int = 0  # participants, each time counted
    volunteer_attendances: int = 0
    volunteer_minutes: int = 0
    shared: int = 0  # times that served other municipalities as well, and count here with this one's part
    new_faces: int = 0
    active_matches: int | None = None  # as last counted in the month, by activity; so is the waiting list
    new_matches: int | None = None
    ended_matches: int | None = None
    adults: int | None = None  # None in a month that was closed before this was kept
    children: int | None = None
    women: int | None = None
    men: int | None = None
    waiting: int | None = None

    def to_plain(self) -> dict[str, Any]:
        """The counts as JSON values, the month left out."""
        return {name: value for name, value in asdict(self).items() if name != "month"}


@dataclass(frozen=True, slots=True)
class Counts:
    """What was counted at one session: of all of it, or of one municipality's part. None was not asked for."""

    volunteers: int = 0
    volunteer_minutes: int = 0
    adults: int = 0
    children: int = 0
    women: int | None = None  # of the adults
    men: int | None = None
    new_faces: int = 0  # of all participants
    active_matches: int | None = None
    new_matches: int | None = None  # of the active ones
    ended_matches: int | None = None
    waiting: int | None = None

    @property
    def anybody(self) -> bool:
        """Whether anything at all was counted."""
        return any(asdict(self).values())


COUNTS = tuple(Counts.__dataclass_fields__)


def counts_of(told: Mapping[str, Any]) -> Counts:
    """The counts among what is told of a session."""
    return Counts(**{name: told[name] for name in COUNTS})


def whole(told: Mapping[str, int | None], minutes: int | None, counted: Mapping[str, Sequence[int]] | None) -> Counts:
    """The counts that are told, with what follows from them; what is not told is 0 or not counted.

    Time that is not told is that of all volunteers for as long as it lasted; participants that are not are the sums of those
    `counted` by municipality.
    """
    given = {name: count for name in COUNTS if (count := told.get(name)) is not None}
    found = Counts(**given)
    if told.get("volunteer_minutes") is None:
        found = replace(found, volunteer_minutes=found.volunteers * (minutes or 0))
    if counted and not found.adults + found.children:
        adults, children = (sum(pair[n] for pair in counted.values()) for n in (0, 1))
        found = replace(found, adults=adults, children=children)
    return found


def too_many(counts: Counts) -> Iterator[Measure]:
    """What is counted of others and is more than those: the first of those that are so together."""
    for whole, parts in FAMILIES.items():
        if sum(getattr(counts, each.code) or 0 for each in parts) > sum(getattr(counts, name) or 0 for name in whole):
            yield parts[0]


def apportion(whole: int, weights: Mapping[str, int]) -> dict[str, int]:
    """Whole numbers in proportion to the weights that sum to `whole` exactly; equal ones where every weight is 0.

    What is left over after rounding down goes to the largest remainders, and among equals to the first by name. A part is never
    larger than its weight where the whole is not larger than theirs together.
    """
    if not any(weights.values()):
        weights = dict.fromkeys(weights, 1)
    total = sum(weights.values())
    parts = {name: whole * weight // total for name, weight in weights.items()}
    order = sorted(weights, key=lambda name: (-(whole * weights[name] % total), name))
    for name in order[: whole - sum(parts.values())]:
        parts[name] += 1
    return parts


def parts_of(
    whole: Counts, codes: Collection[str], counted: Mapping[str, Sequence[int]] | None = None
) -> dict[str, Counts]:
    """Each municipality's part of a session. `counted` are the adults and children by municipality, where they were counted.

    A part of a part is taken from it: nobody has more women than adults, or more new faces than participants.
    """
    equal = dict.fromkeys(codes, 1)
    if not counted:
        counted = of_people(whole.adults, apportion(whole.adults + whole.children, equal))
    pairs = {code: counted.get(code, (0, 0)) for code in codes}
    found: dict[str, Mapping[str, Any]] = {
        "adults": {code: pair[0] for code, pair in pairs.items()},
        "children": {code: pair[1] for code, pair in pairs.items()},
    }
    for measure in MEASURES:
        if measure.divided is not Divided.COUNTED:
            weights = equal if measure.divided is Divided.EQUALLY else _weights(measure, found, codes)
            found[measure.code] = _apportion(getattr(whole, measure.code), weights)
    return {code: Counts(**{name: parts[code] for name, parts in found.items()}) for code in codes}


def _weights(measure: Measure, found: Mapping[str, Mapping[str, Any]], codes: Collection[str]) -> dict[str, int]:
    """By what a measure is divided: what it is part of, less what else is part of the same; else the participants."""
    whole, others = measure.part_of or ("adults", "children"), FAMILIES.get(measure.part_of, ())
    taken = [each.code for each in others if each.code in found]

    def of(names: Collection[str], code: str) -> int:
        return sum(found[name][code] or 0 for name in names)

    return {code: of(whole, code) - of(taken, code) for code in codes}


def of_people(adults: int, people: Mapping[str, int]) -> dict[str, tuple[int, int]]:
    """Adults and children by municipality, where it is known how many came from each and how many were adults in all."""
    parts = apportion(adults, people)
    return {code: (parts[code], count - parts[code]) for code, count in people.items()}


def from_each(rows: Iterable[Mapping[str, Any]]) -> dict[str, list[int]]:
    """Adults and children by municipality of what is sent, where any were counted so; else nothing."""
    counted = {row["municipality_code"]: [row["adults"], row["children"]] for row in rows}
    return counted if any(map(any, counted.values())) else {}


def adds_up(counted: Mapping[str, Sequence[int]], whole: Counts, codes: Collection[str]) -> bool:
    """Whether adults and children by municipality are those of the session, in municipalities that it served."""
    sums = [sum(pair[n] for pair in counted.values()) for n in (0, 1)]
    return sums == [whole.adults, whole.children] and set(counted) <= set(codes)


def _apportion(whole: int | None, weights: Mapping[str, int]) -> Mapping[str, int | None]:
    return dict.fromkeys(weights) if whole is None else apportion(whole, weights)


@dataclass(frozen=True, slots=True)
class Included:
    """What of a municipality's month its figures count: the agreed types or every type, and who waits where that is opened."""

    types: frozenset[str]
    everything: bool
    waiting: bool

    def counts(self, activity_type: str) -> bool:
        """Whether a type counts."""
        return self.everything or activity_type in self.types

    def of(self, rows: Iterable[MonthTotals]) -> list[MonthTotals]:
        """The rows that count, as far as they do."""
        found = [row for row in rows if self.counts(row.activity_type)]
        return found if self.waiting else [replace(row, waiting=None) for row in found]

    def to_plain(self) -> dict[str, Any]:
        """As JSON values."""
        return {"types": sorted(self.types), "everything": self.everything, "waiting": self.waiting}

    @classmethod
    def from_plain(cls, kept: Mapping[str, Any]) -> Included:
        """The other way."""
        return cls(frozenset(kept["types"]), kept["everything"], kept["waiting"])
