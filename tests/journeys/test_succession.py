"""For real, from a database in which nobody is: the first person comes by the command, the agreement is made, its manager leaves.

The service has the settings of production; what is typed in before anybody can sign in is read out of `docs/operations.md`. Each chooses a
password and a passkey, made and shown by Chromium's own virtual device. Whoever follows finds everything.
"""

from __future__ import annotations

import re
import shlex
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path
from urllib.parse import urljoin

from flask import Flask
from playwright.sync_api import Browser, Page
from sqlalchemy import func, select

from config.embedded import Servers
from config.settings import PRODUCTION, load_settings
from service.app import create_app
from service.platform.accounts.models import Person
from service.platform.people import operations
from service.platform.people.models import Invitation
from tenants.acting import acting_for
from tenants.calendar import day_of, first_of
from tenants.database import db, now, transaction
from tenants.reach import clock
from tests.journeys.test_passkey import DEVICE, touch
from tests.journeys.test_terms import paper_made, part, parties
from tests.support.browser import assert_accessible, follow, press, served, visit
from tests.support.telling import SECRET
from tests.support.world import HERE

CHOSEN = "hest ketsjer lampe tag"
FIRST, MANAGER, SUCCESSOR, STAFF = (
    "anna@drc.example",
    "karen@kommune.example",
    "ole@kommune.example",
    "ida@kommune.example",
)


@contextmanager
def in_production(place: Servers, var: Path) -> Iterator[tuple[Flask, str]]:
    """The service with the settings of production, on the database as it stands, and where it is served.

    No web server stands in front with TLS: browsers take this machine's own name to be as safe without.
    """
    environment = {
        **place.environment(),
        "PARTNERSKAB_ENV": PRODUCTION,
        "PUBLIC_URL": "https://localhost",
        "SECRET_KEY": SECRET,
        "MAIL_URL": f"file:{var / 'mail'}",
        "VAR": str(var),
    }
    app = create_app(load_settings(environment))
    try:
        with served(app) as numbered:
            address = numbered.replace("127.0.0.1", "localhost")
            app.extensions["settings"] = replace(app.extensions["settings"], public_url=address)
            yield app, address
    finally:
        with app.app_context():
            db.engine.dispose()


def by_hand(root: Path) -> list[list[str]]:
    """What `docs/operations.md` has typed in to install, as `flask` takes it."""
    page = (root / "docs/operations.md").read_text()
    installing = page.partition("## Installing on Debian 12")[2].partition("**A municipality's own login.**")[0]
    blocks = "\n".join(re.findall(r"```sh\n(.*?)```", installing, re.DOTALL))
    return [shlex.split(line) for line in re.findall(r"\.venv/bin/flask --app wsgi (.+)", blocks)]


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


def take_up(page: Page, link: str, email: str) -> None:
    """Say yes, choose a password, sign in, and make the passkey that is asked for before anything else opens."""
    page.goto(link)
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


def offer(page: Page) -> None:
    """Draft a light agreement part by part, and offer it."""
    today = day_of(now())
    page.goto(urljoin(page.url, f"/kommuner/{HERE}"))
    follow(page, "Lav et udkast")
    part(page, "Niveau", {}, choose="Enkelte, målrettede aktiviteter")
    starts, ends = f"{first_of(today):%d-%m-%Y}", f"31-12-{today.year + 1}"
    part(page, "Periode og opsigelse", {"starts_on": starts, "ends_on": ends})
    parties(page)
    activity = {"activity_type": "leisure_support", "place": "Fritidscentret", "times": "1", "every": "week"}
    part(page, "Aktiviteter", {f"activities-0-{name}": value for name, value in activity.items()})
    duty = {"municipality_duties-0-text": "at udpege en koordinator"}
    part(page, "Tekst i aftalens punkter", duty, "Tilføj en opgave for kommunen")
    press(page, "Tilbyd kommunen")


def approve(page: Page) -> None:
    """Read the agreement that is offered, and approve it."""
    page.get_by_label("Jeg har læst aftalen").check(force=True)
    press(page, "Godkend aftalen")


def test_who_comes_first_invites_and_who_follows_finds_everything(
    app: Flask, place: Servers, root: Path, tmp_path: Path, browser: Browser
) -> None:
    upgrade, load, first = by_hand(root)
    assert (upgrade, load) == (["db", "upgrade"], ["register", "load"]), "what `app` stands on"
    with in_production(place, tmp_path) as (service, address):
        with service.app_context(), acting_for(clock()), transaction():
            assert db.session.scalar(select(func.count()).select_from(Person)) == 0
        told = service.test_cli_runner().invoke(args=first)
        link = told.output.strip().splitlines()[-1]
        with somebody(browser) as anna, somebody(browser) as karen, somebody(browser) as ole:
            anna.goto(link)
            assert_accessible(anna)
            take_up(anna, link, FIRST)
            cookies = anna.context.cookies()
            assert all(each["name"].startswith("__Host-") and each["secure"] for each in cookies), cookies
            anna.goto(f"{address}/medarbejdere/inviter")
            anna.get_by_label("Navn").fill("Karen Lund")
            anna.get_by_label("E-mail").fill(MANAGER)
            anna.get_by_label("Leder", exact=True).check()
            anna.get_by_label("Kommune").select_option(HERE)
            press(anna, "Send invitationen")
            offer(anna)
            paper_made(service, HERE)

            take_up(karen, link_to(service, MANAGER, address), MANAGER)
            karen.goto(f"{address}/kommuner/{HERE}")
            follow(karen, "Læs den, og godkend eller afvis")
            agreement = karen.url
            approve(karen)
            assert "Du har godkendt aftalen" in karen.inner_text("main")
            anna.goto(agreement)
            approve(anna)
            assert anna.get_by_text("I kraft").first.is_visible()
            invite(karen, "Ida Bak", STAFF, "Medarbejder")
            invite(karen, "Ole Dam", SUCCESSOR, "Leder")

            take_up(ole, link_to(service, SUCCESSOR, address), SUCCESSOR)
            ole.goto(f"{address}/kommuner/{HERE}/medarbejdere")
            follow(ole, "Karen Lund")
            ole.get_by_label("Hvorfor").fill("Ny stilling")
            press(ole, "Afslut rollen nu")
            karen.goto(f"{address}/kommuner/{HERE}")
            assert "/log-ind" in karen.url, "out at once"
            ole.goto(agreement)
            assert "Karen Lund" in ole.inner_text("main")
            ole.goto(f"{address}/kommuner/{HERE}/logbog")
            ole.get_by_label("Hvad skete der?").fill("godkendt")
            press(ole, "Søg")
            assert "Karen Lund" in ole.inner_text("main")
            ole.goto(f"{address}/kommuner/{HERE}/medarbejdere")
            assert all(name in ole.inner_text("main") for name in ("Ida Bak", "Ole Dam"))
