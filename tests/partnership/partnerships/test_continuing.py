"""A scope from a later day on, and its whole term put together again."""

from __future__ import annotations

import datetime as dt
from dataclasses import replace

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from service.partnership.partnerships.continuing import from_day, joined
from tenants.scope import (
    AgreedActivity,
    Contact,
    Duty,
    Every,
    Frequency,
    Instalment,
    LegalBasis,
    Level,
    Payment,
    Scope,
    Target,
    YearAmount,
)
from tenants.terms import Earmark

FIRST, LAST = dt.date(2025, 1, 1), dt.date(2027, 12, 31)
CONTACT = Contact("Tove", "", "", "")


def days(first: dt.date = FIRST, last: dt.date = LAST) -> st.SearchStrategy[dt.date]:
    """Days of the term."""
    return st.dates(first, last)


def activity(kind: str, days: tuple[dt.date, dt.date]) -> AgreedActivity:
    """An activity between two days."""
    return AgreedActivity(kind, "Huset", Frequency(1, Every.WEEK), min(days), max(days))


ACTIVITIES = st.lists(st.tuples(days(), days()), min_size=1, max_size=3).map(
    lambda found: tuple(sorted((activity(f"a{at}", each) for at, each in enumerate(found)), key=lambda a: a.ends_on))
)
DUTIES = st.lists(
    st.builds(Duty, st.sampled_from("abc"), st.none() | days(), st.sampled_from([None, Every.MONTH, Every.YEAR])),
    unique_by=lambda duty: duty.text,
    max_size=3,
).map(tuple)
SCOPES = st.builds(
    Scope,
    st.just(Level.TARGETED),
    st.just(FIRST),
    st.just(LAST),
    st.just(CONTACT),
    st.just(CONTACT),
    activities=ACTIVITIES,
    targets=st.sets(st.integers(2025, 2027)).map(lambda found: tuple(Target("m", 1, year) for year in sorted(found))),
    payment=st.sets(st.integers(2025, 2027)).map(
        lambda found: Payment(
            LegalBasis.SECTION_18,
            tuple(YearAmount(year, 100) for year in sorted(found)),
            tuple(Instalment(dt.date(year, 2, 1), 100) for year in sorted(found)),
            earmarks=tuple(Earmark("Dokumentation", 10, year) for year in sorted(found)),
        )
    ),
    municipality_duties=DUTIES,
    evaluation_on=st.none() | days(),
)


@settings(max_examples=80, deadline=None)
@given(SCOPES, days(FIRST + dt.timedelta(days=1)))
def test_what_goes_on_from_a_day_lies_within_its_term_and_adds_up_to_the_whole(scope: Scope, day: dt.date) -> None:
    rest = from_day(scope, day)
    assert (rest.starts_on, rest.ends_on) == (day, LAST)
    assert all(day <= each.starts_on <= each.ends_on <= LAST for each in rest.activities)
    assert all(day <= each.due_on <= LAST for each in rest.municipality_duties if each.due_on)
    years = {target.year for target in rest.targets} | {amount.year for amount in rest.payment.amounts}
    years |= {earmark.year for earmark in rest.payment.earmarks if earmark.year}
    assert all(year >= day.year for year in years)
    assert sum(each.ore for each in rest.payment.instalments) == sum(each.ore for each in rest.payment.amounts)
    whole = joined(scope, rest)
    assert from_day(whole, day) == rest
    assert sorted(whole.municipality_duties, key=str) == sorted(scope.municipality_duties, key=str)
    assert replace(whole, municipality_duties=()) == replace(scope, municipality_duties=())


def test_from_its_own_first_day_a_scope_is_itself() -> None:
    scope = Scope(Level.TARGETED, FIRST, LAST, CONTACT, CONTACT, activities=(activity("a", (FIRST, LAST)),))
    assert from_day(scope, FIRST) == scope


@pytest.mark.parametrize(
    ("due_on", "every", "expected"),
    [
        (dt.date(2025, 1, 31), Every.MONTH, dt.date(2026, 6, 30)),
        (dt.date(2025, 3, 1), Every.QUARTER, dt.date(2026, 9, 1)),
        (dt.date(2025, 6, 15), Every.YEAR, dt.date(2026, 6, 15)),
        (dt.date(2026, 6, 15), None, dt.date(2026, 6, 15)),
        (None, Every.YEAR, None),
    ],
)
def test_a_duty_goes_on_from_its_next_time(
    due_on: dt.date | None, every: Every | None, expected: dt.date | None
) -> None:
    scope = Scope(Level.TARGETED, FIRST, LAST, CONTACT, CONTACT, drc_duties=(Duty("d", due_on, every),))
    assert from_day(scope, dt.date(2026, 6, 15)).drc_duties == (Duty("d", expected, every),)
    gone = replace(scope, drc_duties=(Duty("d", dt.date(2026, 6, 14)),))
    assert from_day(gone, dt.date(2026, 6, 15)).drc_duties == ()
