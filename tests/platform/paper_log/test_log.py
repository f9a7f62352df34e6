"""The log in the database: a leaf for each paper, in the order of commits, that nobody forges; checkpoints; the API and the commands."""

from __future__ import annotations

import json
import threading
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import psycopg
import pytest
from click.testing import CliRunner
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import select, text
from sqlalchemy.exc import DBAPIError

from config.embedded import Servers
from service.platform.documents import operations as documents
from service.platform.documents.models import Document
from service.platform.documents.sealing import Sealed
from service.platform.notices.models import Notice
from service.platform.paper_log import keys, letters, notes, offline, operations, queries, rules, tree
from service.platform.paper_log.models import PaperCheckpoint
from service.platform.paper_log.notes import Checkpoint
from service.platform.paper_log.rules import Rewritten
from service.platform.web.errors import Refusal
from service.reporting.statements import operations as statements
from service.reporting.statements.models import Statement
from tenants.acting import acting_for
from tenants.calendar import month_name
from tenants.database import db, now, transaction
from tenants.reach import Office, Reach, clock, door
from tests.platform.documents.test_issued import PAPER, stored
from tests.support.world import HERE, THERE, World, key_of, sign_in

REFUSED = r"permission denied|must be owner|trigger functions can only be called"


def issue(number: str, code: str = HERE, **more: object) -> Document:
    """A paper, issued in a transaction of its own. Needs an application context."""
    with acting_for(clock([code])), transaction():
        paper = replace(PAPER, document_number=f"{code}-2026-{number}", **more)  # type: ignore[arg-type]
        return documents.issue(code, paper, Sealed(f"%PDF {code} {number}".encode(), "1"))


def signed() -> PaperCheckpoint:
    """The log, signed as it is now."""
    with acting_for(clock()), transaction():
        key = keys.signer()
        assert key is not None
        row = operations.sign(key)
        assert row is not None
        return row


def read(what: Callable[[], object]) -> object:
    with acting_for(door()), transaction():
        return what()


def test_each_paper_of_the_world_has_a_leaf_that_is_told_from_its_row(app: Flask, world: World) -> None:
    with app.app_context():
        positions = [
            read(lambda: queries.position(tree.leaf_hash(queries.leaf(paper).encode())))  # noqa: B023
            for place in ("here", "there")
            for paper in (stored(world, place), stored(world, place, "document"))
        ]
        count = read(queries.count)
    assert None not in positions
    assert len(set(positions)) == 4
    assert count == len(read_leaves(app))


def read_leaves(app: Flask) -> list[bytes]:
    with app.app_context(), acting_for(door()), transaction():
        return queries.leaves()


def test_a_leaf_is_a_paper_that_was_committed_and_says_what_the_rules_say(app: Flask) -> None:
    before = len(read_leaves(app))
    with app.app_context():
        with acting_for(clock([HERE])):
            documents.issue(HERE, PAPER, Sealed(b"%PDF never", "1"))
            db.session.rollback()
        first = issue("7001")
        second = issue("7002", revision=2, supersedes=f"{HERE}-2026-7001")
    assert json.loads(queries.leaf(second)) == {
        "day": "2026-11-01",
        "fingerprint": second.fingerprint,
        "number": f"{HERE}-2026-7002",
        "revision": 2,
        "sha256": second.sha256,
        "supersedes": f"{HERE}-2026-7001",
    }
    wanted = [tree.leaf_hash(queries.leaf(paper).encode()) for paper in (first, second)]
    assert read_leaves(app)[before:] == wanted
    plain = rules.leaf("1", 1, "a", PAPER.issued_on)
    assert json.loads(plain).keys() == {"day", "number", "revision", "sha256"}, "what a paper has not is left out"


def test_leaves_written_at_once_have_no_gaps(app: Flask) -> None:
    before = len(read_leaves(app))
    faults: list[BaseException] = []

    def several(thread: int) -> None:
        try:
            with app.app_context():
                for number in range(4):
                    issue(f"8{thread}{number:02d}", (HERE, THERE)[thread % 2])
        except BaseException as error:
            faults.append(error)

    run = [threading.Thread(target=several, args=(thread,)) for thread in range(4)]
    for thread in run:
        thread.start()
    for thread in run:
        thread.join()
    assert faults == []
    with app.app_context(), acting_for(door()), transaction():
        positions = db.session.scalars(text("SELECT position FROM paper_leaves ORDER BY position")).all()
    assert positions == list(range(before + 16))


