"""The new pages in a real browser: nothing for axe to find, at the width of a phone and of a desk."""

from __future__ import annotations

from flask import Flask
from playwright.sync_api import Browser

from service.activity.posters import operations as posters
from tenants.acting import acting_for
from tenants.database import transaction
from tenants.reach import clock
from tests.support.browser import DESK, PHONE, assert_accessible, complaints, served, visit
from tests.support.world import HERE, PASSWORD, World


def test_axe_finds_nothing(app: Flask, world: World, browser: Browser) -> None:
    with app.app_context(), acting_for(clock([HERE])), transaction():
        public = posters.publish(world.here.activity, public=True, contact=False).public_id
    activity = f"/kommuner/{HERE}/aktiviteter/{world.here.activity}"
    with served(app) as address, visit(browser) as page:
        page.goto(f"{address}/log-ind")
        page.fill("[name=email]", "sekretariat@drc.example")
        page.fill("[name=password]", PASSWORD)
        with page.expect_navigation():
            page.click("main button[type=submit]")
        for path in (
            f"/kommuner/{HERE}/aktiviteter",
            f"/kommuner/{HERE}/aktiviteter/ny",
            activity,
            f"{activity}/ret",
            f"{activity}/plakat",
            f"/kommuner/{HERE}/kalender",
            f"/kommuner/{HERE}/kalender/adresser",
            f"/a/{public}",
        ):
            for width in (PHONE, DESK):
                page.set_viewport_size({"width": width, "height": 900})
                page.goto(f"{address}{path}")
                assert_accessible(page)
        assert complaints(page) == []
