"""Signing in: who gets in, and that nobody learns from a refusal who exists."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

import psycopg
import pytest
from argon2 import PasswordHasher
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import Update, event, select
from werkzeug.test import TestResponse

from config.embedded import Servers
from service.platform.accounts import operations, queries
from service.platform.accounts.models import LoginSession
from tenants.acting import acting_for
from tenants.database import db, now, transaction
from tenants.reach import Office, Reach, clock
from tests.platform.accounts.conftest import MANAGER, STAFF, of_person, signed_in
from tests.support.pages import token_of
from tests.support.world import HERE, PASSWORD, THERE, World, person


def attempt(client: FlaskClient, email: str, password: str, **more: str) -> TestResponse:
    """Try to sign in through the page."""
    token = token_of(client.get("/log-ind").text)
    return client.post("/log-ind", data={"csrf_token": token, "email": email, "password": password, **more})


@pytest.fixture
def nobody_yet(app: Flask, world: World) -> str:
    """Someone who may do nothing anywhere."""
    with app.app_context(), acting_for(clock()), transaction():
        person("ny@kommune.example")
    return "ny@kommune.example"


class Counting:
    """A hasher that counts how often it does the work of verifying."""

    def __init__(self, real: PasswordHasher) -> None:
        self.real, self.verified = real, 0

    def verify(self, stored: str, password: str) -> bool:
        """Count, and verify."""
        self.verified += 1
        return self.real.verify(stored, password)

    def __getattr__(self, name: str) -> Any:
        return getattr(self.real, name)


@pytest.fixture
def counting(monkeypatch: pytest.MonkeyPatch) -> Counting:
    """The hasher of the service, counted."""
    found = Counting(operations._hasher)
    monkeypatch.setattr(operations, "_hasher", found)
    return found


@contextmanager
def every_query(app: Flask) -> Iterator[list[str]]:
    """The queries that are made meanwhile, every one."""
    found: list[str] = []
    with app.app_context():
        engine = db.engine
    note = lambda _connection, _cursor, statement, *_more: found.append(statement)  # noqa: E731
    event.listen(engine, "before_cursor_execute", note)
    try:
        yield found
    finally:
        event.remove(engine, "before_cursor_execute", note)


def plain(answer: TestResponse, email: str) -> str:
    """A page without what differs by chance or was typed."""
    text = re.sub(r'(name="csrf_token" value|nonce)="[^"]*"', "", answer.text).replace(email, "EMAIL")
    return f"{answer.status_code}\n{text}"


@pytest.mark.parametrize("email", [MANAGER, f"  {MANAGER.upper()} "])
def test_who_fits_is_let_in(client: FlaskClient, world: World, email: str) -> None:
    answer = attempt(client, email, PASSWORD)
    assert (answer.status_code, answer.headers["Location"]) == (302, "/")
    assert client.get("/").headers["Location"] == f"/kommuner/{HERE}"
    assert client.get("/log-ind").headers["Location"] == "/"


@pytest.mark.gate("6.3.8")
def test_a_refusal_tells_nobody_who_exists_and_costs_the_same_work(
    app: Flask, world: World, counting: Counting, nobody_yet: str, change: Callable[[Update], None], place: Servers
) -> None:
    """Unknown, wrong, disabled, without a place or a password: the same bytes, one verification and as many queries. Nothing is written."""
    change(of_person(world.here.staff, disabled_at=now()))
    with psycopg.connect(place.database_owner_url) as owner:
        assert owner.execute("DELETE FROM passwords WHERE person_id = %s", [world.there.staff]).rowcount == 1
    cases = {
        "unknown": ("findes.ikke@kommune.example", PASSWORD),
        "wrong password": (MANAGER, "not the password"),
        "disabled, right password": (STAFF, PASSWORD),
        "disabled, wrong password": (STAFF, "not the password"),
        "no place, wrong password": (nobody_yet, "not the password"),
        "no password": (f"medarbejder.{THERE}@kommune.example", PASSWORD),
    }
    answers, asked = {}, {}
    for name, (email, password) in cases.items():
        counting.verified = 0
        client = app.test_client()
        with every_query(app) as queries_made:
            answers[name] = plain(attempt(client, email, password), email)
        asked[name] = tuple(queries_made)
        assert counting.verified == 1, name
        assert not signed_in(client)
        assert PASSWORD not in answers[name]
        assert "not the password" not in answers[name]
    assert len(set(answers.values())) == 1, answers
    asked.pop("disabled, right password")  # who knows it learns nothing: what lets in is asked for once more
    assert len(set(asked.values())) == 1, asked
    assert len(asked["unknown"]) >= 4, "the control: the queries are heard"
    assert "EMAIL" in answers["unknown"], "what was typed is kept"
    assert answers["unknown"].startswith("422\n")
    with app.app_context(), acting_for(clock()), transaction():
        assert db.session.scalars(select(LoginSession)).all() == []


def test_the_control_a_short_way_out_for_the_unknown_is_told(
    app: Flask, world: World, counting: Counting, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The hole: nobody's password is not verified. Then the counts differ, and the check above would fail."""
    real = operations.fits
    monkeypatch.setattr(
        operations, "fits", lambda stored, password: stored != operations.NOBODY and real(stored, password)
    )
    attempt(app.test_client(), "findes.ikke@kommune.example", PASSWORD)
    assert counting.verified == 0


def test_a_person_without_a_place_is_told_so_and_not_let_in(client: FlaskClient, nobody_yet: str) -> None:
    answer = attempt(client, nobody_yet, PASSWORD)
    assert answer.status_code == 422
    assert not signed_in(client)


