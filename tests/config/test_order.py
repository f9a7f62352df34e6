"""The order of the suite: what is said to take long is there, begins first, and no test is lost."""

from __future__ import annotations

from itertools import pairwise
from pathlib import Path
from types import SimpleNamespace

import pytest

from tests.support.order import LONG, TESTS, ordered, place


def items(*names: str) -> list[pytest.Item]:
    return [SimpleNamespace(path=TESTS / name, number=number) for number, name in enumerate(names)]  # type: ignore[misc]


def test_what_takes_long_is_there() -> None:
    assert [name for name in LONG if not (TESTS / name).exists()] == []


def test_the_longest_begin_and_a_file_stays_together() -> None:
    short, long = "tenants/test_scope.py", LONG[0]
    given = items(short, "journeys/test_year.py", long, short, long)
    assert [given.index(item) for item in ordered(given, None)] == [2, 4, 1, 0, 3]


def test_a_file_has_the_place_of_its_own_name_before_that_of_its_folder() -> None:
    assert place(TESTS / "walls/test_visit.py") < place(TESTS / "walls/test_reach.py") < len(LONG)
    assert place(Path(__file__)) == len(LONG)


def test_by_chance_it_is_all_of_them_and_the_same_for_the_same_number() -> None:
    given = items(*(f"tenants/test_{number % 9}.py" for number in range(40)))
    first, second = ordered(given, 7), ordered(given, 8)
    assert first == ordered(given, 7) != second
    assert sorted(map(given.index, first)) == list(range(40))
    files = [item.path for item in first]
    assert sum(one != other for one, other in pairwise(files)) == 8, "a file stays together"
