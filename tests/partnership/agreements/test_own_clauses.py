"""A clause left out and one in words of its own: drafted, read before it is printed, on paper, in the difference, and drafted again."""

from __future__ import annotations

import html
from dataclasses import replace
from uuid import UUID

import pypdfium2
import pytest
from flask import Flask
from flask.testing import FlaskClient

from service.partnership.agreements import addenda, comparing, offering, operations, queries
from service.partnership.agreements.rules import Party
from service.partnership.partnerships import operations as partnerships
from service.partnership.partnerships import queries as drafts
from service.partnership.partnerships.continuing import from_day
from service.partnership.partnerships.parts import DraftPart
from service.partnership.partnerships.sent import scope_shown
from service.platform.documents.queries import document
from service.platform.web.errors import Invalid, Refusal
from tenants.calendar import month_after
from tenants.scope import Scope
from tenants.terms import OwnClause
from tests.api.conftest import Program
from tests.partnership.agreements.test_notice import acting
from tests.partnership.partnerships.test_draft_pages import save
from tests.support.forms import forms_of
from tests.support.verapdf import assert_conforms
from tests.support.world import Place, World, key_of, sign_in

pytestmark = pytest.mark.usefixtures("app")
OURS = "Parterne mødes {{ meetings_per_year | gange }} om året på Medborgerhuset."
LEFT_OUT = {"clauses_left_out-insurance": "1", "text_checked": "1"}


@pytest.fixture
def here(app: Flask, world: World) -> Place:
    """A municipality with an agreement in force, nothing offered, and that agreement's next term as the draft."""
    with acting(app, world.here.code):
        operations.withdraw(world.here.offered, world.secretariat, "Vi skriver den om.")
        partnerships.discard(world.here.code)
        offering.draft_again(world.here.agreement, world.secretariat)
    return world.here


@pytest.fixture
def secretariat(app: Flask, here: Place) -> FlaskClient:
    return sign_in(app.test_client(), "sekretariat@drc.example")


def drafted(app: Flask, code: str) -> Scope | None:
    with acting(app, code):
        found = drafts.draft(code)
        return Scope.from_plain(found.stored_scope) if found and found.stored_scope else None


def departing(client: FlaskClient, here: Place, body: str = OURS) -> int:
    typed = {**LEFT_OUT, "own_clauses-0-clause": "meetings", "own_clauses-0-body": body}
    return save(client, DraftPart.CLAUSES, typed, f"/kommuner/{here.code}/partnerskab").status_code


def offered(app: Flask, client: FlaskClient, here: Place) -> UUID:
    """Offer the draft, and make its paper."""
    page = client.get(f"/kommuner/{here.code}/partnerskab").text
    form = next(form for form in forms_of(page) if form.action.endswith("/aftaler"))
    client.post(form.action, data=form.sends)
    with acting(app, here.code):
        found = queries.open_one(here.code)
        assert found is not None
    with app.app_context():
        assert offering.make_paper(here.code, found.id, 60)
    return found.id


def test_the_standard_text_is_put_in_the_field_and_what_is_missing_shouts(
    app: Flask, secretariat: FlaskClient, here: Place
) -> None:
    above, preview = f"/kommuner/{here.code}/partnerskab", f"/kommuner/{here.code}/aftaler/udkast"
    blank = save(
        secretariat,
        DraftPart.CLAUSES,
        {**LEFT_OUT, "own_clauses-0-clause": "meetings", "own_clauses-0-body": ""},
        above,
    )
    assert blank.status_code == 422
    assert "{{ meetings_per_year|gange }}" in html.unescape(blank.text), "the library's own, to be changed"
    assert departing(secretariat, here, "Parterne mødes {{ hver_gang }}.") == 422
    assert drafted(app, here.code) is None
    page = html.unescape(secretariat.get(preview).text)
    assert "HER MANGLER NOGET" in page
    assert "Udkastet er ikke færdigt" in page
    assert "'hver_gang' is undefined" in page
    assert departing(secretariat, here) == 302
    page = html.unescape(secretariat.get(preview).text)
    assert "HER MANGLER NOGET" not in page
    assert "på Medborgerhuset" in page
    assert "2 punkter afviger fra standardteksten" in page
    assert "Udeladt fra DRC's standardtekst: Forsikring." in page
    as_addendum = html.unescape(secretariat.get(f"{preview}?som=tillaeg").text)
    assert "ingen aftale i kraft på udkastets første dag" in as_addendum, "it is the term after"
    manager = sign_in(app.test_client(), f"leder.{here.code}@kommune.example")
    assert manager.get(preview).status_code == 404, "the draft is DRC's"


