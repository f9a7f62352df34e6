"""Limits on guessing: by account and by address, in every process, and without Redis too."""

from __future__ import annotations

import os
import subprocess
import sys
from dataclasses import replace

import pytest
from flask import Flask
from flask.testing import FlaskClient

from config.embedded import Servers
from config.settings import Settings
from service.accounts import operations
from tests.accounts.conftest import MANAGER, STAFF
from tests.support.pages import token_of
from tests.support.world import PASSWORD, World, key_of


@pytest.fixture
def tries(client: FlaskClient, monkeypatch: pytest.MonkeyPatch) -> list[bool]:
    """Whether passwords fit, for the tests that count: the work of finding out is not what they are about."""
    fits = [False]
    monkeypatch.setattr(operations, "_fits", lambda stored, password: fits[0])
    return fits


def attempts(client: FlaskClient, count: int, email: str = MANAGER) -> list[int]:
    """Try to sign in, each time as a browser without a session."""
    found = []
    for _each in range(count):
        client.delete_cookie("partnerskab")
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
        [sys.executable, "-m", "tests.accounts.elsewhere", str(times), *emails],
        env=environment,
        capture_output=True,
        text=True,
        timeout=120,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    return [[int(status) for status in line.split()] for line in done.stdout.splitlines()]


def test_the_eleventh_wrong_try_is_refused_in_every_process(
    client: FlaskClient, world: World, tries: list[bool], settings: Settings, place: Servers
) -> None:
    assert attempts(client, 11) == [422] * 10 + [429]
    assert elsewhere(settings, place, 2, MANAGER, STAFF) == [[429, 429], [422, 422]]
    tries[0] = True
    assert attempts(client, 1) == [429], "the right password waits too, else a guesser would learn it"
    assert attempts(client, 1, STAFF) == [302], "the control: another account is not held back"


def test_an_account_is_one_however_its_address_is_spelled(client: FlaskClient, world: World, tries: list[bool]) -> None:
    assert attempts(client, 10) == [422] * 10
    for spelled in (MANAGER.upper(), f"  {MANAGER} ", f"\t{MANAGER}\r\n", MANAGER.replace("k", "\u212a")):
        assert attempts(client, 1, spelled) == [429], spelled
    assert attempts(client, 10, "søren.ågård@kommune.example") == [422] * 10
    assert attempts(client, 1, "søren.a\u030aga\u030ard@kommune.example") == [429]


def test_the_limit_holds_where_redis_is_away(world: World, settings: Settings, place: Servers) -> None:
    """Counted in the process's own memory: neither an error nor no limit."""
    assert elsewhere(settings, place, 11, MANAGER, redis_url="redis://127.0.0.1:1/0") == [[422] * 10 + [429]]


def test_what_succeeds_does_not_count(client: FlaskClient, world: World, tries: list[bool]) -> None:
    tries[0] = True
    assert attempts(client, 12) == [302] * 12
    tries[0] = False
    assert attempts(client, 1) == [422]


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
