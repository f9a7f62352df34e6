"""Who came: what is shown of adults, women, new faces, pairs and the waiting list tells nobody a small count, whatever else is shown.

The reader is the attacker of `test_disclosure`, who tries every month that could have been. He gathers all tables of a month at
once: by type and in all, and who came. He knows the rule, which type counts women and men, and how pairs are reckoned from month to
month. So that every month can be tried, a count is small here from 1 to 2 instead of from 1 to 4.
"""

from __future__ import annotations

import datetime as dt
import itertools
from collections import defaultdict
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence
from functools import cache

import pytest
from hypothesis import given
from hypothesis import strategies as st

from service.activity.activities import disclosure
from service.activity.activities.disclosure import month_figures, so_far
from service.activity.activities.measures import MONTHLY
from service.activity.activities.rules import MonthTotals
from tenants.calendar import month_after

MONTH = dt.date(2026, 3, 1)
SMALL = 3  # in place of disclosure.K
Quantities = Mapping[str, int]  # counts of persons that a month holds, shown or not
together = disclosure._together


@pytest.fixture
def few(monkeypatch: pytest.MonkeyPatch) -> None:
    """A count is small up to 2."""
    monkeypatch.setattr(disclosure, "K", SMALL)


def told(months: Iterable[tuple[object, Quantities]], free: Collection[str], most: int) -> dict[str, list[Quantities]]:
    """The small counts, by name, that everybody can tell who sees the picture, and the months in which they can.

    Months in which one of the `free` counts is the largest that is tried do not prove anything: what they could be mistaken for
    may not be among those that are tried.
    """
    alike: dict[object, list[Quantities]] = defaultdict(list)
    for picture, quantities in months:
        alike[picture].append(quantities)
    found: dict[str, list[Quantities]] = defaultdict(list)
    for same in alike.values():
        inner = [each for each in same if all(each[name] < most for name in free)]
        for name, value in inner[0].items() if inner else ():
            if 0 < value < SMALL and all(other[name] == value for other in same):
                found[name] += inner
    return dict(found)


# One month: a café, where women and men are counted, and homework help, where they are not


@cache
def possible(most: int) -> Sequence[tuple[MonthTotals, MonthTotals, Quantities]]:
    """Every month in which no count of a type is larger than `most`."""
    each = range(most + 1)
    found = []
    for adults, children, other_adults, other_children in itertools.product(each, repeat=4):
        for women, men in ((w, m) for w in range(adults + 1) for m in range(adults - w + 1)):
            everybody = adults + children + other_adults + other_children
            for new in range(everybody + 1):
                cafe = MonthTotals(
                    MONTH,
                    "language_cafe",
                    1,
                    attendances=adults + children,
                    new_faces=new,
                    adults=adults,
                    children=children,
                    women=women,
                    men=men,
                )
                other = MonthTotals(
                    MONTH,
                    "homework_help",
                    1,
                    attendances=other_adults + other_children,
                    adults=other_adults,
                    children=other_children,
                )
                found.append(
                    (
                        cafe,
                        other,
                        {
                            "at the café": adults + children,
                            "at homework help": other_adults + other_children,
                            "adults at the café": adults,
                            "adults at homework help": other_adults,
                            "children at the café": children,
                            "children at homework help": other_children,
                            "adults": adults + other_adults,
                            "children": children + other_children,
                            "women": women,
                            "men": men,
                            "adults not asked": adults + other_adults - women - men,
                            "new faces": new,
                            "who had come before": everybody - new,
                        },
                    )
                )
    return found


def seen(most: int) -> Iterator[tuple[object, Quantities]]:
    """What the page shows of each of those months."""
    for cafe, other, quantities in possible(most):
        month = month_figures(MONTH, [cafe, other])
        yield (month.attendances, *month.attendances_by_type.values(), *month.who.values()), quantities


def told_by_a_month(most: int) -> dict[str, list[Quantities]]:
    """What the tables of a month tell."""
    free = [f"{who} at {where}" for who in ("adults", "children") for where in ("the café", "homework help")]
    return told(seen(most), free, most)


@pytest.mark.usefixtures("few")
def test_no_small_count_is_told_by_all_tables_of_a_month_together() -> None:
    assert told_by_a_month(5) == {}


Together = Callable[..., Mapping[str, int | None]]


def each_by_itself(named: Mapping[str, int], follow: Sequence[int] = (), may: bool = True) -> Mapping[str, int | None]:
    """The naive rule: only the small count is hidden, and the reader takes it from the rest."""
    return {name: None if 0 < count < SMALL or not may else count for name, count in named.items()}


