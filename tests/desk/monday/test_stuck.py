"""Work that stands still: told in words, with whose it is and a button; and the button sets it going."""

from __future__ import annotations

import datetime as dt

import pytest
from flask import Flask
from sqlalchemy import select, update

from service.activity.posters.models import Poster
from service.desk.monday import stuck
from service.platform.notices import operations as notices
from service.platform.notices.models import Notice
from service.platform.web.shell import FAULTS
from service.platform.work import waking
from service.platform.work.faults import Fault
from service.reporting.statements.models import Statement
from tenants.acting import acting_for
from tenants.database import db, now, transaction
from tenants.reach import clock
from tests.support.pages import token_of
from tests.support.wakeups import woken
from tests.support.world import HERE, THERE, World, sign_in

CONSULTANT = "konsulent@drc.example"


def plant(model: type, code: str, **values: object) -> None:
    """Let one row of a municipality stand still."""
    with acting_for(clock([code])), transaction():
        key = db.session.scalars(select(model.id)).first()  # type: ignore[attr-defined]
        db.session.execute(update(model).where(model.id == key).values(**values))  # type: ignore[attr-defined]


def plant_all(code: str) -> None:
    """A statement that failed, a mail that was refused, and a poster that waits."""
    failed = {"work_state": "failed", "document_id": None}
    plant(Statement, code, **failed, fault="unreadable", last_error="KeyError: 'findes_ikke'")
    with acting_for(clock([code])), transaction():
        notices.owe(code, "prøve", f"nogen.{code}@kommune.example", "Emne", "Tekst")
    with acting_for(clock([code])), transaction():
        db.session.execute(
            update(Notice)
            .where(Notice.about == "prøve")
            .values(work_state="failed", fault="refused", last_error="SMTPRecipientsRefused [550]")
        )
    later = now() + dt.timedelta(minutes=1)
    plant(Poster, code, work_state="due", document_id=None, fault="away", last_error="OSError 28", due_from=later)


def test_it_is_told_in_words_whose_it_is_and_set_going_by_a_button(app: Flask, world: World) -> None:
    with app.app_context():
        plant_all(HERE)
        plant_all(THERE)
        waking.connection().flushdb()
    client = sign_in(app.test_client(), CONSULTANT)
    monday = client.get("/").text
    assert "/gaaet-i-staa" in monday, "a mail that did not go is a line"
    page = client.get("/gaaet-i-staa").text
    for words in ("kan ikke læses", "siger nej til adressen", "Det går videre af sig selv", "Næste forsøg"):
        assert words in page
    assert page.index("kan ikke læses") < page.index("KeyError"), "words first, the cause behind a fold"
    buttons = page.count('/igen"')
    with app.app_context():
        with acting_for(clock([HERE])), transaction():
            here = list(stuck.found())
        with acting_for(clock([HERE, THERE])), transaction():
            both = list(stuck.found())
    assert len(both) == 2 * len(here) == 6
    assert buttons == 3, "those within the consultant's reach"
    token = token_of(page)
    for one in here:
        answer = client.post(f"/gaaet-i-staa/{one.kind}/{one.id}/igen", data={"csrf_token": token})
        assert answer.status_code == 302
    with app.app_context():
        with acting_for(clock([HERE])), transaction():
            assert not list(stuck.found())
        assert len(woken()) == 2
        assert len(woken(waking.MAIL)) == 1


def test_what_does_not_stand_still_is_left_alone(app: Flask, world: World) -> None:
    with app.app_context():
        with acting_for(clock([HERE])), transaction():
            made = db.session.scalars(select(Statement.id)).first()
        waking.connection().flushdb()
        with acting_for(clock([HERE])), transaction():
            assert made is not None
            stuck.again("opgoerelse", made)
        assert not woken()
        with acting_for(clock([HERE])), transaction():
            row = db.session.scalars(select(Statement).where(Statement.id == made)).one()
            assert row.work_state == "done"


def test_a_poster_that_a_later_one_has_taken_the_place_of_is_no_trouble(app: Flask, world: World) -> None:
    with app.app_context():
        with acting_for(clock([HERE])), transaction():
            old = db.session.scalars(select(Poster)).first()
            assert old is not None
            old.work_state, old.document_id, old.fault = "failed", None, "unreadable"
            new = Poster(municipality_code=HERE, activity_id=old.activity_id, asked_at=now())
            db.session.add(new)
        with acting_for(clock([HERE])), transaction():
            assert "plakat" not in {one.kind for one in stuck.found()}


@pytest.mark.parametrize("fault", list(Fault))
def test_every_fault_has_words(fault: Fault) -> None:
    assert fault in FAULTS
