"""Which scope is in force: one at a time, each from its first day, the one before to the day before."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator
from uuid import UUID, uuid4

import pytest
from flask import Flask
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from tenants import periods
from tenants.acting import acting_for
from tenants.database import db
from tenants.reach import clock
from tenants.scope import Scope
from tests.support.world import scope

CODE, NEIGHBOUR = "0101", "0147"
DAY = dt.timedelta(days=1)


@pytest.fixture
def inside(app: Flask) -> Iterator[None]:
    """Within a transaction that is undone."""
    with app.app_context(), acting_for(clock([CODE, NEIGHBOUR])):
        yield
        db.session.rollback()


def term(first: str, last: str) -> Scope:
    return scope(
        dt.date(2026, 1, 1), f"fra {first}", starts_on=dt.date.fromisoformat(first), ends_on=dt.date.fromisoformat(last)
    )


def begin(first: str, last: str, code: str = CODE) -> UUID:
    agreement = uuid4()
    periods.put_in_force(code, term(first, last), agreement)
    return agreement


def history() -> list[tuple[str, str]]:
    """The periods, oldest first, by first and last day."""
    return [
        (each.valid_from.isoformat(), (each.valid_to - DAY).isoformat()) for each in reversed(periods.history(CODE))
    ]


def test_in_force_from_the_first_day_to_the_last(inside: None) -> None:
    begin("2026-03-01", "2026-12-31")
    found = [
        periods.in_force(CODE, dt.date.fromisoformat(day))
        for day in ("2026-02-28", "2026-03-01", "2026-12-31", "2027-01-01")
    ]
    assert [each is not None for each in found] == [False, True, True, False]
    assert found[1] is not None
    assert found[1].scope == term("2026-03-01", "2026-12-31")
    assert periods.in_force(NEIGHBOUR, dt.date(2026, 5, 1)) is None


def test_the_next_ends_the_one_before_on_the_day_before(inside: None) -> None:
    begin("2026-01-01", "2027-12-31")
    begin("2026-07-15", "2028-12-31")
    assert history() == [("2026-01-01", "2026-07-14"), ("2026-07-15", "2028-12-31")]


def test_one_that_has_ended_is_left_as_it_was(inside: None) -> None:
    begin("2025-01-01", "2025-12-31")
    begin("2026-03-01", "2026-12-31")
    assert history() == [("2025-01-01", "2025-12-31"), ("2026-03-01", "2026-12-31")]


@pytest.mark.parametrize("first", ["2026-07-15", "2026-07-14", "2020-01-01"])
def test_none_is_put_before_or_on_one_that_is_there(inside: None, first: str) -> None:
    begin("2026-07-15", "2028-12-31")
    with pytest.raises(periods.LaterPeriod):
        begin(first, "2029-12-31")
    assert history() == [("2026-07-15", "2028-12-31")]


def test_a_neighbour_has_its_own(inside: None) -> None:
    begin("2026-07-15", "2028-12-31")
    begin("2020-01-01", "2029-12-31", NEIGHBOUR)
    assert history() == [("2026-07-15", "2028-12-31")]


@pytest.mark.parametrize(
    ("last", "expected"),
    [("2026-08-31", "2026-08-31"), ("2030-01-01", "2026-12-31"), ("2025-01-01", "2026-01-01")],
    ids=["earlier", "never later", "at least its first day"],
)
def test_an_agreement_that_ends_early_ends_its_period(inside: None, last: str, expected: str) -> None:
    agreement = begin("2026-01-01", "2026-12-31")
    assert periods.end(CODE, agreement, dt.date.fromisoformat(last)) is not None
    db.session.flush()
    assert history() == [("2026-01-01", expected)]


def test_ending_what_has_no_period_changes_nothing(inside: None) -> None:
    begin("2026-01-01", "2026-12-31")
    assert periods.end(CODE, uuid4(), dt.date(2026, 6, 30)) is None
    assert periods.end(NEIGHBOUR, uuid4(), dt.date(2026, 6, 30)) is None
    assert history() == [("2026-01-01", "2026-12-31")]


def test_touching_is_any_day_in_common(inside: None) -> None:
    begin("2026-01-01", "2026-03-31")
    begin("2026-04-01", "2026-12-31")
    begin("2026-04-01", "2026-12-31", NEIGHBOUR)

    def found(first: str, after: str, code: str | None = CODE) -> list[str]:
        both = dt.date.fromisoformat(first), dt.date.fromisoformat(after)
        return [f"{each.municipality_code} {each.valid_from}" for each in periods.touching(*both, code)]

    assert found("2026-03-01", "2026-04-01") == ["0101 2026-01-01"]
    assert found("2026-03-31", "2026-04-02") == ["0101 2026-01-01", "0101 2026-04-01"]
    assert found("2025-12-01", "2026-01-01") == []
    assert found("2026-04-01", "2026-05-01", None) == ["0101 2026-04-01", "0147 2026-04-01"]


TERM = st.tuples(st.integers(0, 900), st.integers(0, 600))


@settings(max_examples=25, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.lists(TERM, max_size=6))
def test_periods_never_overlap_whatever_is_tried(inside: None, terms: list[tuple[int, int]]) -> None:
    """A plain list of days says the same: the newest agreement that had begun, while its term lasts."""
    db.session.rollback()
    model: dict[int, int] = {}
    latest = -1
    for number, (first, length) in enumerate(terms):
        day = dt.date(2026, 1, 1) + first * DAY
        wanted = scope(dt.date(2026, 1, 1), str(number), starts_on=day, ends_on=day + length * DAY)
        if first <= latest:
            with pytest.raises(periods.LaterPeriod):
                periods.put_in_force(CODE, wanted, uuid4())
            continue
        periods.put_in_force(CODE, wanted, uuid4())
        latest = first
        model = {each: which for each, which in model.items() if each < first} | dict.fromkeys(
            range(first, first + length + 1), number
        )
    for each in range(0, 1500, 37):
        found = periods.in_force(CODE, dt.date(2026, 1, 1) + each * DAY)
        assert (found.scope.purpose if found else None) == (f"Formål {model[each]}" if each in model else None)


# What was agreed on paper and is taken in later


def take_in(first: str, last: str) -> None:
    periods.put_among(CODE, term(first, last), uuid4())


def test_what_is_taken_in_stands_among_those_there_are(inside: None) -> None:
    begin("2024-01-01", "2025-12-31")
    begin("2026-01-01", "2027-12-31")
    take_in("2011-01-01", "2014-12-31")
    take_in("2021-07-01", "2024-06-30")  # the one after it began before its term was over
    take_in("2025-07-01", "2026-03-31")  # and this took over from one that was to run on, and gave way to another
    assert history() == [
        ("2011-01-01", "2014-12-31"),
        ("2021-07-01", "2023-12-31"),
        ("2024-01-01", "2025-06-30"),
        ("2025-07-01", "2025-12-31"),
        ("2026-01-01", "2027-12-31"),
    ]


def test_what_is_taken_in_takes_over_from_the_last_as_one_made_here_does(inside: None) -> None:
    begin("2024-01-01", "2026-12-31")
    take_in("2026-05-01", "2028-04-30")
    assert history() == [("2024-01-01", "2026-04-30"), ("2026-05-01", "2028-04-30")]


def test_what_is_taken_in_ends_nothing_that_goes_on_after_it(inside: None) -> None:
    longer = begin("2024-01-01", "2027-12-31")
    with pytest.raises(periods.LongerPeriod) as refused:
        take_in("2025-01-01", "2025-12-31")
    assert refused.value.agreement_id == longer
    with pytest.raises(periods.LaterPeriod):
        take_in("2024-01-01", "2024-12-31")
    assert history() == [("2024-01-01", "2027-12-31")]
