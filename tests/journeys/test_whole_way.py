"""The whole way in a real browser: DRC drafts and offers, the municipality approves, a month is closed, the statement is found.

The web server, the worker and the timetable run as they do for real; axe looks at every page of the way, in both widths.
"""

from __future__ import annotations

import datetime as dt
import hashlib
import os
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import pypdfium2
import pytest
from flask import Flask
from playwright.sync_api import Browser, Page

from config.embedded import Servers
from config.settings import Settings
from tenants.calendar import day_of, first_of, month_before, month_name
from tenants.database import now
from tests.support.browser import DESK, PHONE, assert_accessible, complaints, follow, press, served, visit
from tests.support.world import EMPTY, PASSWORD, World, person

FORM = {
    "municipality_contact": ("Tove Prøve", "Integrationskoordinator", "11 11 11 11", "tove@kommune.example"),
    "drc_contact": ("Kim Prøve", "Regionskonsulent", "22 22 22 22", "kim@drc.example"),
}


@pytest.fixture
def worker(app: Flask, place: Servers, settings: Settings, root: Path) -> Iterator[None]:
    """A worker process, as it runs for real."""
    environment = {
        **os.environ,
        "DATABASE_URL": place.database_url,
        "DATABASE_OWNER_URL": place.database_owner_url,
        "REDIS_URL": place.redis_url,
        "VAR": str(settings.var),
        "SECRET_KEY": settings.secret_key,
        "PUBLIC_URL": settings.public_url,
    }
    process = subprocess.Popen(
        [sys.executable, "-m", "service.worker"], cwd=root, env=environment, stderr=subprocess.DEVNULL
    )
    yield
    process.terminate()
    process.wait(20)


def sign_in(page: Page, address: str, email: str) -> None:
    """Sign in by hand."""
    page.goto(f"{address}/log-ind")
    page.get_by_label("E-mail").fill(email)
    page.get_by_label("Adgangskode").fill(PASSWORD)
    press(page, "Log ind")
    assert "/log-ind" not in page.url
    look(page)


def look(page: Page, *widths: int) -> None:
    """axe at desk and phone width, or those given, and nothing that the browser complains of."""
    for width in widths or (PHONE, DESK):
        page.set_viewport_size({"width": width, "height": 900})
        assert_accessible(page)
    # A form that comes back with what is wrong answers 422; the browser says so, and nothing else may it say.
    assert [said for said in complaints(page) if "status of 422" not in said] == []


def until(page: Page, seen: Callable[[], bool], seconds: int = 60) -> None:
    """Load the page again until something is seen."""
    end = time.monotonic() + seconds
    while not seen():
        assert time.monotonic() < end, page.inner_text("main")
        time.sleep(0.5)
        page.reload()


def download(page: Page, link: str) -> bytes:
    """The bytes behind a link, with the page's own cookies."""
    href = page.get_by_role("link", name=link).first.get_attribute("href")
    answer = page.request.get(page.evaluate("href => new URL(href, location).href", href))
    assert answer.status == 200
    assert answer.headers["content-type"] == "application/pdf"
    return answer.body()


def text_of(pdf: bytes) -> str:
    """The text of all pages, on one line."""
    return " ".join(" ".join(page.get_textpage().get_text_range().split()) for page in pypdfium2.PdfDocument(pdf))


def draft(page: Page, starts: dt.date, ends: dt.date) -> None:
    """Fill the draft in part by part, with a public duty first, then a borderline activity without its distinction."""
    follow(page, "Niveau")
    page.get_by_label("Dybt integreret partner").check(force=True)
    save(page)
    follow(page, "Periode og opsigelse")
    page.locator("#starts_on").fill(f"{starts:%d-%m-%Y}")
    page.locator("#ends_on").fill(f"{ends:%d-%m-%Y}")
    save(page)
    follow(page, "Parter og tovholdere")
    for side, values in FORM.items():
        for part, value in zip(("name", "title", "phone", "email"), values, strict=True):
            page.locator(f"#{side}-{part}").fill(value)
    save(page)
    look(page)
    follow(page, "Adgang")
    assert page.locator('[name="capabilities-year_plan"]').is_checked(), "as the level has it"
    page.go_back()
    follow(page, "Økonomi")
    page.get_by_label("Andet tilskud").check(force=True)
    page.get_by_role("button", name="Tilføj et år").click()
    page.locator("#amounts-0-ore").fill("990.000")
    page.locator("#instalments_a_year").fill("2")
    save(page)
    follow(page, "Økonomi")
    assert page.get_by_text("495.000 kr.").count() >= 2, "two equal instalments in each year"
    look(page)
    page.go_back()
    follow(page, "Aktiviteter")
    page.locator("#activities-0-activity_type").select_option("danish_education")
    page.locator("#activities-0-place").fill("Medborgerhuset <b>Æblet</b>")
    page.locator("#activities-0-times").fill("1")
    page.locator("#activities-0-every").select_option("week")
    save(page)
    look(page)
    assert "danskuddannelse" in page.locator("#activities-0-activity_type-error").inner_text().lower()
    assert page.locator("#activities-0-place").input_value() == "Medborgerhuset <b>Æblet</b>", "what was typed is kept"
    page.locator("#activities-0-activity_type").select_option("language_cafe")
    save(page)
    proposal = page.locator("#activities-0-distinction").input_value()
    assert page.locator("#activities-0-distinction-error").is_visible()
    assert "danskuddannelse" in proposal, "a proposal stands in the field, to be read and mended"
    save(page)
    assert page.get_by_text("Årsplanen").first.is_visible()
    look(page)


