"""The plan of the year and recruitment in a real browser: axe at both widths, and the way to them from the start page."""

from __future__ import annotations

import pytest
from flask import Flask
from playwright.sync_api import Browser

from service.reporting.recruitment import operations as recruitment
from tenants.acting import acting_for
from tenants.calendar import day_of, month_after
from tenants.database import now, transaction
from tenants.reach import clock
from tests.journeys.test_whole_way import look, sign_in
from tests.reporting.recruitment.test_months import LAST, group, volunteer
from tests.support.browser import DESK, PHONE, follow, served, visit
from tests.support.world import HERE, World


@pytest.mark.parametrize("width", [PHONE, DESK])
def test_what_the_agreement_opens_leads_to_it(app: Flask, world: World, browser: Browser, width: int) -> None:
    with app.app_context(), acting_for(clock([HERE])), transaction():
        home = group("Den ene", HERE)
        for number in range(8):
            volunteer(number, home, month_after(LAST, -2) if number < 3 else month_after(LAST, -5))
        recruitment.count_owed(day_of(now()))
    with served(app) as address, visit(browser, width=width) as page:
        sign_in(page, address, "medarbejder.0580@kommune.example")
        follow(page, "Årsplanen")
        look(page, width)
        follow(page, str(day_of(now()).year + 1))
        look(page, width)
        page.goto(f"{address}/kommuner/{HERE}")
        follow(page, "Rekruttering af frivillige")
        look(page, width)
        assert page.get_by_text("vises ikke").first.is_visible()
