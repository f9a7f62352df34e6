"""A contact is changed without a new agreement, and all that names one follows; what was issued stays."""

from __future__ import annotations

import datetime as dt
import json
from collections.abc import Iterator
from dataclasses import replace
from uuid import uuid4

import psycopg
import pytest
from flask import Flask
from flask.testing import FlaskClient
from psycopg.errors import CheckViolation, InsufficientPrivilege
from sqlalchemy import select, update

from config.embedded import Servers
from service.partnership.contacts import operations, queries
from service.partnership.contacts.rules import ContactSide
from service.platform.accounts.models import Membership, Person
from service.platform.documents.models import Document
from service.platform.notices.models import Notice
from tenants import periods
from tenants.acting import acting_for
from tenants.calendar import day_of
from tenants.database import db, now, transaction
from tenants.reach import Office, Reach, clock
from tenants.scope import Contact, Scope
from tests.api.conftest import Program
from tests.support.forms import forms_of
from tests.support.telling import tell
from tests.support.world import HERE, THERE, World, key_of, sign_in

PAGE = f"/kommuner/{HERE}/kontakter"
BO = {"name": "Bo Kjær", "title": "Konsulent", "phone": "22 33 44 55", "email": "bo@drc.example"}
WHOLE = b"""'{"drc_contact": {"name": "", "title": "", "phone": "", "email": "", "since": "2026-01-01"}}'"""
CHANGE = "SELECT app.change_contact(%s, %s, %s)"


def save(client: FlaskClient, side: str = "drc", **sent: str) -> int:
    address = f"{PAGE}/{side}"
    form = next(form for form in forms_of(client.get(address).text) if form.action == address)
    return client.post(address, data={**form.sends, **sent}).status_code


def in_force(app: Flask) -> Scope:
    with app.app_context(), acting_for(clock([HERE])), transaction():
        period = periods.in_force(HERE, day_of(now()))
        assert period is not None
        return period.scope


@pytest.fixture
def secretariat(app: Flask, world: World) -> FlaskClient:
    return sign_in(app.test_client(), "sekretariat@drc.example")


@pytest.fixture
def manager(app: Flask, world: World) -> FlaskClient:
    return sign_in(app.test_client(), f"leder.{HERE}@kommune.example")


def test_drc_changes_its_contact_and_pages_and_mails_follow(app: Flask, world: World, secretariat: FlaskClient) -> None:
    with app.app_context(), acting_for(clock([HERE])), transaction():
        before = {row.id: row.sha256 for row in db.session.scalars(select(Document))}
    assert save(secretariat, **BO) == 302
    assert in_force(app).drc_contact == Contact(**BO)
    for page in (PAGE, f"/kommuner/{HERE}", f"/kommuner/{HERE}/forpligtelser"):
        assert "22 33 44 55" in secretariat.get(page).text, page
    with app.app_context(), acting_for(clock([HERE])), transaction():
        mails = db.session.scalars(select(Notice).where(Notice.about.startswith("contact:"))).all()
        assert {mail.subject for mail in mails} == {"Ny tovholder hos Dansk Flygtningehjælp"}
        assert len({mail.recipient for mail in mails}) == len(mails) >= 2
        assert all("Bo Kjær" in mail.body for mail in mails)
        after = {row.id: row.sha256 for row in db.session.scalars(select(Document))}
        assert after == before, "what was issued stays"
    with app.app_context(), acting_for(Reach(Office.LINK, frozenset({HERE}))), transaction():
        from service.activity.checkins.queries import whom_to_call

        assert whom_to_call(HERE, day_of(now())) == Contact(**BO)


def test_a_municipality_changes_its_own_and_not_drcs(app: Flask, world: World, manager: FlaskClient) -> None:
    assert save(manager, "kommunen", **{**BO, "name": "Ida Holm"}) == 302
    assert in_force(app).municipality_contact.name == "Ida Holm"
    assert manager.get(f"{PAGE}/drc").status_code == 404
    assert manager.get(f"{PAGE}/andre").status_code == 404
    assert f"{PAGE}/drc" not in manager.get(PAGE).text
    assert save(manager, "kommunen", **{**BO, "phone": "ring"}) == 422


