"""How far each promise has come: done, on track or behind, and what is not said because it is not known."""

from __future__ import annotations

import datetime as dt
from dataclasses import replace

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from service.activity.activities.disclosure import MonthFigures, month_figures
from service.activity.activities.rules import MonthTotals
from service.reporting.statements import progress
from service.reporting.statements.progress import Aim, KeptPromise, PromiseProgress
from service.reporting.statements.rules import NOT_YET, Reached, ScopePart
from tenants.calendar import month_after, months_back
from tenants.scope import AgreedActivity, Contact, Every, Frequency, Level, Scope, Target

OCTOBER, NOVEMBER = dt.date(2026, 10, 1), dt.date(2026, 11, 1)
YEAR = months_back(OCTOBER, 10)
SOMEONE = Contact("A", "B", "C", "D")
START, END = dt.date(2025, 1, 1), dt.date(2027, 12, 31)


def activity(kind: str = "homework_help", every: Every = Every.WEEK, times: int = 1) -> AgreedActivity:
    return AgreedActivity(kind, "Huset", Frequency(times, every), START, END)


def scope(*activities: AgreedActivity, targets: tuple[Target, ...] = ()) -> Scope:
    return Scope(Level.TARGETED, START, END, SOMEONE, SOMEONE, activities=activities, targets=targets)


# Targets


def aims(value: int, monthly: int, wanted: Scope | None = None) -> Aim:
    target = Target("attendances", value, 2026)
    wanted = replace(wanted or scope(activity()), targets=(target,))
    held = [MonthTotals(month, "homework_help", 4, 0, monthly) for month in YEAR]
    (one,) = progress.aims(wanted, [month_figures(month, held) for month in YEAR])
    return one


def test_a_target_against_the_share_of_the_year_that_has_gone() -> None:
    one = aims(1200, 100)
    assert (one.expected, one.reached, one.behind) == (999, 1000, False)  # 304 of 365 days
    assert not aims(1200, 90).behind  # 900 of 999: within a tenth
    assert aims(1200, 89).behind
    late = replace(scope(activity()), starts_on=dt.date(2026, 7, 1))
    assert aims(1200, 100, late).expected == 1200 * 123 // 184
    assert aims(1200, 100, late).reached == 400, "what was held before the term does not count"


def test_a_count_kept_back_makes_at_least_and_a_target_of_another_year_is_not_due() -> None:
    assert aims(1200, 3).at_least
    assert progress.aims(scope(activity(), targets=(Target("sessions", 9, 2027),)), [month_figures(OCTOBER, [])]) == []
    assert progress.aims(scope(activity()), []) == []


@pytest.mark.parametrize(
    ("reached", "told"),
    [
        (Reached(40), (40, False, PromiseProgress.DONE)),
        (Reached(9), (9, False, PromiseProgress.BEHIND)),
        (Reached(0, at_least=True), (0, True, PromiseProgress.BEHIND)),  # 1 to 4: far behind 40, whichever it is
        (NOT_YET, (0, True, PromiseProgress.UNKNOWN)),
    ],
)
def test_a_target_that_sessions_do_not_tell_is_held_against_what_is_known_of_it(
    reached: Reached, told: tuple[int, bool, PromiseProgress]
) -> None:
    """Of what nobody has told yet nothing is said."""
    wanted = scope(activity(), targets=(Target("people_reached", 40, 2026),))
    (one,) = progress.aims(wanted, [month_figures(month, []) for month in YEAR], {"people_reached": reached})
    assert (one.reached, one.at_least, one.progress) == told


def test_a_target_is_behind_by_more_than_a_tenth() -> None:
    def aim(reached: int) -> Aim:
        wanted = scope(activity(), targets=(Target("attendances", 1201, 2026),))
        held = [MonthTotals(OCTOBER, "homework_help", 4, 0, reached)]
        (one,) = progress.aims(wanted, [month_figures(month, held) for month in YEAR])
        return one

    assert aim(900) == Aim("attendances", None, 1201, 1000, 900, False, PromiseProgress.ON_TRACK)
    assert aim(899) == Aim("attendances", None, 1201, 1000, 899, False, PromiseProgress.BEHIND)


def test_a_target_for_one_type_is_held_against_that_one() -> None:
    wanted = scope(activity(), targets=(Target("attendances", 1201, 2026, "homework_help"),))
    held = [MonthTotals(OCTOBER, kind, 4, 0, reached) for kind, reached in (("homework_help", 50), ("mentor", 2000))]
    (one,) = progress.aims(wanted, [month_figures(month, held) for month in YEAR])
    assert one == Aim("attendances", "homework_help", 1201, 1000, 50, False, PromiseProgress.BEHIND)


