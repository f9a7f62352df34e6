"""What an addendum may change, as one declaration: every field is in it, and the clauses it names are the ones that come out otherwise."""

from __future__ import annotations

import datetime as dt
from collections.abc import Collection
from dataclasses import fields, replace
from typing import Any

import pytest
from flask import Flask
from flask_babel import force_locale

from service.partnership.agreements import addendum, paper
from service.partnership.agreements.difference import AgreementVersion, between, clause_changes, scope_changes
from service.partnership.agreements.difference_texts import CatalogueNames, rows
from service.partnership.catalogue import files
from service.partnership.partnerships.clause_rules import cases_of
from tenants.scope import (
    AgreedActivity,
    Capability,
    Duty,
    Every,
    Frequency,
    LegalBasis,
    Payment,
    Scope,
    Target,
    YearAmount,
)
from tenants.terms import Earmark, OwnClause, Post
from tests.partnership.agreements.test_difference import BASE, FIRST, LAST

TEXTS = max((text for text in files.texts() if text.kind == "partnership"), key=lambda text: text.version)
CAFE = AgreedActivity(
    "language_cafe",
    "Huset",
    Frequency(1, Every.WEEK),
    FIRST,
    LAST,
    "Caféen er uformel samtale mellem mennesker og ikke undervisning eller danskuddannelse.",
)
ANOTHER: dict[str, Any] = {  # by field, another value than that of BASE
    "ends_on": dt.date(2028, 3, 31),
    "capabilities": frozenset({Capability.NEEDS}),
    "activities": (replace(BASE.activities[0], children_under_15=True), CAFE),
    "targets": (),
    "payment.amounts": (YearAmount(2026, 140_000_000),),
    "payment.instalments": (),
    "payment.gln": "",
    "payment.reference_person": "Grethe",
    "payment.earmarks": (Earmark("Dokumentation", 4_000_000),),
    "posts": (Post("Konsulent", 2),),
    "municipality_duties": (),
    "drc_duties": (Duty("at holde et kursus"),),
    "premises": ("et lokale",),
    "support": "20 timer",
    "meetings_per_year": 4,
    "evaluation_on": dt.date(2027, 6, 1),
}


# What no addendum changes. A field that is new goes in here or into `CHANGEABLE`.
FIXED = frozenset(
    {
        "level",
        "starts_on",
        "municipality_contact",
        "drc_contact",
        "further_parties",
        "payment.legal_basis",
        "payment.vat",
        "payment.price_adjustment",
        "notice_months",
        "department",
        "purpose",
        "target_groups",
        "case_number",
        "kle_number",
        "clauses_left_out",
    }
)


def undeclared(declared: Collection[str]) -> set[str]:
    """The fields of a scope of which nothing says whether an addendum changes them."""
    every = {field.name for field in fields(Scope) if field.name != "payment"}
    return (every | {f"payment.{field.name}" for field in fields(Payment)}) ^ set(declared)


def test_of_every_field_it_is_said_whether_an_addendum_changes_it() -> None:
    assert undeclared([*addendum.CHANGEABLE, *FIXED]) == set()
    assert addendum.CHANGEABLE.keys().isdisjoint(FIXED)


def test_control_a_field_that_is_not_said_is_told() -> None:
    assert undeclared([*addendum.CHANGEABLE, *FIXED - {"level"}]) == {"level"}


def facts(scope: Scope) -> dict[str, Any]:
    """What the agreement's paper says."""
    return paper.facts(
        scope,
        official_name="Prøve Kommune",
        cvr="12345678",
        kinds=files.kinds(),
        measures=files.measures(),
        clause_texts=TEXTS.content["clause"],
        clause_version=TEXTS.version,
        principles=["Ligeværd"],
        principles_version=1,
    )


def changed(field: str) -> Scope:
    """BASE with another value in one field."""
    inside = field.removeprefix("payment.")
    if inside != field:
        return replace(BASE, payment=replace(BASE.payment, **{inside: ANOTHER[field]}))
    return replace(BASE, **{field: ANOTHER[field]})


def beyond(before: Scope, after: Scope) -> list[str]:
    """The names of the changes that no addendum makes."""
    return [change.name for change in addendum.beyond(scope_changes(before, after), cases_of(after))]


