"""The last look before a month is shown: what the fixed rules leave is found by asking for other worlds, and kept back."""

from __future__ import annotations

import datetime as dt
import subprocess
import sys
from collections.abc import Mapping, Sequence

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from service.activity.activities import engine, worlds
from service.activity.activities.disclosure import MonthFigures, month_figures, showing_from
from service.activity.activities.engine import HOURS, Disclosed, figures, figures_of, kept_back, without
from service.activity.activities.picture import Alike, MonthHeld, Part, Picture, alike
from service.activity.activities.rules import MonthTotals, apportion
from service.activity.activities.worlds import Fact, Undecided, equal, pinned

MONTH = dt.date(2026, 10, 1)
Volunteers = Mapping[str, Mapping[int, int]]  # by type, and by how long the sessions are

# Other worlds


@pytest.mark.parametrize(
    ("counts", "known", "told"),
    [
        ({"a": 3, "b": 9}, [equal({"a": 1, "b": 1}, 12)], set()),
        ({"a": 3, "b": 9}, [equal({"a": 1, "b": 1}, 12), equal({"b": 1}, 9)], {"a"}),
        ({"a": 3, "b": 9}, [equal({"a": 60, "b": 90}, 990), equal({"a": 1, "b": 1}, 12)], {"a"}),
        # A linear program sees halves between the two ends, an integer one sees that there is nothing.
        ({"a": 2, "b": 3}, [equal({"a": 2, "b": 5}, 19), Fact({"b": 1}, 2, 4)], {"a"}),
        ({"a": 3, "b": 4}, [Fact({"a": 1, "b": 1}, 6, 8)], set()),
        ({"a": 3, "b": 3}, [equal({"a": 1, "b": -1})], set()),
        ({"a": 3, "b": 0}, [Fact({"a": 1, "b": 1}, 0, 3), Fact({"a": 1}, 3, 9)], {"a"}),
    ],
)
def test_a_count_is_told_where_no_other_world_looks_the_same(
    counts: dict[str, int], known: list[Fact], told: set[str]
) -> None:
    assert pinned(counts, known, ["a"]) == told


def test_what_may_be_below_none_is_said() -> None:
    known = [Fact({"a": 1}, -9, 0)]
    assert pinned({"a": 0}, known, ["a"]) == {"a"}
    assert pinned({"a": 0}, known, ["a"], signed=["a"]) == set()


def test_what_cannot_be_known_is_not_decided(monkeypatch: pytest.MonkeyPatch) -> None:
    with pytest.raises(Undecided, match="does not hold"):
        pinned({"a": 3}, [equal({"a": 1}, 4)], ["a"])
    monkeypatch.setattr(worlds, "SECONDS", 0.0)
    with pytest.raises(Undecided):
        pinned({"a": 3, "b": 9}, [equal({"a": 7, "b": 11}, 120)], ["a", "b"])


def each_by_trying(a: int, b: int, total: bool, minutes: int | None, lengths: tuple[int, int]) -> set[str]:
    """The same by trying every two counts up to 40."""
    alike = [
        (x, y)
        for x in range(41)
        for y in range(41)
        if (not total or x + y == a + b) and (minutes is None or abs(x * lengths[0] + y * lengths[1] - minutes) <= 29)
    ]
    return {name for n, name in enumerate("ab") if len({each[n] for each in alike}) == 1}


@settings(max_examples=60, deadline=None)
@given(
    st.integers(0, 9),
    st.integers(0, 9),
    st.booleans(),
    st.booleans(),
    st.tuples(st.sampled_from([45, 60, 90]), st.sampled_from([60, 120, 150])),
)
def test_the_solver_finds_what_trying_finds(a: int, b: int, total: bool, hours: bool, lengths: tuple[int, int]) -> None:
    minutes = a * lengths[0] + b * lengths[1]
    known = [equal({"a": 1, "b": 1}, a + b)] if total else []
    known += [Fact({"a": lengths[0], "b": lengths[1]}, minutes - 29, minutes + 29)] if hours else []
    told = pinned({"a": a, "b": b}, known, ["a", "b"])
    assert told == each_by_trying(a, b, total, minutes if hours else None, lengths)


# A month


