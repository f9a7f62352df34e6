"""A file of groups in a real browser: sent with errors, mended, imported, looked at, undone. axe looks at every page of the way."""

from __future__ import annotations

import os
import re
from collections.abc import Iterator
from pathlib import Path

import pytest
from flask import Flask
from playwright.sync_api import Browser, Page

from config.embedded import Servers
from config.settings import Settings
from tests.exchange.conftest import csv_of
from tests.journeys.test_whole_way import look, sign_in
from tests.support.browser import follow, picture, press, served, visit
from tests.support.processes import environment, workers
from tests.support.world import World

FILE = csv_of(
    ("Gruppens navn", "Slags", "Kommune", "Mail", "Bemærkning"),
    ("Sprogcafé Nørreby", "løs gruppe", "Aabenraa", "noerreby@gruppe.example", ""),
    ("Lektiehjælp Vest", "klub", "0550", "vest@gruppe.example", "spørg Kirsten"),
    ("Fællesgruppen", "løs gruppe", "Tønder", "ikke en adresse", ""),
    ("Cykelholdet", "forening", "Tønder", "", ""),
)


@pytest.fixture
def worker(app: Flask, place: Servers, settings: Settings) -> Iterator[None]:
    """A worker process, as it runs for real."""
    with workers(environment(settings, place.environment(), LOG_LEVEL="ERROR")):
        yield


def shot(page: Page, name: str) -> None:
    """A picture, where somebody wants to look."""
    if folder := os.environ.get("PICTURES"):
        for width in (390, 1280):
            picture(page, Path(folder) / f"{name}-{width}.png", width)


def test_a_file_is_mended_imported_and_undone(app: Flask, world: World, worker: None, browser: Browser) -> None:
    with served(app) as address, visit(browser) as page:
        sign_in(page, address, "sekretariat@drc.example")
        page.goto(f"{address}/grupper")
        follow(page, "Import og udtræk")
        look(page)
        shot(page, "1-empty")
        follow(page, "Importér en fil")
        look(page)
        press(page, "Send filen")
        assert page.locator("#file-error").is_visible()
        look(page)
        page.set_input_files("#file", {"name": "Grupper Øst.csv", "mimeType": "text/csv", "buffer": FILE})
        shot(page, "2-new")
        press(page, "Send filen")
        # The page follows the work by itself.
        page.get_by_role("heading", name="Hvad der vil ske med rækkerne").wait_for(timeout=90_000)
        look(page)
        shot(page, "3-refused")
        main = page.get_by_role("main")
        assert main.get_by_text("»klub« er ikke en af mulighederne").is_visible()
        press(page, "Importér 2 rækker")
        assert page.locator("#leave_out-error").is_visible(), "refused rows stand in the way"
        look(page)

        follow(page, "Række 3")
        look(page)
        shot(page, "4-row")
        assert page.locator("#cell-kind-error").is_visible()
        page.locator("#cell-kind").fill("forening")
        press(page, "Gem rækken")
        assert main.get_by_text("Række 3 er rettet").is_visible()
        follow(page, "Række 4")
        page.locator("#cell-contact_email").fill("faelles@gruppe.example")
        press(page, "Gem rækken")
        look(page)
        follow(page, "Række 4")
        look(page)
        shot(page, "5-doubtful")
        page.get_by_label("Det er den samme").check(force=True)
        with page.expect_navigation():
            page.get_by_role("button", name="Gem", exact=True).click()
        look(page)
        shot(page, "6-ready")
        press(page, "Importér 4 rækker")
        page.get_by_role("heading", name="Hvad der kom ud af det").wait_for(timeout=90_000)
        look(page)
        shot(page, "7-applied")
        page.goto(f"{address}/grupper")
        page.get_by_label("Gruppens navn").fill("norreby")
        press(page, "Søg")
        assert page.get_by_role("link", name="Sprogcafé Nørreby").is_visible()

        page.goto(f"{address}/overfoersler")
        look(page)
        shot(page, "8-list")
        follow(page, "Grupper Øst.csv")
        press(page, "Fortryd importen")
        page.get_by_text(re.compile("Fortrudt .*alt er, som det var")).wait_for(timeout=90_000)
        look(page)
        page.goto(f"{address}/grupper")
        page.get_by_label("Gruppens navn").fill("norreby")
        press(page, "Søg")
        assert page.get_by_text("Ingen gruppe passer").is_visible()
        page.goto(f"{address}/overfoersler/udtraek")
        look(page)
        shot(page, "9-export")
        press(page, "Lav filen")
        page.get_by_role("link", name="Hent filen").wait_for(timeout=90_000)
        look(page)
        shot(page, "10-made")
        with page.expect_download() as waiting:
            page.get_by_role("link", name="Hent filen").click()
        assert waiting.value.suggested_filename.endswith(".xlsx")