def told_to_drc(app: Flask) -> dict[str, str]:
    """Whom at DRC is owed a mail about a municipality's change, and what it says."""
    with app.app_context(), acting_for(clock([HERE])), transaction():
        mails = db.session.scalars(select(Notice).where(Notice.about.startswith("contact:kommunen:"))).all()
        return {mail.recipient: mail.body for mail in mails}


def waiting(app: Flask) -> int:
    with app.app_context(), acting_for(clock([HERE, THERE])), transaction():
        return len(queries.untold())


def test_a_municipalitys_own_change_is_told_to_drc_once(app: Flask, world: World, manager: FlaskClient) -> None:
    """It waits with the contact, in the transaction of the change, until unattended work has told of it: nothing is lost with Redis."""
    assert save(manager, "kommunen", **{**BO, "name": "Ida Holm"}) == 302
    assert (waiting(app), told_to_drc(app)) == (1, {})
    for _each in range(2):
        with app.app_context():
            operations.tell_drc(HERE)
    found = told_to_drc(app)
    assert waiting(app) == 0
    assert found.keys() == {"kontakt@drc.example", "konsulent@drc.example"}, (
        "DRC's contact by the agreement, and the consultant"
    )
    assert all("Ida Holm" in body and f"/kommuner/{HERE}/kontakter" in body for body in found.values())
    assert in_force(app).municipality_contact.name == "Ida Holm"


def test_who_does_without_such_mails_is_sent_none(app: Flask, world: World, manager: FlaskClient) -> None:
    with app.app_context(), acting_for(clock()), transaction():
        db.session.get_one(Person, world.consultant).unwanted_mails = [queries.MAIL_TO_DRC]
    assert save(manager, "kommunen", **BO) == 302
    with app.app_context():
        operations.tell_drc(HERE)
    assert told_to_drc(app).keys() == {"kontakt@drc.example"}


def test_nobody_overwrites_what_they_have_not_seen(app: Flask, world: World, secretariat: FlaskClient) -> None:
    address = f"{PAGE}/drc"
    stale = next(form for form in forms_of(secretariat.get(address).text) if form.action == address).sends
    assert save(secretariat, **BO) == 302
    answer = secretariat.post(address, data={**stale, **BO, "name": "Carl"})
    assert (answer.status_code, "Carl" in answer.text, "Bo Kjær" in answer.text) == (412, True, True)
    assert in_force(app).drc_contact.name == "Bo Kjær"
    assert save(secretariat, **BO) == 422, "that is the contact already"


def test_an_agreement_to_come_begins_with_the_change_unless_it_names_another(app: Flask, world: World) -> None:
    with app.app_context(), acting_for(clock([HERE])), transaction():
        period = periods.in_force(HERE, day_of(now()))
        assert period is not None
        signed, ends = Scope.from_plain(period.stored_scope), period.valid_to
        operations.change(HERE, ContactSide.DRC, Contact(**BO))
        signed_before = replace(signed, starts_on=ends, ends_on=ends + dt.timedelta(days=30))
        later = periods.put_in_force(HERE, signed_before, uuid4())
        assert later.scope.drc_contact == Contact(**BO)
        assert later.scope.municipality_contact == signed.municipality_contact


