"""Small counts: what is shown of a month tells nobody a count of 1 to 4 persons, though the reader knows the rule.

The reader of these tests is an attacker with all the time in the world: every month that could have been is tried, the rule is
applied to it, and those that look exactly like the one on the page are kept. A count is told when they all agree on it. The
hours stand beside the counts, and how long the sessions of each type last stands in the calendar.
"""

from __future__ import annotations

import datetime as dt
import doctest
import itertools
from collections import defaultdict
from collections.abc import Callable, Iterable, Mapping
from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from service.activity.activities import disclosure
from service.activity.activities.disclosure import K, MonthFigures, Shown, disclose, hours, month_figures, so_far
from service.activity.activities.rules import MonthTotals

Rule = Callable[[Mapping[str, int]], Shown]
Hours = Callable[[Iterable[MonthTotals], Shown], int | None]
Picture = tuple[tuple[int | None, ...], int | None, int | None]
MONTH = dt.date(2026, 10, 1)
LENGTHS = dict(zip("abcde", (60, 120, 90, 45, 150), strict=True))  # minutes that each volunteer of a type is there


def picture(rule: Rule, hours: Hours, names: tuple[str, ...], counts: tuple[int, ...]) -> Picture:
    """What the page shows of such counts of volunteers."""
    shown = rule(dict(zip(names, counts, strict=True)))
    rows = [
        MonthTotals(MONTH, name, volunteer_minutes=count * LENGTHS[name])
        for name, count in zip(names, counts, strict=True)
    ]
    return tuple(shown.cells[name] for name in names), shown.total, hours(rows, shown)


def told(rule: Rule, names: tuple[str, ...], most: int, hours: Hours = hours) -> list[tuple[int, ...]]:
    """The months of which the page tells a small count, a small sum of hidden counts included."""
    alike: dict[Picture, list[tuple[int, ...]]] = defaultdict(list)
    for counts in itertools.product(range(most + 1), repeat=len(names)):
        alike[picture(rule, hours, names, counts)].append(counts)
    found = []
    for (cells, total, _hours), months in alike.items():
        if total is not None and 0 < total - sum(count or 0 for count in cells) < K:
            found += months
            continue
        for column, cell in enumerate(cells):
            values = {month[column] for month in months}
            if any(0 < value < K for value in values) and (cell is not None or len(values) < 2):
                found += [month for month in months if 0 < month[column] < K]
    return found


@pytest.mark.parametrize(("cells", "most"), [(1, 40), (2, 40), (3, 14), (4, 9), (5, 6)])
def test_no_small_count_is_told_by_its_cells_and_their_total(cells: int, most: int) -> None:
    assert told(disclose, tuple("abcde")[:cells], most) == []


def only_the_small_ones(cells: Mapping[str, int]) -> Shown:
    """The naive rule: the reader takes the rest from the total."""
    return Shown({name: None if 0 < count < K else count for name, count in cells.items()}, sum(cells.values()))


def two_by_name(cells: Mapping[str, int]) -> Shown:
    """The next best: at least two hidden and 5 or more in all, ties by name. It tells 4 + 4 beside 5, and which of 4 and 5 is the 4."""
    hidden = {name for name, count in cells.items() if 0 < count < K}
    if not hidden:
        return Shown(dict(cells), sum(cells.values()))
    others = sorted((count, name) for name, count in cells.items() if count >= K)
    while others and (len(hidden) < 2 or sum(cells[name] for name in hidden) < K):
        hidden.add(others.pop(0)[1])
    enough = len(hidden) > 1 and sum(cells[name] for name in hidden) >= K
    shown = {name: None if name in hidden else count for name, count in cells.items()}
    return Shown(shown, sum(cells.values()) if enough else None)


@pytest.mark.parametrize(
    ("rule", "example"), [(only_the_small_ones, (3, 9, 9)), (two_by_name, (5, 4, 4)), (two_by_name, (5, 5, 4))]
)
def test_control_the_attacker_beats_a_lesser_rule(rule: Rule, example: tuple[int, ...]) -> None:
    assert example in told(rule, ("a", "b", "c"), 12)


def whole_hours(rows: Iterable[MonthTotals], _shown: Shown) -> int:
    """Hours as they were shown: whatever is kept back beside them."""
    return (sum(row.volunteer_minutes for row in rows) + 30) // 60


def rounded_hours(rows: Iterable[MonthTotals], shown: Shown) -> int:
    """The next best: to the nearest 25."""
    return (whole_hours(rows, shown) + 12) // 25 * 25


@pytest.mark.parametrize(("shown_as", "example"), [(whole_hours, (3, 9)), (rounded_hours, (1, 6))])
def test_control_the_attacker_reads_volunteers_in_hours(shown_as: Hours, example: tuple[int, ...]) -> None:
    assert example in told(disclose, ("a", "b"), 12, shown_as)


@given(st.dictionaries(st.sampled_from("abcde"), st.integers(5, 60)))
def test_hours_are_shown_where_no_volunteers_are_kept_back(volunteers: dict[str, int]) -> None:
    rows = [MonthTotals(MONTH, name, volunteer_minutes=90 * count) for name, count in volunteers.items()]
    assert hours(rows, disclose(volunteers)) == whole_hours(rows, disclose(volunteers))


