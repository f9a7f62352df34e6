"""What is paid of an agreement that ends before its term, against a count of each day's part."""

from __future__ import annotations

import datetime as dt
from dataclasses import replace
from fractions import Fraction
from uuid import UUID

import pytest
from hypothesis import given
from hypothesis import strategies as st

from service.partnership.agreements import ending_paper
from service.partnership.agreements.models import Agreement, AgreementEnd
from service.partnership.agreements.rules import EndWay, Party
from service.partnership.agreements.settling import Settlement, balance, choices, payments
from service.partnership.partnerships.continuing import from_day
from tenants.scope import Contact, Instalment, LegalBasis, Level, Payment, Scope

A_DAY = dt.timedelta(days=1)
SOMEONE = Contact("A", "B", "C", "D")
FIRST, LAST = dt.date(2026, 4, 1), dt.date(2027, 12, 31)


def scope(*instalments: tuple[dt.date, int]) -> Scope:
    paid = Payment(LegalBasis.OTHER_GRANT, (), tuple(Instalment(day, ore) for day, ore in instalments))
    return Scope(Level.TARGETED, FIRST, LAST, SOMEONE, SOMEONE, payment=paid)


HALVES = scope((dt.date(2026, 4, 1), 27500), (dt.date(2027, 7, 1), 36500), (dt.date(2027, 1, 1), 36500))


def test_what_is_due_after_the_last_day_falls_away() -> None:
    found = payments(HALVES, dt.date(2027, 6, 30))
    assert [each.due_on for each in found.stand] == [dt.date(2026, 4, 1), dt.date(2027, 1, 1)]
    assert [each.due_on for each in found.fallen] == [dt.date(2027, 7, 1)]
    assert found.evened is None
    assert [each.due_on for each in payments(HALVES, dt.date(2027, 7, 1)).fallen] == []


@pytest.mark.parametrize(
    ("last", "ore"),
    [
        (dt.date(2027, 6, 30), 181 * 200 - 36500),  # paid ahead: a little comes back
        (dt.date(2027, 7, 1), 182 * 200 - 73000),
        (dt.date(2026, 4, 1), 100 - 27500),  # of a year that began with the term
        (dt.date(2027, 12, 31), 0),
        (dt.date(2028, 5, 1), 0),
    ],
)
def test_shared_by_days_the_rest_is_evened_out_on_the_last_day(last: dt.date, ore: int) -> None:
    assert balance(HALVES, last) == ore
    evened = payments(HALVES, last, Settlement.BY_DAYS).evened
    assert evened == (Instalment(last, ore) if ore else None)


def test_what_is_paid_afterwards_is_owed() -> None:
    late = scope((dt.date(2027, 12, 31), 36500))
    assert balance(late, dt.date(2027, 1, 31)) == 3100
    assert balance(scope(), dt.date(2027, 1, 31)) == 0


def test_an_agreement_that_runs_its_whole_term_evens_nothing_out() -> None:
    after_the_term = replace(scope((dt.date(2027, 12, 1), 36500)), ends_on=dt.date(2027, 6, 30))
    assert balance(after_the_term, dt.date(2027, 6, 30)) == 0
    assert balance(after_the_term, dt.date(2027, 6, 29)) != 0, "the control: a day sooner, it is shared"


@given(
    st.lists(st.tuples(st.dates(FIRST, LAST), st.integers(1, 10**9)), max_size=6),
    st.integers(0, (LAST - FIRST).days),
)
def test_what_stands_and_what_is_evened_out_are_the_days_in_force(
    instalments: list[tuple[dt.date, int]], days: int
) -> None:
    """The oracle: each day of the term bears the same part of its year."""
    wanted, last = scope(*instalments), FIRST + days * A_DAY
    term = [FIRST + more * A_DAY for more in range((LAST - FIRST).days + 1)]
    by_year = {year: sum(ore for day, ore in instalments if day.year == year) for year in (2026, 2027)}
    in_year = {year: sum(day.year == year for day in term) for year in by_year}

    owed = sum((Fraction(by_year[day.year], in_year[day.year]) for day in term if day <= last), Fraction())
    found = payments(wanted, last, Settlement.BY_DAYS)
    paid = sum(each.ore for each in found.stand) + (found.evened.ore if found.evened else 0)
    assert abs(paid - owed) <= Fraction(1, 2)
    assert sorted((*found.stand, *found.fallen), key=lambda each: each.due_on) == sorted(
        wanted.payment.instalments, key=lambda each: each.due_on
    )


def test_each_party_alone_lets_go_of_its_own_money_only() -> None:
    both, shared = (Settlement.BY_DAYS, Settlement.FALLS_AWAY), (Settlement.BY_DAYS,)
    assert choices(100, Party.DRC) == choices(-100, Party.MUNICIPALITY) == both
    assert choices(100, Party.MUNICIPALITY) == choices(-100, Party.DRC) == shared
    assert choices(1, Party.DRC) == both, "an øre too"
    assert choices(100, None) == choices(-100, None) == both
    assert choices(0, Party.DRC) == choices(0, Party.MUNICIPALITY) == both


def test_an_agreement_that_an_addendum_changed_is_settled_by_its_whole_year() -> None:
    """The addendum began in the middle of the year whose instalments are shared: the days before it count."""
    last, begun = dt.date(2027, 9, 30), dt.date(2027, 7, 1)
    rest, whole = from_day(HALVES, begun), {"scope": HALVES.to_plain()}
    end = AgreementEnd(
        way=EndWay.NOTICE,
        party=Party.DRC,
        last_day=last,
        settlement=Settlement.BY_DAYS,
        person_name="Ole",
        person_title="",
        words="Derfor.",
        at=dt.datetime(2027, 6, 1, tzinfo=dt.UTC),
    )
    as_signed = Agreement(number="1", stored_scope=HALVES.to_plain(), facts=whole)
    changed = Agreement(
        number="2", stored_scope=rest.to_plain(), facts=whole | {"addendum": {"of": "1"}}, amends_id=UUID(int=1)
    )
    told = [ending_paper.facts(each, end, official_name="Prøve Kommune")["evened_ore"] for each in (as_signed, changed)]
    assert told == [balance(HALVES, last)] * 2
    assert balance(rest, last) != told[0], (
        "the control: of the days since the addendum alone it would be another amount"
    )
