"""The secretariat writes a version of a text and puts it in use: from tomorrow on, once, and never with another boundary."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from typing import Any
from uuid import UUID

import psycopg
import pytest
from flask import Flask
from flask.testing import FlaskClient
from psycopg.errors import InsufficientPrivilege
from psycopg.types.json import Jsonb
from sqlalchemy import select

from config.embedded import Servers
from service.partnership.agreements import queries as agreements
from service.partnership.catalogue import drafting, files, operations, queries
from service.platform.ledger.models import NationalLedgerEntry
from service.platform.web.errors import Conflict, Refusal
from service.platform.web.versions import Changed, Seen
from tenants.acting import acting_for
from tenants.calendar import day_of
from tenants.database import db, now, transaction
from tenants.reach import Office, Reach, clock
from tests.support.forms import forms_of
from tests.support.telling import tell
from tests.support.world import HERE, World, sign_in

DRAFT = "/klausuler/partnerskab/udkast"
A_DAY = dt.timedelta(days=1)


@contextmanager
def writing(app: Flask, world: World) -> Iterator[None]:
    """Act as the secretariat, in a context of one's own whose transaction is rolled back."""
    with app.app_context(), acting_for(Reach(Office.DRC, frozenset({HERE}), world.secretariat)):
        yield
        db.session.rollback()


@pytest.fixture
def client(app: Flask, world: World) -> FlaskClient:
    return sign_in(app.test_client(), "sekretariat@drc.example")


@pytest.fixture
def seeded(app: Flask, place: Servers) -> Iterator[None]:
    """What is put in use is taken out again: the texts are not among the rows that are put back."""
    yield
    with psycopg.connect(place.database_owner_url) as owner:
        owner.execute("ALTER TABLE text_versions NO FORCE ROW LEVEL SECURITY")
        owner.execute("DELETE FROM text_versions WHERE made_by IS NOT NULL")
        owner.execute("ALTER TABLE text_versions FORCE ROW LEVEL SECURITY")


def begin(client: FlaskClient) -> None:
    form = next(form for form in forms_of(client.get("/klausuler").text) if form.action == DRAFT)
    assert client.post(DRAFT, data=form.sends).status_code == 302


def send(client: FlaskClient, page: str, action: str = "", **values: str) -> tuple[int, str]:
    """Send the form of a page, with some values changed: the status, and the text of the page that follows."""
    found = forms_of(client.get(page).text)
    form = next(form for form in found if (form.action.endswith(action) if action else not form.action))
    answer = client.post(form.action or page, data={**form.sends, **values}, follow_redirects=True)
    return answer.status_code, answer.text


def test_a_version_is_written_read_and_put_in_use(app: Flask, world: World, client: FlaskClient, seeded: None) -> None:
    begin(client)
    purpose = f"{DRAFT}/purpose"
    assert send(client, purpose, body_always="Kontakt {{ kontaktperson }}.")[0] == 200
    page = client.get(DRAFT).text
    assert "Klausulen kan ikke trykkes" in page
    assert "kontaktperson" in page
    assert "/i-brug" not in page, "it cannot be put in use"
    assert send(client, purpose, body_always="Formålet er et andet.")[0] == 200
    tomorrow = day_of(now()) + A_DAY
    assert send(client, DRAFT, "/i-brug", effective_from=(tomorrow - A_DAY).isoformat())[0] == 422
    status, page = send(client, DRAFT, "/i-brug", effective_from=tomorrow.isoformat())
    assert status == 200
    assert page.count("Afviger fra den forrige version") == 1
    with app.app_context(), acting_for(clock([HERE])), transaction():
        assert queries.text_in_force("partnership", day_of(now())).version == 2
        made = queries.text_in_force("partnership", tomorrow)
        assert (made.version, made.made_by) == (3, world.secretariat)
        before = agreements.agreement(world.here.agreement).facts
        assert (before["clause_version"], before["principles_version"]) == (2, 1), "what was agreed keeps its words"
        assert len(before["principles"]) == 10
        assert operations.load(), "the files do not stand in the way of what was put in use here"
    with app.app_context(), acting_for(Reach(Office.DRC, frozenset({HERE}), world.secretariat)), transaction():
        acts = db.session.scalars(
            select(NationalLedgerEntry.act).where(NationalLedgerEntry.act.startswith("text."))
        ).all()
        assert sorted(acts) == ["text.begun", "text.put_in_use"]


