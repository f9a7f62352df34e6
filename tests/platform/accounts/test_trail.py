"""Who comes in, who does not and what is refused is in the log: by a person's id or by a mark, never by an address."""

from __future__ import annotations

import json
from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient
from limits import parse

from service.platform.accounts import known_devices
from service.platform.web import trail
from tests.support.logged import logged
from tests.support.pages import token_of
from tests.support.world import PASSWORD, World
from tests.walls.ways import MANAGER, askers

FROM = {"REMOTE_ADDR": "203.0.113.77"}
EMAIL = "leder.0580@kommune.example"


def events(text: str, *names: str) -> list[dict[str, Any]]:
    """The lines of the log about one of these."""
    return [line for line in map(json.loads, text.splitlines()) if line["event"] in names]


def knock(client: FlaskClient, email: str, password: str) -> int:
    data = {"email": email, "password": password, "csrf_token": token_of(client.get("/log-ind").text)}
    return client.post("/log-ind", data=data, environ_overrides=FROM).status_code


@pytest.mark.gate("16.3.1", "16.4.1")
def test_tries_to_sign_in_are_told_apart_without_an_address(app: Flask, world: World) -> None:
    client = app.test_client()
    with logged() as log:
        for email in (
            EMAIL,
            f" {EMAIL.upper()}",
            "ukendt@kommune.example",
            "x\n2026 [info] signed_in\x1b@kommune.example",
        ):
            assert knock(client, email, "forkert-adgangskode") == 422
        assert knock(client, EMAIL, PASSWORD) == 302
        client.post("/log-ud", data={"csrf_token": token_of(client.get("/min-konto").text)})
    found = events(log.getvalue(), "sign_in_failed", "signed_in", "signed_out")
    assert [line["event"] for line in found] == ["sign_in_failed"] * 3 + ["signed_in", "signed_out"]
    first, again, unknown, came, went = found
    assert first["account"] == again["account"] != unknown["account"]
    assert first["source"] == again["source"] == came["source"]
    assert came["person"] == went["person"] == str(world.here.manager)
    for word in ("203.0.113", EMAIL, "ukendt", "kommune.example", "forkert", PASSWORD, "\x1b"):
        assert word not in log.getvalue().replace("\\u001b", ""), word


@pytest.mark.gate("16.3.2")
def test_what_a_wall_refuses_is_told_by_who_and_where(app: Flask, world: World) -> None:
    manager = askers(app, world)[MANAGER]
    with logged() as log:
        manager.client.get("/frivillige", environ_overrides=FROM)
        manager.client.post("/log-ud", environ_overrides=FROM)  # no token
        app.test_client().get("/api/v1/me", headers={"Authorization": "Bearer psk_forkert"}, environ_overrides=FROM)
        app.test_client().get("/findes-ikke/anna@kommune.example", environ_overrides=FROM)
    found = events(log.getvalue(), "refused")
    assert [(line["status"], line["endpoint"], line["method"]) for line in found] == [
        (404, "volunteers.volunteers", "GET"),
        (400, "accounts.sign_out", "POST"),
        (401, "api_me.who", "GET"),
    ]
    assert found[0]["person"] == str(world.here.manager)
    assert "person" not in found[2]
    assert "203.0.113" not in log.getvalue()
    assert "forkert" not in log.getvalue()


@pytest.mark.gate("16.3.3")
def test_what_a_guard_stops_is_told(app: Flask, world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    """No token, too much at once, and too many tries."""
    monkeypatch.setattr(known_devices, "WRONG_PASSWORDS", parse("1 per hour"))
    monkeypatch.setattr(known_devices, "LATE", parse("1 per hour"))
    client, manager = app.test_client(), askers(app, world)[MANAGER]
    with logged() as log:
        manager.ask("POST", "/min-konto/noegler", {"name": "x"}, token="")
        manager.ask("POST", "/min-konto/noegler", {"name": "x" * 2_200_000})
        assert [knock(client, EMAIL, "forkert-adgangskode") for _each in range(3)] == [422, 422, 429]
    found = events(log.getvalue(), "refused", "sign_in_held_back")
    assert [(line["event"], line.get("status")) for line in found] == [
        ("refused", 400),
        ("refused", 413),
        ("sign_in_held_back", None),
        ("refused", 429),
    ]


def test_a_mark_cannot_be_made_without_the_secret(app: Flask) -> None:
    with app.app_context():
        mine = trail.mark("203.0.113.77")
        assert mine == trail.mark("203.0.113.77") != trail.mark("203.0.113.78")
        kept = app.extensions["settings"]
        app.extensions["settings"] = type("Other", (), {"secret_key": "o" * 40})()
        try:
            assert trail.mark("203.0.113.77") != mine
        finally:
            app.extensions["settings"] = kept