def save(page: Page) -> None:
    """Save a part of the draft."""
    press(page, "Gem")


def test_the_whole_way(app: Flask, world: World, worker: None, browser: Browser) -> None:
    """From a draft to a statement that the municipality finds."""
    today = day_of(now())
    last = month_before(first_of(today))
    with app.app_context():
        from tenants.acting import acting_for
        from tenants.database import transaction
        from tenants.reach import clock

        with acting_for(clock([EMPTY])), transaction():
            person(f"leder.{EMPTY}@kommune.example", ("manager", EMPTY, None), name="Hanne Prøve")
    with served(app) as address, visit(browser) as drc, visit(browser) as municipality:
        drc.goto(f"{address}/log-ind")
        look(drc)
        sign_in(drc, address, "sekretariat@drc.example")
        drc.goto(f"{address}/kommuner/{EMPTY}")
        look(drc)
        follow(drc, "Lav et udkast")
        look(drc)
        draft(drc, last, dt.date(today.year + 1, 12, 31))
        press(drc, "Tilbyd kommunen")
        until(drc, lambda: drc.get_by_role("link", name="Læs aftalen").is_visible())
        look(drc)

        sign_in(municipality, address, f"leder.{EMPTY}@kommune.example")
        assert municipality.get_by_text("Der er intet partnerskab").is_visible(), (
            "nothing is opened before it is approved"
        )
        follow(municipality, "Læs den")
        look(municipality)
        pdf = download(municipality, "Læs aftalen")
        assert hashlib.sha256(pdf).hexdigest() == municipality.locator("code.hash").inner_text()
        assert "Medborgerhuset <b>Æblet</b>" in text_of(pdf), "markup is shown as text"
        press(municipality, "Godkend aftalen")
        assert municipality.locator("#consent-error").is_visible(), "the box must be ticked"
        look(municipality)
        municipality.get_by_label("Jeg har læst aftalen").check(force=True)
        press(municipality, "Godkend aftalen")
        assert municipality.get_by_text("Afventer Dansk Flygtningehjælp").first.is_visible()

        drc.goto(f"{address}/")
        look(drc)
        follow(drc, "Læs og godkend")
        drc.get_by_label("Jeg har læst aftalen").check(force=True)
        press(drc, "Godkend aftalen")
        assert drc.get_by_text("I kraft").first.is_visible()
        drc.goto(f"{address}/opgoerelser")
        look(drc)
        drc.goto(f"{address}/kommuner/{EMPTY}/opgoerelser/{month_name(last)}/gennemsyn")
        look(drc)
        press(drc, "Frigiv opgørelsen")
        # The run's page follows the run by itself.
        drc.get_by_role("link", name="PDF Hjørring").wait_for(timeout=90_000)
        look(drc)

        municipality.goto(f"{address}/kommuner/{EMPTY}")
        look(municipality)
        follow(municipality, "Opgørelser")
        look(municipality)
        statement = text_of(download(municipality, "PDF"))
        assert "Hjørring Kommune" in statement
        assert "Kim Prøve" in statement
        municipality.goto(f"{address}/kommuner/{EMPTY}/aktiviteter")
        look(municipality)
        answer = municipality.request.get(f"{address}/kommuner/{EMPTY}/opgoerelser/{month_name(last)}")
        assert answer.status == 200, "the address that the mail names"
