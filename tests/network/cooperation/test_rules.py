"""How a group stands by the days of its agreements."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass

import pytest

from service.network.cooperation.rules import CooperationStanding, holds, standing
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
        ([], CooperationStanding.NONE),
        ([Days(0, None)], CooperationStanding.VALID),
        ([Days(-5, 0)], CooperationStanding.ENDS),
        ([Days(0, 10)], CooperationStanding.ENDS),
        ([Days(-5, -1)], CooperationStanding.OVER),
        ([Days(1, None)], CooperationStanding.AHEAD),
        ([Days(-5, SOON)], CooperationStanding.ENDS),
        ([Days(-5, SOON + 1)], CooperationStanding.VALID),
        ([Days(11, None), Days(-5, 10)], CooperationStanding.VALID),
        ([Days(-5, 10), Days(11, 20)], CooperationStanding.VALID),
        ([Days(5, None), Days(-9, -1)], CooperationStanding.AHEAD),
    ],
)
def test_how_a_group_stands(terms: list[Days], expected: CooperationStanding) -> None:
    assert standing(terms, TODAY) is expected


def test_the_first_and_the_last_day_are_of_it() -> None:
    term = Days(0, 3)
    assert [holds(term, TODAY + dt.timedelta(days=n)) for n in (-1, 0, 3, 4)] == [False, True, True, False]
