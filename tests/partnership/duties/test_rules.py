"""When what a scope promises is due, as the agreement prints it."""

from __future__ import annotations

import datetime as dt
import itertools
from dataclasses import replace

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from service.partnership.duties.rules import (
    DutyKind,
    DutySide,
    DutyStanding,
    Lasting,
    Owed,
    lasting,
    may_mark,
    owed,
    standing,
)
from tenants.scope import Contact, Duty, Every, Level, Scope

SOMEONE = Contact("A", "B", "C", "D")
START, END = dt.date(2026, 1, 1), dt.date(2027, 12, 31)


def scope(*duties: Duty, starts: dt.date = START, ends: dt.date = END, meetings: int = 0) -> Scope:
    bare = Scope(Level.TARGETED, starts, ends, SOMEONE, SOMEONE)
    return replace(bare, municipality_duties=duties, meetings_per_year=meetings)


def days(*duties: Duty, **term: dt.date) -> list[str]:
    return [one.due_on.isoformat() for one in owed(scope(*duties, **term))]  # type: ignore[arg-type]


def test_a_rhythm_is_counted_from_the_first_day_of_the_term() -> None:
    year = {"starts": dt.date(2026, 1, 1), "ends": dt.date(2026, 12, 31)}
    assert days(Duty("x", every=Every.QUARTER), **year) == ["2026-03-31", "2026-06-30", "2026-09-30", "2026-12-31"]
    assert days(Duty("x", every=Every.YEAR), **year) == ["2026-12-31"]
    assert len(days(Duty("x", every=Every.MONTH), **year)) == 12


def test_a_rest_of_half_or_more_counts_and_a_shorter_one_does_not() -> None:
    copenhagen = {"starts": dt.date(2011, 5, 1), "ends": dt.date(2014, 12, 31)}
    assert days(Duty("x", every=Every.YEAR), **copenhagen) == ["2012-04-30", "2013-04-30", "2014-04-30", "2014-12-31"]
    assert days(Duty("x", every=Every.YEAR), starts=START, ends=dt.date(2027, 6, 29)) == ["2026-12-31"]
    assert days(Duty("x", every=Every.YEAR), starts=START, ends=dt.date(2026, 3, 31)) == ["2026-03-31"]  # all there is
    assert days(Duty("x", every=Every.YEAR), starts=START, ends=dt.date(2027, 1, 1)) == ["2026-12-31"]
    of_366 = dt.date(2027, 1, 1)  # the second year is a leap year: 183 days of it are half
    assert days(Duty("x", every=Every.YEAR), starts=of_366, ends=dt.date(2028, 7, 1)) == ["2027-12-31", "2028-07-01"]
    assert days(Duty("x", every=Every.YEAR), starts=of_366, ends=dt.date(2028, 6, 30)) == ["2027-12-31"]


def test_a_day_alone_is_once_and_with_a_rhythm_the_first_time() -> None:
    assert days(Duty("x", dt.date(2026, 5, 31))) == ["2026-05-31"]
    assert days(Duty("x", dt.date(2026, 8, 31), Every.QUARTER)) == [
        "2026-08-31",
        "2026-11-30",
        "2027-02-28",
        "2027-05-31",
        "2027-08-31",
        "2027-11-30",
    ]
    assert days(Duty("x", dt.date(2027, 6, 30), Every.QUARTER), ends=dt.date(2027, 12, 30))[-1] == "2027-12-30"
    assert days(Duty("x")) == []


def test_each_time_says_who_undertook_it_and_in_which_words() -> None:
    day, later = dt.date(2026, 5, 31), dt.date(2027, 9, 1)
    wanted = replace(
        scope(Duty("at stille et lokale", day), meetings=1, ends=dt.date(2026, 12, 31)),
        drc_duties=(Duty("at holde et kursus", day),),
        evaluation_on=later,
    )
    assert owed(wanted) == [
        Owed(day, DutySide.DRC, DutyKind.WRITTEN, "at holde et kursus"),
        Owed(day, DutySide.MUNICIPALITY, DutyKind.WRITTEN, "at stille et lokale"),
        Owed(dt.date(2026, 12, 31), DutySide.BOTH, DutyKind.MEETING, "at holde statusmøde"),
        Owed(later, DutySide.BOTH, DutyKind.EVALUATION, "at evaluere samarbejdet"),
    ]