@pytest.mark.parametrize(
    "act",
    [
        f"INSERT INTO paper_leaves (position, hash) VALUES (99999, '{'a' * 64}')",
        f"UPDATE paper_leaves SET hash = '{'a' * 64}'",
        "UPDATE paper_leaves SET position = position + 1",
        "DELETE FROM paper_leaves",
        "TRUNCATE paper_leaves",
        "LOCK TABLE paper_leaves IN ACCESS EXCLUSIVE MODE",
        "SELECT app.log_paper()",
        "SELECT app.leaf_of(d) FROM documents d",
        "ALTER TABLE documents DISABLE TRIGGER step",
        "SET session_replication_role = replica",
        "UPDATE paper_checkpoints SET note = ''",
        "DELETE FROM paper_checkpoints",
        "TRUNCATE paper_checkpoints",
    ],
)
@pytest.mark.parametrize("office", [Office.CLOCK, Office.DRC])
def test_no_office_forges_rewrites_removes_or_reorders_leaves(
    app: Flask, world: World, act: str, office: Office
) -> None:
    with (
        app.app_context(),
        acting_for(Reach(office, frozenset({HERE}))),
        pytest.raises(DBAPIError, match=REFUSED),
    ):
        db.session.execute(text(act))


def test_only_unattended_work_adds_a_checkpoint(app: Flask, world: World) -> None:
    insert = text("INSERT INTO paper_checkpoints (size, note, key, signed_at) VALUES (9999, 'x', 'y', now())")
    for office in (Office.DRC, Office.MUNICIPALITY, Office.DOOR):
        with (
            app.app_context(),
            acting_for(Reach(office, frozenset({HERE}))),
            pytest.raises(DBAPIError, match="row-level security"),
        ):
            db.session.execute(insert)