def test_who_leaves_hands_over_and_who_is_gone_is_told(app: Flask, world: World, secretariat: FlaskClient) -> None:
    with app.app_context(), acting_for(clock([HERE, THERE])), transaction():
        leaver, successor = (db.session.get_one(Person, each) for each in (world.consultant, world.secretariat))
        successor.title, successor.phone = "Programleder", "11 22 33 44"
        operations.change(HERE, ContactSide.DRC, Contact(leaver.name, "Konsulent", "12 34 56 78", leaver.email))
        today = day_of(now())
        lines = queries.gone(today)
        assert db.session.execute(lines).all() == [], "the consultant is here still"
        role = update(Membership).where(Membership.person_id == leaver.id)
        db.session.execute(role.values(valid_from=today - dt.timedelta(days=9), valid_to=today))
        [line] = db.session.execute(lines).all()
        assert (line.municipality_code, line.day, line.subject) == (HERE, today, "drc_contact")
    assert PAGE in secretariat.get("/mandag?slags=contact_gone").text
    page = f"/medarbejdere/{world.consultant}/overdrag"
    form = next(form for form in forms_of(secretariat.get(page).text) if form.action == page)
    assert secretariat.post(page, data={**form.sends, "successor": "ingen"}).status_code == 404
    assert secretariat.post(page, data={**form.sends, "successor": str(world.here.manager)}).status_code == 404
    assert secretariat.post(page, data={**form.sends, "successor": str(world.secretariat)}).status_code == 302
    assert in_force(app).drc_contact.phone == "11 22 33 44"
    with app.app_context(), acting_for(clock([HERE, THERE])), transaction():
        assert db.session.execute(queries.gone(day_of(now()))).all() == []


def test_a_program_reads_and_changes_them_too(app: Flask, world: World) -> None:
    with app.app_context():
        manager, consultant = (
            Program(app.test_client(), key_of(each)) for each in (world.here.manager, world.consultant)
        )
    read = {each["side"]: each for each in manager.read(f"/municipalities/{HERE}/contacts")["items"]}
    assert [each["since"] for each in read.values()] == [None, None]
    assert manager.post(f"/municipalities/{HERE}/contacts/drc", BO).status_code == 404
    answer = manager.post(f"/municipalities/{HERE}/contacts/municipality", BO)
    assert answer.json == {"side": "municipality", "since": day_of(now()).isoformat(), **BO}
    assert consultant.post(f"/municipalities/{HERE}/contacts/drc", BO).status_code == 200
    assert consultant.post(f"/municipalities/{THERE}/contacts/drc", BO).status_code == 404


@pytest.fixture
def service(world: World, place: Servers) -> Iterator[psycopg.Connection]:
    """A bare connection of the service's role. Nothing that is tried is kept."""
    with psycopg.connect(place.database_url) as connection:
        yield connection
        connection.rollback()


def test_in_sql_each_office_changes_what_is_its_own(service: psycopg.Connection, world: World) -> None:
    people = {"manager": world.here.manager, "staff": world.here.staff, "there": world.there.manager, "nobody": None}
    let = set()
    for office in Office:
        for name, person in people.items():
            for side in ContactSide:
                service.rollback()
                tell(service, office, HERE, THERE, person=person)
                try:
                    service.execute(CHANGE, (HERE, side.value, json.dumps(BO)))
                except InsufficientPrivilege:
                    continue
                let.add((office.value, name, side.word))
    free = {(office, name, side.word) for office in ("drc", "clock") for name in people for side in ContactSide}
    assert let == free | {("municipality", "manager", "kommunen"), ("municipality", "staff", "kommunen")}
    service.rollback()
    tell(service, "drc", THERE, person=world.consultant)
    with pytest.raises(InsufficientPrivilege):
        service.execute(CHANGE, (HERE, "drc_contact", json.dumps(BO)))
    service.rollback()
    tell(service, "municipality", HERE, person=world.here.manager)
    with pytest.raises(InsufficientPrivilege):
        service.execute(b"UPDATE scope_periods SET contacts = " + WHOLE)


@pytest.mark.parametrize("wrong", [{"name": "Bo"}, {}, {**BO, "since": "i dag"}])
def test_what_is_no_contact_is_not_kept(service: psycopg.Connection, world: World, wrong: dict[str, str]) -> None:
    tell(service, "clock", HERE)
    with pytest.raises(CheckViolation):
        service.execute(
            "UPDATE scope_periods SET contacts = jsonb_build_object('drc_contact', %s::jsonb)", [json.dumps(wrong)]
        )
