"""No number of volunteers from 1 to 4 is shown, or follows from what is."""

from __future__ import annotations

import datetime as dt
import functools
from collections.abc import Callable, Iterator
from itertools import product

import pytest

from service.reporting.recruitment.rules import Movement, ShownChange, owed, shown

MOST, LOOKED_AT = 15, 8  # what is looked at lies so far inside the bounds that these leave nothing out
# All that a reader could work out: how many there were before, and each month's volunteers, came and left.
Cells = tuple[int, ...]


def series() -> Iterator[Cells]:
    """Two months in a row, from every number of volunteers to every other by every pair of movements, within bounds."""
    for first, came, left, came_then, left_then in product(range(MOST), repeat=5):
        volunteers = first + came - left
        if left <= first and left_then <= volunteers:
            yield first, volunteers, came, left, volunteers + came_then - left_then, came_then, left_then


def told(rule: Callable[[Movement], ShownChange]) -> list[tuple[int, int]]:
    """The cells from 1 to 4 that all series which look the same have in common."""
    looks: dict[ShownChange, int] = {}

    @functools.cache
    def look(month: Cells) -> int:
        return looks.setdefault(rule(Movement(*month)), len(looks))

    common: dict[tuple[int, int], tuple[int | None, ...]] = {}
    near: set[tuple[int, int]] = set()
    for cells in series():
        picture = look(cells[1:4]), look(cells[4:])
        known = common.setdefault(picture, cells)
        if known != cells:
            common[picture] = tuple(one if one == other else None for one, other in zip(known, cells, strict=True))
        if max(cells) <= LOOKED_AT:
            near.add(picture)
    return [
        (place, value)
        for picture in common.keys() & near
        for place, value in enumerate(common[picture])
        if value in (1, 2, 3, 4)
    ]


def test_no_small_number_is_told() -> None:
    assert told(shown) == []
    for month in {month for cells in series() for month in (cells[1:4], cells[4:])}:
        one = shown(Movement(*month))
        assert not {one.volunteers, one.came, one.left} & {1, 2, 3, 4}


def test_what_can_be_shown_is() -> None:
    assert shown(Movement(20, 6, 0)) == ShownChange(20, 6, 0)
    assert shown(Movement(20, 6, 2)) == ShownChange(20, None, None)
    assert shown(Movement(20, 6, 7)) == ShownChange(20, 6, 7)
    assert Movement(20, 6, 7).before == 21
    assert shown(Movement(5, 0, 0)) == ShownChange(5, 0, 0), "five is no small number"
    assert shown(Movement(4, 0, 8)) == ShownChange(None, None, None)
    assert shown(Movement(9, 6, 0)) == ShownChange(9, None, None), "there were three before"
    assert shown(Movement(0, 0, 0)) == ShownChange(0, 0, 0)


def _each_alone(month: Movement) -> ShownChange:
    def open_(count: int) -> int | None:
        return count if count == 0 or count >= 5 else None

    return ShownChange(open_(month.volunteers), open_(month.came), open_(month.left))


def _without_the_month_before(month: Movement) -> ShownChange:
    one = _each_alone(month)
    return one if None not in (one.volunteers, one.came, one.left) else ShownChange(one.volunteers, None, None)


@pytest.mark.parametrize("hole", [_each_alone, _without_the_month_before])
def test_the_control_a_weaker_rule_tells(hole: Callable[[Movement], ShownChange]) -> None:
    assert told(hole)


def test_the_months_that_are_over_are_owed() -> None:
    assert owed(dt.date(2026, 3, 31)) == owed(dt.date(2026, 3, 1))
    months = owed(dt.date(2026, 3, 1))
    assert (len(months), months[0], months[-1]) == (13, dt.date(2025, 2, 1), dt.date(2026, 2, 1))
