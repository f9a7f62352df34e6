"""When a check-in is asked for, reminded of and closed, and what of it is missing."""

from __future__ import annotations

import datetime as dt
from typing import Any

import pytest

from service.activity.checkins.rules import (
    ASKED,
    CheckInState,
    as_before,
    as_planned,
    closes_on,
    folded,
    in_time,
    is_open,
    missing,
    months_to_ask,
    numbers_needed,
    people,
    reminders_due,
    state,
)

OCTOBER, NOVEMBER = dt.date(2026, 10, 1), dt.date(2026, 11, 1)
LAST = dt.date(2026, 11, 30)


def december(day: int) -> dt.date:
    return dt.date(2026, 12, day)


def test_a_month_is_asked_for_from_the_25th_and_its_answers_are_in_time_to_the_5th() -> None:
    asked = {day: months_to_ask(dt.date(2026, 11, day)) for day in (5, 6, 24, 25)}
    assert asked == {5: [OCTOBER], 6: [], 24: [], 25: [NOVEMBER]}
    assert closes_on(NOVEMBER) == december(5)
    assert [in_time(NOVEMBER, december(day)) for day in (5, 6)] == [True, False]


def test_a_late_answer_is_taken_through_the_month_after() -> None:
    assert [is_open(NOVEMBER, day) for day in (december(6), december(31), dt.date(2027, 1, 1))] == [True, True, False]


def test_reminders_come_on_the_first_and_the_third() -> None:
    days = [LAST, *(december(day) for day in (1, 2, 3, 5, 6))]
    assert [reminders_due(NOVEMBER, day) for day in days] == [0, 1, 1, 2, 2, 0]


def test_who_came_must_be_told_or_where_matches_are_counted_how_many_are_active() -> None:
    assert numbers_needed(False, {}) == numbers_needed(True, {"adults": 0}) == ("volunteers", "adults")
    assert numbers_needed(True, {}) == numbers_needed(True, {"adults": None}) == ("active_matches",)


def test_what_few_fill_in_is_folded_away_and_who_came_where_the_line_is_a_month_of_pairs() -> None:
    folded_away = {whole: {each.code for each in ASKED if folded(each, whole)} for whole in (False, True)}
    assert folded_away[False] == {"women", "men", "waiting"}
    assert folded_away[True] == {"women", "men", "waiting", "adults", "children", "new_faces"}


def test_people_are_adults_and_children() -> None:
    assert people({"0580": (5, 2), "0550": (0, 0)}) == {"0580": 7, "0550": 0}


def test_a_session_is_missing_from_its_day_on_until_it_is_told_of() -> None:
    assert [missing(NOVEMBER, {}, day) for day in (OCTOBER, NOVEMBER, LAST)] == [False, True, True]
    assert missing(NOVEMBER, {"state": ""}, LAST)
    assert not missing(NOVEMBER, {"state": "cancelled"}, LAST)


@pytest.mark.parametrize(
    ("answers", "sent", "today", "expected"),
    [
        ([(NOVEMBER, {"state": "held"})], False, LAST, CheckInState.WAITING),
        ([(NOVEMBER, {"state": "held"})], True, LAST, CheckInState.ANSWERED),
        ([(NOVEMBER, {"state": "held"}), (LAST, {})], True, dt.date(2026, 11, 25), CheckInState.PARTLY),
        ([(december(1), {})], True, LAST, CheckInState.ANSWERED),  # no day of the month, and it has not come
        ([(december(1), {})], True, december(1), CheckInState.PARTLY),
        ([], True, LAST, CheckInState.ANSWERED),
    ],
)
def test_how_far_a_check_in_has_come(
    answers: list[tuple[dt.date, dict[str, Any]]], sent: bool, today: dt.date, expected: CheckInState
) -> None:
    """Days of the month that are still to come want an answer too."""
    assert state(answers, sent, NOVEMBER, today) is expected


def test_what_nothing_is_told_of_was_held_as_planned_and_what_is_told_stays() -> None:
    assert as_planned({"adults": 3}, 90) == {"adults": 3, "state": "held", "minutes": 90}
    assert as_planned({"minutes": 60}, 90) == {"minutes": 60, "state": "held"}
    assert as_planned({}, None) == {"state": "held"}
    cancelled = {"state": "cancelled"}
    assert as_planned(cancelled, 90) == cancelled
    assert as_planned(cancelled, 90) is not cancelled


def test_last_months_numbers_fill_what_is_blank_and_nothing_that_is_told() -> None:
    before = {"adults": 9, "children": 4, "minutes": 60}
    assert as_before({"adults": 0, "children": "", "minutes": None}, before) == {
        "adults": 0,
        "children": 4,
        "minutes": 60,
        "state": "held",
    }
    assert as_before({"state": "cancelled"}, before) == {"state": "cancelled"}
    assert as_before({"adults": 3}, {}) == {"adults": 3}
