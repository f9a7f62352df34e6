"""A closed month told again: each figure moves by 5 persons or not at all, and who sees both pictures learns no small count.

The reader is the attacker of `test_disclosure`, who now has two pictures of one month, or the same one twice: every pair of months
that could have been is tried, and those that look exactly alike are kept. Also the difference of a cell must not be told where it is
of 1 to 4 persons.
"""

from __future__ import annotations

import datetime as dt
import doctest
import itertools
import operator
from collections import defaultdict
from collections.abc import Callable, Mapping

import pytest
from hypothesis import given
from hypothesis import strategies as st

from service.activity.activities import anew, retelling
from service.activity.activities.disclosure import K, disclose, month_figures
from service.activity.activities.retelling import moved, retold
from service.activity.activities.rules import MonthTotals

MONTH = dt.date(2026, 10, 1)
Cells = Mapping[str, int]
Moved = Callable[[Cells, Cells], Cells]
Three = tuple[tuple[int, ...], tuple[int, ...], tuple[int, ...]]


def row(kind: str = "cafe", **counts: int | None) -> MonthTotals:
    """A type's month; children and adults are counted, as they always are now."""
    return MonthTotals(MONTH, kind, **{"adults": 0, "children": 0, **counts})  # type: ignore[arg-type]


def seen(cells: Cells) -> tuple[object, ...]:
    shown = disclose(cells)
    return (*(shown.cells[name] for name in sorted(cells)), shown.total)


def learned(rule: Moved, names: str, values: tuple[int, ...]) -> list[Three]:
    """The months of which both pictures together tell a small count: of the month as it was, as it is told again and as it is now, or
    of the difference between two of them. Each as (was, told, now).
    """
    months = list(itertools.product(values, repeat=len(names)))
    named = {month: dict(zip(names, month, strict=True)) for month in months}
    pictures = {month: seen(named[month]) for month in months}
    alike: dict[tuple[object, ...], list[Three]] = defaultdict(list)
    for was, now in itertools.product(months, repeat=2):
        told = tuple(rule(named[was], named[now]).values())
        alike[pictures[was], pictures[told]].append((was, told, now))
    found = []
    for possible in alike.values():
        for column in range(len(names)):
            first, second, truth = ([each[n][column] for each in possible] for n in range(3))
            counts = (first, second, truth, map(operator.sub, second, first), map(operator.sub, truth, second))
            if any(len(known := set(count)) == 1 and 0 < abs(known.pop()) < K for count in counts):
                found += possible
    return found


@pytest.mark.parametrize(
    ("names", "values"), [("a", tuple(range(24))), ("ab", tuple(range(14))), ("abc", (0, 1, 3, 4, 5, 9))]
)
def test_two_pictures_tell_no_small_count_and_no_small_difference(names: str, values: tuple[int, ...]) -> None:
    assert learned(moved, names, values) == []


def at_once(_told: Cells, now: Cells) -> Cells:
    """The naive rule: what is so now."""
    return now


def by_the_difference_alone(told: Cells, now: Cells) -> Cells:
    """The next best: what differs by 5 or more, whatever was kept back."""
    return {name: now[name] if abs(now[name] - count) >= K else count for name, count in told.items()}


@pytest.mark.parametrize("rule", [at_once, by_the_difference_alone])
def test_control_the_reader_beats_a_lesser_rule(rule: Moved) -> None:
    assert learned(rule, "ab", tuple(range(14)))


def test_one_cell_that_cannot_be_told_stops_no_other() -> None:
    assert moved({"a": 20, "b": 9}, {"a": 720, "b": 12}) == {"a": 720, "b": 9}


def test_what_is_gathered_is_told_together() -> None:
    assert moved({"a": 20}, {"a": 23}) == {"a": 20}
    assert moved({"a": 20}, {"a": 25}) == {"a": 25}


