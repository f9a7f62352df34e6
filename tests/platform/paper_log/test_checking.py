"""Whether a paper is one of ours, as anyone asks: by file, by its hash, by what is printed on it, and how it stands today."""

from __future__ import annotations

import datetime as dt
import io
from dataclasses import replace

import pytest
from flask import Flask
from flask.testing import FlaskClient

from service.partnership.agreements.models import Agreement
from service.partnership.agreements.rules import AgreementState
from service.partnership.agreements.validity import Course, Successor, standing, validity
from service.platform.documents import operations, rules
from service.platform.documents.models import Document
from service.platform.documents.paper import in_groups, sha256
from service.platform.documents.rules import Standing, StandingState
from service.platform.documents.sealing import Sealed
from tenants.acting import acting_for
from tenants.database import db, transaction
from tenants.reach import clock
from tests.platform.documents.test_issued import PAPER, stored
from tests.support.pages import token_of
from tests.support.world import HERE, World

DAY = dt.date(2026, 11, 30)


def ask(client: FlaskClient, **sent: object) -> str:
    """What the page answers."""
    token = token_of(client.get("/verificer").text)
    return client.post("/verificer", data={"csrf_token": token, **sent}).text


def upload(content: bytes) -> tuple[io.BytesIO, str]:
    return io.BytesIO(content), "papir.pdf"


GENUINE, KNOWN = "Dokumentet er ægte", "Nummer og fingeraftryk hører sammen"
ALTERED, UNKNOWN = "Dokumentet er ændret", "Dokumentet er ukendt"


def test_number_and_two_groups_are_known_and_tell_nothing_else(app: Flask, world: World, client: FlaskClient) -> None:
    with app.app_context():
        paper = stored(world)
        printed = in_groups(paper.fingerprint or "")
    for mark in (printed, printed[:9], paper.sha256[:8].upper(), paper.sha256[:20]):
        said = ask(client, nummer=paper.number, fingeraftryk=mark)
        assert KNOWN in said
        for told in (paper.title, "Aabenraa", world.here.canary):
            assert told not in said
    for number, mark in ((paper.number, "0" * 8), (f"{HERE}-2026-9999", printed), (paper.number, "%" * 8)):
        said = ask(client, nummer=number, fingeraftryk=mark)
        assert KNOWN not in said
        assert "Aabenraa" not in said
    assert UNKNOWN in ask(client, nummer=paper.number, fingeraftryk="0" * 8)


def test_the_code_on_a_paper_is_answered_and_needs_the_whole_fingerprint(
    app: Flask, world: World, client: FlaskClient
) -> None:
    with app.app_context():
        paper = stored(world)
    page = f"/verificer?nummer={paper.number}&fingeraftryk="
    assert KNOWN in client.get(f"{page}{paper.fingerprint}").text
    assert UNKNOWN in client.get(f"{page}{'0' * 16}").text
    guessed = client.get(f"{page}{(paper.fingerprint or '')[:8]}").text
    assert KNOWN not in guessed, "what is asked without being counted cannot be tried out"
    assert UNKNOWN not in guessed


def test_a_file_that_was_added_to_or_changed_is_told(app: Flask, world: World, client: FlaskClient) -> None:
    with app.app_context():
        paper = stored(world)
    added = paper.content + b"\n1 0 obj\n<< >>\nendobj\n%%EOF\n"
    assert ALTERED in ask(client, file=upload(added))
    assert ALTERED in ask(client, sha256=sha256(added), earlier=" ".join(rules.earlier(added)))
    turned = paper.content.replace(b"/Rotate 0", b"/Rotate 90").replace(b"%PDF-1.7", b"%PDF-1.6")
    assert turned != paper.content
    assert ALTERED in ask(client, file=upload(turned)), "its seal tells of which paper it was made"
    assert UNKNOWN in ask(client, sha256=sha256(turned)), "of its hash alone it is nobody's"
    marks = {"nummer": paper.number, "fingeraftryk": paper.fingerprint}
    assert ALTERED in ask(client, sha256=sha256(turned), **marks)
    assert GENUINE in ask(client, file=upload(paper.content), **marks)
    assert paper.title not in ask(client, file=upload(added))


def test_what_a_file_was_before_it_was_added_to() -> None:
    first, second = b"%PDF a %%EOF\n", b"%PDF a %%EOF\nb %%EOF"
    assert rules.earlier(first) == [sha256(first[:-1])]
    assert rules.earlier(second) == [sha256(first[:-1]), sha256(first)]
    assert rules.earlier(second + b"\r\n") == [sha256(first[:-1]), sha256(first), sha256(second)]
    assert rules.earlier(b"no end") == []
    assert len(rules.earlier(b"%%EOF\n" * 500)) == rules.MAX_EARLIER
    assert rules.earlier_sent(f"{'a' * 64} x {'b' * 63}") == ["a" * 64]


