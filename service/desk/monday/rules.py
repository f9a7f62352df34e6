"""Which line of the Monday list comes first. Plain values in, plain values out."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from service.platform.lines import Line, LineGroup


@dataclass(frozen=True, slots=True)
class LinesOfKind:
    """The lines of one kind that there is room for, and how many there are."""

    kind: str
    group: LineGroup
    lines: tuple[Line, ...]
    count: int


MOST_OF_A_KIND = 2
CLOSE = dt.timedelta(days=30)


def rank(line: Line, today: dt.date) -> tuple[int, dt.date, str, str]:
    """Where a line stands: the smaller comes first.

    First by urgency, which the kind says: 1 stops others, 9 can wait. What is due within thirty days or overdue gains one for
    each thirty days that it is late, two at most: what has waited long passes what is a little more urgent and new. Then by day.
    """
    late = max(0, (today + CLOSE - line.day) // CLOSE)
    return max(1, line.urgency - min(2, late)), line.day, line.municipality_code, line.subject


def in_order(gathered: Iterable[LinesOfKind], today: dt.date) -> list[LinesOfKind]:
    """The kinds in the order of their groups, and within a group by their first line."""
    groups = list(LineGroup)
    return sorted(gathered, key=lambda one: (groups.index(one.group), rank(one.lines[0], today)))


def first_of_all(gathered: Iterable[LinesOfKind], today: dt.date, most: int) -> Sequence[Line]:
    """The few lines to begin with, of each kind two at the most: what comes in crowds does not hide the rest."""
    leading = (line for one in gathered for line in one.lines[:MOST_OF_A_KIND])
    return sorted(leading, key=lambda line: rank(line, today))[:most]


def by_group(gathered: Iterable[LinesOfKind]) -> dict[LineGroup, int]:
    """How many lines each group has, of those that have any, in order."""
    counts: dict[LineGroup, int] = {}
    for one in gathered:
        counts[one.group] = counts.get(one.group, 0) + one.count
    return {group: counts[group] for group in LineGroup if group in counts}
