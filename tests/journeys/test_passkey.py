"""A manager where the service is for real: led to make a passkey, signing in with it, and approving after a fresh proof.

The passkey is made and shown by Chromium's own virtual device, on the page's own script; axe looks at each page, in both widths.
"""

from __future__ import annotations

import datetime as dt
from dataclasses import replace

import pytest
from flask import Flask
from playwright.sync_api import Browser, Page
from sqlalchemy import select, update

from config.settings import PRODUCTION
from service.partnership.agreements.models import Agreement
from service.platform.accounts.models import LoginSession
from tenants.acting import acting_for
from tenants.database import db, now, transaction
from tenants.reach import clock
from tests.support.browser import DESK, PHONE, assert_accessible, complaints, follow, press, served, visit
from tests.support.world import HERE, PASSWORD, World

MANAGER = f"leder.{HERE}@kommune.example"
DEVICE = {
    "protocol": "ctap2",
    "transport": "internal",
    "hasResidentKey": True,
    "hasUserVerification": True,
    "isUserVerified": True,
    "automaticPresenceSimulation": True,
}


def look(page: Page) -> None:
    """axe at desk and phone width, and nothing that the browser complains of but the answers that ask for something."""
    for width in (PHONE, DESK):
        page.set_viewport_size({"width": width, "height": 900})
        assert_accessible(page)
    assert [said for said in complaints(page) if "status of 403" not in said] == []


def touch(page: Page, button: str) -> None:
    """Press a button that asks the device for the passkey, and wait for the page that answers."""
    with page.expect_navigation():
        page.get_by_role("button", name=button, exact=True).click()


def with_password(page: Page, address: str) -> None:
    """The first step of signing in."""
    page.goto(f"{address}/log-ind")
    page.get_by_label("E-mail").fill(MANAGER)
    page.get_by_label("Adgangskode").fill(PASSWORD)
    press(page, "Log ind")


def test_a_manager_makes_a_passkey_and_approves_with_it(
    app: Flask, world: World, browser: Browser, monkeypatch: pytest.MonkeyPatch
) -> None:
    with served(app) as numbered:
        address = numbered.replace("127.0.0.1", "localhost")
        settings = replace(app.extensions["settings"], environment=PRODUCTION, public_url=address)
        monkeypatch.setitem(app.extensions, "settings", settings)
        with visit(browser) as page:
            devtools = page.context.new_cdp_session(page)
            devtools.send("WebAuthn.enable")
            devtools.send("WebAuthn.addVirtualAuthenticator", {"options": DEVICE})
            with_password(page, address)
            assert "Vælg først et andet trin" in page.inner_text("main"), "nothing else opens"
            look(page)
            follow(page, "Tilføj en adgangsnøgle")
            page.get_by_label("Hvad du kalder det").fill("Computeren på arbejdet")
            look(page)
            touch(page, "Lav adgangsnøglen")
            assert page.locator("code.key").count() == 10
            look(page)
            follow(page, "Jeg har gemt dem")
            page.get_by_role("button", name="Log ud").first.click()

            with_password(page, address)
            assert "Vis, at det er dig" in page.inner_text("main")
            look(page)
            touch(page, "Brug din adgangsnøgle")
            assert page.url == f"{address}/kommuner/{HERE}"

            _an_hour_ago(app)
            page.goto(f"{address}/kommuner/{HERE}/aftaler/{world.here.offered}")
            page.get_by_label("Jeg har læst").check()
            press(page, "Godkend")
            assert "Bekræft, at det er dig" in page.inner_text("main")
            look(page)
            page.get_by_label("Adgangskode").fill(PASSWORD)
            touch(page, "Brug din adgangsnøgle")
            look(page)
            assert _state(app, world) == "offered"
            press(page, "Fortsæt")
            assert "Du har godkendt aftalen" in page.inner_text("main")
            assert _state(app, world) == "accepted"


def _an_hour_ago(app: Flask) -> None:
    """Let what was proved be an hour ago."""
    with app.app_context(), acting_for(clock()), transaction():
        proved = update(LoginSession).where(LoginSession.proved_at.is_not(None))
        db.session.execute(proved.values(proved_at=now() - dt.timedelta(hours=1)))


def _state(app: Flask, world: World) -> str:
    with app.app_context(), acting_for(clock([HERE])):
        return db.session.scalars(select(Agreement.state).where(Agreement.id == world.here.offered)).one()
