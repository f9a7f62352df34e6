"""An addendum from its draft to the day on which it is in force, through the pages, and what the agreement reads then."""

from __future__ import annotations

import datetime as dt
from dataclasses import replace
from uuid import UUID

import pypdfium2
import pytest
from flask import Flask

from service.partnership.agreements import addenda, ending, offering, operations, queries
from service.partnership.agreements.rules import Party
from service.partnership.partnerships import operations as partnerships
from service.partnership.partnerships import queries as drafts
from service.partnership.partnerships.schemas import fields_of
from service.platform.documents.queries import document
from service.platform.web.errors import Refusal
from tenants import periods
from tenants.calendar import day_of
from tenants.database import now
from tenants.scope import Capability, Scope, YearAmount
from tests.api.conftest import Program
from tests.partnership.agreements.test_life import acting
from tests.support.forms import forms_of
from tests.support.verapdf import assert_conforms
from tests.support.world import Place, World, key_of, sign_in

pytestmark = pytest.mark.usefixtures("app")


def starts() -> dt.date:
    """The last day of this year, whatever day it is: what the year is paid for is agreed by then."""
    return dt.date(day_of(now()).year, 12, 31)


@pytest.fixture
def here(app: Flask, world: World) -> Place:
    """A municipality whose offer has been withdrawn, and with it the draft thrown away."""
    with acting(app, world.here.code):
        operations.withdraw(world.here.offered, world.secretariat, "Vi laver et tillæg i stedet.")
        partnerships.discard(world.here.code)
    return world.here


def changed(scope: Scope) -> Scope:
    """A draft with half as much money again in this year's place, one duty gone and one capability closed."""
    amounts = (YearAmount(scope.payment.amounts[0].year, 14_000_000),)
    instalments = (replace(scope.payment.instalments[0], ore=14_000_000),)
    return replace(
        scope,
        payment=replace(scope.payment, amounts=amounts, instalments=instalments),
        capabilities=scope.capabilities - {Capability.RECRUITMENT},
    )


def drafted(code: str) -> Scope:
    """The draft, which is whole as it stands."""
    draft = drafts.draft(code)
    assert draft is not None
    assert draft.stored_scope is not None
    return Scope.from_plain(draft.stored_scope)


def save(code: str, scope: Scope, who: UUID) -> None:
    """Save a draft."""
    partnerships.keep(code, fields_of(scope), scope, who)


def test_an_addendum_takes_over_on_its_day_and_the_agreement_reads_so_from_then(
    app: Flask, world: World, here: Place
) -> None:
    secretariat = sign_in(app.test_client(), "sekretariat@drc.example")
    agreement = f"/kommuner/{here.code}/aftaler/{here.agreement}"
    begin = next(form for form in forms_of(secretariat.get(agreement).text) if form.action.endswith("/tillaeg"))
    wrong = secretariat.post(begin.action, data={**begin.sends, "starts_on": "01-01-2001"})
    assert wrong.status_code == 422
    assert "Et tillæg begynder mellem" in wrong.text
    sent = {**begin.sends, "starts_on": f"{starts():%d-%m-%Y}"}
    draft_page = secretariat.post(begin.action, data=sent).headers["Location"]
    with acting(app, here.code):
        save(here.code, changed(drafted(here.code)), world.secretariat)
    offer = next(
        form for form in forms_of(secretariat.get(draft_page).text) if form.action.endswith("/aftaler/tillaeg")
    )
    page = secretariat.post(offer.action, data=offer.sends).headers["Location"]
    with acting(app, here.code):
        found = queries.open_one(here.code)
        assert found is not None
        addendum = found.id
        assert found.amends_id == here.agreement
    with app.app_context():
        assert offering.make_paper(here.code, addendum, 60)

    assert "Tillægget er tilbudt" in secretariat.get("/").text, "it is no agreement on the Monday list"
    manager = sign_in(app.test_client(), f"leder.{here.code}@kommune.example")
    assert "Et tillæg venter på din godkendelse" in manager.get(f"/kommuner/{here.code}").text
    shown = manager.get(page).text
    assert "40.000 kr. mere" in shown
    approve = next(form for form in forms_of(shown) if form.action.endswith("/godkend"))
    assert manager.post(approve.action, data={**approve.sends, "consent": "1"}).status_code == 302
    with acting(app, here.code, world.secretariat):
        operations.approve(addendum, Party.DRC, world.secretariat, approve.sends["sha256"])
    with acting(app, here.code):
        eve, day = (periods.in_force(here.code, each) for each in (starts() - dt.timedelta(days=1), starts()))
        assert eve is not None
        assert day is not None
        assert (eve.agreement_id, day.agreement_id) == (here.agreement, addendum)
        assert queries.term(day).starts_on == eve.scope.starts_on < day.scope.starts_on
        assert Capability.RECRUITMENT in eve.scope.capabilities
        assert Capability.RECRUITMENT not in day.scope.capabilities
        with pytest.raises(Refusal, match="opsig den"):
            ending.terminate(here.agreement, Party.DRC, world.secretariat, "Det er den forkerte.")
    whole = manager.get(f"{page}/samlet").text
    assert whole.count("Ændret ved tillæg") == 2, "the clauses of what is opened and of the money"
    assert "Ændres" in manager.get(agreement).text


