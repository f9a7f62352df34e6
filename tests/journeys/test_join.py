"""A stranger on a phone finds a group by postal code, asks to join, confirms, is answered, introduced and becomes active."""

from __future__ import annotations

from flask import Flask
from playwright.sync_api import Browser
from sqlalchemy import select

from config.settings import Settings
from service.activity.finder import operations as finder
from service.activity.interests import operations as interests
from service.activity.interests.models import Interest
from service.network.networks import operations as networks
from tenants.acting import acting_for
from tenants.calendar import day_of
from tenants.database import db, now, transaction
from tenants.reach import clock
from tests.activity.interests.test_interests import links_mailed, worked
from tests.journeys.test_whole_way import look, sign_in
from tests.support.browser import PHONE, follow, press, served, visit
from tests.support.world import HERE, THERE, World, group_of


def test_a_stranger_becomes_an_active_volunteer(app: Flask, world: World, settings: Settings, browser: Browser) -> None:
    with app.app_context(), acting_for(clock([HERE])), transaction():
        group = networks.create(group_of("Sprogbroen", HERE)).id
        finder.publish(group, shown=True, contact=False, about="Vi taler dansk sammen.", agreed_on=day_of(now()))
    with served(app) as address:
        with visit(browser, width=PHONE, java_script_enabled=False) as page:
            page.goto(f"{address}/find-gruppe")
            page.get_by_label("Postnummer, by eller kommune").fill("6200")
            press(page, "Søg")
            follow(page, "Sprogbroen")
            assert "Vi taler dansk sammen." in page.inner_text("main")
            follow(page, "Jeg vil gerne være med")
            page.locator("#name").fill("Kim Prøve")
            page.locator("#email").fill("kim@frivillig.example")
            page.locator("#place").fill("6200")
            page.get_by_label("tirsdag").check()
            press(page, "Send")
            assert page.locator("#consent-error").is_visible()
            page.locator("#consent").check()
            press(page, "Send")
            assert "Se i din mail" in page.inner_text("h1")
            assert page.context.cookies() == []
            worked(app)
            [link] = links_mailed(settings)
            page.goto(address + link)
            press(page, "Ja, det er mig")
            assert "inden for 5 hverdage" in page.inner_text("main")
        with app.app_context(), acting_for(clock([HERE, THERE])), transaction():
            interests.take_in()
            person = db.session.scalars(select(Interest.volunteer_id)).one()
        with visit(browser, width=PHONE) as page:
            for path in ("/find-gruppe?sted=2000", "/bliv-frivillig", "/find-gruppe/indsat", link):
                page.goto(address + path)
                look(page)
        with visit(browser) as page:
            sign_in(page, address, "konsulent@drc.example")
            page.goto(f"{address}/")
            follow(page, "Svar inden for fem hverdage")
            look(page)
            press(page, "Jeg har svaret")
            page.goto(f"{address}/frivillige/{person}")
            for status in ("introduced", "active"):
                page.locator("#status").select_option(status)
                press(page, "Gem status")
            page.goto(f"{address}/interesserede?tilstand=alle")
            look(page)
            page.goto(f"{address}/grupper/{group}/offentlig")
            look(page)
    with app.app_context(), acting_for(clock([HERE, THERE])), transaction():
        row = db.session.scalars(select(Interest)).one()
        assert row.answered_at is not None