def test_meetings_are_spread_over_the_year_and_are_both_sides() -> None:
    found = owed(scope(meetings=2))
    assert [one.due_on.isoformat() for one in found] == ["2026-06-30", "2026-12-31", "2027-06-30", "2027-12-31"]
    assert {(one.side, one.kind) for one in found} == {(DutySide.BOTH, DutyKind.MEETING)}


def test_an_evaluation_is_due_on_its_day() -> None:
    (one,) = owed(replace(scope(), evaluation_on=dt.date(2027, 9, 1)))
    assert (one.due_on, one.side, one.kind) == (dt.date(2027, 9, 1), DutySide.BOTH, DutyKind.EVALUATION)


TERMS = st.tuples(st.dates(dt.date(2000, 1, 1), dt.date(2060, 1, 1)), st.integers(0, 3653)).map(
    lambda pair: (pair[0], pair[0] + dt.timedelta(days=pair[1]))
)


@given(TERMS, st.integers(1, 52))
@settings(max_examples=80, deadline=None)
def test_meetings_lie_in_the_term_each_on_a_day_of_its_own(term: tuple[dt.date, dt.date], meetings: int) -> None:
    found = [one.due_on for one in owed(scope(starts=term[0], ends=term[1], meetings=meetings))]
    assert found
    assert all(term[0] <= day <= term[1] for day in found)
    assert all(one < other for one, other in itertools.pairwise(found))
    years = ((term[1] - term[0]).days + 1) / 365.25
    assert abs(len(found) - years * meetings) <= 1, "half a time is won or lost at the end, at the most"


@given(TERMS, st.sampled_from([Every.MONTH, Every.QUARTER, Every.YEAR]))
@settings(max_examples=80, deadline=None)
def test_no_whole_span_passes_without_it(term: tuple[dt.date, dt.date], every: Every) -> None:
    found = [one.due_on for one in owed(scope(Duty("x", every=every), starts=term[0], ends=term[1]))]
    longest = {Every.MONTH: 31, Every.QUARTER: 92, Every.YEAR: 366}[every]
    marks = [term[0] - dt.timedelta(days=1), *found]
    assert all(0 < (other - one).days <= longest for one, other in itertools.pairwise(marks))
    assert term[0] <= found[-1] <= term[1]
    assert (term[1] - found[-1]).days * 2 < longest


def test_an_agreement_that_promises_nothing_owes_nothing() -> None:
    assert not owed(scope())
    assert not lasting(scope())


def test_what_has_neither_day_nor_rhythm_lasts_throughout_the_term() -> None:
    wanted = replace(
        scope(Duty("at udpege en tovholder"), Duty("x", every=Every.YEAR)),
        premises=("Salen",),
        support="et kursus",
        drc_duties=(Duty("at svare"),),
    )
    assert lasting(wanted) == [
        Lasting(DutySide.MUNICIPALITY, "at udpege en tovholder"),
        Lasting(DutySide.DRC, "at svare"),
        Lasting(DutySide.MUNICIPALITY, "at stille lokaler til rådighed: Salen"),
        Lasting(DutySide.DRC, "at støtte de frivillige: et kursus"),
    ]


@pytest.mark.parametrize(
    ("due", "done", "waits", "expected"),
    [
        ("2026-05-01", None, True, DutyStanding.AHEAD),  # due today is not late yet
        ("2026-04-30", None, True, DutyStanding.OVERDUE),
        ("2026-04-30", "2026-05-01", True, DutyStanding.DONE),
        ("2026-04-30", "2026-05-01", False, DutyStanding.DONE),
        ("2026-04-30", None, False, DutyStanding.MISSED),
    ],
)
def test_how_a_duty_stands(due: str, done: str | None, waits: bool, expected: DutyStanding) -> None:
    day = dt.date.fromisoformat
    assert standing(day(due), day(done) if done else None, waits, dt.date(2026, 5, 1)) is expected


def test_each_side_marks_its_own_and_drc_any() -> None:
    assert [side for side in DutySide if may_mark(DutySide.MUNICIPALITY, side)] == [
        DutySide.MUNICIPALITY,
        DutySide.BOTH,
    ]
    assert [side for side in DutySide if may_mark(DutySide.DRC, side)] == list(DutySide)
