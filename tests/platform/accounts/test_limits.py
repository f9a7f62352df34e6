"""Limits on guessing: by account and by address, over all processes, whatever becomes of Redis."""

from __future__ import annotations

import os
import socket
import subprocess
import sys
import threading
from dataclasses import replace

import psycopg
import pytest
from flask import Flask
from flask.testing import FlaskClient
from limits import parse

from config.embedded import Servers
from config.settings import Settings
from service.platform.accounts import known_devices, operations
from tests.platform.accounts.conftest import MANAGER, STAFF
from tests.support.pages import token_of
from tests.support.world import PASSWORD, World, key_of


@pytest.fixture
def tries(client: FlaskClient, monkeypatch: pytest.MonkeyPatch) -> list[bool]:
    """Whether passwords fit, for the tests that count: the work of finding out is not what they are about."""
    fits = [False]
    monkeypatch.setattr(operations, "fits", lambda stored, password: fits[0])
    return fits


@pytest.fixture(autouse=True)
def one_late_try(monkeypatch: pytest.MonkeyPatch) -> None:
    """One try beyond the limit, however long a test takes."""
    monkeypatch.setattr(known_devices, "LATE", parse("1 per 15 minutes"))


def attempts(client: FlaskClient, count: int, email: str = MANAGER) -> list[int]:
    """Try to sign in, each time as a browser that nobody knows."""
    found = []
    for _each in range(count):
        client.delete_cookie("partnerskab")
        client.delete_cookie("device")
        token = token_of(client.get("/log-ind").text)
        found.append(
            client.post("/log-ind", data={"csrf_token": token, "email": email, "password": PASSWORD}).status_code
        )
    return found