def without_what_follows(
    named: Mapping[str, int], follow: Sequence[int] = (), may: bool = True
) -> Mapping[str, int | None]:
    """The next best: who had come before, and the adults nobody asked, are forgotten."""
    return together(named, (), may)


def in_any_month(named: Mapping[str, int], follow: Sequence[int] = (), may: bool = True) -> Mapping[str, int | None]:
    """The one after: women and men are told though they are all the adults, so that homework help, which counts none, has none."""
    return together(named, follow, True)


@pytest.mark.usefixtures("few")
@pytest.mark.parametrize(
    ("rule", "what"),
    [
        (each_by_itself, {"adults", "children"}),
        (without_what_follows, {"adults not asked", "who had come before"}),
        (in_any_month, {"children at the café"}),
    ],
)
def test_control_the_attacker_beats_a_lesser_rule(
    monkeypatch: pytest.MonkeyPatch, rule: Together, what: set[str]
) -> None:
    monkeypatch.setattr(disclosure, "_together", rule)
    assert what <= told_by_a_month(4).keys()


@pytest.mark.usefixtures("few")
def test_control_the_attacker_takes_a_type_that_is_kept_back_from_who_came_in_all(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    who_came = disclosure.who_came
    monkeypatch.setattr(
        disclosure, "who_came", lambda rows, shown: who_came(rows, disclosure.Shown(dict.fromkeys(shown.cells, 0), 0))
    )
    assert {"at the café", "at homework help"} <= told_by_a_month(4).keys()


# Pairs, over months


def pairs_of(number: int, active: int, new: int, ended: int) -> MonthTotals:
    """A month of pairs, so many months after the first."""
    return MonthTotals(
        month_after(MONTH, number),
        "mentor",
        1,
        adults=0,
        children=0,
        active_matches=active,
        new_matches=new,
        ended_matches=ended,
    )


def chains(most: int, change: int) -> Iterator[tuple[object, Quantities]]:
    """Three months of pairs after one that is not seen: those of a month are those of the one before, and the new, less the ended."""

    @cache
    def looks(*month: int) -> object:
        row = pairs_of(*month)
        return tuple(month_figures(row.month, [row]).who.items())

    for before, *changes in itertools.product(range(most + 1), *[range(change + 1)] * 6):
        active, picture, quantities = before, [], {"active 0": before}
        for number, (new, ended) in enumerate(zip(changes[::2], changes[1::2], strict=True), start=1):
            went_on = active - ended
            active = went_on + new
            if went_on < 0:
                break
            picture.append(looks(number, active, new, ended))
            quantities |= {f"active {number}": active, f"new {number}": new, f"ended {number}": ended}
            quantities[f"went on {number}"] = went_on
        else:
            yield tuple(picture), quantities


@pytest.mark.usefixtures("few")
def test_a_month_looks_the_same_beside_any_other() -> None:
    """So `chains` makes the picture of each once."""
    months = [pairs_of(2, *counts) for counts in itertools.product(range(5), range(4), range(4))]
    others = [pairs_of(number, 1, new, 1) for number in (1, 3) for new in (0, 1, 5)]
    for month in months:
        assert month_figures(month.month, [*others, month]) == month_figures(month.month, [month])
    assert month_figures(MONTH, others) == month_figures(MONTH, [])


def told_by_pairs() -> dict[str, list[Quantities]]:
    """What three months of pairs tell."""
    free = [f"{what} {number}" for what in ("new", "ended") for number in (1, 2, 3)]
    return told(chains(4, 4), free, 4)


@pytest.mark.usefixtures("few")
def test_no_small_count_of_pairs_is_told_by_three_months_in_a_row() -> None:
    assert told_by_pairs() == {}


@pytest.mark.usefixtures("few")
def test_control_pairs_without_those_that_follow_from_them_are_told(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(disclosure, "_together", without_what_follows)
    assert {"went on 1", "active 0"} <= told_by_pairs().keys()
    monkeypatch.setattr(disclosure, "_together", each_by_itself)
    assert {"new 2", "ended 2"} <= told_by_pairs().keys()


# As it is


def month_of(*rows: MonthTotals) -> disclosure.MonthFigures:
    """The figures of a month of such rows."""
    return month_figures(MONTH, rows)


def held(kind: str = "language_cafe", **counts: int) -> MonthTotals:
    """A row in which adults and children are the attendances."""
    people = counts.setdefault("adults", 0) + counts.setdefault("children", 0)
    return MonthTotals(MONTH, kind, 1, attendances=people, **counts)


def test_a_month_without_a_small_count_shows_who_came() -> None:
    shown = month_of(
        held(adults=20, children=7, women=8, men=12, new_faces=5),
        held("mentor", adults=9, women=9, men=0, active_matches=14, new_matches=5, ended_matches=0, waiting=6),
    )
    assert shown.who == {
        "adults": 29,
        "children": 7,
        "women": 17,
        "men": 12,
        "new_faces": 5,
        "active_matches": 14,
        "new_matches": 5,
        "ended_matches": 0,
        "waiting": 6,
    }
    assert tuple(shown.who) == tuple(MONTHLY)


@pytest.mark.parametrize(
    ("rows", "kept_back"),
    [
        ([held(adults=20, children=3)], {"adults", "children"}),
        ([held(adults=20, children=9, women=18, men=0)], {"women", "men"}),
        ([held(adults=20, children=9, women=15, men=1)], {"women", "men"}),
        ([held(adults=20, new_faces=18)], {"new_faces"}),
        ([held(adults=20, children=9), held("job_club", adults=2)], {"adults", "children", "new_faces"}),
        ([held(adults=20, new_faces=9), held("mentor", adults=6), held("job_club", adults=2)], set()),
        # Six women at a café of eight: who knows that homework help counts none knows that two were children.
        (
            [held(adults=6, children=2, women=6, men=0), held("homework_help", children=30)],
            {"women", "men"},
        ),
        ([held("mentor", active_matches=8, new_matches=6)], {"new_matches", "ended_matches"}),
        ([held("mentor", active_matches=8, ended_matches=2)], {"new_matches", "ended_matches"}),
        ([held("mentor", active_matches=3)], {"active_matches", "new_matches", "ended_matches"}),
        ([held("mentor", active_matches=8, new_matches=8, ended_matches=4)], {"new_matches", "ended_matches"}),
        ([held("mentor", active_matches=6, new_matches=5)], {"new_matches", "ended_matches"}),
        ([held("mentor", waiting=4)], {"waiting"}),
    ],
)
def test_what_is_kept_back_is_kept_back_together(rows: list[MonthTotals], kept_back: set[str]) -> None:
    assert {name for name, count in month_of(*rows).who.items() if count is None} == kept_back


def test_what_nobody_counted_is_not_there() -> None:
    assert set(month_of(held(adults=9)).who) == {"adults", "children", "new_faces"}
    assert month_of().who == {}
    assert month_of(MonthTotals(MONTH, "mentor", 1, attendances=9, active_matches=9)).who == {}, (
        "closed before this was kept"
    )


COUNT = st.integers(0, 9) | st.sampled_from([20, 40])


@given(st.lists(st.tuples(*[COUNT] * 5), min_size=1, max_size=3))
def test_what_is_shown_is_true_and_never_small(months: list[tuple[int, ...]]) -> None:
    rows = [
        held(kind, adults=women + men + unasked, children=children, women=women, men=men, new_faces=min(new, women))
        for kind, (women, men, unasked, children, new) in zip(("mentor", "job_club", "sewing"), months, strict=False)
    ]
    month = month_of(*rows)
    shown = [row for row in rows if month.attendances_by_type[row.activity_type] is not None]
    assert month.partial == (shown != rows)
    for name, count in month.who.items():
        assert count is None or count == sum(getattr(row, name) for row in shown)
        assert count is None or not 0 < count < disclosure.K


def test_a_type_that_is_kept_back_has_no_part_in_who_came() -> None:
    """Six and two would else be what is left of the adults, for who knows that the café and the mentors have adults alone."""
    month = month_of(held(adults=20, new_faces=9), held("mentor", adults=6), held("job_club", adults=2))
    assert month.attendances == 28
    assert month.partial
    assert month.who == {"adults": 20, "children": 0, "new_faces": 9}
    assert so_far([month], "new_faces") == (9, True), "at least"


def test_so_far_flows_are_sums_and_pairs_are_as_last_counted() -> None:
    months = [
        month_of(held("mentor", active_matches=12, new_matches=6, ended_matches=0)),
        month_of(held("mentor", active_matches=17, new_matches=5, ended_matches=0)),
        month_of(held("mentor")),
    ]
    assert so_far(months, "new_matches") == (11, False)
    assert so_far(months, "active_matches") == (17, False)
    hidden = month_of(held("mentor", active_matches=4, new_matches=2, ended_matches=0))
    assert so_far([*months, hidden], "new_matches") == (11, True)
    assert so_far([*months, hidden], "active_matches") == (0, True)
    with pytest.raises(KeyError):
        so_far(months, "active_matches", "mentor")
