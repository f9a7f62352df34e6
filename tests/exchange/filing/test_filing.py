"""Papers for a municipality's file: packages that say what is filed, and mail to where it files, once a paper."""

from __future__ import annotations

import email
import io
import json
import smtplib
import zipfile
from collections.abc import Iterator
from contextlib import contextmanager
from email.message import EmailMessage
from email.policy import default
from pathlib import Path
from uuid import UUID

import pytest
from flask import Flask
from sqlalchemy import select

from service.desk.monday import queries as monday
from service.exchange.filing import operations, queries
from service.exchange.filing.models import Filing
from service.exchange.filing.texts import kind_of
from service.platform.documents.models import Document
from service.platform.documents.rules import PaperKind
from service.platform.ledger.models import LedgerEntry
from service.platform.notices.rules import Letter
from service.platform.paper_log import keys as log_keys
from service.platform.paper_log import operations as paper_log
from tenants.acting import acting_for
from tenants.calendar import day_of
from tenants.database import db, now, transaction
from tenants.reach import Office, Reach
from tests.api.conftest import Program
from tests.support.forms import forms_of
from tests.support.pages import token_of
from tests.support.world import HERE, World, key_of, sign_in

# Fetched


@contextmanager
def acting(app: Flask, code: str = HERE, who: UUID | None = None, office: Office = Office.CLOCK) -> Iterator[None]:
    """Act in a municipality, in a context of one's own."""
    with app.app_context(), acting_for(Reach(office, frozenset({code}), who)), transaction():
        yield


def test_a_program_and_a_page_give_the_same_package(app: Flask, world: World) -> None:
    here = world.here
    with app.app_context():
        program, other = (Program(app.test_client(), key_of(each.staff)) for each in (here, world.there))
    answer = program.get(f"/documents/{here.statement_document}/package")
    client = sign_in(app.test_client(), f"medarbejder.{here.code}@kommune.example")
    assert client.get(f"/dokumenter/{here.statement_document}/journal").data == answer.data
    assert other.get(f"/documents/{here.statement_document}/package").status_code == 404
    with acting(app):
        paper = db.session.get_one(Document, (here.code, here.statement_document))
        content, number, sha256 = paper.content, paper.number, paper.sha256
        read = select(LedgerEntry.subject).where(LedgerEntry.act == "document.read")
        assert f"document:{here.statement_document}" in set(db.session.scalars(read))
    with zipfile.ZipFile(io.BytesIO(answer.data)) as archive:
        pdf, _xml, told = (archive.read(name) for name in archive.namelist())
        assert all(name.startswith(number) for name in archive.namelist())
    assert pdf == content
    entry = json.loads(told)
    assert (entry["dokumentnummer"], entry["sha256"]) == (number, sha256)
    assert [party["navn"] for party in entry["parter"]] == ["Aabenraa Kommune", "Dansk Flygtningehjælp"]


def signed(app: Flask) -> str:
    """The log of papers, signed as it is now."""
    with acting(app):
        key = log_keys.signer()
        assert key is not None
        row = paper_log.sign(key)
        assert row is not None
        return row.note


def test_whoever_files_a_paper_files_how_far_the_log_had_come(app: Flask, world: World) -> None:
    with app.app_context():
        program = Program(app.test_client(), key_of(world.here.staff))
    address = f"/documents/{world.here.statement_document}/package"

    def parts() -> dict[str, bytes]:
        with zipfile.ZipFile(io.BytesIO(program.get(address).data)) as archive:
            return {name: archive.read(name) for name in archive.namelist()}

    before, note = parts(), signed(app)
    after = parts()
    (name,) = after.keys() - before.keys()
    assert name.endswith("-kontrolpunkt.txt")
    assert after.pop(name).decode() == note
    assert after == before, "what is of the paper alone is the same each time"
    client = sign_in(app.test_client(), f"medarbejder.{HERE}@kommune.example")
    with zipfile.ZipFile(io.BytesIO(client.get(f"/kommuner/{HERE}/papirer/{day_of(now()).year}").data)) as archive:
        assert [each for each in archive.namelist() if "kontrolpunkt" in each] == ["kontrolpunkt.txt"]


def test_all_of_a_year_is_one_file_with_a_folder_for_each_paper(app: Flask, world: World) -> None:
    client = sign_in(app.test_client(), f"medarbejder.{HERE}@kommune.example")
    year = day_of(now()).year
    answer = client.get(f"/kommuner/{HERE}/papirer/{year}")
    with acting(app):
        mine = list(db.session.scalars(queries.papers(HERE, year).with_only_columns(Document.number)))
    with zipfile.ZipFile(io.BytesIO(answer.data)) as archive:
        folders = {name.partition("/")[0] for name in archive.namelist()}
    assert {folder[:14] for folder in folders} == set(mine)
    assert len(mine) > 1
    assert client.get(f"/kommuner/{HERE}/papirer/1999").status_code == 404


# Sent


def set_address(app: Flask, address: str, who: str = f"leder.{HERE}@kommune.example") -> int:
    """Say on the page where the municipality files."""
    client, page = sign_in(app.test_client(), who), f"/kommuner/{HERE}/papirer"
    shown = client.get(page).text
    forms = [form.sends for form in forms_of(shown) if (form.action or "").endswith("/journal")]
    sent = {"csrf_token": token_of(shown), **(forms[0] if forms else {}), "email": address}
    return client.post(f"{page}/journal", data=sent).status_code