def test_a_target_is_owed_whole_when_the_term_has_ended_and_not_at_all_where_it_holds_on_no_day_of_the_year() -> None:
    def expected(starts: dt.date, ends: dt.date) -> int:
        return aims(1200, 100, replace(scope(activity()), starts_on=starts, ends_on=ends)).expected

    assert expected(START, dt.date(2026, 8, 31)) == 1200
    assert expected(dt.date(2026, 3, 5), dt.date(2026, 3, 5)) == 1200
    assert expected(START, dt.date(2025, 12, 31)) == 0
    assert expected(START, dt.date(2025, 12, 30)) == 0


def test_hours_that_are_kept_back_are_not_called_behind() -> None:
    """They are months, and not a few persons: what is shown says nothing of how it goes."""
    wanted = scope(activity(), targets=(Target("volunteer_hours", 1200, 2026),))

    def aim(volunteers: int) -> Aim:
        held = [MonthTotals(OCTOBER, "homework_help", 4, 0, 9, volunteers, 60 * volunteers)]
        (one,) = progress.aims(wanted, [month_figures(month, held) for month in YEAR])
        return one

    kept_back, few = aim(4), aim(5)
    assert (kept_back.reached, kept_back.at_least, kept_back.behind, kept_back.known) == (0, True, False, False)
    assert (few.reached, few.at_least, few.behind, few.known) == (5, False, True, True)


@given(
    st.integers(1, 100_000),
    st.integers(0, 9_000),
    st.dates(dt.date(2025, 1, 1), dt.date(2026, 12, 1)),
    st.integers(0, 800),
)
@settings(max_examples=60, deadline=None)
def test_what_is_expected_lies_between_nothing_and_the_target(
    value: int, monthly: int, first: dt.date, days: int
) -> None:
    one = aims(value, monthly, replace(scope(activity()), starts_on=first, ends_on=first + dt.timedelta(days=days)))
    assert 0 <= one.expected <= value
    assert not (one.behind and one.reached >= value)
    assert month_after(OCTOBER) > first or one.expected == 0


def test_a_type_that_is_kept_back_is_not_called_behind_and_a_target_that_is_reached_is_done() -> None:
    """What is hidden of one type may be many: they are hidden with a small one."""
    wanted = scope(activity(), targets=(Target("attendances", 300, 2026, "mentor"), Target("attendances", 44, 2026)))
    counts = {"homework_help": 4, "mentor": 40}
    held = [MonthTotals(OCTOBER, kind, 4, 0, count) for kind, count in counts.items()]
    of_type, in_all = progress.aims(wanted, [month_figures(month, held) for month in YEAR])
    assert (of_type.reached, of_type.progress, of_type.known) == (0, PromiseProgress.UNKNOWN, False)
    assert (in_all.reached, in_all.progress) == (44, PromiseProgress.DONE)


# Activities


def months(**sessions: dict[int, int]) -> list[MonthFigures]:
    """Thirteen months of types, by how often each was held in which month of 2026."""
    held = [
        MonthTotals(dt.date(2026, month, 1), kind, count)
        for kind, counts in sessions.items()
        for month, count in counts.items()
    ]
    return [month_figures(month, held) for month in months_back(OCTOBER, 13)]


def kept(agreed: AgreedActivity, held: dict[int, int]) -> KeptPromise:
    (one,) = progress.kept([ScopePart(scope(agreed), OCTOBER, NOVEMBER)], months(mentor=held))
    return one


@pytest.mark.parametrize(
    ("times", "held", "expected"),
    [
        (10, 10, PromiseProgress.DONE),
        (10, 12, PromiseProgress.DONE),
        (10, 9, PromiseProgress.ON_TRACK),  # a tenth may lack
        (10, 8, PromiseProgress.BEHIND),
        (4, 3, PromiseProgress.BEHIND),
        (1, 0, PromiseProgress.BEHIND),
    ],
)
def test_a_month_that_is_over_is_held_against_what_was_agreed_for_it(
    times: int, held: int, expected: PromiseProgress
) -> None:
    one = kept(activity("mentor", Every.MONTH, times), {10: held, 9: 50})
    assert (one.span, one.whole, one.expected, one.held, one.progress) == (Every.MONTH, times, times, held, expected)