def test_its_paper_is_two_pages_with_the_difference_first(app: Flask, world: World, here: Place) -> None:
    with acting(app, here.code):
        addenda.draft(here.agreement, starts(), world.secretariat)
        save(here.code, changed(drafted(here.code)), world.secretariat)
        addendum = offering.offer_draft(here.code, world.secretariat, as_addendum=True).id
        number = queries.agreement(here.agreement).number
    with app.app_context():
        assert offering.make_paper(here.code, addendum, 60)
    with acting(app, here.code):
        paper = queries.agreement(addendum).document_id
        assert paper is not None
        content = document(paper).content
    assert_conforms(content)
    with pypdfium2.PdfDocument(content) as pdf:
        assert len(pdf) <= 2
        text = " ".join("".join(page.get_textpage().get_text_bounded() for page in pdf).split())
    assert f"Tillæg til partnerskabsaftale {number}" in text
    assert "[udgår: 100.000 kr.]" in text
    assert "[nyt: 140.000 kr.]" in text
    assert text.index("40.000 kr. mere") < text.index("Punkter i aftalen")
    assert "Alt andet i aftalen gælder uændret" in text


def test_what_an_addendum_may_not_change_or_changes_nothing_is_refused(app: Flask, world: World, here: Place) -> None:
    with acting(app, here.code):
        addenda.draft(here.agreement, starts(), world.secretariat)
        same = drafted(here.code)
    for scope, words in (
        (same, "ændrer ikke noget"),
        (replace(changed(same), notice_months=9), "Opsigelsesvarsel"),
        (replace(changed(same), purpose="Et andet"), "Formål"),
    ):
        with pytest.raises(Refusal, match=words), acting(app, here.code):
            offering.offer(here.code, scope, world.secretariat, as_addendum=True)


def test_a_program_drafts_and_offers_an_addendum(app: Flask, world: World, here: Place) -> None:
    with app.app_context():
        program = Program(app.test_client(), key_of(world.secretariat))
    assert program.post(f"/agreements/{here.agreement}/addendum", {"starts_on": "2001-01-01"}).status_code == 422
    draft = program.post(f"/agreements/{here.agreement}/addendum", {"starts_on": starts().isoformat()}).get_json()
    assert draft["scope"]["starts_on"] == starts().isoformat()
    refused = program.post(f"/agreements/{draft['id']}/offer-addendum", {})
    assert refused.status_code == 422
    with acting(app, here.code):
        save(here.code, changed(drafted(here.code)), world.secretariat)
    offered = program.post(f"/agreements/{draft['id']}/offer-addendum", {}).get_json()
    assert offered["amends_id"] == str(here.agreement)
    told = program.read(f"/agreements/{offered['id']}/difference")
    assert {each["path"] for each in told["changes"]} == {
        "capabilities",
        "payment.amounts.ore",
        "payment.instalments.ore",
    }
    assert told["closes"] == ["recruitment"]
