"""Issued papers in the database: numbered once, never changed, seen by whose they are, and known again by their bytes."""

from __future__ import annotations

import datetime as dt
import io
import json
import threading
from dataclasses import replace
from pathlib import Path
from uuid import uuid4

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import func, insert, select, text
from sqlalchemy.exc import DBAPIError, IntegrityError

from service.platform.documents import operations, queries
from service.platform.documents.models import Document
from service.platform.documents.paper import Paper, canonical, in_groups, sha256
from service.platform.documents.queries import Verified
from service.platform.documents.rules import PaperKind, file_name, hash_typed
from service.platform.documents.sealing import Sealed
from service.platform.web.errors import NotFound
from tenants.acting import acting_for
from tenants.database import db, transaction
from tenants.reach import clock, door
from tests.papers.test_conformance import text_of
from tests.support.pages import token_of
from tests.support.verapdf import assert_conforms, attachments
from tests.support.world import HERE, THERE, World, sign_in

PAPER = Paper(
    PaperKind.STATEMENT,
    "statement.html",
    "1",
    "Åbent papir",
    "Om papiret",
    f"{HERE}-2026-9001",
    dt.date(2026, 11, 1),
    {"a": "ø"},
)


def stored(world: World, place: str = "here", which: str = "statement_document") -> Document:
    """A paper of the world, with its bytes and facts. Needs an application context."""
    home = getattr(world, place)
    with acting_for(clock([home.code])), transaction():
        found = queries.document(getattr(home, which), content=True)
        assert found.facts
        return found


@pytest.mark.parametrize("which", ["document", "statement_document"])
def test_every_kind_of_paper_conforms_and_holds_its_facts(app: Flask, world: World, which: str) -> None:
    with app.app_context():
        paper = stored(world, which=which)
    assert_conforms(paper.content)
    files = {name: content for name, _relation, content in attachments(paper.content)}
    assert json.loads(files.pop("facts.json")) == json.loads(canonical(paper.facts))
    assert files, "its tables as well"
    words = text_of(paper.content)
    assert world.here.canary in words
    assert world.there.canary not in words
    assert paper.number in words
    assert paper.sha256 == sha256(paper.content)
    assert paper.fingerprint
    assert words.count(f"Fingeraftryk {in_groups(paper.fingerprint)}") > 1, "at the foot of every page"
    assert "Er papiret ægte?" in words


def test_a_fingerprint_is_of_all_that_a_paper_says_and_of_nothing_else() -> None:
    others = [
        {"facts": {"a": "o"}},
        {"document_number": "1"},
        {"title": "x"},
        {"issued_on": dt.date(2026, 11, 2)},
        {"template_version": "2"},
        {"kind": PaperKind.POSTER},
    ]
    found = {replace(PAPER, **each).fingerprint for each in others}  # type: ignore[arg-type]
    assert len(found | {PAPER.fingerprint}) == len(others) + 1
    page = replace(PAPER, check_page="https://example.org/verificer")
    assert page.fingerprint == PAPER.fingerprint
    assert (
        page.check_address
        == f"https://example.org/verificer?nummer={PAPER.document_number}&fingeraftryk={page.fingerprint}"
    )
    assert PAPER.check_address == "", "of what is kept elsewhere no code is printed"


def test_a_statement_is_two_pages_and_an_annex(app: Flask, world: World) -> None:
    import pypdfium2

    with app.app_context(), pypdfium2.PdfDocument(stored(world).content) as statement:
        begins = [
            n for n, page in enumerate(statement) if "Bilag: tallene bag" in page.get_textpage().get_text_bounded()
        ]
        assert begins in ([1], [2])


@pytest.mark.parametrize("act", ["UPDATE documents SET title = 'x'", "DELETE FROM documents", "TRUNCATE documents"])
def test_the_service_can_neither_change_nor_remove_a_paper(app: Flask, world: World, act: str) -> None:
    with app.app_context(), acting_for(clock([HERE])), pytest.raises(DBAPIError, match="permission denied"):
        db.session.execute(text(act))


