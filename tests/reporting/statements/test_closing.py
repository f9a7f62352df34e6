"""When a statement is made and goes out, and what it says of the groups that have reported."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from dataclasses import replace
from uuid import UUID, uuid4

import pytest
from dateutil.easter import easter
from hypothesis import given, settings
from hypothesis import strategies as st

from service.activity.activities.non_working_days import is_working, working_day
from service.activity.activities.rules import Included
from service.activity.checkins.rules import GroupAnswer, Lateness, lateness
from service.reporting.statements.closing import (
    MAX_NAMED,
    Reported,
    StatementStage,
    covered,
    days_to_wait_for,
    progress,
    release_day,
    released_from,
    reported,
    waits_for_groups,
)
from tenants.calendar import DENMARK, month_after

A_DAY = dt.timedelta(days=1)
MONTHS = st.integers(0, 12 * 60).map(lambda number: month_after(dt.date(1995, 1, 1), number))


def closed_by_law(day: dt.date) -> bool:
    """A public holiday, counted from Easter by hand; Store Bededag was one until 2023."""
    since = (day - easter(day.year)).days
    movable = {-3, -2, 0, 1, 39, 49, 50} | ({26} if day.year < 2024 else set())
    return since in movable or (day.month, day.day) in {(1, 1), (12, 24), (12, 25), (12, 26), (12, 31)}


def fifth(month: dt.date) -> dt.date:
    """The fifth working day of a month, told off on the fingers."""
    day, left = month, 5
    while True:
        left -= day.strftime("%a") not in ("Sat", "Sun") and not closed_by_law(day)
        if not left:
            return day
        day += A_DAY


@settings(max_examples=200)
@given(MONTHS)
def test_the_fifth_working_day_is_what_counting_by_hand_gives(month: dt.date) -> None:
    assert working_day(month, 5) == fifth(month)


@pytest.mark.parametrize(
    ("month", "first", "fifth_of"),
    [
        ("2027-01", "2027-01-04", "2027-01-08"),  # New Year's Day is a Friday
        ("2027-02", "2027-02-01", "2027-02-05"),
        ("2026-04", "2026-04-01", "2026-04-10"),  # Easter: the 2nd, 3rd and 6th
        ("2023-05", "2023-05-01", "2023-05-08"),  # Store Bededag, its last time
        ("2024-05", "2024-05-01", "2024-05-07"),
    ],
)
def test_holidays_are_no_working_days(month: str, first: str, fifth_of: str) -> None:
    named = dt.date.fromisoformat(f"{month}-01")
    assert (working_day(named, 1).isoformat(), working_day(named, 5).isoformat()) == (first, fifth_of)


@settings(max_examples=200)
@given(MONTHS)
def test_it_goes_out_on_a_working_day_when_answers_count_no_more(month: dt.date) -> None:
    day = release_day(month)
    assert is_working(day)
    assert day >= fifth(month_after(month))
    assert not waits_for_groups(month, day), "whoever may still answer is not passed over"
    before = [day - A_DAY * n for n in range(1, day.day)]
    assert not any(is_working(each) and each >= fifth(month_after(month)) and each.day > 5 for each in before)
    assert month_after(month) <= day < month_after(month, 2)


def test_where_the_fifth_working_day_is_the_fifth_there_is_a_morning_to_look() -> None:
    assert release_day(dt.date(2027, 1, 1)) == dt.date(2027, 2, 8), (
        "not on Friday the 5th, when groups may still answer"
    )
    assert release_day(dt.date(2026, 10, 1)) == dt.date(2026, 11, 6), "Sunday the 1st"
    assert released_from(dt.date(2026, 10, 1)).astimezone(DENMARK).isoformat() == "2026-11-06T14:00:00+01:00"
    assert released_from(dt.date(2026, 10, 1)).tzinfo is dt.UTC, "wherever the machine stands"
    assert released_from(dt.date(2026, 6, 1)) == dt.datetime(2026, 7, 7, 12, tzinfo=dt.UTC), "in summer time"


def test_groups_are_waited_for_to_the_end_of_the_fifth() -> None:
    november = dt.date(2026, 11, 1)
    assert [waits_for_groups(november, dt.date(2026, 12, day)) for day in (1, 4, 5, 6)] == [True, True, True, False]


@pytest.mark.parametrize("today", [dt.date(2026, 12, 4), dt.date(2026, 12, 23)])
def test_one_can_let_it_wait_until_working_days_to_come(today: dt.date) -> None:
    days = days_to_wait_for(today)
    assert len(days) == 15
    assert days[0] > today
    assert all(map(is_working, days))
    assert days == sorted(set(days))


def group(name: str, *, told: bool, types: Sequence[str] = ("language_cafe",), key: UUID | None = None) -> GroupAnswer:
    return GroupAnswer("0580", uuid4(), key or uuid4(), name, tuple(types), told, told)


def test_a_group_outside_the_scope_owes_nothing() -> None:
    mine, other = group("Sprogbro", told=False), group("Skak", told=False, types=["chess"])
    both = group("Begge", told=True, types=["chess", "language_cafe"])
    agreed = Included(types=frozenset({"language_cafe"}), everything=False, waiting=False)
    assert covered([mine, other, both], agreed) == [mine, replace(both, types=("language_cafe",))], (
        "and no type but those"
    )
    everything = Included(types=frozenset(), everything=True, waiting=False)
    assert covered([mine, other], everything) == [mine, other]


def test_who_has_not_reported_is_named_where_the_municipality_sees_them() -> None:
    seen = uuid4()
    found = reported(
        [group("Sprogbro", told=False, key=seen), group("Hemmelig", told=False), group("Klubhus", told=True)],
        {seen},
        {"language_cafe": "Sprogcafé"},
    )
    assert found is not None
    assert found.text == "1 af 3 grupper har indberettet. Mangler: Sprogbro og en gruppe med sprogcafé."
    assert "Hemmelig" not in str(found.to_plain())
    two = reported([group(name, told=False) for name in "AB"], set(), {"language_cafe": "Sprogcafé"})
    assert two is not None
    assert (two.groups, two.text) == (2, "0 af 2 grupper har indberettet. Mangler: 2 grupper med sprogcafé.")
    whole = reported([group("Klubhus", told=True)], set(), {})
    assert whole is not None
    assert whole.text == "1 af 1 gruppe har indberettet."
    assert reported([], set(), {}) is None


def test_many_that_have_not_reported_stay_within_their_line() -> None:
    seen = [uuid4() for _each in range(MAX_NAMED + 4)]
    found = reported([group(f"G{n}", told=False, key=key) for n, key in enumerate(seen)], seen, {})
    assert found is not None
    assert found.text == "0 af 12 grupper har indberettet. Mangler: G0, G1, G2, G3, G4, G5, G6, G7 og 4 til."
    assert found.to_plain() == {
        "groups": 12,
        "reported": 0,
        "missing": [f"G{n}" for n in range(12)],
        "text": found.text,
    }, "all of them are in the facts"


@pytest.mark.parametrize(("silent", "end"), [(MAX_NAMED, "G6 og G7."), (MAX_NAMED + 1, "G6, G7 og 1 til.")])
def test_where_the_line_is_full(silent: int, end: str) -> None:
    found = Reported(silent, 0, tuple(f"G{number}" for number in range(silent)))
    assert found.text.endswith(end)


def test_how_far_it_has_come() -> None:
    assert progress("due", True, False) is StatementStage.HELD
    assert progress("due", False, False) is StatementStage.RELEASED
    assert progress("failed", False, False) is StatementStage.FAILED
    assert [progress("done", False, opened) for opened in (False, True)] == [StatementStage.SENT, StatementStage.OPENED]


def test_a_group_is_told_what_becomes_of_its_answer() -> None:
    november, on_time, after = dt.date(2026, 11, 1), dt.date(2026, 12, 5), dt.date(2026, 12, 6)
    assert lateness(november, False, on_time) is Lateness.IN_TIME
    assert lateness(november, False, after) is Lateness.OVERDUE
    assert {lateness(november, True, day) for day in (on_time, after)} == {Lateness.LATE}
