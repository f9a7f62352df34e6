"""How long an agreement runs, from its own dates, against a calendar on which agreements are put and taken off day by day."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass, replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from service.partnership.agreements import rules
from service.partnership.agreements.rules import AgreementState
from service.partnership.agreements.validity import (
    CONCLUDED,
    Course,
    End,
    Successor,
    ValidityStage,
    last_notice_day,
    standing,
    successor,
    validity,
)
from service.platform.documents.rules import Standing, StandingState

A_DAY = dt.timedelta(days=1)
FIRST = dt.date(2026, 1, 1)
YEAR = Course(AgreementState.CONCLUDED, FIRST, dt.date(2027, 12, 31), dt.date(2027, 12, 31), 3)
NEXT = Successor("0510-2026-0006", dt.date(2026, 12, 1))
NOTICED = replace(YEAR, state=AgreementState.TERMINATED, ends_on=dt.date(2027, 2, 28))


@pytest.mark.parametrize(
    ("course", "last", "end", "notice"),
    [
        (YEAR, dt.date(2027, 12, 31), End.TERM, dt.date(2027, 8, 31)),
        (replace(YEAR, notice_months=0), dt.date(2027, 12, 31), End.TERM, dt.date(2027, 11, 30)),
        (NOTICED, dt.date(2027, 2, 28), End.NOTICE, None),
        (replace(NOTICED, state=AgreementState.ENDED_EARLY), dt.date(2027, 2, 28), End.AGREED, None),
        (replace(NOTICED, state=AgreementState.ENDED_FOR_BREACH), dt.date(2027, 2, 28), End.BREACH, None),
        (replace(YEAR, successor=NEXT), dt.date(2026, 11, 30), End.FOLLOWED, dt.date(2026, 7, 31)),
        (replace(NOTICED, successor=NEXT), dt.date(2026, 11, 30), End.FOLLOWED, None),
        (  # it begins on what would have been the last day
            replace(NOTICED, successor=replace(NEXT, starts_on=dt.date(2027, 2, 28))),
            dt.date(2027, 2, 27),
            End.FOLLOWED,
            None,
        ),
        # What begins after the notice has run out takes nobody's place.
        (
            replace(NOTICED, successor=replace(NEXT, starts_on=dt.date(2027, 4, 1))),
            dt.date(2027, 2, 28),
            End.NOTICE,
            None,
        ),
    ],
)
def test_the_last_day_and_why(course: Course, last: dt.date, end: End, notice: dt.date | None) -> None:
    found = validity(course, dt.date(2026, 3, 1))
    assert found
    assert (found.stage, found.last_day, found.end, found.last_notice_day) == (
        ValidityStage.IN_FORCE,
        last,
        end,
        notice,
    )
    assert (found.successor is not None) is (end is End.FOLLOWED)
    after = validity(course, last + A_DAY)
    assert after
    assert (after.stage, after.last_notice_day) == (ValidityStage.OVER, None)
    before = validity(course, FIRST - A_DAY)
    assert before
    assert before.stage is ValidityStage.TO_COME


@pytest.mark.parametrize("state", [state for state in AgreementState if state not in CONCLUDED])
def test_what_was_not_concluded_is_never_in_force(state: AgreementState) -> None:
    assert validity(replace(YEAR, state=state), FIRST) is None


def test_the_first_that_begins_later_follows() -> None:
    itself, first, later = (Successor(number, FIRST + days * A_DAY) for number, days in (("3", 0), ("2", 1), ("1", 2)))
    assert successor(FIRST, [later, first, itself]) is first
    assert successor(FIRST, [itself]) is None
    assert itself == Successor("3", FIRST, is_addendum=False), (
        "it takes the place of the other, unless it says otherwise"
    )


LONG_AFTER = dt.date(2029, 1, 1)


@pytest.mark.parametrize(
    ("course", "day", "expected"),
    [
        (replace(YEAR, state=AgreementState.OFFERED), FIRST, Standing(StandingState.NOT_AGREED)),
        (YEAR, FIRST - A_DAY, None),
        (YEAR, YEAR.ends_on, None),
        (YEAR, LONG_AFTER, Standing(StandingState.OVER, YEAR.ends_on)),
        (NOTICED, FIRST, Standing(StandingState.UNDER_NOTICE, NOTICED.ends_on)),
        (NOTICED, LONG_AFTER, Standing(StandingState.OVER, NOTICED.ends_on)),
        *(
            (replace(NOTICED, state=state), FIRST, Standing(StandingState.ENDS_EARLY, NOTICED.ends_on))
            for state in (AgreementState.ENDED_EARLY, AgreementState.ENDED_FOR_BREACH)
        ),
        *(
            (replace(YEAR, successor=NEXT), day, Standing(StandingState.SUPERSEDED, NEXT.starts_on, NEXT.number))
            for day in (FIRST, LONG_AFTER)
        ),
        (
            replace(YEAR, successor=replace(NEXT, is_addendum=True)),
            FIRST,
            Standing(StandingState.CHANGED, NEXT.starts_on, NEXT.number),
        ),
    ],
)
def test_whoever_holds_a_paper_is_told_how_it_stands(course: Course, day: dt.date, expected: Standing | None) -> None:
    assert standing(validity(course, day)) == expected


@given(st.dates(dt.date(2025, 1, 1), dt.date(2035, 1, 1)), st.integers(0, 12))
def test_after_the_last_day_of_notice_it_ends_nothing_sooner(last: dt.date, months: int) -> None:
    found = last_notice_day(last, months)
    long_ago = dt.date(2020, 1, 1)
    assert rules.last_day(found, months, long_ago, last) < last
    assert rules.last_day(found + A_DAY, months, long_ago, last) == last


@dataclass
class Known:
    """An agreement as the oracle and the rule are told of it."""

    course: Course
    number: str


@st.composite
def stories(draw: st.DrawFn) -> list[tuple[str, int, int, int]]:
    """What happens, in order: ("concluded", first day, days, months of notice), ("noticed", which, day of the notice, 0), or
    ("ended", which, last day, whether for breach).
    """
    step = st.one_of(
        st.tuples(st.just("concluded"), st.integers(0, 700), st.integers(0, 500), st.integers(0, 4)),
        st.tuples(st.just("noticed"), st.integers(0, 5), st.integers(0, 700), st.just(0)),
        st.tuples(st.just("ended"), st.integers(0, 5), st.integers(0, 700), st.integers(0, 1)),
    )
    return draw(st.lists(step, min_size=1, max_size=8))


@given(stories())
def test_a_calendar_kept_day_by_day_says_the_same(story: list[tuple[str, int, int, int]]) -> None:
    """The oracle: on each day the number of the agreement in force. Concluding writes a term over what stands there, an end wipes."""
    calendar: dict[dt.date, str] = {}
    made: list[Known] = []
    for what, number, days, months in story:
        if what == "concluded":
            _conclude(calendar, made, FIRST + number * A_DAY, days, months)
        elif what == "ended" and number < len(made):
            _end_early(calendar, made, number, FIRST + days * A_DAY, breach=bool(months))
        elif what == "noticed" and number < len(made) and made[number].course.state is AgreementState.CONCLUDED:
            _give_notice(calendar, made[number], FIRST + days * A_DAY)
    starts = [Successor(each.number, each.course.starts_on) for each in made]
    for each in made:
        course = replace(each.course, successor=successor(each.course.starts_on, starts))
        days_in_force = sorted(day for day, number in calendar.items() if number == each.number)
        found = validity(course, FIRST)
        assert found
        assert (days_in_force[0], days_in_force[-1]) == (found.first_day, found.last_day)
        for day in (days_in_force[0] - A_DAY, *days_in_force, days_in_force[-1] + A_DAY):
            seen = validity(course, day)
            assert seen
            assert (seen.stage is ValidityStage.IN_FORCE) is (calendar.get(day) == each.number)


def _conclude(calendar: dict[dt.date, str], made: list[Known], first: dt.date, days: int, months: int) -> None:
    if any(day >= first and number for day, number in calendar.items() if _begins(calendar, day) >= first):
        return  # one that begins on the same day or later stands in the way, and the service refuses
    for day in [day for day in calendar if day >= first]:
        del calendar[day]
    last = first + days * A_DAY
    number = f"{len(made)}"
    calendar.update({first + more * A_DAY: number for more in range(days + 1)})
    made.append(Known(Course(AgreementState.CONCLUDED, first, last, last, months), number))


def _begins(calendar: dict[dt.date, str], day: dt.date) -> dt.date:
    return min(each for each, number in calendar.items() if number == calendar[day])


def _give_notice(calendar: dict[dt.date, str], known: Known, on: dt.date) -> None:
    course = known.course
    _ended(
        calendar,
        known,
        AgreementState.TERMINATED,
        rules.last_day(on, course.notice_months, course.starts_on, course.term_ends_on),
    )


def _end_early(calendar: dict[dt.date, str], made: list[Known], which: int, last: dt.date, *, breach: bool) -> None:
    known = made[which]
    starts = [Successor(each.number, each.course.starts_on) for each in made]
    stands = validity(replace(known.course, successor=successor(known.course.starts_on, starts)), FIRST)
    ended = known.course.state in (AgreementState.ENDED_EARLY, AgreementState.ENDED_FOR_BREACH)
    if stands and not ended and stands.first_day <= last < stands.last_day:  # else the service refuses
        _ended(calendar, known, AgreementState.ENDED_FOR_BREACH if breach else AgreementState.ENDED_EARLY, last)


def _ended(calendar: dict[dt.date, str], known: Known, state: AgreementState, last: dt.date) -> None:
    for day in [day for day, number in calendar.items() if number == known.number and day > last]:
        del calendar[day]
    known.course = replace(known.course, state=state, ends_on=last)


def test_what_has_been_over_for_five_years_is_archived() -> None:
    for day, archived in ((dt.date(2032, 2, 29), False), (dt.date(2032, 3, 1), True)):
        found = validity(NOTICED, day)
        assert found
        assert found.archived is archived