@pytest.mark.parametrize(
    ("agreed", "held", "whole", "expected", "so_far", "how"),
    [
        ((Every.QUARTER, 3), {10: 1, 9: 9}, 3, 1, 1, PromiseProgress.ON_TRACK),  # 31 of 92 days
        ((Every.QUARTER, 3), {9: 9}, 3, 1, 0, PromiseProgress.BEHIND),
        ((Every.QUARTER, 1), {9: 9}, 1, 0, 0, PromiseProgress.ON_TRACK),  # there is time
        ((Every.YEAR, 6), {1: 2, 5: 3}, 6, 4, 5, PromiseProgress.ON_TRACK),
        ((Every.YEAR, 6), {1: 3}, 6, 4, 3, PromiseProgress.BEHIND),
        ((Every.YEAR, 6), {1: 3, 10: 3}, 6, 4, 6, PromiseProgress.DONE),
    ],
)
def test_what_is_agreed_by_quarter_or_year_is_held_against_the_part_that_has_gone(
    agreed: tuple[Every, int], held: dict[int, int], whole: int, expected: int, so_far: int, how: PromiseProgress
) -> None:
    one = kept(activity("mentor", *agreed), held)
    assert (one.whole, one.expected, one.held, one.progress) == (whole, expected, so_far, how)


def test_a_quarter_in_a_term_that_begins_late_is_a_part_of_one() -> None:
    late = replace(activity("mentor", Every.QUARTER, 4), starts_on=dt.date(2026, 11, 16))
    early = replace(activity("mentor", Every.QUARTER, 4), starts_on=dt.date(2026, 10, 16))
    assert progress.kept([ScopePart(scope(late), OCTOBER, NOVEMBER)], months()) == [], "nothing is promised yet"
    assert (kept(early, {}).whole, kept(early, {}).expected) == (3, 0)


def test_what_was_held_before_a_promise_began_keeps_none_of_it() -> None:
    late = replace(activity("mentor", Every.YEAR, 12), starts_on=dt.date(2026, 7, 1))
    one = kept(late, dict.fromkeys(range(1, 7), 1))
    assert (one.whole, one.held, one.progress) == (6, 0, PromiseProgress.BEHIND)
    assert kept(late, {7: 1, 8: 1, 9: 1, 10: 1}).held == 4


def test_a_type_agreed_both_by_week_and_by_quarter_is_held_against_both_over_the_longest() -> None:
    both = scope(activity("mentor"), activity("mentor", Every.QUARTER, 3), activity("mentor", Every.YEAR, 12))
    (one,) = progress.kept([ScopePart(both, OCTOBER, NOVEMBER)], months(mentor={1: 50, 10: 4}))
    assert (one.span, one.whole, one.held) == (Every.YEAR, 52 + 4 * 3 + 12, 54)


def test_a_type_that_only_the_first_scope_of_the_month_had_is_held_against_that() -> None:
    middle = dt.date(2026, 10, 15)
    old, new = scope(activity("mentor", Every.QUARTER, 3)), scope(activity("job_club", Every.MONTH, 4))
    found = progress.kept([ScopePart(old, OCTOBER, middle), ScopePart(new, middle, NOVEMBER)], months(mentor={10: 1}))
    assert [(one.activity_type, one.whole, one.progress) for one in found] == [
        ("mentor", 3, PromiseProgress.ON_TRACK),
        ("job_club", 2, PromiseProgress.BEHIND),
    ]


def test_where_it_was_agreed_and_what_was_cancelled_is_told_beside() -> None:
    agreed = activity("mentor", Every.MONTH, 4)
    for cancelled in (0, 2):
        figures = month_figures(OCTOBER, [MonthTotals(OCTOBER, "mentor", 3, cancelled=cancelled)])
        (one,) = progress.kept([ScopePart(scope(agreed), OCTOBER, NOVEMBER)], [figures])
        assert one == KeptPromise("mentor", (agreed.place,), Every.MONTH, 4, 4, 3, cancelled)
    assert kept(agreed, {}).cancelled == 0, "of a month that knows nothing of it"


def test_what_is_agreed_for_as_many_times_as_there_are_days_is_expected_once_a_day() -> None:
    every_day = activity("mentor", Every.YEAR, 365)
    assert (kept(every_day, {}).whole, kept(every_day, {}).expected) == (365, 304)
    short = replace(activity("mentor", Every.QUARTER, 92), ends_on=dt.date(2026, 10, 16))
    assert kept(short, {}).whole == 16, "its last day counts"


@pytest.mark.parametrize(("month", "expected"), [(7, 31), (8, 62), (9, 92)])
def test_a_quarter_is_three_months_from_its_first(month: int, expected: int) -> None:
    first = dt.date(2026, month, 1)
    part = ScopePart(scope(activity("mentor", Every.QUARTER, 92)), first, month_after(first))
    (one,) = progress.kept([part], [month_figures(first, [])])
    assert (one.whole, one.expected) == (92, expected)