def test_control_the_service_can_change_what_is_not_immutable(app: Flask, world: World) -> None:
    with app.app_context(), acting_for(clock([HERE])):
        assert db.session.execute(text("UPDATE document_numbers SET last = last")).rowcount == 1  # type: ignore[attr-defined]
        db.session.rollback()


def test_a_stored_paper_is_what_its_hash_and_size_say(app: Flask) -> None:
    with app.app_context(), acting_for(clock([HERE])), transaction():
        document = operations.issue(HERE, PAPER, Sealed(b"%PDF-1.7 x", "renderer 1"))
        assert (document.size, document.sha256) == (10, sha256(b"%PDF-1.7 x"))
    for name, value in {"sha256": sha256(b"another"), "size": 11}.items():
        with app.app_context(), acting_for(clock([HERE])), pytest.raises(IntegrityError, match=f"ck_documents_{name}"):
            _plant(document, name, value)


def _plant(document: Document, name: str, value: object) -> None:
    """Add a copy of the row with one column wrong."""
    values = {
        column.key: getattr(document, column.key) for column in Document.__table__.columns if column.key != "created_at"
    }
    db.session.execute(insert(Document).values({**values, "id": uuid4(), "number": "y", name: value}))


def test_a_number_is_given_once(app: Flask) -> None:
    with app.app_context(), acting_for(clock([HERE])), transaction():
        operations.issue(HERE, PAPER, Sealed(b"1", "1"))
    with (
        app.app_context(),
        acting_for(clock([HERE])),
        pytest.raises(IntegrityError, match="uq_documents_number"),
        transaction(),
    ):
        operations.issue(HERE, PAPER, Sealed(b"2", "1"))


