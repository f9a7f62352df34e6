"""An agreement ends before its term, in a browser: what follows is shown, a notice is given, and an early end is agreed to.

axe looks at every page of the way, in both widths.
"""

from __future__ import annotations

import datetime as dt

from flask import Flask
from playwright.sync_api import Browser, Page

from service.partnership.agreements import end_queries, ending, queries
from service.partnership.agreements.rules import AgreementState
from tenants.acting import acting_for
from tenants.calendar import day_of
from tenants.database import now, transaction
from tenants.reach import clock
from tests.journeys.test_need import look, sign_in
from tests.support.browser import follow, press, served, visit
from tests.support.world import HERE, World

WHY = "Kommunen omlægger indsatsen fra nytår."


def through(page: Page, link: str) -> None:
    """From the agreement's page to the last step of a way of ending it."""
    page.get_by_role("main").get_by_role("link", name=link, exact=True).click()
    look(page)


def test_a_notice_and_an_early_end(app: Flask, world: World, browser: Browser) -> None:
    agreement = f"/kommuner/{HERE}/aftaler/{world.here.agreement}"
    with served(app) as address, visit(browser) as manager, visit(browser) as drc:
        sign_in(manager, address, f"leder.{HERE}@kommune.example")
        manager.goto(address + agreement)
        through(manager, "Opsig")
        follow(manager, "Se, hvad der følger")
        look(manager)
        assert manager.get_by_role("heading", name="Grupper, der skal have besked").is_visible()
        press(manager, "Fortsæt")
        look(manager)
        manager.locator("#reason").fill(WHY)
        press(manager, "Opsig")
        look(manager)
        assert manager.get_by_text("Opsagt, slutter").first.is_visible()
        # DRC proposes a sooner day, and the manager agrees from the start page.
        sign_in(drc, address, "sekretariat@drc.example")
        drc.goto(address + agreement)
        through(drc, "Foreslå, at aftalen slutter før tid")
        soon = day_of(now()) + dt.timedelta(days=30)
        drc.locator("#last_day").fill(f"{soon:%d-%m-%Y}")
        press(drc, "Se, hvad der følger")
        look(drc)
        press(drc, "Fortsæt")
        drc.locator("#reason").fill("Vi kan slutte lidt før, fordi aktiviteterne er flyttet.")
        press(drc, "Send forslaget")
        look(drc)
        manager.goto(f"{address}/kommuner/{HERE}")
        look(manager)
        follow(manager, "Læs hvorfor, og svar")
        look(manager)
        press(manager, "Sig ja: Aftalen slutter den dag")
        assert manager.get_by_text("Slutter før tid").first.is_visible()
        with app.app_context(), acting_for(clock([HERE])), transaction():
            row = queries.agreement(world.here.agreement)
            assert (row.state, row.ends_on) == (AgreementState.ENDED_EARLY, soon)
            owed = [key for _code, key in end_queries.end_papers_owed()]
        with app.app_context():
            assert [ending.make_paper(HERE, key, 60) for key in owed] == [True, True]
        manager.reload()
        assert manager.get_by_role("link", name="Opsigelse af partnerskabsaftale").is_visible()
