"""Posts, further parties and earmarks: as they are typed, sent, judged and printed."""

from __future__ import annotations

import datetime as dt
from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st
from marshmallow import ValidationError

from service.partnership.agreements.paper import facts
from service.partnership.catalogue import files
from service.partnership.catalogue.files import kinds, measures
from service.partnership.partnerships.rows import Hours
from service.partnership.partnerships.rules import problems
from service.partnership.partnerships.schemas import ScopeFields, fields_of
from service.partnership.partnerships.sent import ScopeSent, scope_shown
from service.platform.documents.formats import timer
from service.platform.web.forms import nest
from tenants.scope import LegalBasis, Payment, YearAmount
from tenants.terms import Earmark, FurtherParty, PartyKind, Post, PriceAdjustment, Vat
from tests.support.world import scope

FOUNDATION = FurtherParty("Den Prøvede Fond", "12345674", PartyKind.FOUNDATION, "giver tilskud til kurser", 20_000_000)
NEIGHBOUR = FurtherParty("Prøveby Kommune", "29189846", PartyKind.MUNICIPALITY, "stiller et lokale til rådighed")
PAID = Payment(
    LegalBasis.OTHER_GRANT,
    (YearAmount(2026, 99_000_000), YearAmount(2027, 140_000_000)),
    earmarks=(Earmark("dokumentation", 4_000_000), Earmark("evaluering", 1_000_000, 2027)),
    vat=Vat.EXEMPT,
    price_adjustment=PriceAdjustment.INDEX,
)
WHOLE = scope(
    dt.date(2026, 6, 1),
    "x",
    payment=PAID,
    posts=(Post("Konsulent", 2), Post("Studentermedhjælper", 1, 600), Post("Projektleder", 1, 1110)),
    further_parties=(FOUNDATION, NEIGHBOUR),
)


def test_all_of_it_goes_by_the_form_and_by_the_api_and_comes_back() -> None:
    assert ScopeFields().load(nest(fields_of(WHOLE)) | {"text_checked": "1"}) == WHOLE
    assert ScopeSent().load(scope_shown(WHOLE) | {"text_checked": True}) == WHOLE


@pytest.mark.parametrize("payment", [Payment(LegalBasis.OTHER_GRANT), replace(PAID, instalments=()), Payment()])
def test_every_way_to_pay_comes_back_too(payment: Payment) -> None:
    given = replace(WHOLE, payment=payment)
    assert ScopeFields().load(nest(fields_of(given)) | {"text_checked": "1"}) == given
    assert ScopeSent().load(scope_shown(given) | {"text_checked": True}) == given


@given(st.integers(1, 3600))
def test_hours_are_typed_as_they_are_shown(minutes: int) -> None:
    assert Hours().deserialize(timer(minutes)) == minutes


@pytest.mark.parametrize("typed", ["0", "61", "18.5", "-1", "18,555", "1½", True, 0, "fuld tid"])
def test_what_are_no_hours_of_a_week_is_refused(typed: object) -> None:
    with pytest.raises(ValidationError):
        Hours().deserialize(typed)


def wrong(payment: Payment = PAID, parties: tuple[FurtherParty, ...] = ()) -> set[str]:
    return set(problems(replace(WHOLE, payment=payment, further_parties=parties), kinds(), measures()))


@pytest.mark.parametrize(
    ("earmarks", "told"),
    [
        ((Earmark("alt", 99_000_000),), set()),
        ((Earmark("for meget", 99_000_001),), {"earmarks-0-ore"}),
        ((Earmark("i 2027", 99_000_001, 2027),), set()),
        ((Earmark("det hele", 140_000_000, 2027), Earmark("og mere", 1)), {"earmarks-1-ore"}),
        ((Earmark("andet år", 1, 2028),), {"earmarks-0-year"}),
    ],
)
def test_no_more_is_set_apart_than_the_amount_of_the_year(earmarks: tuple[Earmark, ...], told: set[str]) -> None:
    assert {name for name in wrong(replace(PAID, earmarks=earmarks)) if name.startswith("earmarks")} == told


def test_nothing_is_set_apart_of_no_payment() -> None:
    assert wrong(Payment(earmarks=(Earmark("noget", 1),))) >= {"legal_basis"}


def test_a_party_stands_there_once() -> None:
    assert "further_parties-1-cvr" in wrong(parties=(FOUNDATION, replace(NEIGHBOUR, cvr=FOUNDATION.cvr)))
    assert not {name for name in wrong(parties=(FOUNDATION, NEIGHBOUR)) if name.startswith("further")}


def test_the_agreement_prints_it() -> None:
    text = next(text for text in files.texts() if (text.kind, text.version) == ("partnership", 2))
    printed = facts(
        WHOLE,
        official_name="Prøve Kommune",
        cvr="29189846",
        kinds=kinds(),
        measures=measures(),
        clause_texts=text.content["clause"],
        clause_version=2,
        principles=("Et princip.",),
        principles_version=1,
    )
    assert "Den Prøvede Fond, CVR-nr. 12345674" in str(printed["clauses"][0])
    assert [each["share"] for each in printed["further_parties"]] == ["200.000 kr.", "ingen"]
    assert [each["time"] for each in printed["posts"]] == ["fuld tid", "10 timer om ugen", "18,5 timer om ugen"]
    assert [(each["year"], each["amount"]) for each in printed["earmarks"]] == [
        ("hvert år", "40.000 kr."),
        ("2027", "10.000 kr."),
    ]
    assert len(printed["money_terms"]) == 2