COUNTS = st.dictionaries(st.sampled_from("abcdefgh"), st.integers(0, 60) | st.integers(1, 9), max_size=8)


@given(COUNTS)
def test_what_is_shown_is_true_and_no_more_is_hidden_than_must_be(cells: dict[str, int]) -> None:
    shown = disclose(cells)
    assert shown.cells.keys() == cells.keys()
    assert all(count is None or count == cells[name] for name, count in shown.cells.items())
    assert shown.total in (None, sum(cells.values()))
    hidden = {name for name, count in shown.cells.items() if count is None}
    small = {name for name, count in cells.items() if 0 < count < K}
    assert small <= hidden
    assert bool(hidden) == bool(small), "without a small count everything is shown"
    assert shown.total is not None or hidden == {name for name, count in cells.items() if count}


@given(COUNTS, st.permutations("abcdefgh"))
def test_the_rule_asks_for_sizes_and_never_for_names(cells: dict[str, int], names: list[str]) -> None:
    """The ground that its proof stands on: hidden counts can change places and nothing that is shown changes."""
    other = dict(zip("abcdefgh", names, strict=True))
    renamed = disclose({other[name]: count for name, count in cells.items()})
    shown = disclose(cells)
    assert renamed.total == shown.total
    assert renamed.cells == {other[name]: count for name, count in shown.cells.items()}


# Beside a neighbour, who holds an equal part of the same sessions and tells what is shown of it

PARTS = range(16)


def told_by_neighbours(rule: Callable[..., Shown], sessions: int) -> set[tuple[int, int]]:
    """The parts of two neighbours by which both together can tell a small one: of one type, beside another that is the first's alone.

    Of each session the first has as many as the second, or one more.
    """
    alike: dict[object, list[tuple[int, int, int]]] = defaultdict(list)
    for first, second, own in itertools.product(PARTS, repeat=3):
        if 0 <= first - second <= sessions:
            here = rule({"shared": first, "own": own}, {"shared": sessions})
            there = rule({"shared": second}, {"shared": sessions})
            alike[tuple(here.cells.values()), here.total, there.total].append((first, second, own))
    found = set()
    for same in alike.values():
        for column in range(3):
            values = {each[column] for each in same}
            # What could be mistaken for the largest is not among those that are tried.
            if len(values) == 1 and 0 < min(values) < K and max(map(max, same)) < PARTS[-1] - sessions:
                found |= {each[:2] for each in same}
    return found


@pytest.mark.parametrize("sessions", [1, 2, 4])
def test_no_small_part_is_told_by_two_neighbours_together(sessions: int) -> None:
    assert told_by_neighbours(disclose, sessions) == set()


def test_control_nine_in_equal_parts_are_told() -> None:
    assert (5, 4) in told_by_neighbours(lambda cells, _parts: disclose(cells), 1)


@pytest.mark.parametrize(
    ("cells", "parts", "shown", "total"),
    [
        ({"a": 5}, {"a": 1}, {"a": None}, None),
        ({"a": 6}, {"a": 1}, {"a": 6}, 6),
        ({"a": 5}, {"a": 0}, {"a": 5}, 5),  # beside sessions of its own
        ({"a": 8}, {"a": 4}, {"a": None}, None),
        ({"a": 9}, {"a": 4}, {"a": 9}, 9),
        ({"a": 0}, {"a": 1}, {"a": None}, None),
        ({"a": 0}, {"a": 2}, {"a": 0}, 0),
        ({"a": 5, "b": 20}, {"a": 1}, {"a": None, "b": None}, 25),
        ({"a": 5, "b": 20, "c": 9}, {"a": 1}, {"a": None, "b": 20, "c": None}, 34),
        # What a neighbour may tell covers nothing: of 26, twenty are known and one that is not.
        ({"a": 20, "b": 3}, {"a": 0}, {"a": 20, "b": None}, None),
        ({"a": 5, "b": 3}, {"a": 1}, {"a": None, "b": None}, None),
        ({"a": 4, "b": 3}, {"a": 1}, {"a": None, "b": None}, 7),
    ],
)
def test_parts_are_kept_back_where_they_tell_the_neighbours(
    cells: dict[str, int], parts: dict[str, int], shown: dict[str, int | None], total: int | None
) -> None:
    assert disclose(cells, parts) == Shown(shown, total)


@pytest.mark.parametrize(
    ("shared", "own", "adults"),
    [(1, 0, None), (1, 1, 20), (0, 0, 20)],
)
def test_who_came_is_kept_back_where_all_of_them_are_parts(shared: int, own: int, adults: int | None) -> None:
    """Five children, and the neighbour four; unless some of them may be from sessions of its own."""
    cafe = replace(counted(attendances=25, children=5, new_faces=0), sessions=1, shared=shared)
    help_ = MonthTotals(MONTH, "homework_help", own, attendances=own * 9, adults=0, children=own * 9)
    assert month_figures(MONTH, [cafe, help_]).who["adults"] == adults


# Over months