def test_what_took_a_papers_place_is_told_by_its_number_alone(app: Flask, world: World, client: FlaskClient) -> None:
    with app.app_context():
        paper = stored(world)
        with acting_for(clock([HERE])), transaction():
            after = replace(PAPER, title="Det, der ikke siges", revision=2, supersedes=paper.number)
            operations.issue(HERE, after, Sealed(b"%PDF after", "1"))
    for sent in (
        {"file": upload(paper.content)},
        {"nummer": paper.number, "fingeraftryk": paper.fingerprint},
    ):
        said = ask(client, **sent)
        assert f"Det er afløst af dokument {PAPER.document_number}." in said
        assert "Det, der ikke siges" not in said


def test_an_agreement_stands_as_its_page_says(app: Flask, world: World, client: FlaskClient) -> None:
    def said_of(agreement_id: object) -> str:
        with app.app_context(), acting_for(clock([HERE])), transaction():
            agreement = db.session.get_one(Agreement, (HERE, agreement_id))
            paper = db.session.get_one(Document, (HERE, agreement.document_id))
            marks = {"nummer": paper.number, "fingeraftryk": paper.fingerprint}
        return ask(client, **marks)

    assert "Sådan står det i dag" not in said_of(world.here.agreement), "it is in force as it was agreed"
    with app.app_context(), acting_for(clock([HERE])), transaction():
        agreement = db.session.get_one(Agreement, (HERE, world.here.agreement))
        agreement.state, agreement.ends_on = AgreementState.TERMINATED, dt.date(2027, 2, 28)
    assert "Aftalen er opsagt og slutter 28. februar 2027." in said_of(world.here.agreement)


def test_an_agreement_that_was_only_offered_is_not_agreed(app: Flask, world: World, client: FlaskClient) -> None:
    with app.app_context(), acting_for(clock([HERE])), transaction():
        agreement = db.session.get_one(Agreement, (HERE, world.here.offered))
        paper = db.session.get_one(Document, (HERE, agreement.document_id))
        marks = {"nummer": paper.number, "fingeraftryk": paper.fingerprint}
    assert "Aftalen er ikke godkendt af begge parter." in ask(client, **marks)


CONCLUDED = Course(AgreementState.CONCLUDED, dt.date(2026, 1, 1), dt.date(2027, 12, 31), dt.date(2027, 12, 31), 3)


@pytest.mark.parametrize(
    ("course", "wanted"),
    [
        (CONCLUDED, None),
        (replace(CONCLUDED, state=AgreementState.OFFERED), Standing(StandingState.NOT_AGREED)),
        (
            replace(CONCLUDED, state=AgreementState.TERMINATED, ends_on=dt.date(2027, 2, 28)),
            Standing(StandingState.UNDER_NOTICE, dt.date(2027, 2, 28)),
        ),
        (
            replace(CONCLUDED, successor=Successor("0510-2026-0006", dt.date(2026, 12, 1))),
            Standing(StandingState.SUPERSEDED, dt.date(2026, 12, 1), "0510-2026-0006"),
        ),
        (
            replace(CONCLUDED, successor=Successor("0510-2026-0006", dt.date(2026, 12, 1), is_addendum=True)),
            Standing(StandingState.CHANGED, dt.date(2026, 12, 1), "0510-2026-0006"),
        ),
        *(
            (
                replace(CONCLUDED, state=state, ends_on=dt.date(2027, 2, 28)),
                Standing(StandingState.ENDS_EARLY, dt.date(2027, 2, 28)),
            )
            for state in (AgreementState.ENDED_EARLY, AgreementState.ENDED_FOR_BREACH)
        ),
        (
            replace(CONCLUDED, term_ends_on=dt.date(2026, 6, 30)),
            Standing(StandingState.OVER, dt.date(2026, 6, 30)),
        ),
    ],
)
def test_how_an_agreement_stands_follows_from_its_validity(course: Course, wanted: Standing | None) -> None:
    assert standing(validity(course, DAY)) == wanted


def test_more_than_sixty_in_a_quarter_of_an_hour_are_too_many(app: Flask, client: FlaskClient) -> None:
    token = token_of(client.get("/verificer").text)
    sent = {"csrf_token": token, "nummer": f"{HERE}-2026-0001", "fingeraftryk": "0" * 8}
    statuses = [client.post("/verificer", data=sent).status_code for _try in range(61)]
    assert statuses == [200] * 60 + [429]
