"""When municipalities move to another territory."""

from __future__ import annotations

import datetime as dt

import pytest

from service.platform.territories.operations import to_begin_with
from service.platform.territories.rules import MAX_AHEAD, MoveFault, Stay, fault_of_move

TODAY = dt.date(2026, 11, 30)
NEW_YEAR = dt.date(2027, 1, 1)
DAY = dt.timedelta(days=1)
STAYS = [
    Stay("0101", "Vest", dt.date(2018, 1, 1), NEW_YEAR),
    Stay("0101", "Øst", NEW_YEAR, None),
    Stay("0147", "Vest", dt.date(2018, 1, 1), None),
]


@pytest.mark.parametrize(
    ("moved", "to", "day", "fault"),
    [
        ({"0147"}, "Øst", TODAY, None),
        (set(), "Øst", TODAY, MoveFault.NOBODY),
        ({"0147"}, "", TODAY, MoveFault.NOWHERE),
        ({"0147"}, "Øst", TODAY - DAY, MoveFault.PAST),
        ({"0147"}, "Øst", TODAY + MAX_AHEAD, None),
        ({"0147"}, "Øst", TODAY + MAX_AHEAD + DAY, MoveFault.FAR),
        ({"0147"}, "Vest", TODAY, MoveFault.THERE_ALREADY),
        ({"0101"}, "Vest", TODAY, None),  # it was to leave, and now stays
        ({"0101"}, "Øst", NEW_YEAR, MoveFault.THERE_ALREADY),
        ({"0101"}, "Øst", NEW_YEAR - DAY, None),  # a day sooner
        ({"0101", "0147"}, "Øst", NEW_YEAR, None),  # one of them is there already
        ({"0151"}, "Vest", TODAY, None),  # in none so far
    ],
)
def test_who_can_move_where_and_when(moved: set[str], to: str, day: dt.date, fault: MoveFault | None) -> None:
    assert fault_of_move(frozenset(moved), to, day, TODAY, STAYS) is fault


def test_the_last_day_in_a_territory_is_the_one_before_it_ends() -> None:
    assert [
        STAYS[0].holds_on(day) for day in (dt.date(2017, 12, 31), dt.date(2018, 1, 1), NEW_YEAR - DAY, NEW_YEAR)
    ] == [
        False,
        True,
        True,
        False,
    ]


def test_the_six_territories_to_begin_with_hold_each_municipality_once() -> None:
    held = [code for codes in to_begin_with().values() for code in codes]
    assert (len(to_begin_with()), len(held), len(set(held))) == (6, 98, 98)
