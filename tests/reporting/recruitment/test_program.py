"""What twelve months tell is told as far as no month follows from it."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence

import pytest

from service.reporting.recruitment.program import Range, ToldMonth, tells, told
from service.reporting.recruitment.rules import Movement
from tenants.calendar import month_after

JANUARY = dt.date(2026, 1, 1)


def moved(came: Sequence[int], left: Sequence[int], before: int = 30) -> list[Movement]:
    """Movements one after the other, from so many volunteers."""
    found = []
    for new, gone in zip(came, left, strict=True):
        before += new - gone
        found.append(Movement(before, new, gone))
    return found


def test_a_year_of_small_months_is_told_as_its_sum() -> None:
    found = told(JANUARY, moved([2] * 12, [1] * 12), [])
    assert found == ToldMonth(JANUARY, 42, None, None, Range(24, 24), Range(12, 12))


def test_a_small_sum_is_told_as_a_range() -> None:
    found = told(JANUARY, moved([3, *[0] * 11], [0] * 12), [])
    assert (found.came_in_year, found.left_in_year) == (Range(0, 4), Range(0, 4))


def test_what_both_ends_would_tell_of_a_sum_is_not_told() -> None:
    """The 3 who left follow from the 24 who came, where how many there were a year before and are now is told."""
    movements = moved([2] * 12, [*[0] * 11, 3])
    year_before = ToldMonth(month_after(JANUARY, -12), 30)
    exact = ToldMonth(JANUARY, 51, None, None, Range(24, 24), Range(0, 4))
    assert tells([year_before, exact])
    found = told(JANUARY, movements, [year_before])
    assert (found.came_in_year, found.left_in_year) == (Range(20, 24), Range(0, 4))


def test_the_month_that_goes_out_of_the_sum_does_not_tell_the_one_that_comes_in() -> None:
    """Nobody had come in the first of thirteen months, so the two sums would tell the 3 of the last."""
    movements = moved([0, *[2] * 11, 3], [0] * 13)
    first = told(JANUARY, movements[:12], [ToldMonth(month_after(JANUARY, -11), 30, 0, 0)])
    assert first.came_in_year == Range(22, 22)
    before = [ToldMonth(month_after(JANUARY, -11), 30, 0, 0), first]
    assert tells([*before, ToldMonth(month_after(JANUARY, 1), None, None, None, Range(25, 25), Range(0, 0))])
    found = told(month_after(JANUARY, 1), movements[1:], before)
    assert not tells([*before, found])


def test_those_who_stayed_are_persons_too() -> None:
    """Of 8 who were there before 5 left: 3 stayed, whatever came."""
    (movement,) = moved([5], [5], before=8)
    found = told(JANUARY, [*moved([0] * 11, [0] * 11, before=8), movement], [])
    assert (found.volunteers, found.came, found.left) == (8, None, None)


def test_months_that_do_not_add_up_stop_nothing() -> None:
    """One more was recorded of the month before, after that had been counted."""
    before = ToldMonth(month_after(JANUARY, -1), 30)
    late = ToldMonth(JANUARY, 36, 5, 0)
    assert not tells([before, late])
    assert told(month_after(JANUARY, 1), moved([1] * 12, [0] * 12, before=36), [before, late]).volunteers == 48


@pytest.mark.parametrize("count", [1, 2, 3, 4])
def test_control_a_small_number_is_told(count: int) -> None:
    assert tells([ToldMonth(JANUARY, count)])
