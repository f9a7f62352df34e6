"""Where the service is for real and nobody is there: the first person comes by the command, invites a manager, who approves and leaves.

Each chooses a password and a passkey, made and shown by Chromium's own virtual device. Whoever follows finds everything.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from urllib.parse import urljoin

import pytest
from flask import Flask
from playwright.sync_api import Browser, Page
from sqlalchemy import select, update

from config.settings import PRODUCTION
from service.platform.accounts.models import Membership, Person
from service.platform.people import operations
from service.platform.people.models import Invitation
from tenants.acting import acting_for
from tenants.database import db, transaction
from tenants.reach import clock
from tests.journeys.test_passkey import DEVICE, touch
from tests.support.browser import assert_accessible, follow, press, served, visit
from tests.support.world import HERE, World

CHOSEN = "hest ketsjer lampe tag"
FIRST, MANAGER, SUCCESSOR, STAFF = (
    "anna@drc.example",
    "karen@kommune.example",
    "ole@kommune.example",
    "ida@kommune.example",
)


@contextmanager
def somebody(browser: Browser) -> Iterator[Page]:
    """A browser of somebody's own, with a device for passkeys."""
    with visit(browser) as page:
        devtools = page.context.new_cdp_session(page)
        devtools.send("WebAuthn.enable")
        devtools.send("WebAuthn.addVirtualAuthenticator", {"options": DEVICE})
        yield page


def link_to(app: Flask, email: str, address: str) -> str:
    """The link of the newest invitation of an address, as the mail has it."""
    with app.app_context(), acting_for(clock()), transaction():
        theirs = select(Invitation.id).join(Person, Person.id == Invitation.person_id).where(Person.email == email)
        invitation_id = db.session.scalars(theirs.order_by(Invitation.made_at.desc()).limit(1)).one()
        link = operations.seal(invitation_id)
        return address + link[link.index("/invitation/") :]


def take_up(page: Page, link: str, email: str, address: str) -> None:
    """Say yes, choose a password, sign in, and make the passkey that is asked for before anything else opens."""
    page.goto(link)
    assert_accessible(page)
    page.get_by_label("Adgangskode").fill(CHOSEN)
    press(page, "Sig ja")
    page.get_by_label("E-mail").fill(email)
    page.get_by_label("Adgangskode").fill(CHOSEN)
    press(page, "Log ind")
    assert "Vælg først et andet trin" in page.inner_text("main")
    follow(page, "Tilføj en adgangsnøgle")
    page.get_by_label("Hvad du kalder det").fill("Computeren")
    touch(page, "Lav adgangsnøglen")
    follow(page, "Jeg har gemt dem")


def invite(page: Page, name: str, email: str, role: str) -> None:
    """Invite a colleague in the municipality."""
    page.goto(urljoin(page.url, f"/kommuner/{HERE}/medarbejdere/inviter"))
    page.get_by_label("Navn").fill(name)
    page.get_by_label("E-mail").fill(email)
    page.get_by_label(role, exact=True).check()
    press(page, "Send invitationen")
    assert email in page.inner_text("main")


def test_who_comes_first_invites_and_who_follows_finds_everything(
    app: Flask, world: World, browser: Browser, monkeypatch: pytest.MonkeyPatch
) -> None:
    with app.app_context(), acting_for(clock([HERE])), transaction():  # nobody is here yet who could let anybody in
        db.session.execute(update(Membership).values(valid_to=Membership.valid_from))
    with served(app) as numbered:
        address = numbered.replace("127.0.0.1", "localhost")
        settings = replace(app.extensions["settings"], environment=PRODUCTION, public_url=address)
        monkeypatch.setitem(app.extensions, "settings", settings)
        asked = ["people", "invite", "--email", FIRST, "--name", "Anna Holm", "--role", "secretariat"]
        result = app.test_cli_runner().invoke(args=asked)
        link = result.output.strip().splitlines()[-1]
        with somebody(browser) as page:
            take_up(page, link, FIRST, address)
            page.goto(f"{address}/medarbejdere/inviter")
            page.get_by_label("Navn").fill("Karen Lund")
            page.get_by_label("E-mail").fill(MANAGER)
            page.get_by_label("Leder", exact=True).check()
            page.get_by_label("Kommune").select_option(HERE)
            press(page, "Send invitationen")
        with somebody(browser) as karen, somebody(browser) as ole:
            take_up(karen, link_to(app, MANAGER, address), MANAGER, address)
            karen.goto(f"{address}/kommuner/{HERE}/aftaler/{world.here.offered}")
            karen.get_by_label("Jeg har læst").check()
            press(karen, "Godkend")
            assert "Du har godkendt aftalen" in karen.inner_text("main")
            invite(karen, "Ida Bak", STAFF, "Medarbejder")
            invite(karen, "Ole Dam", SUCCESSOR, "Leder")
            take_up(ole, link_to(app, SUCCESSOR, address), SUCCESSOR, address)
            ole.goto(f"{address}/kommuner/{HERE}/medarbejdere")
            follow(ole, "Karen Lund")
            ole.get_by_label("Hvorfor").fill("Ny stilling")
            press(ole, "Afslut rollen nu")
            karen.goto(f"{address}/kommuner/{HERE}")
            assert "/log-ind" in karen.url, "out at once"
            ole.goto(f"{address}/kommuner/{HERE}/aftaler/{world.here.offered}")
            assert "Karen Lund" in ole.inner_text("main")
            ole.goto(f"{address}/kommuner/{HERE}/logbog")
            ole.get_by_label("Hvad skete der?").fill("godkendt")
            press(ole, "Søg")
            assert "Karen Lund" in ole.inner_text("main")
            ole.goto(f"{address}/kommuner/{HERE}/medarbejdere")
            assert all(name in ole.inner_text("main") for name in ("Ida Bak", "Ole Dam"))