def test_it_is_marked_on_paper_on_the_page_and_in_the_difference_and_not_lost_afterwards(
    app: Flask, world: World, secretariat: FlaskClient, here: Place
) -> None:
    assert departing(secretariat, here) == 302
    wanted = drafted(app, here.code)
    assert wanted is not None
    agreement_id = offered(app, secretariat, here)
    with acting(app, here.code):
        found = queries.agreement(agreement_id)
        assert found.document_id is not None
        paper = document(found.document_id)
        assert paper is not None
        assert paper.content is not None
        content = bytes(paper.content)
        differs = comparing.with_earlier(found)
        assert differs is not None
        rows = comparing.told(differs).rows
    assert_conforms(content)
    with pypdfium2.PdfDocument(content) as pdf:
        text = " ".join(" ".join(page.get_textpage().get_text_range() for page in pdf).split())
    assert "Dette punkt har aftalens egen ordlyd" in text
    assert "om året på Medborgerhuset." in text
    assert "Udeladt fra DRC's standardtekst: Forsikring" in text
    assert any(row.what == "Udeladte punkter · Forsikring" for row in rows["Afvigelser fra standardteksten"])
    manager = sign_in(app.test_client(), f"leder.{here.code}@kommune.example")
    page = html.unescape(manager.get(f"/kommuner/{here.code}/aftaler/{agreement_id}").text)
    assert "Afviger fra standardteksten" in page
    assert "Udeladte punkter" in page
    with acting(app, here.code, here.manager):
        operations.decline(agreement_id, here.manager, "Vi vil have forsikringen med.")
    with acting(app, here.code):
        offering.draft_again(agreement_id, world.secretariat)
    assert drafted(app, here.code) == wanted, "declined, it is drafted again with all that was in it"


def test_an_addendum_keeps_it_and_changes_none_of_it(
    app: Flask, world: World, secretariat: FlaskClient, here: Place
) -> None:
    """What an addendum is about is changed, in the agreement's own words where it has some; other words are a new agreement."""
    assert departing(secretariat, here) == 302
    agreement_id = offered(app, secretariat, here)
    for party in (Party.MUNICIPALITY, Party.DRC):
        with acting(app, here.code):
            found = queries.agreement(agreement_id)
            assert found.document_id is not None
            paper = document(found.document_id)
            assert paper is not None
            operations.approve(agreement_id, party, world.secretariat, paper.sha256)
    with acting(app, here.code):
        found = queries.agreement(agreement_id)
        rest = from_day(Scope.from_plain(found.stored_scope), month_after(found.starts_on))
        made = addenda.prepared(here.code, replace(rest, meetings_per_year=6)).facts
        assert [clause["key"] for clause in made["clauses"] if "own" in clause] == ["meetings"]
        assert made["left_out"] == found.facts["left_out"]
        assert [clause["title"] for clause in made["addendum"]["clauses"]] == ["Møder og samarbejdsstruktur"]
        assert "seks gange om året på Medborgerhuset" in str(made["clauses"])
        with pytest.raises(Refusal, match="Punkter med egen ordlyd"):
            addenda.prepared(here.code, replace(rest, own_clauses=()))
        children = any(activity.children_under_15 for activity in rest.activities)
        wrong, right = ("children.no_children", "children.children")[:: 1 if children else -1]
        with pytest.raises(Invalid) as asked:
            partnerships.fit(replace(rest, own_clauses=(*rest.own_clauses, OwnClause(wrong, OURS))))
        assert "beholder I ordlyden" in str(asked.value.errors["own_clauses-1-clause"])
        assert partnerships.fit(replace(rest, own_clauses=(*rest.own_clauses, OwnClause(right, OURS))))


def test_a_program_sends_it_and_one_that_does_not_know_it_leaves_it(
    app: Flask, world: World, secretariat: FlaskClient, here: Place
) -> None:
    with app.app_context():
        program = Program(app.test_client(), key_of(world.secretariat))
    path = f"/municipalities/{here.code}/draft"
    before = drafted(app, here.code)
    assert before is not None
    sent = scope_shown(before) | {
        "text_checked": True,
        "clauses_left_out": ["insurance"],
        "own_clauses": [{"clause": "meetings", "body": OURS}],
    }
    kept = program.call("PUT", path, {"scope": sent})
    assert kept.status_code == 200, kept.text
    found = drafted(app, here.code)
    assert found == replace(
        before, clauses_left_out=frozenset({"insurance"}), own_clauses=(OwnClause("meetings", OURS),)
    )
    older = {name: value for name, value in sent.items() if name not in ("clauses_left_out", "own_clauses")}
    assert program.call("PUT", path, {"scope": older}).status_code == 200
    assert drafted(app, here.code) == found
    refused = program.call("PUT", path, {"scope": sent | {"clauses_left_out": ["boundary"]}})
    assert refused.status_code == 422
    assert set(refused.get_json()["errors"]) == {"scope-clauses_left_out"}
