"""The certificate of an agreement's approvals: what it says, that there is exactly one, and who finds it where."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any
from uuid import uuid4

import pytest
from flask import Flask
from sqlalchemy import select
from sqlalchemy.exc import IntegrityError

from service.partnership.agreements import certificate_paper as printing
from service.partnership.agreements import certifying, operations, queries
from service.partnership.agreements.models import Agreement, ApprovalCertificate, Decision
from service.partnership.agreements.rules import AgreementAct, Party
from service.platform.accounts.texts import ARRIVALS
from service.platform.documents import queries as papers
from service.platform.notices.models import Notice
from service.platform.web.arrival import Arrival, How
from tenants.acting import acting_for
from tenants.database import db, now, transaction
from tenants.reach import Office, Reach
from tests.api.conftest import Program
from tests.support.verapdf import assert_conforms
from tests.support.world import Place, World, key_of, sign_in

AT = dt.datetime(2026, 6, 30, 22, 15, 9, tzinfo=dt.UTC)
DIFFERS = "d" * 64
WORDS = {How.PASSKEY.value: "adgangsnøgle"}


def agreed(**more: Any) -> Agreement:
    """An agreement of which the certificate needs to know."""
    scope = {"starts_on": "2026-07-01", "ends_on": "2027-12-31", "case_number": "26/1", "kle_number": "27.15.12"}
    facts = {"municipality": {"official_name": "Prøve Kommune"}, "scope": scope, "issued_on": "2026-06-01"}
    return Agreement(number="0580-2026-0001", facts={**facts, **more.pop("facts", {})}, **more)


def decided(party: Party, act: AgreementAct = AgreementAct.APPROVED, **more: Any) -> Decision:
    """What somebody did for a party."""
    said = {"person_name": f"Prøve {party}", "person_title": "Chef", "words": "Jeg godkender.", "sha256": "a" * 64}
    return Decision(party=party, act=act, at=AT, **{**said, **more})


OFFERED = decided(Party.DRC, AgreementAct.OFFERED, person_name="Tilbyder")
THEIRS = decided(Party.MUNICIPALITY, arrived_how=How.PASSKEY, arrived_at=AT, difference_sha256=DIFFERS)
OURS = decided(Party.DRC)


def test_it_says_what_each_party_did_and_nothing_of_who_else_acted() -> None:
    facts = printing.facts(agreed(), [OFFERED, THEIRS, OURS], WORDS)
    theirs, ours = facts["approvals"]
    assert (theirs["party"], theirs["name"], theirs["title"]) == ("Prøve Kommune", "Prøve municipality", "Chef")
    assert (theirs["how"], theirs["proved_at"], theirs["difference_sha256"]) == (
        "adgangsnøgle",
        AT.isoformat(),
        DIFFERS,
    )
    assert (ours["party"], ours["how"], ours["proved_at"], ours["difference_sha256"]) == (
        "Dansk Flygtningehjælp",
        None,
        None,
        None,
    )
    assert "Tilbyder" not in str(facts)
    assert printing.paper(facts, "0580-2026-0002", AT.date()).title.endswith("partnerskabsaftale 0580-2026-0001")


def test_of_an_addendum_it_says_so() -> None:
    facts = printing.facts(
        agreed(amends_id=uuid4(), facts={"addendum": {"of": "0580-2025-0009"}}), [THEIRS, OURS], WORDS
    )
    assert facts["addendum_to"] == "0580-2025-0009"
    assert "tillæg" in printing.paper(facts, "0580-2026-0002", AT.date()).title


@pytest.mark.parametrize("few", [[], [THEIRS], [OURS], [OFFERED, THEIRS]])
def test_without_both_approvals_there_is_nothing_to_certify(few: list[Decision]) -> None:
    with pytest.raises(printing.NotApproved):
        printing.facts(agreed(), few, WORDS)


def test_every_way_to_sign_in_has_its_words() -> None:
    assert ARRIVALS.keys() == set(How)


@contextmanager
def acting(app: Flask, code: str, office: Office = Office.CLOCK, who: Any = None) -> Iterator[None]:
    """Act in a municipality, in a context of one's own."""
    with app.app_context(), acting_for(Reach(office, frozenset({code}), who)), transaction():
        yield


def concluded(app: Flask, world: World) -> Place:
    """Let both parties conclude the agreement that is offered here, the manager by a passkey and by difference."""
    here = world.here
    with acting(app, here.code):
        row = queries.agreement(here.offered)
        assert row.document_id
        sha256 = papers.document(row.document_id).sha256
        assert queries.certificates([row]) == {}, "nothing is owed before both have approved"
    for party, who in ((Party.MUNICIPALITY, here.manager), (Party.DRC, world.secretariat)):
        with acting(app, here.code, Office(party), who):
            operations.approve(here.offered, party, who, sha256, arrival=Arrival(who, How.PASSKEY, now()))
    return here


def test_what_is_concluded_gets_one_certificate_that_its_page_leads_to(app: Flask, world: World) -> None:
    here = concluded(app, world)
    page = f"/kommuner/{here.code}/aftaler/{here.offered}"
    client = sign_in(app.test_client(), f"leder.{here.code}@kommune.example")
    assert "Godkendelsesbeviset er ved at blive lavet." in client.get(page).text
    with acting(app, here.code):
        owed = queries.certificates([queries.agreement(here.offered)])[here.offered].id
        assert (here.code, owed) in queries.certificates_owed()
    with app.app_context():
        assert certifying.make_paper(here.code, owed, 60)
        assert not certifying.make_paper(here.code, owed, 60), "once"
    with acting(app, here.code):
        told = select(Notice.recipient).where(Notice.about == f"agreement:{here.offered}:certificate")
        assert sorted(db.session.scalars(told)) == [f"leder.{here.code}@kommune.example", "sekretariat@drc.example"]
    with acting(app, here.code):
        assert (here.code, owed) not in queries.certificates_owed()
        document_id = db.session.get_one(ApprovalCertificate, (here.code, owed)).document_id
        assert document_id
        found = papers.document(document_id, content=True)
        content, facts = found.content, dict(found.facts)
        assert (found.kind, found.template) == ("certificate", printing.TEMPLATE)
        approved = [one for one in queries.decisions(queries.agreement(here.offered)) if one.act == "approved"]
        assert [(one["name"], one["words"], one["sha256"]) for one in facts["approvals"]] == [
            (one.person_name, one.words, one.sha256) for one in approved
        ]
    assert_conforms(content)
    assert {one["how"] for one in facts["approvals"]} == {"adgangskode og adgangsnøgle"}
    address = f"/dokumenter/{document_id}"
    assert address in client.get(page).text
    assert client.get(address).data == content
    assert client.get(f"{address}/journal").status_code == 200
    neighbour = sign_in(app.test_client(), f"leder.{world.there.code}@kommune.example")
    assert neighbour.get(address).status_code == 404
    with app.app_context():
        program = Program(app.test_client(), key_of(here.manager))
    assert program.read(f"/agreements/{here.offered}")["certificate_document_id"] == str(document_id)
    assert program.read(f"/agreements/{here.agreement}")["certificate_document_id"] is None


def test_two_certificates_of_one_agreement_cannot_be(app: Flask, world: World) -> None:
    code = world.here.code
    with acting(app, code):
        row = db.session.scalars(select(Agreement).where(Agreement.id == world.here.agreement)).one()
        assert queries.certificates([row])[row.id].document_id is None
    with pytest.raises(IntegrityError, match="uq_approval_certificates_once"), acting(app, code):
        certifying.owe(queries.agreement(world.here.agreement))
