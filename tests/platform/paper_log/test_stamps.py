"""A checkpoint is seen by a time stamp authority, a real one on loopback: it is waited for, and a stamp of something else is found."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace
from pathlib import Path

import pytest
from click.testing import CliRunner
from flask import Flask
from flask.testing import FlaskClient

from service.exchange.filing import operations as filing
from service.platform.documents.models import Document
from service.platform.documents.sealing import time_stamp
from service.platform.paper_log import offline, operations, queries, stamping, stamps
from service.platform.paper_log.models import CheckpointStamp, PaperCheckpoint
from service.platform.paper_log.notes import NotOne
from service.platform.work.faults import Fault
from tenants.acting import acting_for
from tenants.database import db, now, transaction
from tenants.reach import Office, Reach, clock, door
from tests.platform.paper_log.test_log import issue, signed
from tests.support.sealing import Authority, authority
from tests.support.world import HERE, World


@dataclass
class Stamped:
    """A checkpoint that was signed while an authority was set, and the newest paper in it."""

    app: Flask
    asked: Authority
    point: PaperCheckpoint
    paper: Document

    def row(self) -> CheckpointStamp:
        with self.app.app_context(), acting_for(door()), transaction():
            return db.session.get_one(CheckpointStamp, self.point.size)

    def stamp(self) -> bool:
        with self.app.app_context():
            return stamping.stamp(self.point.size, 60)

    def answer(self) -> bytes:
        """What the authority answered, when it is asked."""
        assert self.stamp()
        answer = self.row().answer
        assert answer is not None
        return answer


@pytest.fixture
def stamped(app: Flask, world: World, monkeypatch: pytest.MonkeyPatch) -> Iterator[Stamped]:
    with authority() as asked:
        settings = replace(app.extensions["settings"], seal_tsa_url=f"{asked.url}/tid")
        monkeypatch.setitem(app.extensions, "settings", settings)
        with app.app_context():
            paper, point = issue("9701"), signed()
        yield Stamped(app, asked, point, paper)


def test_an_authority_that_is_away_is_waited_for_and_asked_once(stamped: Stamped) -> None:
    stamped.asked.away = True
    assert not stamped.stamp()
    row = stamped.row()
    assert (row.work_state, row.fault, row.attempts, row.answer) == ("due", Fault.AWAY, 0, None)
    with stamped.app.app_context(), acting_for(clock()), transaction():
        assert stamping.wakeups() == [], "it waits a little"
        db.session.get_one(CheckpointStamp, stamped.point.size).due_from = now()
    stamped.asked.away = False
    with stamped.app.app_context(), acting_for(clock()), transaction():
        assert [each.arguments for each in stamping.wakeups()] == [(stamped.point.size,)]
    assert stamps.opened(stamped.answer(), stamped.point.note).at == stamped.row().stamped_at
    assert not stamped.stamp(), "once"
    with stamped.app.app_context():
        assert signed().size == stamped.point.size, "a log that has not grown is signed the same, and owes no other"


def test_an_answer_about_something_else_is_waited_for_too(stamped: Stamped, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(stamping, "time_stamp", lambda _digest: time_stamp(bytes(32)))
    assert not stamped.stamp()
    row = stamped.row()
    assert (row.work_state, row.fault, row.answer) == ("due", Fault.AWAY, None)
    assert "no time stamp of the checkpoint" in (row.last_error or "")


def test_where_no_authority_is_set_no_stamp_is_owed(app: Flask, world: World) -> None:
    with app.app_context():
        issue("9702")
        size = signed().size
        with acting_for(door()), transaction():
            assert db.session.get(CheckpointStamp, size) is None


def test_a_false_stamp_is_found(stamped: Stamped) -> None:
    answer, note = stamped.answer(), stamped.point.note
    found = stamps.opened(answer, note)
    assert found.by == "Prøve-tid"
    said = answer.index(stamps.digest_of(note))
    turned = bytes(byte ^ (place == said) for place, byte in enumerate(answer))
    false = ((answer, note + "x"), (turned, note), (answer[:-9], note), (b"", note), (note.encode(), note))
    for wrong, of in false:
        with pytest.raises(NotOne):
            stamps.opened(wrong, of)
    with pytest.raises(NotOne, match="larger"):
        stamps.opened(bytes(stamps.MAX_STAMP + 1), note)


def test_whoever_holds_us_to_a_checkpoint_is_given_its_stamp(
    stamped: Stamped, client: FlaskClient, tmp_path: Path
) -> None:
    assert client.get("/verificer/checkpoint.tsr").status_code == 404, "not before the authority has answered"
    answer = stamped.answer()
    got = client.get("/verificer/checkpoint.tsr")
    assert (got.data, got.mimetype) == (answer, "application/timestamp-reply")
    size = stamped.point.note.splitlines()[1]
    assert client.get(f"/verificer/checkpoint.tsr?size={size}").data == answer, (
        "also when a newer one is signed meanwhile"
    )
    assert client.get("/verificer/checkpoint.tsr?size=99999999999999").status_code == 404
    page = client.get("/verificer").text
    assert f"/verificer/checkpoint.tsr?size={size}" in page
    assert "tidsstemplet" in page
    with stamped.app.app_context(), acting_for(Reach(Office.DRC, frozenset({HERE}))), transaction():
        point = dict(filing._checkpoint("papir-"))
        proof = operations.proof(stamped.paper.id).written()
    assert point == {"papir-kontrolpunkt.txt": stamped.point.note.encode(), "papir-kontrolpunkt.tsr": answer}
    files = {**point, "proof.json": proof.encode(), "papir.pdf": f"%PDF {HERE} 9701".encode()}
    for name, content in files.items():
        (tmp_path / name).write_bytes(content)
    paper, note = str(tmp_path / "papir.pdf"), str(tmp_path / "papir-kontrolpunkt.txt")
    alone = [paper, "--checkpoint", note, "--proof", str(tmp_path / "proof.json")]
    runner, beside = stamped.app.test_cli_runner(), tmp_path / "papir-kontrolpunkt.tsr"

    def told() -> list[str]:
        """By files alone, and by the database where no proof is given."""
        return [
            CliRunner().invoke(offline.main, alone).output,
            runner.invoke(args=["papers", "verify", paper, "--checkpoint", note]).output,
        ]

    at = f"{stamps.opened(answer, stamped.point.note).at:%Y-%m-%d at %H:%M:%S UTC}: a time stamp by Prøve-tid"
    assert all(at in each for each in told())
    beside.write_bytes(answer[:-9])
    assert all("the time stamp does not hold" in each for each in told())
    beside.unlink()
    by_files, by_database = told()
    assert "time stamp" not in by_files
    assert at in by_database, "the one that is kept"
    with stamped.app.app_context(), acting_for(door()), transaction():
        assert queries.stamp(stamped.point.size) is not None