def sent_to(app: Flask, world: World, folder: Path) -> tuple[list[EmailMessage], int]:
    """Ask what is owed, and send it: the mails, and how many papers were new."""
    with acting(app):
        fresh = operations.ask_owed()
        due = queries.due()
    with app.app_context():
        for code, filing_id in due:
            operations.send(code, filing_id, f"file:{folder}", "partnerskab.example", 60)
    return [email.message_from_bytes(each.read_bytes(), policy=default) for each in folder.glob("*.eml")], fresh


def _issued_now(app: Flask, world: World) -> None:
    """Let the statement's paper have been issued this moment, as far as the address is asked."""
    with acting(app):
        row = queries.address(HERE)
        assert row is not None
        row.since = db.session.get_one(Document, (HERE, world.here.statement_document)).created_at


def test_each_paper_is_sent_once_and_the_page_says_when(app: Flask, world: World, tmp_path: Path) -> None:
    assert set_address(app, "journal@aabenraa.example") == 302
    assert sent_to(app, world, tmp_path) == ([], 0), "what was issued before is not sent"
    _issued_now(app, world)
    mails, fresh = sent_to(app, world, tmp_path)
    assert fresh == len(mails) > 0
    assert sent_to(app, world, tmp_path)[1] == 0
    (mail,) = [each for each in mails if "Månedsopgørelse" in each["Subject"]]
    assert mail["To"] == "journal@aabenraa.example"
    attached = {each.get_filename(): each.get_content() for each in mail.iter_attachments()}
    assert [str(name).rpartition(".")[2] for name in attached] == ["pdf", "xml", "json"]
    with acting(app):
        assert (
            next(iter(attached.values())) == db.session.get_one(Document, (HERE, world.here.statement_document)).content
        )
        assert {each.status for each in db.session.scalars(queries.filings(HERE))} == {"sent"}
    page = sign_in(app.test_client(), f"medarbejder.{HERE}@kommune.example").get(f"/kommuner/{HERE}/papirer").text
    assert f"Sendt til journal {day_of(now()):%-d}" in page
    assert 'name="email"' not in page, "staff read, and set nothing"


def test_staff_do_not_say_where_the_municipality_files(app: Flask, world: World) -> None:
    assert set_address(app, "min@egen.example", f"medarbejder.{HERE}@kommune.example") == 404
    assert set_address(app, "ingen adresse") == 422
    assert set_address(app, "journal@aabenraa.example", "sekretariat@drc.example") == 302
    assert set_address(app, "") == 302
    with acting(app):
        assert queries.address(HERE) is None


def test_a_program_says_and_reads_where_the_municipality_files(app: Flask, world: World) -> None:
    with app.app_context():
        manager, staff, other = (
            Program(app.test_client(), key_of(who))
            for who in (world.here.manager, world.here.staff, world.there.manager)
        )
    path = f"/municipalities/{HERE}/filing-address"
    none = manager.get(path)
    assert (none.get_json()["email"], none.get_json()["since"]) == ("", None)
    wanted = {"email": "journal@aabenraa.example"}
    assert staff.call("PUT", path, wanted, seen=none.headers["ETag"]).status_code == 404
    assert other.call("PUT", path, wanted, seen="*").status_code == 404
    kept = manager.call("PUT", path, wanted, seen=none.headers["ETag"])
    assert kept.get_json()["email"] == wanted["email"]
    assert manager.call("PUT", path, {"email": ""}, seen=None).status_code == 428
    assert manager.call("PUT", path, {"email": ""}, seen=none.headers["ETag"]).status_code == 412
    assert staff.read(path)["version"] is None, "staff read, and set nothing"
    assert manager.call("PUT", path, {"email": ""}, seen=kept.headers["ETag"]).get_json()["since"] is None


def test_an_addendum_is_filed_as_one() -> None:
    paper = Document(kind=PaperKind.AGREEMENT, template="agreement.html")
    addendum = Document(kind=PaperKind.AGREEMENT, template="addendum.html")
    assert [str(kind_of(each)) for each in (paper, addendum)] == ["Partnership agreement", "Addendum"]


def test_a_paper_that_does_not_arrive_is_a_line_on_monday_and_is_tried_again(
    app: Flask, world: World, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    set_address(app, "journal@aabenraa.example")
    _issued_now(app, world)

    def refuse(letter: Letter, *_where: str) -> None:
        raise smtplib.SMTPRecipientsRefused({letter.recipient: (550, b"no such mailbox")})

    with monkeypatch.context() as patch:
        patch.setattr(operations, "deliver", refuse)
        sent_to(app, world, tmp_path)
    with acting(app, office=Office.DRC, who=world.secretariat):
        lines = monday.gathered(frozenset({HERE}), day_of(now()))
        assert [line.kind for line in lines if line.kind == "failed_filings"]
        failed = db.session.scalars(queries.filings(HERE).where(Filing.work_state == "failed")).first()
        assert failed is not None
        again = failed.id
    client = sign_in(app.test_client(), "sekretariat@drc.example")
    page = client.get(f"/kommuner/{HERE}/papirer")
    assert "Kom ikke frem" in page.text
    answer = client.post(f"/gaaet-i-staa/journal/{again}/igen", data={"csrf_token": token_of(page.text)})
    assert answer.status_code == 302
    with app.app_context():
        assert operations.send(HERE, again, f"file:{tmp_path}", "partnerskab.example", 60)
