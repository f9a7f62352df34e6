"""Figures from counts, by example. That no small count is told is tried in `test_disclosure.py` and `test_who_came.py`."""

from __future__ import annotations

import datetime as dt
from dataclasses import asdict, replace
from typing import Any

import pytest

from service.activity.activities.disclosure import K, MonthFigures, Shown, disclose, hours, month_figures, so_far
from service.activity.activities.rules import (
    Counts,
    Included,
    MonthTotals,
    adds_up,
    apportion,
    from_each,
    of_people,
    parts_of,
    too_many,
    whole,
)

OCTOBER, NOVEMBER = dt.date(2026, 10, 1), dt.date(2026, 11, 1)
HOME, OTHER = "0580", "0540"


# Parts of a session


def test_what_is_left_over_goes_to_the_largest_remainders_and_then_by_name() -> None:
    assert apportion(7, {"b": 5, "a": 1}) == {"b": 6, "a": 1}
    assert apportion(10, {"c": 1, "b": 1, "a": 1}) == {"a": 4, "b": 3, "c": 3}
    assert apportion(11, {"c": 1, "b": 1, "a": 1}) == {"a": 4, "b": 4, "c": 3}
    assert apportion(5, {"a": 3, "b": 7}) == {"a": 2, "b": 3}
    assert apportion(3, {"b": 0, "a": 0}) == {"a": 2, "b": 1}
    assert apportion(0, {"a": 2, "b": 3}) == {"a": 0, "b": 0}


def test_somebody_was_counted_where_any_number_is_not_none_or_nought() -> None:
    assert not Counts().anybody
    assert not Counts(women=0, waiting=0).anybody
    assert Counts(waiting=1).anybody
    assert Counts(volunteers=1).anybody


WHOLE = Counts(
    volunteers=3,
    volunteer_minutes=180,
    adults=9,
    children=4,
    women=5,
    men=3,
    new_faces=2,
    active_matches=6,
    new_matches=3,
    ended_matches=1,
    waiting=4,
)


def test_each_municipality_has_its_part_of_everything_by_where_participants_came_from() -> None:
    parts = parts_of(WHOLE, [HOME, OTHER], {HOME: (7, 1), OTHER: (2, 3)})
    assert parts == {
        HOME: Counts(1, 90, 7, 1, 4, 2, 1, 4, 2, 1, 2),
        OTHER: Counts(2, 90, 2, 3, 1, 1, 1, 2, 1, 0, 2),
    }
    assert parts_of(WHOLE, [HOME], {}) == {HOME: WHOLE}


def test_a_part_of_a_part_is_taken_from_it() -> None:
    """Men are among the adults who are no women, and new pairs among those that are active."""
    found = parts_of(Counts(adults=10, women=1, men=9), [HOME, OTHER], {HOME: (5, 0), OTHER: (5, 0)})
    assert [(each.women, each.men) for each in found.values()] == [(0, 5), (1, 4)]
    one_pair = Counts(adults=3, active_matches=1, new_matches=1)
    found = parts_of(one_pair, [HOME, OTHER], {HOME: (2, 0), OTHER: (1, 0)})
    assert [(each.active_matches, each.new_matches) for each in found.values()] == [(1, 1), (0, 0)]


def test_where_it_is_not_known_participants_come_from_each_alike() -> None:
    found = parts_of(replace(WHOLE, adults=6, children=2, women=None, men=None), [HOME, OTHER])
    assert [(each.adults, each.children, each.women, each.men) for each in found.values()] == [(3, 1, None, None)] * 2


def test_a_municipality_that_nobody_came_from_has_no_participants() -> None:
    found = parts_of(WHOLE, [HOME, OTHER], {HOME: (9, 4)})[OTHER]
    assert (found.adults, found.children, found.women, found.new_faces) == (0, 0, 0, 0)


def test_adults_are_in_proportion_to_all_who_came_from_each() -> None:
    assert of_people(5, {HOME: 8, OTHER: 2}) == {HOME: (4, 4), OTHER: (1, 1)}


def test_what_is_sent_by_municipality_counts_where_any_number_is_written() -> None:
    rows = [
        {"municipality_code": HOME, "adults": 0, "children": 0},
        {"municipality_code": OTHER, "adults": 0, "children": 1},
    ]
    assert from_each(rows) == {HOME: [0, 0], OTHER: [0, 1]}
    assert from_each(rows[:1]) == from_each([]) == {}


def test_what_came_from_each_adds_up_to_the_session_in_municipalities_that_it_served() -> None:
    counted = {HOME: (7, 1), OTHER: (2, 3)}
    assert adds_up(counted, WHOLE, [HOME, OTHER])
    assert adds_up(counted, WHOLE, [HOME, OTHER, "0550"])
    assert not adds_up(counted, WHOLE, [HOME])
    assert not adds_up(counted, replace(WHOLE, children=5), [HOME, OTHER])
    assert not adds_up(counted, replace(WHOLE, adults=8), [HOME, OTHER])


# What a month counts


