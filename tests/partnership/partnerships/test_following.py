"""What follows from the term is left blank, and means the same. Pure."""

from __future__ import annotations

import datetime as dt
import itertools
from dataclasses import replace
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from marshmallow import ValidationError

from service.partnership.partnerships.following import divided
from service.partnership.partnerships.renewal import renewed
from service.partnership.partnerships.schemas import MoneyFields, ScopeFields, fields_of
from service.platform.web.errors import flatten
from service.platform.web.forms import nest
from tenants.scope import Instalment, LegalBasis, Payment, Scope, Target, YearAmount
from tests.support.world import scope

DAYS = st.dates(dt.date(2024, 1, 1), dt.date(2027, 12, 31))
ORE = st.integers(0, 10**9)
PLAIN = replace(scope(dt.date(2026, 6, 1), "x"), targets=())  # from 2025 to 2027


def read(form: dict[str, Any]) -> Scope:
    found: Scope = ScopeFields().load(nest({**form, "text_checked": "1"}))
    return found


@given(DAYS, DAYS, st.lists(ORE, min_size=1, max_size=4), st.integers(1, 12))
def test_equal_instalments_are_the_amount_within_the_term_and_one_a_month(
    one: dt.date, other: dt.date, amounts: list[int], times: int
) -> None:
    first, last = min(one, other), max(one, other)
    years = range(first.year, last.year + 1)
    given = tuple(YearAmount(year, ore) for year, ore in zip(years, amounts, strict=False))
    found = divided(given, first, last, times)
    for amount in given:
        due = [each for each in found if each.due_on.year == amount.year]
        assert sum(each.ore for each in due) == amount.ore, "to the øre"
        assert {each.ore for each in due[:-1]} <= {due[0].ore}
        assert 0 <= due[-1].ore - due[0].ore < len(due), "the last takes the rest"
        assert all(first <= each.due_on <= last for each in due)
        assert all(before.due_on < after.due_on for before, after in itertools.pairwise(due))
    assert {each.due_on.year for each in found} == {amount.year for amount in given}


@pytest.mark.parametrize(
    ("times", "due"),
    [
        (1, ["2026-05-01", "2027-01-01"]),
        (2, ["2026-05-01", "2026-09-01", "2027-01-01", "2027-07-01"]),
        (4, ["2026-05-01", "2026-07-01", "2026-09-01", "2026-11-01"] + [f"2027-{m:02}-01" for m in (1, 4, 7, 10)]),
    ],
)
def test_they_are_due_evenly(times: int, due: list[str]) -> None:
    amounts = (YearAmount(2026, 100), YearAmount(2027, 100))
    found = divided(amounts, dt.date(2026, 5, 1), dt.date(2027, 12, 31), times)
    assert [each.due_on.isoformat() for each in found] == due


TARGETS = st.builds(Target, st.sampled_from(["sessions", "attendances"]), st.integers(1, 2), st.integers(2025, 2027))
AMOUNTS = st.lists(st.builds(YearAmount, st.integers(2025, 2027), st.integers(0, 2)), max_size=4).map(tuple)
INSTALMENTS = st.lists(st.builds(Instalment, DAYS, ORE), max_size=3).map(
    lambda found: tuple(sorted(found, key=lambda each: each.due_on))
)


@given(st.lists(TARGETS, max_size=6).map(tuple), AMOUNTS, INSTALMENTS | st.integers(1, 12))
def test_a_scope_is_read_from_its_form_as_it_was(
    targets: tuple[Target, ...], amounts: tuple[YearAmount, ...], instalments: tuple[Instalment, ...] | int
) -> None:
    term = PLAIN.starts_on, PLAIN.ends_on
    due = divided(amounts, *term, instalments) if isinstance(instalments, int) else instalments
    payment = Payment(LegalBasis.OTHER_GRANT, amounts, due if amounts else ())
    given = replace(PLAIN, targets=targets, payment=payment)
    assert read(fields_of(given)) == given


def test_what_is_the_same_each_year_is_one_row_without_a_year_and_moves_with_the_term() -> None:
    years = (2025, 2026, 2027)
    amounts = tuple(YearAmount(year, 99_000_001) for year in years)
    given = replace(
        PLAIN,
        targets=tuple(Target("attendances", 500, year) for year in years),
        payment=Payment(LegalBasis.OTHER_GRANT, amounts, divided(amounts, PLAIN.starts_on, PLAIN.ends_on, 3)),
    )
    form = fields_of(given)
    followed = ("targets-0-year", "amounts-0-year", "activities-0-starts_on", "activities-0-ends_on")
    assert [form[name] for name in followed] == [""] * 4
    assert form["instalments_a_year"] == "3"
    assert {"targets-1-value", "amounts-1-ore", "instalments-0-ore"}.isdisjoint(form)
    moved = read({**form, "starts_on": "2028-01-01", "ends_on": "2030-12-31"})
    assert moved == renewed(given, dt.date(2028, 1, 1)), "a term that is typed anew is a renewal"


@pytest.mark.parametrize(
    ("typed", "wrong"),
    [
        ({}, "amounts-0-ore"),
        ({"amounts_open": "1"}, None),
        ({"amounts-0-ore": "100"}, None),
        ({"amounts-0-ore": "100", "amounts_open": "1"}, "amounts_open"),
        ({"amounts-0-ore": "100", "instalments_a_year": "12"}, None),
        ({"amounts-0-ore": "100", "instalments_a_year": "13"}, "instalments_a_year"),
        (
            {
                "amounts-0-ore": "1",
                "instalments_a_year": "2",
                "instalments-0-due_on": "2026-01-01",
                "instalments-0-ore": "1",
            },
            "instalments_a_year",
        ),
    ],
)
def test_how_it_is_paid_is_said_once(typed: dict[str, str], wrong: str | None) -> None:
    form = nest({"legal_basis": "other_grant", **typed})
    if wrong is None:
        MoneyFields().load(form)
        return
    with pytest.raises(ValidationError) as refused:
        MoneyFields().load(form)
    assert set(flatten(refused.value.messages)) == {wrong}
