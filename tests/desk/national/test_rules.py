"""Which months are told, and hours that sum."""

from __future__ import annotations

import datetime as dt

import pytest
from hypothesis import given
from hypothesis import strategies as st

from service.desk.national.rules import MAX_MONTHS, NationalSums, hours, span

NEWEST, MAY, JUNE = dt.date(2026, 10, 1), dt.date(2026, 5, 1), dt.date(2026, 6, 1)


@pytest.mark.parametrize(
    ("asked", "told"),
    [
        ((None, None), (dt.date(2025, 10, 1), NEWEST)),
        ((MAY, None), (MAY, NEWEST)),
        ((None, JUNE), (dt.date(2025, 6, 1), JUNE)),
        ((MAY, JUNE), (MAY, JUNE)),
        ((JUNE, MAY), (MAY, JUNE)),
        ((dt.date(2000, 1, 1), JUNE), (dt.date(2023, 7, 1), JUNE)),
    ],
)
def test_the_months_asked_for_are_told_in_order_and_not_too_many(
    asked: tuple[dt.date | None, dt.date | None], told: tuple[dt.date, dt.date]
) -> None:
    assert MAX_MONTHS == 36
    assert span(*asked, NEWEST) == told


@given(st.lists(st.integers(0, 100_000)))
def test_whole_hours_sum_to_those_of_all_together(minutes: list[int]) -> None:
    found = hours([NationalSums("a", 0, 0, 0, 0, each) for each in minutes])
    assert sum(found) == (sum(minutes) + 30) // 60
    assert len(found) == len(minutes)
    assert all(abs(hour * 60 - each) < 120 for hour, each in zip(found, minutes, strict=True))