def held(volunteers: Volunteers, **changes: int) -> MonthHeld:
    """A month in which so many volunteers were at the sessions of each type and length."""
    alike = [
        Alike(kind, length, (), 1, count, length * count, count)
        for kind, by in volunteers.items()
        for length, count in by.items()
    ]
    rows = [
        MonthTotals(
            **{  # type: ignore[arg-type]
                "month": MONTH,
                "activity_type": kind,
                "sessions": 4,
                "attendances": 20,
                "adults": 20,
                "children": 0,
                "new_faces": 7,
                "volunteer_attendances": sum(by.values()),
                "volunteer_minutes": sum(length * count for length, count in by.items()),
                **changes,
            }
        )
        for kind, by in volunteers.items()
    ]
    return MonthHeld(MONTH, rows, alike)


@pytest.mark.parametrize(
    ("volunteers", "kept"),
    [
        ({"cafe": {60: 9}}, []),
        ({"cafe": {60: 9, 150: 3}}, ["volunteer_hours"]),  # 16.5 hours of twelve: three at the long one
        ({"cafe": {60: 9, 150: 8}}, []),
        ({"cafe": {60: 9, 150: 3}, "help": {90: 12, 45: 8}}, []),  # the others may have made up for it
        ({"cafe": {60: 9, 150: 3}, "help": {90: 12}}, ["volunteer_hours"]),
        ({"cafe": {60: 9, 65: 3}}, []),  # five minutes are lost in an hour
        ({"cafe": {60: 2, 150: 2}}, []),  # kept back by the fixed rules
    ],
)
def test_hours_are_kept_back_where_they_tell_how_many_were_at_the_long_session(
    volunteers: Volunteers, kept: list[str]
) -> None:
    month = held(volunteers)
    assert kept_back(month) == kept
    shown = figures_of(month, kept)
    assert (shown.volunteer_hours is None) == (bool(kept) or month_figures(MONTH, month.rows).volunteer_hours is None)
    assert shown.volunteer_attendances == month_figures(MONTH, month.rows).volunteer_attendances
    assert shown.followed == tuple(kept)


def test_what_the_solver_does_not_find_out_is_kept_back(monkeypatch: pytest.MonkeyPatch) -> None:
    def undecided(*_asked: object) -> frozenset[str]:
        raise Undecided("Time limit reached")

    monkeypatch.setattr(engine, "pinned", undecided)
    shown = figures_of(held({"cafe": {60: 9}}), kept_back(held({"cafe": {60: 9}})))
    counts = (shown.volunteer_hours, shown.attendances, shown.volunteer_attendances, shown.who["adults"])
    assert counts == (None, None, None, None)
    assert (shown.sessions, shown.who["children"]) == (4, 0), "which are not persons, and nobody"


def test_the_same_month_is_decided_the_same() -> None:
    month = held({"cafe": {60: 9, 150: 3, 45: 2}, "help": {90: 12, 45: 8}})
    assert len({tuple(kept_back(month)) for _time in range(3)}) == 1
    decided = engine.disclosed(month)
    assert Disclosed.from_plain(decided.to_plain()) == decided


def test_a_month_that_was_closed_before_is_shown_as_it_was() -> None:
    """By the rules of then, which knew of no parts: another picture of it would be a subtraction."""
    month = held({"cafe": {60: 9}}, sessions=1, shared=1, attendances=5, adults=5, new_faces=0)
    before = figures(MONTH, month.rows, None)
    assert (before.attendances, before.shared, before.followed) == (5, 1, ())
    assert figures(MONTH, month.rows, Disclosed([], [], 5)).attendances is None
    assert figures(MONTH, month.rows, Disclosed(["volunteer_attendances"], [], 5)).volunteer_attendances is None


def test_the_country_settles_on_the_smallest_number_and_closed_months_stay() -> None:
    few = held({"cafe": {60: 9}}, attendances=4, adults=4, new_faces=0)
    assert engine.disclosed(few).fewest == 5
    with showing_from(3):
        decided = engine.disclosed(few)
        assert (decided.fewest, month_figures(MONTH, few.rows).attendances) == (3, 4)
        then = Disclosed.from_plain(engine.disclosed(few).to_plain() | {"fewest": 5})
        assert figures(MONTH, few.rows, then).attendances is None, "it was closed while 4 were few"
    assert figures(MONTH, few.rows, decided).attendances == 4, "it was closed while they were not"
    assert month_figures(MONTH, few.rows).attendances is None


def test_fewer_than_three_are_never_shown() -> None:
    with pytest.raises(ValueError, match="fewer than 3"), showing_from(2):
        pass


# Two neighbours

