"""Another address for an account: nothing changes before the link that is mailed there is opened, and nobody learns who exists."""

from __future__ import annotations

import datetime as dt
import email
import email.policy
import re
from pathlib import Path

import psycopg
import pytest
from flask import Flask
from flask.testing import FlaskClient
from psycopg.errors import InsufficientPrivilege
from sqlalchemy import select, update

from config.embedded import Servers
from service.platform.accounts.models import Membership, Person
from service.platform.ledger.models import LedgerEntry, NationalLedgerEntry
from service.platform.people import addresses, operations, queries
from service.platform.people.models import AddressChange
from tenants.acting import acting_for
from tenants.database import db, now, transaction
from tenants.reach import clock
from tests.support.pages import token_of
from tests.support.people import MANAGER, MANAGER_THERE, SECRETARIAT, STAFF, Few
from tests.support.telling import tell
from tests.support.world import HERE, PASSWORD, THERE, sign_in

OWN, NEW = "/min-konto/mailadresse", "nyt.navn@kommune.example"


def ask(client: FlaskClient, path: str, address: str = NEW) -> int:
    page = client.get(path)
    if page.status_code != 200:
        return page.status_code
    return client.post(path, data={"csrf_token": token_of(page.text), "email": address}).status_code


def mailed(app: Flask, folder: Path) -> dict[str, str]:
    """Send what waits, and read it, by whom it is for."""
    with app.app_context(), acting_for(clock()), transaction():
        due = queries.address_changes_due()
    with app.app_context():
        for key in due:
            addresses.send(key, f"file:{folder}", "localhost", 60)
    mails = [email.message_from_bytes(file.read_bytes(), policy=email.policy.default) for file in folder.glob("*.eml")]
    return {str(mail["To"]): mail.get_content() for mail in mails}


def link_in(body: str) -> str:
    found = re.search(r"http://localhost(/mailadresse/\S+)", body)
    assert found
    return found[1]


def opened(app: Flask, link: str) -> int:
    client = app.test_client()
    page = client.get(link)
    return client.post(link, data={}).status_code if page.status_code == 200 else page.status_code


def signs_in(app: Flask, address: str) -> bool:
    client = app.test_client()
    data = {"csrf_token": token_of(client.get("/log-ind").text), "email": address, "password": PASSWORD}
    return client.post("/log-ind", data=data).status_code == 302


def acts(app: Flask) -> list[str]:
    with app.app_context(), acting_for(clock([HERE])), transaction():
        own = db.session.scalars(select(LedgerEntry.act).order_by(LedgerEntry.number)).all()
        return [*own, *db.session.scalars(select(NationalLedgerEntry.act).order_by(NationalLedgerEntry.number))]


def test_ones_own_address_changes_when_the_link_is_opened_and_not_before(app: Flask, few: Few, tmp_path: Path) -> None:
    assert ask(sign_in(app.test_client(), STAFF), OWN) == 302
    assert acts(app)[-1] == "address.asked"
    mails = mailed(app, tmp_path)
    assert mails.keys() == {NEW, STAFF}
    assert NEW not in mails[STAFF], "the former mailbox is told, and not which"
    assert "/mailadresse/" not in mails[STAFF]
    assert (signs_in(app, NEW), signs_in(app, STAFF)) == (False, True)
    link = link_in(mails[NEW])
    page = app.test_client().get(link)
    assert (page.status_code, NEW in page.text) == (200, True)
    assert signs_in(app, STAFF), "to look changes nothing"
    assert opened(app, link) == 302
    assert (signs_in(app, NEW), signs_in(app, STAFF)) == (True, False)
    assert "address.changed" in acts(app)
    assert opened(app, link) == 410, "it works once"
    assert opened(app, link[:-1] + ("A" if link[-1] != "A" else "B")) == 410


def test_a_link_holds_a_day_and_until_another_is_asked_for(app: Flask, few: Few, tmp_path: Path) -> None:
    client = sign_in(app.test_client(), STAFF)
    assert ask(client, OWN) == 302
    first = link_in(mailed(app, tmp_path)[NEW])
    assert ask(client, OWN, "andet@kommune.example") == 302
    assert opened(app, first) == 410
    second = link_in(mailed(app, tmp_path)["andet@kommune.example"])
    with app.app_context(), acting_for(clock()), transaction():
        db.session.execute(update(AddressChange).values(expires_at=now() - dt.timedelta(seconds=1)))
    assert opened(app, second) == 410
    assert signs_in(app, STAFF)