def test_the_clock_signs_once_a_day_what_the_log_has_become(
    app: Flask, world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    def step() -> int:
        with app.app_context(), acting_for(clock()), transaction():
            return operations.sign_owed()

    assert step() == 1
    assert step() == 0
    with app.app_context():
        issue("7101")
        assert step() == 0, "it was signed today"
        tomorrow = now().replace(year=now().year + 1)
        monkeypatch.setattr(operations, "now", lambda: tomorrow)
        assert step() == 1
        assert step() == 0
        row = read(queries.newest)
        assert isinstance(row, PaperCheckpoint)
        point = queries.signed(row)
        assert (point.size, point.root) == (len(read_leaves(app)), tree.root(read_leaves(app)))


def test_two_who_sign_at_once_sign_one_checkpoint(app: Flask, world: World) -> None:
    found: list[str] = []

    def once() -> None:
        with app.app_context():
            found.append(signed().note)

    run = [threading.Thread(target=once) for _thread in range(4)]
    for thread in run:
        thread.start()
    for thread in run:
        thread.join()
    assert len(found) == 4
    assert len(set(found)) == 1


def test_nothing_is_signed_of_a_log_that_the_owner_wrote_anew(app: Flask, world: World, place: Servers) -> None:
    """The role that owns the tables can; the checkpoint that lies elsewhere tells."""
    with app.app_context():
        first = signed()
        hashes = read_leaves(app)
        swap = "UPDATE paper_leaves SET hash = %s WHERE position = 0"
        with psycopg.connect(place.database_owner_url) as owner:
            owner.execute(swap, ["f" * 64])
        try:
            with pytest.raises(Rewritten, match=f"the first {first.size} papers"):
                signed()
        finally:
            with psycopg.connect(place.database_owner_url) as owner:
                owner.execute(swap, [hashes[0].hex()])
        assert signed().note == first.note


def test_production_without_a_key_signs_nothing(app: Flask, world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    production = replace(app.extensions["settings"], environment="production")
    monkeypatch.setitem(app.extensions, "settings", production)
    assert read_leaves(app)
    with app.app_context(), acting_for(clock()), transaction():
        assert operations.sign_owed() == 0
    found = app.test_cli_runner().invoke(args=["papers", "checkpoint"])
    assert found.exit_code == 1
    assert "LOG_KEY_FILE must be set" in found.output


def test_a_key_is_made_once_and_signs(
    app: Flask, world: World, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    runner, file = app.test_cli_runner(), tmp_path / "log.key"
    made = runner.invoke(args=["papers", "log-key", str(file), "--name", "partnerskab.example/verificer"])
    assert made.exit_code == 0
    assert file.stat().st_mode & 0o777 == 0o600
    assert runner.invoke(args=["papers", "log-key", str(file)]).exit_code == 1, "no key is written over"
    monkeypatch.setitem(
        app.extensions,
        "settings",
        replace(app.extensions["settings"], log_key_file=str(file), environment="production"),
    )
    with app.app_context():
        issue("7201")
    note = runner.invoke(args=["papers", "checkpoint"]).output
    point = notes.opened(note, notes.verifier_of(made.output))
    assert point == Checkpoint("partnerskab.example/verificer", len(read_leaves(app)), tree.root(read_leaves(app)))
    assert app.test_client().get("/verificer/checkpoint").text == note


# What others are given


def test_the_api_gives_a_proof_that_holds_without_the_database(
    app: Flask, world: World, client: FlaskClient, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    with app.app_context():
        early = signed()
        paper = issue("7301")
        last = signed()
        foreign = issue("7302", THERE)
        asked = {"Authorization": f"Bearer {key_of(world.here.staff)}"}
    address = f"/api/v1/documents/{paper.id}/proof"
    assert client.get(address).status_code == 401
    answer = client.get(f"{address}?before={early.size}", headers=asked)
    assert answer.status_code == 200
    assert client.get(f"/api/v1/documents/{foreign.id}/proof", headers=asked).status_code == 404
    assert client.get(f"{address}?before=9999999", headers=asked).status_code == 422
    files = {
        "paper.pdf": f"%PDF {HERE} 7301", "other.pdf": "%PDF", "proof.json": answer.text,
        "early.txt": early.note, "last.txt": last.note,
    }  # fmt: skip
    for name, content in files.items():
        (tmp_path / name).write_text(content)
    monkeypatch.chdir(tmp_path)

    def check(*args: str) -> tuple[int, str]:
        found = CliRunner().invoke(offline.main, [*args, "--proof", "proof.json"])
        with monkeypatch.context() as nobody:
            nobody.setattr("tenants.database._set_pass", lambda *_: pytest.fail("the database was asked"))
            through = app.test_cli_runner().invoke(args=["papers", "verify", *args, "--proof", "proof.json"])
        assert (through.exit_code, through.output) == (found.exit_code, found.output)
        return found.exit_code, found.output

    for kept in ("early.txt", "last.txt"):
        status, said = check("paper.pdf", "--checkpoint", kept, "--key", last.key)
        assert status == 0, said
        assert paper.number in said
    assert check("other.pdf", "--checkpoint", "last.txt")[0] == 1
    assert check("paper.pdf", "--checkpoint", "last.txt", "--key", str(notes.made("x").verifier))[0] == 1
    assert last.key in check("paper.pdf", "--checkpoint", "last.txt")[1], "a key that nobody vouches for is shown"
    by_database = app.test_cli_runner().invoke(args=["papers", "verify", "paper.pdf", "--checkpoint", "early.txt"])
    assert by_database.exit_code == 0, by_database.output


def test_there_is_no_proof_before_a_checkpoint_covers_the_paper(app: Flask, world: World) -> None:
    with app.app_context():
        signed()
        paper = issue("7401")
        with acting_for(clock([HERE])), transaction(), pytest.raises(Refusal, match=r"[.]"):
            operations.proof(paper.id)
        signed()
        with acting_for(clock([HERE])), transaction():
            assert operations.proof(paper.id).position == queries.count() - 1


def test_the_newest_checkpoint_is_for_everybody(app: Flask, world: World, client: FlaskClient) -> None:
    with app.app_context():
        note = signed().note
    answer = client.get("/verificer/checkpoint")
    assert answer.text == note
    assert answer.mimetype == "text/plain"
    sign_in(client, f"medarbejder.{HERE}@kommune.example")
    assert client.get("/verificer/checkpoint").text == note


def test_a_mail_about_a_paper_holds_the_newest_checkpoint(app: Flask, world: World) -> None:
    with app.app_context():
        assert read(letters.checkpoint) == "", "before the first there is none"
        point = queries.signed(signed())
        with acting_for(clock([HERE])), transaction():
            statements._tell(Statement(municipality_code=HERE, month=world.month, revision=9), "Aabenraa Kommune")
            about = f"statement:{month_name(world.month)}:9"
            bodies = db.session.scalars(select(Notice.body).where(Notice.about == about)).all()
    assert bodies
    assert all(point.mark in body and "/verificer/checkpoint" in body for body in bodies)