def test_what_was_kept_back_stays_so_while_the_others_move() -> None:
    assert moved({"a": 40, "b": 9, "c": 3}, {"a": 50, "b": 60, "c": 3}) == {"a": 50, "b": 9, "c": 3}, (
        "60 would be shown"
    )
    assert moved({"a": 40, "b": 9, "c": 3}, {"a": 60, "b": 15, "c": 3}) == {"a": 60, "b": 15, "c": 3}, (
        "15 is still hidden"
    )
    assert moved({"a": 40, "b": 9}, {"a": 40, "b": 2}) == {"a": 40, "b": 9}, "2 would have to be hidden"
    assert moved({"a": 4, "b": 4}, {"a": 4, "b": 40}) == {"a": 4, "b": 4}, "and neither is their sum"


CELLS = st.fixed_dictionaries({name: st.integers(0, 14) for name in "abcd"})


@given(CELLS, st.lists(CELLS, max_size=4))
def test_however_often_it_moves_each_step_is_of_5_persons_and_hides_the_same(first: Cells, later: list[Cells]) -> None:
    told = first
    for now in later:
        again = moved(told, now)
        assert all(again[name] == count or abs(again[name] - count) >= K for name, count in told.items())
        assert [cell is None for cell in seen(again)] == [cell is None for cell in seen(told)]
        assert moved(again, again) == again
        told = again


def test_nothing_new_leaves_a_month_as_it_was_told() -> None:
    told = [row("cafe", sessions=4, attendances=40, adults=30, children=10, waiting=2)]
    assert retold(told, told) == told
    assert retold([], []) == []


def test_times_move_at_once_and_hours_with_their_volunteers() -> None:
    told = [row(sessions=3, attendances=30, adults=30, volunteer_attendances=12, volunteer_minutes=1440)]
    few = [row(sessions=4, attendances=38, adults=38, volunteer_attendances=15, volunteer_minutes=1800)]
    assert retold(told, few) == [
        row(sessions=4, attendances=38, adults=38, volunteer_attendances=12, volunteer_minutes=1440)
    ]
    more = [row(sessions=4, attendances=38, adults=38, volunteer_attendances=17, volunteer_minutes=2040)]
    assert retold(told, more) == more


def test_hours_alone_do_not_move() -> None:
    """Three volunteers whose session lasted an hour longer: 3 hours, and the length stands in the calendar."""
    told = [row(sessions=3, volunteer_attendances=12, volunteer_minutes=1440)]
    assert retold(told, [row(sessions=3, volunteer_attendances=12, volunteer_minutes=1620)]) == told


def test_a_type_appears_with_its_people_or_not_at_all() -> None:
    told = [row("cafe", sessions=3, attendances=30, adults=30)]
    late = row("club", sessions=1, attendances=3, adults=3)
    assert retold(told, [*told, late]) == told
    many = row("club", sessions=1, attendances=8, adults=8)
    assert retold(told, [*told, many]) == [*told, many]
    empty = row("club", cancelled=1)
    assert retold(told, [*told, empty]) == [*told, empty]


def test_a_type_of_which_nothing_is_left_is_told_to_be_empty() -> None:
    told = [row("cafe", sessions=2, attendances=30, adults=20, children=10, women=15, men=5, waiting=9)]
    (left,) = retold(told, [])
    assert (left.sessions, left.attendances, left.adults, left.women, left.waiting) == (0, 0, 0, 0, 0)


def test_who_came_moves_whole_or_not_at_all() -> None:
    told = [row(attendances=60, adults=40, children=20, new_faces=10)]
    assert retold(told, [row(attendances=68, adults=46, children=22, new_faces=10)]) == [
        row(attendances=68, adults=40, children=20, new_faces=10)
    ], "2 children more"
    whole = [row(attendances=72, adults=46, children=26, new_faces=10)]
    assert retold(told, whole) == whole
    assert retold(told, [row(attendances=66, adults=46, children=20, new_faces=14)]) == [
        row(attendances=66, adults=40, children=20, new_faces=10)
    ], "4 new ones more"
    women = [row(attendances=60, adults=40, children=20, new_faces=10, women=30, men=10)]
    fewer = [row(attendances=65, adults=45, children=20, new_faces=10, women=34, men=11)]
    assert retold(women, fewer)[0].women == 30, "4 women more"