def test_the_boundary_clause_has_no_form_and_takes_no_change(app: Flask, world: World, client: FlaskClient) -> None:
    begin(client)
    page = client.get(f"{DRAFT}/boundary").text
    assert "Grænseklausulen er låst" in page
    assert "<textarea" not in page
    assert "<textarea" in client.get(f"{DRAFT}/purpose").text, "the control"
    with writing(app, world):
        state = drafting.state_of(queries.text_draft("partnership"), "boundary")
        with pytest.raises(Refusal):
            drafting.edit("partnership", "boundary", state, world.secretariat)


def test_two_who_write_at_once_are_told(app: Flask, world: World) -> None:
    with writing(app, world):
        drafting.begin("cooperation", world.secretariat)
        with pytest.raises(Conflict):
            drafting.begin("cooperation", world.secretariat)
        state = drafting.state_of(queries.text_draft("cooperation"), "parties")
        with pytest.raises(Changed):
            drafting.edit("cooperation", "parties", state, world.secretariat, Seen(frozenset({"another"})))
        with pytest.raises(Changed):
            drafting.put_in_use("cooperation", day_of(now()) + A_DAY, Seen(frozenset({"another"})))


def test_principles_are_a_text_with_versions_too(app: Flask, world: World) -> None:
    with writing(app, world):
        drafting.begin("principles", world.secretariat)
        state = drafting.state_of(queries.text_draft("principles"), "principles")
        given = {**state, "principles": state["principles"] + "\nEndnu et."}
        drafting.edit("principles", "principles", given, world.secretariat)
        later = day_of(now()) + 30 * A_DAY
        assert drafting.put_in_use("principles", later) == 2
        assert queries.text_in_force("principles", later).content["principles"][-1] == "Endnu et."
        drafting.begin("principles", world.secretariat)
        with pytest.raises(Refusal):
            drafting.put_in_use("principles", later - A_DAY)  # before the newest


@pytest.fixture
def service(world: World, place: Servers) -> Iterator[psycopg.Connection]:
    """A bare connection of the service's role. Nothing that is tried is kept."""
    with psycopg.connect(place.database_url) as connection:
        yield connection
        connection.rollback()


def put(service: psycopg.Connection, who: UUID, day: dt.date, content: Mapping[str, Any]) -> int:
    service.rollback()
    tell(service, "drc", HERE, person=who)
    row = service.execute("SELECT app.put_text_in_use('partnership', %s, %s)", [day, Jsonb(content)]).fetchone()
    assert row
    return int(row[0])


def test_the_database_knows_who_may_from_when_and_that_the_boundary_stays(
    world: World, service: psycopg.Connection
) -> None:
    content = next(text for text in files.texts() if (text.kind, text.version) == ("partnership", 2)).content
    tomorrow = day_of(now()) + A_DAY
    moved = {"clause": [{**c, "body": "Ingen grænse."} if c["key"] == "boundary" else c for c in content["clause"]]}
    without = {"clause": [c for c in content["clause"] if c["key"] != "boundary"]}
    for who, day, words in (
        (world.consultant, tomorrow, content),
        (world.here.manager, tomorrow, content),
        (world.secretariat, tomorrow - A_DAY, content),
        (world.secretariat, tomorrow, moved),
        (world.secretariat, tomorrow, without),
    ):
        with pytest.raises(InsufficientPrivilege):
            put(service, who, day, words)
    assert put(service, world.secretariat, tomorrow, content) == 3, "the control"


def test_nobody_but_the_secretariat_opens_the_library(app: Flask, world: World) -> None:
    assert sign_in(app.test_client(), "konsulent@drc.example").get("/klausuler").status_code == 404