@pytest.mark.parametrize("field", sorted(addendum.CHANGEABLE.keys() - {"own_clauses"}))
def test_a_change_touches_the_clauses_that_are_declared_and_no_other(field: str) -> None:
    after = changed(field)
    changes, clauses = list(scope_changes(BASE, after)), list(clause_changes(facts(BASE), facts(after)))
    assert {addendum.field_of(change) for change in changes} == {field}
    assert beyond(BASE, after) == []
    assert addendum.untouchable(changes, clauses) == []
    touched = {clause.key for clause in clauses if clause.kind}
    assert touched == addendum.CHANGEABLE[field], "and each that is declared can be touched"


@pytest.mark.parametrize(
    "after",
    [
        replace(BASE, notice_months=6),
        replace(BASE, purpose="noget andet"),
        replace(BASE, drc_contact=replace(BASE.drc_contact, name="Ida")),
        replace(BASE, payment=replace(BASE.payment, legal_basis=LegalBasis.OTHER_GRANT)),
        replace(BASE, activities=(*BASE.activities, CAFE), support="x", notice_months=1),
    ],
)
def test_all_else_takes_a_new_agreement(after: Scope) -> None:
    assert beyond(BASE, after)


def test_a_distinction_comes_and_goes_with_its_activity_and_is_not_rewritten() -> None:
    with_cafe = replace(BASE, activities=(*BASE.activities, CAFE))
    for before, after in ((BASE, with_cafe), (with_cafe, BASE)):
        assert beyond(before, after) == []
    rewritten = replace(BASE, activities=(*BASE.activities, replace(CAFE, distinction="Noget ganske andet end før.")))
    assert beyond(with_cafe, rewritten) == ["activities.distinction"]


OURS = OwnClause("children.no_children", "Børn kommer ikke alene.")
KEPT = replace(OURS, clause="children.children")
WITH_CHILDREN = (replace(BASE.activities[0], children_under_15=True),)


@pytest.mark.parametrize("own", [(KEPT,), ()])
def test_own_words_whose_case_the_addendum_changes_stand_in_the_new_case_or_give_way(
    app: Flask, own: tuple[OwnClause, ...]
) -> None:
    before, after = replace(BASE, own_clauses=(OURS,)), replace(BASE, activities=WITH_CHILDREN, own_clauses=own)
    assert beyond(before, after) == []
    differs = between(AgreementVersion("", "1", before, facts(before)), AgreementVersion("", "2", after, facts(after)))
    assert addendum.untouchable(differs.changes, differs.clauses) == []
    with app.test_request_context(), force_locale("da"):
        told = rows(differs, CatalogueNames({}, {}))["Afvigelser fra standardteksten"]
    if own:
        (row,) = told
        assert "Børneattester og børnebeskyttelse" in row.what
        assert row.before != row.after, "that the words stand in the new case is told"
    else:
        assert [row.kind for row in told] == ["Slettet"]
        assert [clause.key for clause in differs.changed_clauses] == ["children"], "the library's text is shown"


@pytest.mark.parametrize(
    ("activities", "own"),
    [
        (BASE.activities, ()),  # the case is what it was: the words stand
        (BASE.activities, (KEPT,)),
        (WITH_CHILDREN, (replace(KEPT, body="Noget ganske andet."),)),
        (WITH_CHILDREN, (OwnClause("meetings", "Vi mødes."),)),
    ],
)
def test_other_own_words_take_a_new_agreement(
    activities: tuple[AgreedActivity, ...], own: tuple[OwnClause, ...]
) -> None:
    after = replace(BASE, activities=activities, own_clauses=own)
    assert {name.partition(".")[0] for name in beyond(replace(BASE, own_clauses=(OURS,)), after)} == {"own_clauses"}


def test_a_clause_that_nothing_touches_and_that_comes_out_otherwise_is_told() -> None:
    after = replace(BASE, targets=(Target("attendances", 600, 2026),))
    changes = list(scope_changes(BASE, after))
    other_words = facts(replace(after, notice_months=9))
    loose = addendum.untouchable(changes, clause_changes(facts(BASE), other_words))
    assert [clause.key for clause in loose] == ["termination"]
