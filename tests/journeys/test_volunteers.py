"""DRC's pages of volunteers and the group's declaration in a real browser: axe at both widths, and the way through them."""

from __future__ import annotations

from flask import Flask
from playwright.sync_api import Browser, Page

from service.platform.web import links
from service.reporting.declarations import operations as declarations
from service.reporting.declarations import queries as declaration_queries
from service.reporting.declarations.models import Declaration
from service.volunteer.certificates import operations as certificates
from service.volunteer.certificates import queries as certificate_queries
from service.volunteer.volunteers import operations as volunteers
from tenants.acting import acting_for
from tenants.calendar import day_of
from tenants.database import db, now, transaction
from tenants.reach import clock
from tests.journeys.test_whole_way import look, sign_in
from tests.support.browser import PHONE, press, served, visit
from tests.support.world import HERE, THERE, World, volunteer_of


def enter(world: World) -> tuple[str, str, str]:
    """Two who are probably one, roles in the shared group, and its declaration: the ids of the two and the link."""
    today = day_of(now())
    with acting_for(clock([HERE, THERE])), transaction():
        keys = []
        for number in range(6):
            row = volunteers.create(
                volunteer_of(f"Frivillig {number} Prøve", HERE, phone=f"00 00 00 0{number // 2}"), anyway=True
            )
            certificates.verify(row.id, today.replace(year=today.year - 1, month=1, day=1))
            role = {"group_id": world.shared_group, "role": "member", "children": "yes"}
            volunteers.start_role(row.id, {**role, "valid_from": today.replace(year=today.year - 1, month=2, day=1)})
            keys.append(str(row.id))
        certificates.take_back(row.id, certificate_queries.certificates(row.id)[0].id)
        declarations.ask(today.year - 1)
        found = db.session.scalars(declaration_queries.declarations(year=today.year - 1).order_by(Declaration.id)).all()
        token = links.token(links.Link(declarations.PURPOSE, (HERE, THERE), found[0].ask_id))
    return keys[0], keys[1], token


def see(page: Page, address: str) -> None:
    page.goto(address)
    look(page)


def test_the_way_through_volunteers(app: Flask, world: World, browser: Browser) -> None:
    with app.app_context():
        one, other, token = enter(world)
    with served(app) as address, visit(browser) as page:
        sign_in(page, address, "konsulent@drc.example")
        for path in (
            "/frivillige",
            "/frivillige/stille",
            "/frivillige/boerneattester",
            f"/frivillige/{one}/boerneattest",
            f"/frivillige/{one}/flet",
            f"/frivillige/{one}/flet/{other}",
            f"/frivillige/{one}/ret",
            f"/grupper/{world.shared_group}/frivillige",
            "/erklaeringer",
        ):
            see(page, address + path)
        for path, field, words in (
            ("/frivillige", "Navn eller e-mail", "kim"),
            (f"/frivillige/{one}", "Find en gruppe", "faelles"),
        ):
            page.goto(address + path)
            page.get_by_label(field).fill(words)
            press(page, "Søg")
            look(page)
            assert words not in page.url
            assert page.get_by_label(field).input_value() == words
        page.goto(f"{address}/frivillige/stille")
        page.go_back()
        assert page.get_by_label(field).input_value() == words, "one comes back to it"
        see(page, f"{address}/frivillige/ny")
        page.locator("#name").fill("Kim Prøve")
        page.locator("#phone").fill("00 00 00 00")
        page.locator("#email").fill("ikke en adresse")
        press(page, "Gem")
        look(page)
        assert page.locator("#email-error").is_visible()
        page.locator("#email").fill("kim@frivillig.example")
        press(page, "Gem")
        page.set_viewport_size({"width": PHONE, "height": 900})
        assert page.get_by_text("sandsynligvis her allerede").first.is_visible()
        page.get_by_label("Det er en anden person").check(force=True)
        press(page, "Gem")
        assert page.get_by_role("heading", name="Kim Prøve").is_visible()
        page.goto(f"{address}/frivillige/{one}/flet/{other}")
        press(page, "Læg de to sammen")
        assert "kan fortrydes" in page.inner_text("body")
        page.goto(f"{address}/frivillige/{one}/flet")
        look(page)
        press(page, "Fortryd sammenlægningen")
        assert "er fortrudt" in page.inner_text("body")

    with served(app) as address, visit(browser, width=PHONE) as page:
        page.goto(f"{address}/erklaering/{token}")
        look(page)
        assert "Ikke alle frivillige" in page.inner_text("main")
        press(page, "Ja, det er rigtigt")
        look(page)
        assert "Tak" in page.inner_text("main")
