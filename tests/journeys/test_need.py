"""A need across territories in a browser: said, answered with a neighbour territory's group, agreed to there, seen by the municipality.

axe looks at every page of the way, in both widths.
"""

from __future__ import annotations

from flask import Flask
from playwright.sync_api import Browser, Page

from tests.network.needs.conftest import Border, border
from tests.support.browser import DESK, PHONE, assert_accessible, complaints, follow, press, served, visit
from tests.support.world import HERE, PASSWORD, World

__all__ = ["border"]  # the two territories, as the tests of needs have them


def look(page: Page) -> None:
    """axe at desk and phone width, and nothing that the browser complains of."""
    for width in (PHONE, DESK):
        page.set_viewport_size({"width": width, "height": 900})
        assert_accessible(page)
    assert [said for said in complaints(page) if "status of 422" not in said] == []


def sign_in(page: Page, address: str, email: str) -> None:
    page.goto(f"{address}/log-ind")
    page.get_by_label("E-mail").fill(email)
    page.get_by_label("Adgangskode").fill(PASSWORD)
    press(page, "Log ind")
    look(page)


def test_a_need_goes_over_the_border_and_back(app: Flask, world: World, border: Border, browser: Browser) -> None:
    with (
        served(app) as address,
        visit(browser) as municipality,
        visit(browser) as ours,
        visit(browser) as theirs,
    ):
        # The municipality says what it lacks; a phone number is warned of.
        sign_in(municipality, address, f"medarbejder.{HERE}@kommune.example")
        follow(municipality, "Behov")
        look(municipality)
        municipality.get_by_role("main").get_by_role("link", name="Meld et behov").click()
        municipality.locator("#kind").select_option("network_family")
        municipality.locator("#number").fill("4")
        municipality.get_by_label("arabisk").check(force=True)
        municipality.locator("#remark").fill("Ring til mig på 22 33 44 55")
        press(municipality, "Gem behovet")
        look(municipality)
        assert "telefonnummer" in municipality.locator("#remark-error").inner_text()
        municipality.locator("#remark").fill("Gerne med børn i skolealderen")
        press(municipality, "Gem behovet")
        look(municipality)
        need = municipality.url
        assert municipality.get_by_text("Venter på svar").is_visible()

        # Its consultant finds it on the Monday list and proposes the neighbour territory's group.
        sign_in(ours, address, "konsulent@drc.example")
        assert ours.get_by_role("cell", name="Mangler 4 netværksfamilier").first.is_visible()
        ours.goto(need)
        look(ours)
        follow(ours, "Find en gruppe, der kan svare")
        look(ours)
        assert "Nær" in ours.locator(".form-group-radio").first.inner_text(), "the near one first"
        ours.get_by_label("Fjern, 10 ledige").check(force=True)
        ours.locator("#number").fill("4")
        ours.locator("#remark").fill("En gruppe i nabobyen")
        press(ours, "Svar med denne gruppe")
        look(ours)
        assert ours.get_by_text("Venter på et ja").is_visible()
        municipality.goto(need)
        assert municipality.get_by_text("Venter på svar").is_visible(), "nothing is told before the other has said yes"

        # The other consultant says yes; the free number falls.
        sign_in(theirs, address, "nabo@drc.example")
        follow(theirs, "Sig ja eller nej")
        look(theirs)
        press(theirs, "Ja")
        look(theirs)
        assert theirs.get_by_text("Aftalt").is_visible()
        theirs.goto(f"{address}/grupper/{border.far}/kapacitet")
        look(theirs)
        assert theirs.get_by_role("rowheader", name="6 netværksfamilier", exact=True).is_visible()
        theirs.goto(f"{address}/kapacitet?type=network_family")
        look(theirs)
        assert theirs.locator(".tile").count() == 98

        # The municipality sees the answer on its start page, says yes, and follows it to the end.
        municipality.goto(f"{address}/kommuner/{HERE}")
        look(municipality)
        follow(municipality, "DRC har svaret: 4 netværksfamilier")
        assert municipality.get_by_text("En gruppe i nabobyen").is_visible()
        assert not municipality.get_by_text("Tønder").is_visible()
        look(municipality)
        press(municipality, "Ja tak")
        municipality.locator("#in_place").fill("4")
        press(municipality, "Gem")
        look(municipality)
        assert municipality.get_by_text("Dækket").first.is_visible()
