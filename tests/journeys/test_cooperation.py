"""A cooperation agreement made in a browser: a consultant drafts and offers it, the group's contact approves on a phone by link and code,
and the paper is there, and genuine.

axe looks at every page of the way, in both widths.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from urllib.parse import urlsplit
from uuid import UUID

from flask import Flask
from playwright.sync_api import Browser, Page
from sqlalchemy import select

from service.network.cooperation import jobs, queries
from service.network.networks import operations as networks
from service.platform.notices.models import Notice
from tenants.acting import acting_for
from tenants.database import db, transaction
from tenants.reach import clock
from tests.journeys.test_need import look, sign_in
from tests.support.browser import PHONE, follow, press, served, visit
from tests.support.cooperation import CONTACT
from tests.support.world import HERE, World, group_of


def newest(app: Flask, group_id: UUID) -> tuple[UUID, str]:
    """The agreement of the group, and the newest mail to its contact."""
    with app.app_context(), acting_for(clock([HERE])), transaction():
        mails = select(Notice.body).where(Notice.recipient == CONTACT["email"]).order_by(Notice.id.desc())
        return queries.offers(group_id)[0].id, db.session.scalar(mails.limit(1)) or ""


def link_in(mail: str) -> str:
    """The path of the link in a mail."""
    return next(urlsplit(word).path for word in mail.split() if word.startswith("http"))


def test_from_the_draft_to_the_paper(app: Flask, world: World, browser: Browser) -> None:
    with app.app_context(), acting_for(clock([HERE])), transaction():
        group_id = networks.create(group_of("Caféens Venner", HERE)).id

    def works(job: Callable[[str, str], None]) -> None:
        with app.app_context():
            job(HERE, str(newest(app, group_id)[0]))

    with (
        served(app) as address,
        visit(browser) as drc,
        visit(browser) as secretariat,
        visit(browser, width=PHONE) as contact,
    ):
        sign_in(drc, address, "konsulent@drc.example")
        drc.goto(f"{address}/grupper/{group_id}/samarbejdsaftaler")
        press(drc, "Skriv et udkast")
        look(drc)
        fill(drc)
        press(drc, "Gem og se den")
        look(drc)
        assert drc.get_by_role("heading", name="16. Underskrifter").is_visible()
        press(drc, "Tilbyd aftalen")
        look(drc)
        works(jobs.make_paper)
        drc.reload()
        press(drc, "Send linket")
        look(drc)
        code = re.search(r"Koden er (\d{6})", drc.get_by_role("main").inner_text())
        assert code is not None
        # On a phone, from the mail.
        contact.goto(address + link_in(newest(app, group_id)[1]))
        look(contact)
        contact.locator("#code").fill("000000" if code[1] != "000000" else "000001")
        contact.locator("#consent").check()
        press(contact, "Godkend for gruppen")
        assert contact.get_by_text("Koden passer ikke til dette link").first.is_visible()
        look(contact)
        contact.locator("#code").fill(code[1])
        press(contact, "Godkend for gruppen")
        look(contact)
        assert contact.get_by_text("Tak, gruppen har godkendt.").is_visible()
        # Who sent the link does not approve for DRC; somebody else does.
        drc.goto(f"{address}/grupper/{group_id}/samarbejdsaftaler")
        look(drc)
        follow(drc, "0580-")
        assert drc.get_by_text("En anden godkender for DRC").is_visible()
        look(drc)
        sign_in(secretariat, address, "sekretariat@drc.example")
        secretariat.goto(drc.url)
        press(secretariat, "Godkend aftalen")
        look(secretariat)
        works(jobs.tell)
        paper = contact.request.get(address + link_in(newest(app, group_id)[1]))
        assert (paper.status, paper.headers["content-type"]) == (200, "application/pdf")
        contact.goto(f"{address}/verificer")
        contact.locator("#file").set_input_files(
            {"name": "aftale.pdf", "mimeType": "application/pdf", "buffer": paper.body()}
        )
        press(contact, "Kontrollér")
        assert contact.get_by_text("Samarbejdsaftale mellem Caféens Venner").first.is_visible()


def fill(page: Page) -> None:
    """What the draft lacks."""
    page.locator("#distinctions-0-text").fill("Fri samtale over en kop kaffe, som ikke er danskuddannelse.")
    if page.locator("#distinctions-1-text").count():
        page.locator("#distinctions-1-text").fill("Hjælp til lektier for dem, der har lyst, og ikke undervisning.")
    page.locator("#group_duties").fill("at holde åbent hver anden torsdag")
    for name in ("name", "phone", "email"):
        page.locator(f"#group_contact-{name}").fill(CONTACT[name])