def test_an_address_that_somebody_has_is_asked_for_as_any_other(app: Flask, few: Few, tmp_path: Path) -> None:
    client = sign_in(app.test_client(), STAFF)
    said = {}
    for address in (MANAGER, NEW):
        page = client.get(OWN)
        answer = client.post(OWN, data={"csrf_token": token_of(page.text), "email": address})
        shown = client.get(answer.headers["Location"]).text
        said[address] = (answer.status_code, answer.headers["Location"], f"på vej til {address}" in shown)
        mails = mailed(app, tmp_path)
    assert said[MANAGER] == said[NEW] == (302, "/min-konto", True)
    assert mails.keys() == {STAFF, NEW}, "whoever has it is sent nothing"
    link = link_in(mails[NEW])
    with app.app_context(), acting_for(clock()), transaction():
        db.session.execute(update(Person).where(Person.email == MANAGER).values(email=NEW))
    assert opened(app, link) == 410, "somebody else has come to have it"


def test_who_keeps_the_people_asks_for_them(app: Flask, few: Few, tmp_path: Path) -> None:
    with app.app_context(), acting_for(clock([HERE])), transaction():
        ids = dict(db.session.execute(select(Person.email, Person.id)).all())
        role = dict(db.session.execute(select(Membership.person_id, Membership.id)).all())
    page = f"/kommuner/{HERE}/medarbejdere/{role[ids[STAFF]]}/mailadresse"
    manager = sign_in(app.test_client(), MANAGER)
    assert ask(manager, page) == 302
    assert opened(app, link_in(mailed(app, tmp_path)[NEW])) == 302
    assert (signs_in(app, NEW), acts(app).count("address.changed")) == (True, 1)
    assert (
        ask(sign_in(app.test_client(), SECRETARIAT), f"/medarbejdere/{ids[MANAGER]}/mailadresse", "x@y.example") == 302
    )
    assert ask(sign_in(app.test_client(), MANAGER_THERE), page) == 404
    assert ask(manager, f"/medarbejdere/{ids[STAFF]}/mailadresse") == 404
    with app.app_context(), acting_for(clock([THERE])), transaction():
        db.session.add(Membership(person_id=ids[STAFF], role="staff", municipality_code=THERE))
    assert ask(manager, page, "igen@kommune.example") == 422, (
        "who has a role elsewhere too is not one municipality's to change"
    )


def test_a_password_that_was_asked_for_by_the_former_address_opens_nothing(
    app: Flask, few: Few, tmp_path: Path
) -> None:
    with app.app_context(), acting_for(clock()), transaction():
        person = db.session.scalars(select(Person).where(Person.email == STAFF)).one()
    app.test_client().post("/ny-adgangskode")
    client = app.test_client()
    client.post("/ny-adgangskode", data={"csrf_token": token_of(client.get("/ny-adgangskode").text), "email": STAFF})
    with app.app_context(), acting_for(clock()), transaction():
        [key] = queries.due()
        reset = operations.seal(key).removeprefix("http://localhost")
    assert app.test_client().get(reset).status_code == 200, "the control"
    assert ask(sign_in(app.test_client(), STAFF), OWN) == 302
    assert opened(app, link_in(mailed(app, tmp_path)[NEW])) == 302
    assert app.test_client().get(reset).status_code == 410
    assert person.email == STAFF


@pytest.mark.parametrize(
    ("office", "asks", "whose", "may"),
    [
        ("municipality", STAFF, STAFF, True),
        ("municipality", MANAGER, STAFF, True),
        ("municipality", STAFF, MANAGER, False),
        ("municipality", MANAGER_THERE, STAFF, False),
        ("municipality", MANAGER, SECRETARIAT, False),
        ("drc", SECRETARIAT, STAFF, True),
        ("drc", STAFF, MANAGER, False),
        ("door", STAFF, STAFF, False),
        ("link", MANAGER, STAFF, False),
    ],
)
def test_by_sql_nobody_asks_but_whose_it_is_and_who_keeps_them(
    app: Flask, few: Few, place: Servers, office: str, asks: str, whose: str, may: bool
) -> None:
    with app.app_context(), acting_for(clock()), transaction():
        ids = dict(db.session.execute(select(Person.email, Person.id)).all())
    with psycopg.connect(place.database_url) as service:
        tell(service, office, HERE, person=ids[asks])
        if may:
            assert service.execute("SELECT app.ask_address(%s, %s)", [ids[whose], NEW]).fetchone() != (None,)
        else:
            with pytest.raises(InsufficientPrivilege):
                service.execute("SELECT app.ask_address(%s, %s)", [ids[whose], NEW])
        service.rollback()
