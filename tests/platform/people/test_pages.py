"""People as DRC's secretariat and a municipality's manager keep them."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import select

from service.platform.accounts.models import Membership, Person
from service.platform.people import operations
from service.platform.people.models import Invitation
from tenants.acting import acting_for
from tenants.database import db, transaction
from tenants.reach import clock
from tests.support.pages import search, token_of
from tests.support.people import CONSULTANT, MANAGER, SECRETARIAT, STAFF, Few
from tests.support.world import HERE, THERE, sign_in

Sender = Callable[..., Any]
STAFF_OF = f"/kommuner/{HERE}/medarbejdere"
NEW = "ny@kommune.example"
CHOSEN = "hest ketsjer lampe tag"


def sender(client: FlaskClient) -> Sender:
    """Sends forms as whoever is signed in."""
    token = token_of(client.get("/min-konto").text)
    return lambda path, **sent: client.post(path, data={"csrf_token": token, **sent})


@pytest.fixture
def manager(app: Flask, few: Few) -> FlaskClient:
    return sign_in(app.test_client(), MANAGER)


@pytest.fixture
def secretariat(app: Flask, few: Few) -> FlaskClient:
    return sign_in(app.test_client(), SECRETARIAT)


def rows(app: Flask, query: Any) -> list[Any]:
    with app.app_context(), acting_for(clock([HERE])), transaction():
        return list(db.session.scalars(query).all())


def role_of(app: Flask, person_id: Any) -> Membership:
    [row] = rows(app, select(Membership).where(Membership.person_id == person_id))
    return row


def taken_up(app: Flask) -> None:
    """Whoever was invited last says yes."""
    with app.app_context(), acting_for(clock()), transaction():
        invitation_id = db.session.scalar(select(Invitation.id).order_by(Invitation.made_at.desc()).limit(1))
        assert invitation_id
        link = operations.seal(invitation_id).removeprefix("http://localhost")
    client = app.test_client()
    form = {"csrf_token": token_of(client.get(link).text), "password": CHOSEN}
    assert client.post(link, data=form).status_code == 302


def test_a_manager_invites_a_colleague_who_then_is_on_the_list(app: Flask, manager: FlaskClient) -> None:
    send = sender(manager)
    answer = send(f"{STAFF_OF}/inviter", email=NEW, name="Ny Kollega", role="staff", reason="Ansat i dag")
    assert answer.headers["Location"] == STAFF_OF
    assert "Ny Kollega" in manager.get(STAFF_OF).text
    taken_up(app)
    [person] = rows(app, select(Person).where(Person.email == NEW))
    role = role_of(app, person.id)
    assert (role.role, role.municipality_code, role.reason) == ("staff", HERE, "Ansat i dag")
    page = manager.get(f"{STAFF_OF}/{role.id}").text
    assert "Ansat i dag" in page
    answer = send(f"{STAFF_OF}/{role.id}/afslut", reason="Ny stilling")
    assert answer.headers["Location"] == STAFF_OF
    assert role_of(app, person.id).ended_reason == "Ny stilling"
    assert "Ny stilling" in manager.get(f"{STAFF_OF}/{role.id}").text


def test_the_last_manager_stays_until_a_successor_has_said_yes(app: Flask, few: Few, manager: FlaskClient) -> None:
    """Invited is not enough: the municipality's agreement is in force."""
    send, role = sender(manager), role_of(app, few.manager)
    send(f"{STAFF_OF}/inviter", email=NEW, name="Ny Leder", role="manager")
    answer = send(f"{STAFF_OF}/{role.id}/afslut", reason="Går på pension")
    assert (answer.status_code, "efterfølger" in answer.text) == (422, True)
    assert role_of(app, few.manager).valid_to is None
    taken_up(app)
    assert send(f"{STAFF_OF}/{role.id}/afslut", reason="Går på pension").status_code == 302
    assert role_of(app, few.manager).valid_to is not None
    assert manager.get(STAFF_OF).status_code == 302, "out at once"


def test_a_manager_gives_no_role_of_drcs_and_none_elsewhere(app: Flask, few: Few, manager: FlaskClient) -> None:
    send = sender(manager)
    for role in ("secretariat", "consultant"):
        assert send(f"{STAFF_OF}/inviter", email=NEW, name="Ny", role=role).status_code == 404
    assert send(f"/kommuner/{THERE}/medarbejdere/inviter", email=NEW, name="Ny", role="staff").status_code == 404
    answer = send(f"{STAFF_OF}/inviter", email=NEW, name="Ny", role="staff", municipality_code=THERE)
    assert answer.status_code == 422, "a field too many"
    assert rows(app, select(Invitation)) == []