def test_totals_and_what_is_included_are_kept_as_plain_values() -> None:
    row = MonthTotals(OCTOBER, "mentor", sessions=2, waiting=3)
    plain = row.to_plain()
    assert "month" not in plain
    assert MonthTotals(month=OCTOBER, **plain) == row
    included = Included(frozenset({"mentor", "job_club"}), everything=False, waiting=True)
    assert included.to_plain() == {"types": ["job_club", "mentor"], "everything": False, "waiting": True}
    assert Included.from_plain(included.to_plain()) == included


def test_what_was_not_counted_is_nought_or_was_not_asked() -> None:
    nothing = dict.fromkeys(("sessions", "cancelled", "attendances", "volunteer_attendances"), 0)
    nothing |= dict.fromkeys(("volunteer_minutes", "shared", "new_faces"), 0)
    plain = MonthTotals(OCTOBER, "mentor").to_plain()
    assert {name: value for name, value in plain.items() if value is not None} == {"activity_type": "mentor", **nothing}
    counted = {name: value for name, value in asdict(Counts()).items() if value is not None}
    assert counted == dict.fromkeys(("volunteers", "volunteer_minutes", "adults", "children", "new_faces"), 0)


def test_the_agreed_types_count_or_all_and_who_waits_where_that_is_opened() -> None:
    rows = [MonthTotals(OCTOBER, kind, 1, waiting=9) for kind in ("mentor", "job_club")]
    agreed = frozenset({"mentor"})
    assert Included(agreed, everything=False, waiting=True).of(rows) == rows[:1]
    assert Included(agreed, everything=True, waiting=True).of(rows) == rows
    assert Included(agreed, everything=False, waiting=False).of(rows) == [replace(rows[0], waiting=None)]


def totals(kind: str, attendances: int, month: dt.date = OCTOBER) -> MonthTotals:
    return MonthTotals(
        month,
        kind,
        sessions=4,
        cancelled=1,
        attendances=attendances,
        volunteer_attendances=10,
        volunteer_minutes=610,
        shared=2,
        adults=attendances,
        children=0,
        active_matches=20,
        waiting=7,
    )


def test_a_months_figures_are_those_of_the_month_and_of_each_type() -> None:
    rows = [totals("mentor", 30), totals("job_club", 12), totals("mentor", 99, NOVEMBER)]
    assert month_figures(OCTOBER, rows) == MonthFigures(
        month=OCTOBER,
        sessions=8,
        cancelled=2,
        shared=4,
        volunteer_hours=20,
        attendances=42,
        volunteer_attendances=20,
        sessions_by_type={"mentor": 4, "job_club": 4},
        cancelled_by_type={"mentor": 1, "job_club": 1},
        attendances_by_type={"mentor": 30, "job_club": 12},
        volunteer_attendances_by_type={"mentor": 10, "job_club": 10},
        who={
            "adults": 42,
            "children": 0,
            "new_faces": 0,
            "active_matches": 40,
            "new_matches": 0,
            "ended_matches": 0,
            "waiting": 14,
        },
    )


def test_a_month_is_partial_where_a_type_is_kept_back() -> None:
    assert not month_figures(OCTOBER, [totals("mentor", 30)]).partial
    assert month_figures(OCTOBER, [totals("mentor", 30), totals("job_club", 4)]).partial


def test_a_figure_is_asked_for_by_its_measure_in_all_or_of_one_type() -> None:
    month = replace(
        month_figures(OCTOBER, [totals("mentor", 30)]),
        sessions=1,
        volunteer_hours=2,
        attendances=3,
        volunteer_attendances=4,
        sessions_by_type={"mentor": 5},
        attendances_by_type={"mentor": 6},
        volunteer_attendances_by_type={"mentor": 7},
        who={"waiting": 8},
    )
    in_all = {name: month.of(name) for name in ("sessions", "volunteer_hours", "attendances", "volunteer_attendances")}
    assert in_all == {"sessions": 1, "volunteer_hours": 2, "attendances": 3, "volunteer_attendances": 4}
    by_type = ("sessions", "attendances", "volunteer_attendances")
    assert [month.of(name, "mentor") for name in by_type] == [5, 6, 7]
    assert [month.of(name, "job_club") for name in by_type] == [0, 0, 0]
    assert (month.of("waiting"), month.of("new_faces")) == (8, 0)


@pytest.mark.parametrize(
    ("measure", "kind"), [("smiles", None), ("smiles", "mentor"), ("volunteer_hours", "mentor"), ("waiting", "mentor")]
)
def test_there_is_no_other_measure_and_not_each_is_counted_by_type(measure: str, kind: str | None) -> None:
    with pytest.raises(KeyError):
        month_figures(OCTOBER, [totals("mentor", 30)]).of(measure, kind)


def test_hours_are_whole_and_rounded_half_up() -> None:
    shown = Shown({"mentor": 10}, 10)
    minutes = [0, 29, 30, 89, 90]
    assert [hours([MonthTotals(OCTOBER, "mentor", volunteer_minutes=n)], shown) for n in minutes] == [0, 0, 1, 1, 2]
    assert hours([], Shown({"mentor": None}, 10)) is None