def test_numbers_taken_at_once_are_all_different_and_without_gaps(app: Flask) -> None:
    taken: list[str] = []

    def take() -> None:
        with app.app_context():
            for _number in range(6):
                with acting_for(clock([HERE])), transaction():
                    taken.append(operations.next_number(HERE, 2031))

    threads = [threading.Thread(target=take) for _thread in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(taken) == [f"{HERE}-2031-{number:04d}" for number in range(1, 25)]


def test_each_municipality_and_year_counts_for_itself_and_a_rollback_takes_its_number_back(app: Flask) -> None:
    with app.app_context(), acting_for(clock([HERE, THERE])):
        first = [
            operations.next_number(code, year)
            for code, year in ((HERE, 2031), (HERE, 2031), (HERE, 2032), (THERE, 2031))
        ]
        db.session.rollback()
        again = operations.next_number(HERE, 2031)
        db.session.rollback()
    assert first == [f"{HERE}-2031-0001", f"{HERE}-2031-0002", f"{HERE}-2032-0001", f"{THERE}-2031-0001"]
    assert again == f"{HERE}-2031-0001"


def test_a_paper_is_known_by_its_exact_bytes_to_anyone(app: Flask, world: World) -> None:
    with app.app_context():
        paper = stored(world)
        changed = paper.content[:-5] + b"\n" + paper.content[-5:]
        with acting_for(door()), transaction():
            known = operations.check(paper.content)
            assert known.paper == Verified(paper.number, paper.title, paper.issued_on, "Aabenraa Kommune")
            assert known.exact
            assert operations.check(b"").paper is None
            assert not operations.check(changed).exact
            assert db.session.scalar(select(func.count()).select_from(Document)) == 0, "and nothing else is"


def test_the_public_page_tells_of_a_file_and_of_a_hash(app: Flask, world: World, client: FlaskClient) -> None:
    with app.app_context():
        paper = stored(world)
    token = token_of(client.get("/verificer").text)
    by_file = client.post(
        "/verificer", data={"csrf_token": token, "file": (io.BytesIO(paper.content), "../../aftale.pdf")}
    )
    pasted = " ".join(paper.sha256.upper()[at : at + 8] for at in range(0, 64, 8))
    by_hash = client.post("/verificer", data={"csrf_token": token, "sha256": pasted})
    for answer in (by_file, by_hash):
        assert answer.status_code == 200
        assert paper.number in answer.text
        assert "Aabenraa Kommune" in answer.text
        assert world.here.canary not in answer.text


def test_the_public_page_tells_nothing_of_what_is_not_a_paper(app: Flask, world: World, client: FlaskClient) -> None:
    with app.app_context():
        paper = stored(world)
    token = token_of(client.get("/verificer").text)
    assert paper.unsealed_size
    unsealed = paper.content[: paper.unsealed_size]
    for sent in ({"file": (io.BytesIO(unsealed), "x.pdf")}, {"sha256": sha256(b"x")}):
        answer = client.post("/verificer", data={"csrf_token": token, **sent})
        assert answer.status_code == 200
        assert paper.number not in answer.text
        assert "Aabenraa" not in answer.text
    for wrong in (paper.number, "%", paper.sha256[:-1], "", "０" * 64):
        assert client.post("/verificer", data={"csrf_token": token, "sha256": wrong}).status_code == 422
    assert client.post("/verificer", data={"sha256": paper.sha256}).status_code == 400, "and it takes its form's token"


def test_a_paper_is_read_by_its_own_municipality_alone(app: Flask, world: World, client: FlaskClient) -> None:
    own, other = world.here.statement_document, world.there.statement_document
    assert client.get(f"/dokumenter/{own}").status_code == 302, "sign in first"
    sign_in(client, f"medarbejder.{HERE}@kommune.example")
    answer = client.get(f"/dokumenter/{own}")
    with app.app_context():
        paper = stored(world)
    assert answer.data == paper.content
    assert answer.mimetype == "application/pdf"
    assert answer.headers["ETag"] == f'"{paper.sha256}"'
    assert answer.headers["Cache-Control"] == "private, no-store"
    assert answer.headers["X-Content-Type-Options"] == "nosniff"
    assert answer.headers["Content-Disposition"].startswith(f'inline; filename="{paper.number}-Maanedsopgoerelse-')
    assert client.get(f"/dokumenter/{other}").status_code == 404
    assert client.get(f"/dokumenter/{uuid4()}").status_code == 404


def test_a_paper_outside_the_reach_is_not_found(app: Flask, world: World) -> None:
    with app.app_context(), acting_for(clock([THERE])):
        assert queries.document(world.there.document).municipality_code == THERE
        with pytest.raises(NotFound):
            queries.document(world.here.document)


def test_the_command_tells_whether_a_file_is_a_paper(app: Flask, world: World, tmp_path: Path) -> None:
    with app.app_context():
        paper = stored(world)
    for name, content, status, said in (
        ("ours", paper.content, 0, f"{paper.number}: "),
        ("altered", paper.content + b"x", 1, f"Altered: it carries the seal of {paper.number}"),
        ("other", b"%PDF", 1, "Not a paper of ours"),
    ):
        (tmp_path / name).write_bytes(content)
        result = app.test_cli_runner().invoke(args=["papers", "verify", str(tmp_path / name)])
        assert result.exit_code == status
        assert said in result.output
        assert name == "other" or "Its seal is " in result.output
    assert (
        "something was added to the file"
        in app.test_cli_runner().invoke(args=["papers", "verify", str(tmp_path / "altered")]).output
    )


@pytest.mark.parametrize(
    ("title", "name"),
    [
        ("Månedsopgørelse for Ærø Kommune, oktober 2026", "N-Maanedsopgoerelse-for-Aeroe-Kommune-oktober-2026.pdf"),
        ('a"; filename="evil.exe', "N-a-filename-evil-exe.pdf"),
        ("../../etc/passwd\r\nX: y", "N-etc-passwd-X-y.pdf"),
        ("محمد", "N.pdf"),
        ("x" * 200, f"N-{'x' * 80}.pdf"),
        ("Aabenraa A\u030a", "N-Aabenraa-Aa.pdf"),
    ],
)
def test_a_file_is_named_so_that_every_system_can_keep_it(title: str, name: str) -> None:
    assert file_name("N", title) == name


def test_what_is_typed_is_a_hash_or_nothing() -> None:
    assert hash_typed(" " + "AB" * 32 + "\n") == "ab" * 32
    assert [hash_typed(text) for text in ("ab" * 31, "ab" * 33, "zz" * 32, "０" * 64, "")] == [None] * 5