def test_an_invitation_is_sent_anew_or_withdrawn(app: Flask, manager: FlaskClient) -> None:
    send = sender(manager)
    send(f"{STAFF_OF}/inviter", email=NEW, name="Ny", role="staff")
    [first] = rows(app, select(Invitation))
    assert send(f"{STAFF_OF}/invitationer/{first.id}/igen").status_code == 302
    waiting = rows(app, select(Invitation).where(Invitation.withdrawn_at.is_(None)))
    assert len(waiting) == 1
    assert waiting[0].id != first.id
    assert send(f"{STAFF_OF}/invitationer/{first.id}/igen").status_code == 404
    assert send(f"{STAFF_OF}/invitationer/{waiting[0].id}/traek-tilbage").status_code == 302
    assert rows(app, select(Invitation).where(Invitation.withdrawn_at.is_(None))) == []


@pytest.mark.gate("7.4.5")
def test_the_secretariat_invites_finds_ends_and_shuts_out(app: Flask, few: Few, secretariat: FlaskClient) -> None:
    send = sender(secretariat)
    given = {"email": NEW, "name": "Nina Ny", "role": "manager", "municipality_code": THERE, "reason": "Ny aftale"}
    assert send("/medarbejdere/inviter", **given).headers["Location"] == "/medarbejdere"
    taken_up(app)
    [person] = rows(app, select(Person).where(Person.email == NEW))
    for asked in ("Nina", "nina ny", NEW):
        assert f"/medarbejdere/{person.id}" in secretariat.get(search(secretariat, "/medarbejdere", asked)).text
    assert f"/medarbejdere/{person.id}" not in secretariat.get(search(secretariat, "/medarbejdere", "ingen")).text
    page = f"/medarbejdere/{person.id}"
    assert "Ny aftale" in secretariat.get(page).text
    role = role_of(app, person.id)
    assert send(f"{page}/roller/{role.id}/afslut", reason="Fejl").headers["Location"] == page
    assert send(f"{page}/luk", reason="Holdt op").headers["Location"] == page
    assert "Holdt op" in secretariat.get(page).text
    assert send(f"{page}/luk", reason="Igen").status_code == 422


def test_the_secretariat_leaves_staff_to_their_manager_and_keeps_its_last(
    app: Flask, few: Few, secretariat: FlaskClient
) -> None:
    send = sender(secretariat)
    staff, own = role_of(app, few.staff), role_of(app, few.secretariat)
    assert send(f"/medarbejdere/{few.staff}/roller/{staff.id}/afslut", reason="x").status_code == 404
    given = {"email": NEW, "name": "Ny", "role": "staff", "municipality_code": HERE}
    assert send("/medarbejdere/inviter", **given).status_code == 404
    answer = send(f"/medarbejdere/{few.secretariat}/roller/{own.id}/afslut", reason="x")
    assert (answer.status_code, "efterfølger" in answer.text) == (422, True)
    assert send(f"/medarbejdere/{few.secretariat}/luk", reason="x").status_code == 422
    assert role_of(app, few.secretariat).valid_to is None


def test_a_menu_shows_what_one_may_open(app: Flask, few: Few, manager: FlaskClient, secretariat: FlaskClient) -> None:
    staff = sign_in(app.test_client(), STAFF)
    consultant = sign_in(app.test_client(), CONSULTANT)
    assert f'href="{STAFF_OF}"' in manager.get(f"/kommuner/{HERE}").text
    assert f'href="{STAFF_OF}"' not in staff.get(f"/kommuner/{HERE}").text
    assert 'href="/medarbejdere"' in secretariat.get("/kommuner").text
    assert 'href="/medarbejdere"' not in consultant.get("/kommuner").text


def test_a_long_list_comes_in_pages(
    app: Flask, few: Few, secretariat: FlaskClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    from service.platform.people import views

    monkeypatch.setattr(views, "MAX_LISTED", 2)
    seen, path = [], "/medarbejdere"
    for _page in range(5):
        text = secretariat.get(path).text
        seen += [
            part.split('"')[0] for part in text.split('href="/medarbejdere/')[1:] if not part.startswith("inviter")
        ]
        following = text.split("side=")
        if len(following) == 1:
            break
        path = "/medarbejdere?side=" + following[1].split('"')[0]
    assert len(seen) == len(set(seen)) == len(rows(app, select(Person.id)))
