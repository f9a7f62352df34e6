"""What the ledger must tell: everything that is asked of it has acts, searches are entered, and so is what was refused."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from pathlib import Path
from typing import Any
from uuid import UUID, uuid4

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import select, update

from config.embedded import Servers
from service.features import FEATURES
from service.platform.accounts import jobs, refusals
from service.platform.accounts.models import ApiToken
from service.platform.ledger import queries
from service.platform.ledger.models import LedgerEntry, NationalLedgerEntry
from service.platform.web import refused
from service.platform.work import waking
from service.volunteer.volunteers import operations as volunteers
from tenants.acting import acting_for
from tenants.database import db, now, transaction
from tenants.reach import Office, Reach, clock
from tests.network.shares.stage import acting
from tests.support.pages import search, token_of
from tests.support.tries import forget_tries
from tests.support.wakeups import woken
from tests.support.world import HERE, THERE, World, key_of, sign_in, volunteer_of

MANAGER = f"leder.{HERE}@kommune.example"
# What is asked of a ledger, and the acts that tell of it.
MUST_BE_TOLD = {
    "sign-ins": {"signed.in"},
    "refusals": {
        *("sign_in.refused", "factor.refused", "proof.refused", "key.refused", "access.refused", "agreement.refused"),
    },
    "reads of a volunteer": {"volunteer.read"},
    "searches": {"volunteer.searched", "person.searched", "group.searched"},
    "exports": {"export.made", "export.fetched"},
    "every change of scope": {"scope.put_in_force", "scope.ended", "contact.changed"},
    "agreements": {f"agreement.{act}" for act in ("offered", "approved", "declined", "withdrawn", "terminated")},
    "shares": {
        f"share.{act}"
        for act in (
            *("offered", "consented", "consent_withdrawn", "hidden", "accepted", "declined", "tells_neighbours"),
            *("withdrawn", "ended"),
        )
    },
    "statements": {"statement.asked", "document.issued"},
    "documents read": {"document.read"},
    "keys": {"key.made", "key.ended", "keys.ended"},
    "people": {"person.invited", "person.disabled", "invitation.withdrawn", "role.taken_up", "role.ended"},
    "looking through another's eyes": {"view.opened", "view.closed"},
}
# What searches the ledger itself, by what happened and not by whom; and what writes the words into the form of a file, and searches nothing
NOT_OF_PEOPLE = {"_book", "new"}


def entered(app: Flask, code: str | None) -> list[Any]:
    model = NationalLedgerEntry if code is None else LedgerEntry
    with app.app_context(), acting_for(clock([code] if code else [])), transaction():
        assert queries.chain(code).fault is None
        return list(db.session.scalars(select(model).order_by(model.number)))


def newest(app: Flask, code: str | None) -> tuple[str, Any]:
    row = entered(app, code)[-1]
    return row.act, row.person_id


def test_everything_that_is_asked_of_it_has_acts() -> None:
    assert {act for acts in MUST_BE_TOLD.values() for act in acts} <= FEATURES.acts.keys()


def searchers(source: str) -> Iterator[tuple[str, bool]]:
    """The functions that are told what somebody searches for, and whether they enter it."""
    for function in ast.walk(ast.parse(source)):
        if isinstance(function, ast.FunctionDef):
            calls = {ast.unparse(node.func) for node in ast.walk(function) if isinstance(node, ast.Call)}
            texts = {ast.unparse(node) for node in ast.walk(function) if isinstance(node, ast.Subscript)}
            if "words_asked" in calls or "asked['q']" in texts:
                yield function.name, "record_reading" in calls


def test_every_search_is_entered(root: Path) -> None:
    files = [*root.glob("service/**/*views.py"), *root.glob("service/**/*api.py")]
    found = dict(each for file in files for each in searchers(file.read_text()))
    assert len(found) > 5
    assert {name for name, enters in found.items() if not enters} == NOT_OF_PEOPLE
    control = "def listing():\n    words_asked()\ndef volunteers(asked):\n    queries.volunteers(asked['q'])\n"
    assert list(searchers(control)) == [("listing", False), ("volunteers", False)]


@pytest.fixture
def volunteer(app: Flask, world: World) -> UUID:
    with acting(app, Reach(Office.DRC, frozenset({HERE}), world.consultant)):
        return volunteers.create(volunteer_of("Kim Prøve", HERE)).id


def test_a_search_is_entered_by_how_much_it_found_and_not_by_its_words(
    app: Flask, world: World, volunteer: UUID
) -> None:
    client = sign_in(app.test_client(), "sekretariat@drc.example")
    for path, act in (
        ("/medarbejdere", "person.searched"),
        ("/grupper", "group.searched"),
        (f"/frivillige/{volunteer}/flet", "volunteer.searched"),
        (f"/frivillige/{volunteer}", "group.searched"),
    ):
        assert client.get(search(client, path, "xyzzy")).status_code == 200
        assert newest(app, None) == (act, world.secretariat), path
    assert "xyzzy" not in str([(row.subject, row.details) for row in entered(app, None)])
    with app.app_context():
        key = key_of(world.here.manager)
    assert client.get("/api/v1/groups?q=xyzzy", headers={"Authorization": f"Bearer {key}"}).status_code == 200
    assert newest(app, HERE) == ("group.searched", world.here.manager)


def knock(client: FlaskClient, email: str) -> None:
    data = {"csrf_token": token_of(client.get("/log-ind").text), "email": email, "password": "forkert-adgangskode"}
    assert client.post("/log-ind", data=data).status_code == 422


def let_work(app: Flask) -> list[str]:
    """Do what workers have been woken for, of refusals; returns what was handed to them."""
    with app.app_context():
        marks = [str(arguments[0]) for function, arguments in woken() if function == refusals.ENTER]
        waking.queue().empty()
        for mark in marks:
            jobs.enter_refused(mark)
    return marks


def test_a_wrong_password_is_entered_once_a_quarter_of_an_hour(app: Flask, world: World, place: Servers) -> None:
    before = len(entered(app, HERE))
    for email in (MANAGER, f" {MANAGER.upper()}", "ukendt@kommune.example"):
        knock(app.test_client(), email)
    assert len(entered(app, HERE)) == before, "not while somebody waits for the answer"
    assert len(let_work(app)) == 2, "of whoever it is, as much is handed on"
    assert newest(app, HERE) == ("sign_in.refused", world.here.manager)
    assert len(entered(app, HERE)) == before + 1
    assert MANAGER not in str([(row.subject, row.details) for row in entered(app, HERE)])
    forget_tries(place.database_owner_url)
    knock(app.test_client(), MANAGER)
    let_work(app)
    assert len(entered(app, HERE)) == before + 2, "and again in the next"


def test_what_is_not_theirs_is_entered_once_for_each_place(app: Flask, world: World) -> None:
    client = sign_in(app.test_client(), MANAGER)
    before = entered(app, HERE)
    for _each in range(5):
        assert client.get(f"/kommuner/{THERE}/aftaler").status_code == 404
        assert client.get(f"/kommuner/{THERE}/logbog").status_code == 404
        assert client.get(f"/dokumenter/{world.there.document}").status_code == 404
        assert client.get("/findes-slet-ikke").status_code == 404
    fresh = entered(app, HERE)[len(before) :]
    assert [(row.act, row.details["route"]) for row in fresh] == [
        ("access.refused", "agreements.listing"),
        ("access.refused", "logbook.municipality"),
        ("access.refused", "documents.document"),
    ]
    assert {row.person_id for row in fresh} == {world.here.manager}
    assert str(world.there.document) not in str([(row.subject, row.details) for row in fresh])
    assert "Afvist" in client.get(f"/kommuner/{HERE}/logbog").text


def test_a_key_that_has_ended_is_entered_and_one_that_never_was_is_not(app: Flask, world: World) -> None:
    with app.app_context():
        key = key_of(world.here.manager)
    before = len(entered(app, HERE))

    def call(given: str) -> int:
        return app.test_client().get("/api/v1/me", headers={"Authorization": f"Bearer {given}"}).status_code

    assert (call(key), call("psk_forkert")) == (200, 401)
    assert len(entered(app, HERE)) == before
    with app.app_context(), acting_for(clock()), transaction():
        db.session.execute(update(ApiToken).values(ended_at=now()))
    assert (call(key), call(key)) == (401, 401)
    assert newest(app, HERE) == ("key.refused", world.here.manager)
    assert len(entered(app, HERE)) == before + 1


def test_what_a_key_is_not_for_is_entered(app: Flask, world: World, reading_key: str) -> None:
    headers = {"Authorization": f"Bearer {reading_key}"}
    assert app.test_client().post("/api/v1/needs", json={}, headers=headers).status_code == 403
    assert newest(app, HERE) == ("access.refused", world.here.manager)


@pytest.fixture
def reading_key(app: Flask, world: World) -> str:
    """A key of the manager's that only reads."""
    with app.app_context():
        key = key_of(world.here.manager)
        with acting_for(clock()), transaction():
            db.session.execute(update(ApiToken).values(purpose="read"))
    return key


def test_an_approval_that_is_refused_is_entered_though_nothing_is_done(app: Flask, world: World) -> None:
    client = sign_in(app.test_client(), MANAGER)
    page = f"/kommuner/{HERE}/aftaler/{world.here.agreement}"
    sent = {"csrf_token": token_of(client.get(page).text), "consent": "1", "sha256": "0" * 64}
    assert client.post(f"{page}/godkend", data=sent).status_code in (409, 422)
    assert newest(app, HERE) == ("agreement.refused", world.here.manager)
    acts = len(entered(app, HERE))
    assert client.post(f"{page}/godkend", data={**sent, "consent": ""}).status_code == 422, "a box that is not ticked"
    assert client.post(f"{page[:-36]}{uuid4()}/godkend", data=sent).status_code == 404
    assert newest(app, HERE)[0] == "access.refused"
    assert len(entered(app, HERE)) == acts + 1


def test_the_control_a_refusal_beside_which_nothing_is_noted(
    app: Flask, world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The hole: what is to be noted is forgotten with the request."""
    monkeypatch.setattr(refused, "noted", lambda: False)
    before = len(entered(app, HERE))
    knock(app.test_client(), MANAGER)
    assert len(entered(app, HERE)) == before