BOTH = ("0550", "0580")


def of(code: str, alone: Volunteers, together: Mapping[str, Mapping[int, Sequence[int]]]) -> MonthHeld:
    """A municipality's month: volunteers at its own sessions, and its parts of those at each that was for both."""
    parts = [
        Part(kind, (code,), each, each * long, long, each) for kind, by in alone.items() for long, each in by.items()
    ]
    for kind, lengths in together.items():
        for long, wholes in lengths.items():
            for number in wholes:
                part = apportion(number, dict.fromkeys(BOTH, 1))[code]
                parts.append(
                    Part(kind, BOTH, part, apportion(number * long, dict.fromkeys(BOTH, 1))[code], long, number)
                )
    rows = [
        MonthTotals(
            MONTH,
            kind,
            sessions=len(alone.get(kind, ())) + sum(map(len, together.get(kind, {}).values())),
            shared=sum(map(len, together.get(kind, {}).values())),
            volunteer_attendances=sum(part.volunteers for part in parts if part.activity_type == kind),
            volunteer_minutes=sum(part.volunteer_minutes for part in parts if part.activity_type == kind),
        )
        for kind in sorted({part.activity_type for part in parts})
    ]
    return MonthHeld(MONTH, rows, alike(parts), code)


def test_hours_are_kept_back_by_both_that_tell_a_part_of_either() -> None:
    """Of the shared ones the second has six at an hour and three at two hours and a half: its hours say so, and the first has as many."""
    together = {"cafe": {60: [12], 150: [6]}}
    first, second = of("0550", {"cafe": {90: 12}}, together), of("0580", {}, together)
    assert kept_back(first, (), [second]) == [HOURS]
    assert kept_back(second, (), [first]) == [HOURS]


def test_control_by_itself_the_first_tells_nothing() -> None:
    together = {"cafe": {60: [12], 150: [6]}}
    assert kept_back(of("0550", {"cafe": {90: 12}}, together)) == []
    longer = {"cafe": {60: [12], 150: [16]}}
    assert kept_back(of("0550", {"cafe": {90: 12}}, longer), (), [of("0580", {}, longer)]) == []


# Two pictures of a month


def shown_before(month: MonthHeld, kept: Sequence[str] = ()) -> Picture:
    """What was shown of a month once."""
    return Picture(month, figures_of(month, kept), "before ")


@pytest.mark.parametrize(("now", "may"), [(9, True), (10, False), (13, False), (14, True), (8, False), (4, True)])
def test_a_new_picture_of_a_month_must_not_tell_the_few_that_came_late(now: int, may: bool) -> None:
    old = shown_before(held({"cafe": {60: 9}}))
    month = held({"cafe": {60: now}})
    assert (kept_back(month, [old]) == []) is may


def test_control_a_figure_that_was_shown_before_is_part_of_what_is_known() -> None:
    """By itself the new picture tells nothing: without one of the types, as an agreement that holds back in time leaves it out."""
    old = shown_before(held({"cafe": {60: 9}, "club": {60: 3}, "help": {60: 6}}))
    assert old.shown.volunteer_attendances == 18
    without_one = held({"cafe": {60: 9}, "club": {60: 3}})
    assert kept_back(without_one) == []
    month = held({"cafe": {60: 9}})
    assert (kept_back(month), kept_back(month, [old])) == ([], [])
    assert kept_back(held({"cafe": {60: 9}, "help": {60: 6}}), [old]), "three of eighteen are left"


def test_what_is_kept_back_is_taken_out_of_every_table() -> None:
    whole = month_figures(MONTH, held({"cafe": {60: 9}, "help": {60: 7}}).rows)
    names = ["attendances:cafe", "volunteer_attendances:help", "who:adults", "attendances"]
    shown: MonthFigures = without(whole, names)
    assert (shown.attendances_by_type, shown.attendances) == ({"cafe": None, "help": 20}, None)
    assert shown.volunteer_attendances_by_type == {"cafe": 9, "help": None}
    assert (shown.who["adults"], shown.volunteer_hours) == (None, whole.volunteer_hours)
    assert without(whole, []) == whole


def test_the_solver_says_nothing_of_itself() -> None:
    """In a process of its own: it printed its licence the first time only."""
    code = "from service.activity.activities.worlds import pinned; print(pinned({'a': 3}, [], ['a']))"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert (done.stdout, done.stderr) == ("frozenset()\n", "")
