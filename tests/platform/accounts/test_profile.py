"""What somebody says of themselves, and which mails they want."""

from __future__ import annotations

from typing import Any

import psycopg
import pytest
from flask import Flask
from flask.testing import FlaskClient

from config.embedded import Servers
from service.platform.accounts import queries
from service.platform.accounts.models import Person
from tenants.acting import acting_for
from tenants.database import db, transaction
from tenants.reach import Office, clock
from tests.platform.accounts.conftest import MANAGER
from tests.support.pages import token_of
from tests.support.telling import tell
from tests.support.world import HERE, PASSWORD, World

SENT = {"name": "Karen Holm Jensen", "title": "Afdelingsleder", "phone": "12 34 56 78", "language": "en"}


def save(client: FlaskClient, **sent: str) -> Any:
    return client.post("/min-konto/profil", data={"csrf_token": token_of(client.get("/min-konto/profil").text), **sent})


def stored(app: Flask, world: World) -> Person:
    with app.app_context(), acting_for(clock()), transaction():
        return db.session.get_one(Person, world.here.manager)


def test_it_is_kept_shown_and_spoken_wherever_one_signs_in(app: Flask, manager: FlaskClient, world: World) -> None:
    assert save(manager, **SENT).status_code == 302
    row = stored(app, world)
    assert (row.name, row.title, row.phone, row.language) == tuple(SENT.values())
    assert "Karen Holm Jensen" in manager.get("/min-konto").text
    elsewhere = app.test_client()
    token = token_of(elsewhere.get("/log-ind").text)
    elsewhere.post("/log-ind", data={"csrf_token": token, "email": MANAGER, "password": PASSWORD})
    assert '<html lang="en">' in elsewhere.get("/min-konto").text


@pytest.mark.parametrize("wrong", [{"name": ""}, {"phone": "ring"}, {"language": "ti"}, {"mails-agreement": "x" * 61}])
def test_what_is_wrong_is_said_and_nothing_is_kept(
    app: Flask, manager: FlaskClient, world: World, wrong: dict[str, str]
) -> None:
    before = stored(app, world).name
    answer = save(manager, **{**SENT, **wrong})
    assert answer.status_code == (302 if "mails-agreement" in wrong else 422)
    assert (stored(app, world).name == before) is (answer.status_code == 422)


def test_who_does_without_a_kind_of_mail_is_not_among_its_readers(
    app: Flask, manager: FlaskClient, world: World
) -> None:
    def readers(mail: str | None = None) -> set[str]:
        with app.app_context(), acting_for(clock([HERE])), transaction():
            return {person.email for person in queries.people_of(HERE, mail=mail)}

    assert MANAGER in readers("statement")
    save(manager, **SENT, **{"mails-declaration": "1"})
    assert stored(app, world).unwanted_mails == ["contact", "statement", "year_paper"]
    assert MANAGER not in readers("statement")
    assert MANAGER in readers("declaration")
    assert MANAGER in readers()
    save(manager, **SENT, **{f"mails-{kind}": "1" for kind in ("contact", "declaration", "statement", "year_paper")})
    assert stored(app, world).unwanted_mails == []


def test_in_sql_a_profile_is_its_persons_alone(app: Flask, place: Servers, world: World) -> None:
    """Whatever office asks, the one that changes is the pass's own person, and nothing of who may do what."""
    with psycopg.connect(place.database_url) as connection:
        for office in Office:
            tell(connection, office, HERE, person=world.here.staff)
            connection.execute("SELECT app.set_profile('Anden', '', '', 'da', '{}')")
            tell(connection, "clock", HERE)
            changed = connection.execute("SELECT id FROM persons WHERE name = 'Anden'").fetchall()
            assert changed == [(world.here.staff,)], office
            connection.rollback()
        tell(connection, "drc", HERE, person=world.here.staff)
        assert connection.execute("UPDATE persons SET name = 'Anden'").rowcount == 0
