"""How a group stands by the days of its agreements."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass

import pytest

from service.network.cooperation.rules import Standing, holds, standing
from service.partnership.agreements.rules import ENDS_WITHIN

TODAY = dt.date(2026, 11, 27)


@dataclass(frozen=True)
class Days:
    """An agreement from so many days from today until so many."""

    first: int
    last: int | None

    @property
    def starts_on(self) -> dt.date:
        return TODAY + dt.timedelta(days=self.first)

    @property
    def ends_on(self) -> dt.date | None:
        return None if self.last is None else TODAY + dt.timedelta(days=self.last)


SOON = ENDS_WITHIN.days


@pytest.mark.parametrize(
    ("terms", "expected"),
    [
        ([], Standing.NONE),
        ([Days(0, None)], Standing.VALID),
        ([Days(-5, 0)], Standing.ENDS),
        ([Days(-5, -1)], Standing.OVER),
        ([Days(1, None)], Standing.AHEAD),
        ([Days(-5, SOON)], Standing.ENDS),
        ([Days(-5, SOON + 1)], Standing.VALID),
        ([Days(11, None), Days(-5, 10)], Standing.VALID),
        ([Days(-5, 10), Days(11, 20)], Standing.VALID),
        ([Days(5, None), Days(-9, -1)], Standing.AHEAD),
    ],
)
def test_how_a_group_stands(terms: list[Days], expected: Standing) -> None:
    assert standing(terms, TODAY) is expected


def test_the_first_and_the_last_day_are_of_it() -> None:
    term = Days(0, 3)
    assert [holds(term, TODAY + dt.timedelta(days=n)) for n in (-1, 0, 3, 4)] == [False, True, True, False]
