"""What a change of sessions does to months that are closed. Plain values in and out."""

from __future__ import annotations

import datetime as dt
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import Any, NamedTuple
from uuid import UUID

from service.activity.activities.rules import COUNTS
from tenants.calendar import first_of

Part = Mapping[str, Any]


class LateWay(StrEnum):
    """Through what a session came to be as it is."""

    REPORTED = "reported"  # by its group, in a check-in
    CORRECTED = "corrected"  # by DRC: on a page, by a program, in a file


class CountedIn(NamedTuple):
    """Where a session counts: in which municipality's month, and as what."""

    municipality_code: str
    month: dt.date
    activity_type: str
    group_id: UUID | None
    session_id: UUID


@dataclass(frozen=True, slots=True)
class LateDifference:
    """What a change adds to a month there, by measure, or takes from it."""

    place: CountedIn
    counts: Mapping[str, int]


def differences(before: Iterable[Part], after: Iterable[Part]) -> list[LateDifference]:
    """What the parts of sessions that were changed add and take. One that was moved to another month takes here and adds there."""
    sums: dict[CountedIn, dict[str, int]] = defaultdict(lambda: defaultdict(int))
    for sign, parts in ((-1, before), (1, after)):
        for part in parts:
            place = CountedIn(*month_of(part), part["activity_type"], part["group_id"], part["session_id"])
            for name, count in _counted(part).items():
                sums[place][name] += sign * count
    found = ((place, {name: count for name, count in counts.items() if count}) for place, counts in sums.items())
    return [LateDifference(place, counts) for place, counts in sorted(found, key=lambda each: each[0][:3]) if counts]


def month_of(part: Part) -> tuple[str, dt.date]:
    """In which municipality's month a part counts: read of a row, or as it is written."""
    return part["municipality_code"], first_of(dt.date.fromisoformat(str(part["held_on"])))


def _counted(part: Part) -> dict[str, int]:
    times = {"sessions": int(not part["cancelled"]), "cancelled": int(part["cancelled"])}
    return times | {name: part[name] or 0 for name in COUNTS}


@dataclass(frozen=True, slots=True)
class Through:
    """Through what a month was moved: how many groups reported late, and whether DRC corrected."""

    groups: int
    corrected: bool


def through(entries: Sequence[tuple[LateWay, UUID | None]]) -> Through:
    """Through what a month was moved, by the way and the group of each entry."""
    return Through(
        len({group for way, group in entries if way is LateWay.REPORTED}),
        any(way is LateWay.CORRECTED for way, _group in entries),
    )
