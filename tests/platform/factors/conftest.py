"""What the tests of second steps stand on: people, browsers, and a clock for codes that can be moved on."""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import Any
from uuid import UUID

import pyotp
import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import update
from werkzeug.test import TestResponse

from config.settings import PRODUCTION
from service.platform.accounts.models import LoginSession
from service.platform.factors import operations
from tenants.acting import acting_for
from tenants.database import db, now, transaction
from tenants.reach import clock
from tests.support import people
from tests.support.forms import forms_of
from tests.support.pages import token_of
from tests.support.passkeys import Device, question_on
from tests.support.people import Few
from tests.support.world import PASSWORD

OWN = "/min-konto/totrin"
SECOND = "/log-ind/bekraeft"


@pytest.fixture
def few(app: Flask) -> Few:
    """The people that there are."""
    with app.app_context():
        return people.few()


@dataclass
class Clock:
    """The moment that codes and challenges are made and read at."""

    moment: dt.datetime

    def move(self, **by: int) -> None:
        """Move it on."""
        self.moment += dt.timedelta(**by)

    def code(self, secret: str) -> str:
        """What an app shows at that moment."""
        return pyotp.TOTP(secret).at(self.moment)


@pytest.fixture
def watch(monkeypatch: pytest.MonkeyPatch) -> Clock:
    """The clock. It stands still unless it is moved."""
    found = Clock(now())
    monkeypatch.setattr(operations, "now", lambda: found.moment)
    return found


@pytest.fixture
def production(app: Flask, monkeypatch: pytest.MonkeyPatch) -> None:
    """The application as one that runs for real."""
    settings = replace(app.extensions["settings"], environment=PRODUCTION)
    monkeypatch.setitem(app.extensions, "settings", settings)


@pytest.fixture
def stale(app: Flask) -> Callable[[UUID], None]:
    """Let all that a person has proved be six minutes ago."""

    def make(person_id: UUID) -> None:
        earlier = update(LoginSession).where(LoginSession.person_id == person_id, LoginSession.proved_at.is_not(None))
        with app.app_context(), acting_for(clock()), transaction():
            db.session.execute(earlier.values(proved_at=now() - dt.timedelta(minutes=6)))

    return make


def send(client: FlaskClient, page: str, path: str = "", **sent: Any) -> TestResponse:
    """Open a page, and send a form with its token from there."""
    return client.post(path or page, data={"csrf_token": token_of(client.get(page).text), **sent})


def password(client: FlaskClient, email: str) -> TestResponse:
    """The first step of signing in."""
    return send(client, "/log-ind", email=email, password=PASSWORD)


def inside(client: FlaskClient) -> bool:
    """Whether the browser is let in."""
    return client.get("/min-konto").status_code == 200


def add_app(client: FlaskClient, watch: Clock) -> tuple[str, list[str]]:
    """Choose an app: its secret, and the recovery codes where they are the first. Half a minute later: its first code is used."""
    page = client.get(f"{OWN}/app")
    secret = re.findall(r'<code class="key">([^<]+)<', page.text)[0].replace(" ", "")
    sealed = next(form.sends["sealed"] for form in forms_of(page.text) if "sealed" in form.sends)
    answer = send(client, f"{OWN}/app", name="Telefon", sealed=sealed, code=watch.code(secret))
    assert answer.status_code in (200, 302), answer.text
    watch.move(seconds=30)
    return secret, codes_on(answer.text)


def add_passkey(client: FlaskClient, device: Device) -> TestResponse:
    """Choose a passkey."""
    page = client.get(f"{OWN}/noegle")
    sent = {"csrf_token": token_of(page.text), "name": "Maskinen", "passkey": device.make(question_on(page.text))}
    return client.post(f"{OWN}/noegle", data=sent)


def codes_on(page: str) -> list[str]:
    """The recovery codes that a page shows."""
    return re.findall(r"\b(?:[A-Z2-9]{4}-){3}[A-Z2-9]{4}\b", page)