TYPES = ("homework_help", "language_cafe", "family_friend")
COUNT = st.integers(0, 12)
MONTHS = st.lists(st.dictionaries(st.sampled_from(TYPES), st.tuples(COUNT, COUNT), max_size=3), min_size=2, max_size=4)


def figures_of(months: list[dict[str, tuple[int, int]]]) -> list[MonthFigures]:
    """Figures of consecutive months from (participants, volunteers) by type."""
    return [
        month_figures(
            dt.date(2026, number, 1),
            [
                MonthTotals(dt.date(2026, number, 1), kind, 4, 0, people, helpers, 600)
                for kind, (people, helpers) in month.items()
            ],
        )
        for number, month in enumerate(months, start=1)
    ]


@given(MONTHS, st.sampled_from([*TYPES, None]))
def test_the_year_so_far_less_the_year_a_month_ago_tells_only_what_was_shown(
    months: list[dict[str, tuple[int, int]]], kind: str | None
) -> None:
    figures = figures_of(months)
    for measure in ("attendances", "volunteer_attendances"):
        now, _at_least = so_far(figures, measure, kind)
        before, _at_least = so_far(figures[:-1], measure, kind)
        assert now - before == (figures[-1].of(measure, kind) or 0)


def test_control_a_sum_over_months_that_adds_what_is_hidden_tells_it() -> None:
    months = [{"homework_help": (20, 9)}, {"homework_help": (3, 9)}]
    naive = [sum(month["homework_help"][0] for month in months[:count]) for count in (1, 2)]
    assert naive[1] - naive[0] == 3
    figures = figures_of(months)
    assert so_far(figures, "attendances")[0] - so_far(figures[:1], "attendances")[0] == 0
    assert so_far(figures, "attendances") == (20, True), "and it says: at least"


@given(MONTHS)
def test_sessions_and_cancellations_are_not_persons_and_are_shown(months: list[dict[str, tuple[int, int]]]) -> None:
    for month, figures in zip(months, figures_of(months), strict=True):
        assert figures.sessions == 4 * len(month)
        assert figures.sessions_by_type == dict.fromkeys(month, 4)


def test_both_kinds_of_persons_are_kept_back() -> None:
    figures = figures_of([{"homework_help": (20, 3), "language_cafe": (3, 9)}])[0]
    assert figures.attendances_by_type == {"homework_help": None, "language_cafe": None}
    assert figures.volunteer_attendances_by_type == {"homework_help": None, "language_cafe": None}
    assert (figures.attendances, figures.volunteer_attendances) == (23, 12)
    assert replace(figures, attendances=None).of("attendances") is None
    with pytest.raises(KeyError):
        figures.of("volunteer_hours", "homework_help")
    assert disclosure.K == 5


def test_the_worked_example_is_what_comes_out() -> None:
    failed, tried = doctest.testmod(disclosure)
    assert (failed, tried > 4) == (0, True)


def counted(**counts: int | None) -> MonthTotals:
    """A month of the café, of which 20 adults came unless something else is said."""
    return MonthTotals(MONTH, "language_cafe", **{"attendances": 20, "adults": 20, "children": 0, **counts})  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("counts", "shown"),
    [
        ({"women": 14}, {"women": 14, "men": 0}),  # 6 whom nobody asked
        ({"men": 15}, {"women": 0, "men": 15}),
        ({"women": 20}, {"women": 20, "men": 0}),  # all were asked
        ({"women": 12, "men": 4}, {"women": None, "men": None}),
        ({"women": 12, "men": 7}, {"women": None, "men": None}),  # one whom nobody asked
        ({"new_matches": 6, "ended_matches": 6}, {"active_matches": 0, "new_matches": 6, "ended_matches": 6}),
        ({"active_matches": 5, "new_matches": 5}, {"active_matches": 5, "new_matches": 5, "ended_matches": 0}),
        ({"active_matches": 0, "ended_matches": 5}, {"active_matches": 0, "new_matches": 0, "ended_matches": 5}),
        # Of 3 pairs the month before, 8 more began and 6 ended.
        (
            {"active_matches": 5, "new_matches": 8, "ended_matches": 6},
            {"active_matches": 5, "new_matches": None, "ended_matches": None},
        ),
        ({"active_matches": 9, "new_matches": 5}, {"active_matches": 9, "new_matches": None, "ended_matches": None}),
    ],
)
def test_of_what_is_counted_by_some_the_rest_is_none(counts: dict[str, int], shown: dict[str, int | None]) -> None:
    who = month_figures(MONTH, [counted(**counts)]).who
    assert {name: who[name] for name in shown} == shown


def test_women_and_men_are_kept_back_where_they_are_all_the_adults_but_one_type_does_not_count_them() -> None:
    cafe = counted(women=12, men=8)
    elsewhere = replace(counted(adults=0, children=20), activity_type="homework_help")
    assert month_figures(MONTH, [cafe, elsewhere]).who["women"] is None
    nobody = replace(elsewhere, attendances=0, children=0)
    assert month_figures(MONTH, [cafe, nobody]).who["women"] == 12, "a type that nobody came to has nobody to count"
