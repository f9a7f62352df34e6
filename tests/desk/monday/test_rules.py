"""Which line of the Monday list comes first."""

from __future__ import annotations

import datetime as dt

from hypothesis import given
from hypothesis import strategies as st

from service.desk.monday.rules import LinesOfKind, by_group, first_of_all, in_order, rank
from service.platform.lines import Line, LineGroup

TODAY = dt.date(2026, 11, 24)


def line(urgency: int, days: int, kind: str = "x", code: str = "0580") -> Line:
    return Line(kind, urgency, code, TODAY + dt.timedelta(days=days), "s", "n")


def order(*lines: Line) -> list[int]:
    return [lines.index(one) for one in sorted(lines, key=lambda one: rank(one, TODAY))]


def test_what_is_more_urgent_comes_first_and_then_what_has_waited_longest() -> None:
    assert order(line(6, 0), line(1, 0), line(6, -1)) == [1, 2, 0]


def test_what_has_waited_long_passes_what_is_a_little_more_urgent() -> None:
    assert order(line(4, 31), line(5, -60)) == [1, 0]
    assert order(line(4, 31), line(9, -999)) == [0, 1], "two steps and no more"
    assert order(line(1, 31), line(2, -999)) == [1, 0], "and nothing is more urgent than what stops others: by day then"


def test_an_agreement_gains_as_its_end_comes_near() -> None:
    assert order(line(4, 80), line(4, 20), line(4, 0)) == [2, 1, 0]
    assert rank(line(4, 80), TODAY)[0] == 4
    assert rank(line(4, 20), TODAY)[0] == 4
    assert rank(line(4, 30), TODAY)[0] == 4
    assert rank(line(4, 0), TODAY)[0] == 3


def test_urgency_gains_two_steps_at_the_most_and_ends_at_one() -> None:
    assert [rank(line(9, days), TODAY)[0] for days in (31, 30, 0, -30, -60, -999)] == [9, 9, 8, 7, 7, 7]
    assert [rank(line(2, days), TODAY)[0] for days in (0, -30)] == [1, 1]


LINES = st.lists(
    st.builds(line, st.integers(1, 9), st.integers(-900, 90), code=st.sampled_from(["0580", "0550"])), max_size=9
)


@given(LINES)
def test_within_a_kind_the_order_is_that_of_the_days(lines: list[Line]) -> None:
    """So the first few by day, which is what the database gives, are the first few by rank."""
    same = [Line("x", 5, one.municipality_code, one.day, "s", "n") for one in lines]
    assert sorted(same, key=lambda one: rank(one, TODAY)) == sorted(
        same, key=lambda one: (one.day, one.municipality_code)
    )


def gathered(kind: str, group: LineGroup, *lines: Line, count: int = 0) -> LinesOfKind:
    return LinesOfKind(kind, group, lines, count or len(lines))


def test_groups_stand_in_their_order_and_kinds_by_their_first_line() -> None:
    found = [
        gathered("later", LineGroup.LAGS, line(1, -90)),
        gathered("mild", LineGroup.DUE, line(6, 0)),
        gathered("late", LineGroup.DUE, line(4, -9), line(4, 0), count=40),
        gathered("broken", LineGroup.FAILED, line(9, 0)),
    ]
    ordered = in_order(found, TODAY)
    assert [one.kind for one in ordered] == ["broken", "late", "mild", "later"]
    assert by_group(ordered) == {LineGroup.FAILED: 1, LineGroup.DUE: 41, LineGroup.LAGS: 1}
    assert [one.day for one in first_of_all(found, TODAY, 2)] == [
        TODAY - dt.timedelta(days=90),
        TODAY - dt.timedelta(days=9),
    ]


def test_of_each_kind_two_lines_begin_the_list() -> None:
    crowd = gathered("crowd", LineGroup.DUE, *(line(1, -day, "crowd") for day in (9, 8, 7)))
    one = gathered("one", LineGroup.DUE, line(6, 0, "one"))
    assert [each.kind for each in first_of_all([crowd, one], TODAY, 9)] == ["crowd", "crowd", "one"]
