"""What one agreement leaves out of the library's clauses or words itself: which it may, and what comes out of it. Pure."""

from __future__ import annotations

import datetime as dt
from dataclasses import replace
from typing import Any

import pytest

from service.partnership.agreements.difference import AgreementVersion, between
from service.partnership.agreements.paper import facts
from service.partnership.catalogue import files
from service.partnership.catalogue.clauses import Clause, ClauseError
from service.partnership.catalogue.files import kinds, measures
from service.partnership.partnerships.clause_rules import DEMANDED_BY, may_be_left_out, problems
from service.partnership.partnerships.renewal import renewed
from service.partnership.partnerships.schemas import ScopeFields, fields_of
from service.partnership.partnerships.sent import ScopeSent, scope_shown
from service.platform.web.forms import nest
from tenants.scope import LegalBasis, Payment, Scope, YearAmount
from tenants.terms import OwnClause
from tests.support.world import scope

TEXT = max((text for text in files.texts() if text.kind == "partnership"), key=lambda text: text.version)
LIBRARY = tuple(map(Clause.from_plain, TEXT.content["clause"]))
FIRST = dt.date(2026, 6, 1)
OURS = OwnClause("termination", "Hver part kan opsige aftalen med {{ notice_months | i_ord }} måneders varsel.")
PAID = Payment(LegalBasis.OTHER_GRANT, (YearAmount(2026, 1_000_00), YearAmount(2027, 1_000_00)))
GRANT = OwnClause("payment.other_grant", "Kommunen giver {{ payment.amounts[0].ore | kroner }} om året.")
DEPARTS = scope(
    FIRST, "x", payment=PAID, clauses_left_out=frozenset({"insurance", "communication"}), own_clauses=(OURS, GRANT)
)


def printed(one: Scope) -> dict[str, Any]:
    return facts(
        one,
        official_name="Prøve Kommune",
        cvr="29189846",
        kinds=kinds(),
        measures=measures(),
        clause_texts=TEXT.content["clause"],
        clause_version=TEXT.version,
        principles=("Et princip.",),
        principles_version=1,
    )


def wrong(left_out: frozenset[str] = frozenset(), *own: OwnClause, **changes: Any) -> set[str]:
    return set(problems(replace(DEPARTS, clauses_left_out=left_out, own_clauses=own, **changes), LIBRARY, kinds()))


def test_all_of_it_goes_by_the_form_and_by_the_api_and_comes_back() -> None:
    assert ScopeFields().load(nest(fields_of(DEPARTS)) | {"text_checked": "1"}) == DEPARTS
    assert ScopeSent().load(scope_shown(DEPARTS) | {"text_checked": True}) == DEPARTS
    after = renewed(DEPARTS, dt.date(2028, 6, 1))
    assert (after.clauses_left_out, after.own_clauses) == (DEPARTS.clauses_left_out, DEPARTS.own_clauses)


def test_a_clause_that_may_be_worded_or_left_out_is_and_control_nothing_is_wrong_with_it() -> None:
    assert wrong(frozenset({"insurance", "communication"}), OURS, GRANT) == set()


@pytest.mark.parametrize("key", sorted({clause.key for clause in LIBRARY if not may_be_left_out(clause)}))
def test_what_stands_in_every_agreement_is_left_out_of_none(key: str) -> None:
    assert wrong(frozenset({key})) == {"clauses_left_out"}
    with pytest.raises(ClauseError, match="stands in every agreement"):
        printed(replace(DEPARTS, clauses_left_out=frozenset({key}), own_clauses=()))


@pytest.mark.parametrize("key", DEMANDED_BY)
def test_what_something_agreed_demands_stays(key: str) -> None:
    empty: dict[str, Any] = dict.fromkeys(DEMANDED_BY.values(), ())
    assert wrong(frozenset({key}), **empty) == set()
    agreed = scope(FIRST, "x", premises=("et lokale",))
    assert getattr(agreed, DEMANDED_BY[key])
    assert wrong(frozenset({key}), **empty | {DEMANDED_BY[key]: getattr(agreed, DEMANDED_BY[key])})


@pytest.mark.parametrize(
    ("own", "told"),
    [
        ((OwnClause("boundary", "Alt er tilladt."),), "own_clauses-0-clause"),
        ((OwnClause("surprise", "Noget nyt."),), "own_clauses-0-clause"),
        ((OwnClause("payment", "Alt."),), "own_clauses-0-clause"),
        ((OwnClause("payment.no_payment", "Der betales ikke."),), "own_clauses-0-clause"),
        ((OURS, OURS), "own_clauses-1-clause"),
        ((OwnClause("insurance", "DRC forsikrer."),), "own_clauses-0-clause"),
        ((OwnClause("meetings", "Parterne mødes {{ hver_gang }}."),), "own_clauses-0-body"),
        ((OwnClause("meetings", "Parterne mødes i {{ department }}."),), "own_clauses-0-body"),
        ((OwnClause("meetings", "Parterne mødes {% if"),), "own_clauses-0-body"),
    ],
)
def test_what_cannot_be_worded_is_told_where_it_stands(own: tuple[OwnClause, ...], told: str) -> None:
    assert wrong(frozenset({"insurance"}), *own, department="") == {told}
    if len(own) == 1:  # nor does a paper come of it, whoever lets it pass
        with pytest.raises(ClauseError):
            printed(replace(DEPARTS, clauses_left_out=frozenset({"insurance"}), own_clauses=own, department=""))


def test_the_paper_says_what_departs_and_the_rest_is_word_for_word() -> None:
    standard = printed(replace(DEPARTS, clauses_left_out=frozenset(), own_clauses=()))
    found = printed(DEPARTS)
    assert "left_out" not in standard
    assert not any("own" in clause for clause in standard["clauses"])
    assert [each["key"] for each in found["left_out"]] == ["insurance", "communication"]
    assert [clause["key"] for clause in found["clauses"] if "own" in clause] == ["payment", "termination"]
    assert [clause["number"] for clause in found["clauses"]] == list(range(1, 19))
    by_key = {clause["key"]: clause["blocks"] for clause in standard["clauses"]}
    departs = {clause["key"] for clause in found["clauses"] if clause["blocks"] != by_key[clause["key"]]}
    assert departs == {"payment", "termination"}
    assert found["clauses"][-3]["blocks"] == ["Hver part kan opsige aftalen med tre måneders varsel."]


def test_words_that_are_the_librarys_own_are_no_departure() -> None:
    same = next(clause for clause in LIBRARY if clause.key == "meetings")
    found = printed(replace(DEPARTS, own_clauses=(OwnClause("meetings", same.body),)))
    assert not any("own" in clause for clause in found["clauses"])


def test_the_difference_tells_of_it_as_of_anything_agreed() -> None:
    plain = replace(DEPARTS, clauses_left_out=frozenset(), own_clauses=())
    found = between(
        AgreementVersion("a", "1", plain, printed(plain)), AgreementVersion("b", "2", DEPARTS, printed(DEPARTS))
    )
    assert [change.name for change in found.changes] == ["clauses_left_out"] * 2 + ["own_clauses"] * 2
    told = {clause.key: clause.kind for clause in found.changed_clauses}
    assert told == {"payment": "changed", "termination": "changed", "insurance": "removed", "communication": "removed"}
