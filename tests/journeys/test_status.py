"""Duties, the status of a municipality and the Monday list in a real browser: axe at both widths, and the way through them."""

from __future__ import annotations

from flask import Flask
from playwright.sync_api import Browser

from service.reporting.drift import operations as drift
from service.reporting.drift import queries as drift_queries
from tenants.acting import acting_for
from tenants.calendar import day_of
from tenants.database import db, now, transaction
from tenants.reach import clock
from tests.desk.monday.test_list import fill
from tests.journeys.test_whole_way import look, sign_in
from tests.partnership.duties.test_pages import late
from tests.support.browser import PHONE, follow, press, served, visit
from tests.support.world import HERE, World


def test_the_consultants_monday(app: Flask, world: World, browser: Browser) -> None:
    with app.app_context():
        fill(world, day_of(now()))
    with served(app) as address, visit(browser) as page:
        sign_in(page, address, "konsulent@drc.example")
        for path in (
            "/",
            "/mandag?slags=duties_drc",
            "/status",
            f"/kommuner/{HERE}/status/oplaeg",
            f"/kommuner/{HERE}/forpligtelser",
            f"/kommuner/{HERE}/partnerskab",
        ):
            page.goto(address + path)
            look(page)
        page.goto(f"{address}/kommuner/{HERE}/status")
        look(page)
        press(page, "Lav oplæg til mødet (PDF)")
        with app.app_context():
            with acting_for(clock([HERE])), transaction():
                ((code, key),) = drift_queries.papers_due()
            assert drift.make_paper(code, key, 60)
        page.reload()
        look(page)
        found = page.get_by_role("link", name="-2 (PDF)").get_attribute("href")
        assert page.context.request.get(f"{address}{found}").headers["content-type"] == "application/pdf"
        page.goto(f"{address}/?omraade=Ingensteder")
        look(page)


def test_a_municipality_marks_its_promise_on_a_phone(app: Flask, world: World, browser: Browser) -> None:
    late(app, world, title="at holde en introduktionsaften")
    with served(app) as address, visit(browser, width=PHONE) as page:
        sign_in(page, address, "medarbejder.0580@kommune.example")
        follow(page, "Én ting, I har lovet, er overskredet")
        look(page)
        follow(page, "Holde en introduktionsaften")
        look(page)
        page.locator("#remark").fill("Der kom 12.")
        press(page, "Markér som gjort")
        assert page.get_by_text("Markeret som gjort.").is_visible()
        page.goto(f"{address}/kommuner/{HERE}")
        assert page.get_by_text("er overskredet").count() == 0
    with app.app_context(), acting_for(clock([HERE])), transaction():
        from service.partnership.duties.models import OwedDuty

        assert db.session.query(OwedDuty).filter_by(remark="Der kom 12.").count() == 1
