"""Every paper is sealed where it is made; what seals may be away, and then the paper waits for it with nothing half done."""

from __future__ import annotations

import errno
import io
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from uuid import UUID

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import select
from sqlalchemy.orm import undefer

from config.settings import Settings
from service.platform.documents import sealing
from service.platform.documents.models import Document
from service.platform.documents.rules import SealState
from service.platform.documents.seals import look
from service.platform.work import leases
from service.platform.work.faults import Fault
from service.reporting.drift import operations as drift
from service.reporting.drift.models import DriftPaper
from tenants.acting import acting_for
from tenants.database import db, transaction
from tenants.reach import clock
from tests.platform.documents.test_issued import stored
from tests.support.pages import token_of
from tests.support.sealing import authority
from tests.support.world import HERE, World


def test_every_issued_paper_is_sealed(app: Flask, world: World) -> None:
    with app.app_context(), acting_for(clock([HERE])):
        papers = db.session.execute(select(Document.kind, Document.content, Document.seal_covers)).all()
    assert {"agreement", "statement"} <= {kind for kind, _content, _covers in papers}
    for _kind, content, covers in papers:
        seal = look(content)
        assert seal is not None
        assert (seal.state, seal.covers) == (SealState.WHOLE, covers)


def _asked(world: World) -> UUID:
    """A paper that is DRC's own, which waits to be made."""
    with acting_for(clock([HERE])), transaction():
        return drift.ask(HERE, world.here.manager).id


def _made(paper_id: UUID) -> DriftPaper:
    """The row, once it was tried to make its paper."""
    drift.make_paper(HERE, paper_id, 60)
    with acting_for(clock([HERE])):
        whole = [undefer(DriftPaper.content)]
        return db.session.get_one(DriftPaper, (HERE, paper_id), options=whole, populate_existing=True)


Outage = Callable[[pytest.MonkeyPatch, Settings, Path], Settings]


def _wrong_password(patch: pytest.MonkeyPatch, settings: Settings, folder: Path) -> Settings:
    with authority() as found:
        return found.sealing(folder, password="et-andet")


def _away(patch: pytest.MonkeyPatch, settings: Settings, folder: Path) -> Settings:
    with authority() as found:  # it is there until here
        return replace(settings, seal_tsa_url=f"{found.url}/tid")


def _disk_full(patch: pytest.MonkeyPatch, settings: Settings, folder: Path) -> Settings:
    def full(*_arguments: object) -> None:
        raise OSError(errno.ENOSPC, "No space left on device")

    patch.setattr(sealing.PaperSealer, "seal", full)
    return settings


@pytest.mark.parametrize("outage", [_wrong_password, _away, _disk_full])
def test_a_paper_waits_for_what_seals_it(
    app: Flask, world: World, monkeypatch: pytest.MonkeyPatch, tmp_path: Path, outage: Outage
) -> None:
    settings = app.extensions["settings"]
    with app.app_context():
        paper_id = _asked(world)
        with monkeypatch.context() as patch:
            patch.setitem(app.extensions, "settings", outage(patch, settings, tmp_path))
            waits = _made(paper_id)
        assert (waits.work_state, waits.attempts, waits.fault) == (leases.DUE, 0, Fault.AWAY)
        assert waits.content is None
        with acting_for(clock([HERE])), transaction():
            leases.again(db.session.get_one(DriftPaper, (HERE, paper_id)))
        made = _made(paper_id)
    assert made.work_state == leases.DONE
    seal = look(made.content or b"")
    assert seal is not None
    assert seal.state is SealState.WHOLE


def test_without_a_key_a_paper_is_issued_without_a_seal(
    app: Flask, world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    with app.app_context():
        monkeypatch.setitem(app.extensions, "settings", replace(app.extensions["settings"], seal_key_file=""))
        made = _made(_asked(world))
    assert made.work_state == leases.DONE
    assert look(made.content or b"") is None


def test_the_public_page_tells_of_an_altered_paper(app: Flask, world: World, client: FlaskClient) -> None:
    with app.app_context():
        paper = stored(world)
    token = token_of(client.get("/verificer").text)
    answer = client.post("/verificer", data={"csrf_token": token, "file": (io.BytesIO(paper.content + b"x"), "a.pdf")})
    assert "Dokumentet er ændret" in answer.text
    assert paper.number in answer.text
    assert paper.title not in answer.text
    whole = client.post("/verificer", data={"csrf_token": token, "file": (io.BytesIO(paper.content), "a.pdf")})
    assert "Partnerskab, demonstration" in whole.text