@pytest.mark.parametrize(
    ("counts", "shown", "total"),
    [
        ({}, {}, True),
        ({"a": 0, "b": 5}, {"a": 0, "b": 5}, True),
        ({"a": 4, "b": 5, "c": 20}, {"a": None, "b": None, "c": 20}, True),
        ({"a": 4, "b": 9, "c": 20}, {"a": None, "b": None, "c": 20}, True),
        ({"a": 4, "b": 9, "c": 9, "d": 20}, {"a": None, "b": None, "c": None, "d": 20}, True),
        ({"a": 1, "b": 4, "c": 20}, {"a": None, "b": None, "c": 20}, True),
        ({"a": 1, "b": 2, "c": 20}, {"a": None, "b": None, "c": None}, True),
        ({"a": 2, "b": 2, "c": 2, "d": 20}, {"a": None, "b": None, "c": None, "d": None}, True),
        ({"a": 4, "b": 0}, {"a": None, "b": 0}, False),
        ({"a": 2, "b": 2}, {"a": None, "b": None}, False),
    ],
)
def test_small_counts_are_hidden_with_as_many_others_as_it_takes(
    counts: dict[str, int], shown: dict[str, int | None], total: bool
) -> None:
    assert disclose(counts) == Shown(shown, sum(counts.values()) if total else None)
    assert K == 5


def test_so_far_is_a_sum_and_of_what_stands_the_last_count() -> None:
    october, november = (
        month_figures(month, [totals("mentor", count, month)]) for month, count in ((OCTOBER, 30), (NOVEMBER, 12))
    )
    assert so_far([october, november], "attendances") == (42, False)
    assert so_far([october, november], "attendances", "mentor") == (42, False)
    assert so_far([october, november], "attendances", "job_club") == (0, False)
    assert so_far([october, november], "waiting") == (7, False), "those who wait now"
    nobody_counts = month_figures(NOVEMBER, [replace(totals("mentor", 12, NOVEMBER), waiting=None)])
    assert so_far([replace(october, who={"waiting": 9}), nobody_counts], "waiting") == (9, False)
    assert so_far([], "waiting") == so_far([], "adults") == (0, False)
    kept_back = month_figures(NOVEMBER, [totals("mentor", 3, NOVEMBER)])
    assert so_far([october, kept_back], "attendances") == (30, True)
    some = month_figures(NOVEMBER, [totals("mentor", 30, NOVEMBER), totals("job_club", 20), totals("sewing", 4)])
    assert so_far([october, some], "attendances", "mentor") == (60, False)


@pytest.mark.parametrize(
    ("told", "minutes", "counted", "found"),
    [
        ({"volunteers": 3, "adults": 8}, 90, None, Counts(volunteers=3, volunteer_minutes=270, adults=8)),
        ({"volunteers": 3, "volunteer_minutes": 100}, 90, None, Counts(volunteers=3, volunteer_minutes=100)),
        ({"volunteers": 3, "volunteer_minutes": 0}, 90, None, Counts(volunteers=3)),
        ({"volunteers": 3}, None, None, Counts(volunteers=3)),
        ({"women": 0, "men": None}, 90, None, Counts(women=0)),
        ({}, 90, {"0580": (2, 1), "0550": (5, 4)}, Counts(adults=7, children=5)),
        ({"children": 1}, 90, {"0580": (2, 1)}, Counts(children=1)),
        ({"adults": 1}, 90, {"0580": (2, 1)}, Counts(adults=1)),
        ({"adults": 1, "children": 1}, 90, {"0580": (2, 1)}, Counts(adults=1, children=1)),
        ({"volunteers": 2, "note": "whatever else is told"}, 0, {}, Counts(volunteers=2)),
    ],
)
def test_what_is_not_told_of_a_session_follows_from_what_is(
    told: dict[str, Any], minutes: int | None, counted: dict[str, tuple[int, int]] | None, found: Counts
) -> None:
    assert whole(told, minutes, counted) == found


@pytest.mark.parametrize(
    ("counts", "codes"),
    [
        (Counts(adults=9, women=5, men=4), []),
        (Counts(adults=9, women=5, men=5), ["women"]),
        (Counts(adults=9, women=10), ["women"]),
        (Counts(adults=9, men=10), ["women"]),  # told of the first of those that are so together
        (Counts(adults=2, children=3, new_faces=5), []),
        (Counts(adults=2, children=3, new_faces=6), ["new_faces"]),
        (Counts(active_matches=3, new_matches=3), []),
        (Counts(active_matches=3, new_matches=4), ["new_matches"]),
        (Counts(new_matches=1), ["new_matches"]),
        (Counts(adults=1, women=2, new_faces=3), ["women", "new_faces"]),
    ],
)
def test_nothing_is_more_than_what_it_is_part_of(counts: Counts, codes: list[str]) -> None:
    assert [measure.code for measure in too_many(counts)] == codes