def elsewhere(
    settings: Settings, place: Servers, times: int, *emails: str, redis_url: str | None = None
) -> list[list[int]]:
    """What another process answers to the same."""
    environment = {
        **os.environ,
        **place.environment(),
        "VAR": str(settings.var),
        "SECRET_KEY": "t" * 40,
        "PUBLIC_URL": "http://localhost",
    }
    if redis_url:
        environment["REDIS_URL"] = redis_url
    done = subprocess.run(
        [sys.executable, "-m", "tests.platform.accounts.elsewhere", str(times), *emails],
        env=environment,
        capture_output=True,
        text=True,
        timeout=120,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    return [[int(status) for status in line.split()] for line in done.stdout.splitlines()]


@pytest.mark.gate("6.3.1")
def test_the_tries_beyond_the_limit_wait_in_every_process(
    client: FlaskClient, world: World, tries: list[bool], settings: Settings, place: Servers
) -> None:
    assert attempts(client, 12) == [422] * 11 + [429]
    assert elsewhere(settings, place, 2, MANAGER, STAFF) == [[429, 429], [422, 422]]
    tries[0] = True
    assert attempts(client, 1) == [429], "the right password waits too, else a guesser would learn it"
    assert attempts(client, 1, STAFF) == [302], "the control: another account is not held back"


def test_an_account_is_one_however_its_address_is_spelled(client: FlaskClient, world: World, tries: list[bool]) -> None:
    assert attempts(client, 11) == [422] * 11
    for spelled in (MANAGER.upper(), f"  {MANAGER} ", f"\t{MANAGER}\r\n", MANAGER.replace("k", "\u212a")):
        assert attempts(client, 1, spelled) == [429], spelled
    assert attempts(client, 11, "søren.ågård@kommune.example") == [422] * 11
    assert attempts(client, 1, "søren.a\u030aga\u030ard@kommune.example") == [429]


@pytest.mark.parametrize("redis", ["away", "hanging"])
def test_the_limits_hold_over_all_processes_whatever_redis_does(
    client: FlaskClient, world: World, tries: list[bool], settings: Settings, place: Servers, redis: str
) -> None:
    """One that accepts and never answers is the worse: the tries of two processes are counted together all the same."""
    with socket.create_server(("127.0.0.1", 0)) as listening:
        port = 1 if redis == "away" else listening.getsockname()[1]
        url = f"redis://127.0.0.1:{port}/0"
        assert attempts(client, 7) == [422] * 7
        assert elsewhere(settings, place, 6, MANAGER, STAFF, redis_url=url) == [[422] * 4 + [429] * 2, [422] * 6]
        assert attempts(client, 1) == [429]


@pytest.mark.gate("6.3.1")
def test_tries_at_once_are_all_counted_before_they_are_made(
    app: Flask, world: World, tries: list[bool], monkeypatch: pytest.MonkeyPatch
) -> None:
    """Thirty at once are no more than one after the other: each is counted before its password is looked at."""
    here, all_here = threading.Lock(), threading.Event()
    looked, found = [0], []

    def wrong(stored: str, password: str) -> bool:
        with here:
            looked[0] += 1
            if looked[0] == 10:
                all_here.set()
        assert all_here.wait(
            30
        )  # none is done before ten are at it: what is counted when it is done would let all thirty in
        return False

    monkeypatch.setattr(operations, "fits", wrong)
    browsers = [app.test_client() for _each in range(15)]
    tokens = [token_of(browser.get("/log-ind").text) for browser in browsers]

    def attempt(browser: FlaskClient, token: str) -> None:
        data = {"csrf_token": token, "email": MANAGER, "password": "x"}
        found.append(browser.post("/log-ind", data=data).status_code)

    threads = [threading.Thread(target=attempt, args=each) for each in zip(browsers, tokens, strict=True)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(60)
    assert sorted(found) == [422] * 11 + [429] * 4


def test_the_service_can_count_and_neither_read_nor_undo(world: World, place: Servers) -> None:
    """Who could write as the service could else forget who has tried, or find out. No address stands there."""
    with psycopg.connect(place.database_url, autocommit=True) as service:
        for statement in ("SELECT * FROM app.tries", "DELETE FROM app.tries", "UPDATE app.tries SET times = 0"):
            with pytest.raises(psycopg.errors.InsufficientPrivilege):
                service.execute(statement)
        assert service.execute("SELECT app.count_try('\\x00', 1, 60)").fetchone() == (1,)
        assert service.execute("SELECT app.count_try('\\x00', -1000, 60)").fetchone() == (0,)
        assert service.execute("SELECT app.count_try('\\x00', 1, 60)").fetchone() == (1,)


def test_what_is_over_counts_anew_and_is_forgotten(world: World, place: Servers) -> None:
    with psycopg.connect(place.database_owner_url, autocommit=True) as owner:

        def count(mark: int) -> int:
            row = owner.execute("SELECT app.count_try(%s, 1, 900)", [bytes([mark])]).fetchone()
            assert row is not None
            return int(row[0])

        assert [count(mark) for mark in (1, 1, 2, 2)] == [1, 2, 1, 2]
        owner.execute("UPDATE app.tries SET over_at = now() - interval '1 s'")
        assert [count(1), count(1)] == [1, 2]
        assert owner.execute("SELECT mark FROM app.tries").fetchall() == [(b"\x01",)]


def test_what_succeeds_does_not_count(client: FlaskClient, world: World, tries: list[bool]) -> None:
    tries[0] = True
    assert attempts(client, 12) == [302] * 12
    tries[0] = False
    assert attempts(client, 1) == [422]


def enter(client: FlaskClient, email: str = MANAGER) -> int:
    """Sign in, and out again, on a browser that keeps what it is told."""
    token = token_of(client.get("/log-ind").text)
    answer = client.post("/log-ind", data={"csrf_token": token, "email": email, "password": PASSWORD})
    client.delete_cookie("partnerskab")
    return answer.status_code


@pytest.mark.gate("6.3.1")
def test_a_known_browser_gets_in_during_an_attack_and_nobody_else(
    app: Flask, world: World, tries: list[bool], settings: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A thousand wrong passwords from as many addresses: the account's own browser is let in, an unknown one waits."""
    own, other, stranger = app.test_client(), app.test_client(), app.test_client()
    tries[0] = True
    assert (enter(own), enter(other, STAFF)) == (302, 302)
    tries[0] = False
    token = token_of(stranger.get("/log-ind").text)
    data = {"csrf_token": token, "email": MANAGER, "password": "x"}
    found = [
        stranger.post(
            "/log-ind", data=data, environ_overrides={"REMOTE_ADDR": f"198.51.{n // 250}.{n % 250}"}
        ).status_code
        for n in range(1000)
    ]
    assert (found.count(422), found.count(429)) == (11, 989)
    tries[0] = True
    refused = other.post("/log-ind", data={**data, "csrf_token": token_of(other.get("/log-ind").text)})
    assert refused.status_code == 429, "it is known, and not of this account"
    assert refused.headers["Retry-After"] == "60"
    assert "/ny-adgangskode" in refused.text
    assert enter(own) == 302
    tries[0] = False
    assert [enter(own) for _each in range(12)] == [422] * 11 + [429], "nor does a known one guess for ever"


def test_what_a_browser_says_of_itself_is_not_believed_without_our_seal(
    app: Flask, world: World, tries: list[bool]
) -> None:
    assert attempts(app.test_client(), 11) == [422] * 11
    for told in ("", "x", "WyJhIiwgWyJiIl1d.aaaa.bbbb"):
        client = app.test_client()
        client.set_cookie("device", told)
        assert enter(client) == 429


def test_a_town_hall_behind_one_address_signs_in(
    app: Flask, world: World, tries: list[bool], settings: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A right password counts for nothing, whoever's it is."""
    monkeypatch.setitem(app.extensions, "settings", replace(settings, address_limit="3 per 15 minutes"))
    tries[0] = True
    assert [enter(app.test_client()) for _each in range(8)] == [302] * 8


@pytest.mark.gate("6.3.1")
def test_an_address_may_try_so_many_accounts(
    app: Flask,
    client: FlaskClient,
    world: World,
    tries: list[bool],
    settings: Settings,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """As the setting says. Who trusts no proxy is told nothing by X-Forwarded-For."""
    monkeypatch.setitem(app.extensions, "settings", replace(settings, address_limit="3 per 15 minutes"))
    assert [attempts(client, 1, f"en{number}@kommune.example")[0] for number in range(4)] == [422, 422, 422, 429]
    token = token_of(client.get("/log-ind").text)
    data = {"csrf_token": token, "email": STAFF, "password": PASSWORD}
    assert client.post("/log-ind", data=data, headers={"X-Forwarded-For": "192.0.2.7"}).status_code == 429
    assert client.post("/log-ind", data=data, environ_overrides={"REMOTE_ADDR": "192.0.2.7"}).status_code == 422


@pytest.mark.gate("6.3.1")
def test_the_old_password_is_not_guessed_by_who_holds_the_session(manager: FlaskClient, tries: list[bool]) -> None:
    token = token_of(manager.get("/min-konto").text)
    data = {"csrf_token": token, "old": "x", "new": "en lang adgangskode"}
    assert [manager.post("/min-konto/adgangskode", data=data).status_code for _each in range(11)] == [422] * 10 + [429]


def test_wrong_keys_are_counted_and_right_ones_are_not(app: Flask, client: FlaskClient, world: World) -> None:
    with app.app_context():
        key = key_of(world.here.manager)

    def call(given: str) -> int:
        return client.get("/api/v1/me", headers={"Authorization": f"Bearer {given}"}).status_code

    assert {call(f"psk_{number}") for number in range(100)} == {401}
    assert call("psk_100") == 429
    assert call(key) == 200