@pytest.mark.gate("7.2.4")
def test_signing_in_begins_a_new_session_whatever_the_browser_brought(app: Flask, world: World) -> None:
    """Fixation: neither the cookie that was planted, nor its token against forgery, nor another's session lives on."""
    client, attacker = app.test_client(), app.test_client()
    planted_token = token_of(attacker.get("/log-ind").text)
    planted = attacker.get_cookie("partnerskab")
    assert planted is not None
    client.set_cookie("partnerskab", planted.value)
    assert (
        client.post("/log-ind", data={"csrf_token": planted_token, "email": MANAGER, "password": PASSWORD}).status_code
        == 302
    )
    mine = client.get_cookie("partnerskab")
    assert mine is not None
    assert mine.value != planted.value
    assert signed_in(client)
    assert not signed_in(attacker)
    assert client.post("/min-konto/noegler", data={"csrf_token": planted_token, "name": "x"}).status_code == 400
    attacker.set_cookie("partnerskab", mine.value)
    assert signed_in(attacker), "the control: it is the cookie that lets in"
    with client.session_transaction() as cookie:
        first = cookie["_user_id"]
    client.delete_cookie("partnerskab")
    attempt(client, MANAGER, PASSWORD)
    with client.session_transaction() as cookie:
        assert cookie["_user_id"] != first


def test_only_the_hash_of_a_sessions_token_is_kept(app: Flask, client: FlaskClient, world: World) -> None:
    attempt(client, MANAGER, PASSWORD)
    with client.session_transaction() as cookie:
        token = cookie["_user_id"]
    with app.app_context(), acting_for(clock()), transaction():
        row = db.session.scalars(select(LoginSession)).one()
        assert token.encode() not in row.token_hash
        stored = row.token_hash.hex()
    for wrong in (stored, str(world.here.manager), token[:-1], "", "x\x00"):
        with client.session_transaction() as cookie:
            cookie["_user_id"] = wrong
        assert not signed_in(client)


def test_a_cookie_signed_by_another_is_no_cookie(app: Flask, manager: FlaskClient) -> None:
    """The token is in a signed cookie: one that somebody else signed, with all that is right in it, is nobody's."""
    from flask.sessions import SecureCookieSessionInterface

    with manager.session_transaction() as cookie:
        held = dict(cookie)
    forger = Flask("forger")
    forger.secret_key = "f" * 40
    for secret, lets_in in ((forger, False), (app, True)):
        signer = SecureCookieSessionInterface().get_signing_serializer(secret)
        assert signer is not None
        client = app.test_client()
        client.set_cookie("partnerskab", signer.dumps(held))
        assert signed_in(client) is lets_in


def test_a_weak_hash_is_renewed_at_sign_in(app: Flask, client: FlaskClient, world: World) -> None:
    weak = PasswordHasher(time_cost=1, memory_cost=64, parallelism=1).hash(PASSWORD)
    me = Reach(Office.DOOR, person_id=world.here.manager)
    with app.app_context(), acting_for(me), transaction():
        assert operations.set_password(world.here.manager, queries.own_password(), weak)
    assert attempt(client, MANAGER, PASSWORD).status_code == 302
    with app.app_context(), acting_for(me), transaction():
        stored = queries.own_password()
    assert stored is not None
    assert stored != weak
    assert stored.startswith("$argon2id$")
    assert not operations._hasher.check_needs_rehash(stored)


def test_outside_tests_a_hash_costs_what_the_standard_asks_for(own_hasher: PasswordHasher) -> None:
    """RFC 9106, section 4, the second recommended option: three passes over 64 MiB in four lanes."""
    assert (own_hasher.time_cost, own_hasher.memory_cost, own_hasher.parallelism) == (3, 65536, 4)
    assert own_hasher.check_needs_rehash(PasswordHasher(time_cost=1, memory_cost=8, parallelism=1).hash(PASSWORD))


def test_an_account_whose_hash_is_none_opens_to_no_password(client: FlaskClient, world: World, place: Servers) -> None:
    """An invited person has no password yet: none is no password, and no error."""
    with psycopg.connect(place.database_owner_url) as owner:
        assert owner.execute("DELETE FROM passwords WHERE person_id = %s", [world.here.manager]).rowcount == 1
    assert attempt(client, MANAGER, PASSWORD).status_code == 422


OUTSIDE = [
    "https://evil.example/",
    "//evil.example",
    "///evil.example",
    "/\\evil.example",
    "\\\\evil.example",
    "/\t/evil.example",
    "/\n/evil.example",
    "/%0d%0aSet-Cookie:x=1\r\nX: y",
    "javascript:alert(1)",
    "evil.example",
    " //evil.example",
    "/ok\\..\\evil",
    "/ok\u202e",
    "/" + "x" * 2000,
]


@pytest.mark.gate("3.7.2")
@pytest.mark.parametrize("address", OUTSIDE)
def test_signing_in_leads_to_no_other_site(
    client: FlaskClient, world: World, monkeypatch: pytest.MonkeyPatch, address: str
) -> None:
    """And an address that leads elsewhere keeps nobody out."""
    monkeypatch.setattr(operations, "fits", lambda stored, password: True)
    assert 'name="next" value=""' in client.get("/log-ind", query_string={"next": address}).text
    answer = attempt(client, MANAGER, PASSWORD, next=address)
    assert (answer.status_code, answer.headers["Location"]) == (302, "/")


def test_signing_in_leads_where_one_was_going(
    client: FlaskClient, world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(operations, "fits", lambda stored, password: True)
    asked = client.get(f"/kommuner/{HERE}/aftaler?side=abc")
    page = client.get(asked.headers["Location"])
    found = re.search(r'name="next" value="([^"]+)"', page.text)
    assert found
    assert found[1] == f"/kommuner/{HERE}/aftaler?side=abc"
    answer = attempt(client, MANAGER, PASSWORD, next=found[1])
    assert answer.headers["Location"] == found[1]