def test_who_came_waits_for_the_attendances_that_it_divides() -> None:
    told = [row(attendances=60, adults=40, children=20)]
    (again,) = retold(told, [row(attendances=61, adults=46, children=15)])
    assert (again.attendances, again.adults, again.children) == (60, 40, 20), "their sum would tell of 1"


def test_pairs_and_the_waiting_list_move_each_by_themselves() -> None:
    told = [row(active_matches=20, new_matches=5, ended_matches=0, waiting=9)]
    assert retold(told, [row(active_matches=22, new_matches=5, ended_matches=0, waiting=14)]) == [
        row(active_matches=20, new_matches=5, ended_matches=0, waiting=14)
    ]
    more = [row(active_matches=30, new_matches=10, ended_matches=0, waiting=9)]
    assert retold(told, more) == more


def totals(most: int) -> st.SearchStrategy[MonthTotals]:
    """A month of one type in which everything is counted, and adds up."""

    def summed(counts: tuple[int, int, int, int, int, int]) -> MonthTotals:
        adults, children, new, volunteers, active, begun = counts
        return row(
            attendances=adults + children,
            adults=adults,
            children=children,
            new_faces=min(new, adults + children),
            volunteer_attendances=volunteers,
            volunteer_minutes=volunteers * 120,
            active_matches=active,
            new_matches=min(begun, active),
            ended_matches=0,
        )

    return st.tuples(*(st.integers(0, most) for _ in range(6))).map(summed)


@given(totals(14), totals(14))
def test_all_that_is_shown_twice_differs_by_nothing_or_by_5(was: MonthTotals, now: MonthTotals) -> None:
    """Through the rule of what is shown of a month at all: the figures as pages and papers have them."""
    pictures = [month_figures(MONTH, rows) for rows in ([was], retold([was], [now]))]
    told = [
        {"attendances": each.attendances, "volunteers": each.volunteer_attendances, **each.who} for each in pictures
    ]
    for name, before in told[0].items():
        after = told[1][name]
        assert (before is None) == (after is None), name
        if before is not None and after is not None:
            assert before == after or abs(before - after) >= K, name


def test_the_example_is_true() -> None:
    assert doctest.testmod(retelling).failed == 0


def one_moves_by_few(parts: Cells) -> list[tuple[int, int]]:
    """The totals of a session for two, was and now, of which one part is told anew and the other has moved by 1 to 4."""
    found = []
    for was, now in itertools.product(range(10, 40), repeat=2):
        changes = [(now + odd) // 2 - (was + odd) // 2 for odd in (1, 0)]
        told = [moved({"cafe": 50}, {"cafe": 50 + change}, parts)["cafe"] != 50 for change in changes]
        if any(told) and any(0 < abs(change) < K for change in changes):
            found.append((was, now))
    return found


def test_a_part_that_moves_does_not_tell_that_the_neighbours_moved_by_few() -> None:
    assert one_moves_by_few({"cafe": 1}) == []
    assert one_moves_by_few({}) != [], "the control: as if it was this municipality's alone"


def test_a_type_that_is_told_for_the_first_time_is_told_before_its_volunteers_are() -> None:
    def helped(kind: str, came: int, helped: int) -> MonthTotals:
        return MonthTotals(MONTH, kind, attendances=came, volunteer_attendances=helped, volunteer_minutes=60 * helped)

    told, again = [helped("cafe", 80, 12)], [helped("cafe", 100, 14), helped("job_club", 30, 10)]
    found = anew.volunteers_as(told, again)
    assert [(each.attendances, each.volunteer_attendances, each.volunteer_minutes) for each in found] == [
        (100, 12, 720),
        (30, 0, 0),
    ]
    assert anew.whole(again, again)
    assert not anew.whole(found, again), "a sum that no sessions have is asked about by nobody"
