"""Free capacity in numbers: never below none, old after three months, and each kind with its unit in both languages."""

from __future__ import annotations

import datetime as dt

import pytest
from flask import Flask
from hypothesis import given
from hypothesis import strategies as st

from service.network.capacity import rules
from service.network.capacity.texts import COUNTED, UNITS, counted, unit
from service.partnership.catalogue.files import kinds
from service.partnership.catalogue.rules import BoundarySide

NUMBERS = st.integers(0, rules.MOST)


@given(free=NUMBERS, number=st.integers(1, rules.MOST))
def test_what_is_left_is_never_below_none_and_comes_back_whole(free: int, number: int) -> None:
    if number > free:
        with pytest.raises(rules.NotEnough):
            rules.take(free, number)
        return
    left = rules.take(free, number)
    assert left >= 0
    assert left + number == free
    assert rules.give_back(left, number) == free


@given(free=NUMBERS, takes=st.lists(st.integers(1, 50), max_size=40))
def test_taken_in_any_number_of_steps_it_adds_up(free: int, takes: list[int]) -> None:
    left, taken = free, 0
    for number in takes:
        try:
            left = rules.take(left, number)
        except rules.NotEnough:
            continue
        taken += number
    assert left + taken == free
    assert left >= 0


@pytest.mark.parametrize("number", [0, -1])
def test_nothing_is_neither_taken_nor_given_back(number: int) -> None:
    with pytest.raises(ValueError, match="at least one"):
        rules.take(5, number)
    with pytest.raises(ValueError, match="at least one"):
        rules.give_back(5, number)


def test_a_number_is_old_after_three_months() -> None:
    today = dt.date(2026, 11, 24)
    assert not rules.is_old(dt.date(2026, 8, 24), today)
    assert rules.is_old(dt.date(2026, 8, 23), today)


def test_a_number_that_comes_back_is_never_beyond_what_can_be_noted() -> None:
    assert rules.give_back(rules.MOST - 2, 2) == rules.MOST == rules.give_back(rules.MOST - 2, 3)
    assert len(str(rules.MOST)) == 3 < len(str(rules.MOST + 1)), "the form has room for three digits"


def test_what_is_no_public_duty_is_offered() -> None:
    known = kinds()
    offered = rules.offered(known)
    assert "housing_placement" not in offered
    assert {known[kind].side for kind in offered} == {BoundarySide.VOLUNTARY, BoundarySide.BORDERLINE}
    assert offered == [kind for kind in known if kind in offered], "in the catalogue's order"


def test_what_volunteers_can_take_on_has_a_unit_and_nothing_else_has(app: Flask) -> None:
    """One vocabulary: the units are those of the catalogue's types that are no public duty."""
    known = kinds()
    offered = rules.offered(known)
    assert set(offered) == COUNTED.keys() == UNITS.keys()
    with app.test_request_context():
        assert counted("network_family", 1) == "1 netværksfamilie"
        assert counted("network_family", 5) == "5 netværksfamilier"
        assert unit("language_cafe") == "Pladser i sprogcafé"
        assert len({unit(kind) for kind in offered}) == len(offered)
