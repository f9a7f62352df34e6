"""A group shared with a neighbour, in a real browser: DRC offers it, the neighbour accepts, DRC looks as the neighbour, and it ends.

axe looks at every page of the way, in both widths.
"""

from __future__ import annotations

import re
from uuid import UUID

import pytest
from flask import Flask
from playwright.sync_api import Browser, Page

from service.network.networks import operations as networks
from tenants.calendar import day_of
from tenants.database import now
from tenants.reach import clock
from tests.journeys.test_whole_way import look, sign_in
from tests.network.shares.stage import acting
from tests.support.browser import follow, press, served, visit
from tests.support.world import HERE, THERE, World, group_of, share_with

GROUP = "Ærlige Venner"


@pytest.fixture
def group_id(app: Flask, world: World) -> UUID:
    """A group at home HERE, that HERE sees and lets be told."""
    with acting(app, clock([HERE, THERE])):
        group = networks.create(group_of(GROUP, HERE, THERE, contact="Gruppens kontakt"))
        share_with(HERE, group).tells_neighbours = True
        return group.id


def tick(page: Page, name: str) -> None:
    """Tick the box or the circle of that name."""
    page.locator(f'[name="{name}"]').first.check(force=True)


def offer(page: Page, address: str, group_id: UUID) -> None:
    """Find the group by what it sounds like, and offer it to the neighbour; first without saying who consented."""
    page.goto(f"{address}/grupper")
    look(page)
    page.get_by_label("Gruppens navn").fill("aerlige")
    press(page, "Søg")
    look(page)
    follow(page, GROUP)
    look(page)
    follow(page, "Tilbyd til en kommune")
    look(page)
    page.get_by_label("Kommune", exact=True).select_option("Tønder")
    tick(page, "shows-contact")
    press(page, "Giv tilbuddet")
    assert page.locator("#given_by-error").is_visible()
    look(page)
    assert page.get_by_label("Kommune", exact=True).input_value() == THERE, "what was chosen is kept"
    page.get_by_label("Hvem gav samtykke").fill("Gruppens kontakt")
    page.get_by_label("i telefonen").check(force=True)
    press(page, "Giv tilbuddet")
    assert page.get_by_text("1 gruppe giver samtykke i dag").is_visible()
    look(page)
    follow(page, "Notér et samtykke")
    look(page)
    page.goto(f"{address}/grupper/{group_id}")
    assert "ikke svaret" in page.get_by_role("row", name=re.compile("^Tønder")).inner_text()


def look_as(page: Page, address: str) -> None:
    """Look through the neighbour's eyes."""
    page.goto(f"{address}/kommuner/{THERE}")
    page.get_by_label("Hvorfor du ser med kommunens øjne").select_option("check")
    press(page, "Se, hvad kommunen ser")
    assert page.get_by_text("Du ser det, Tønder Kommune ser").is_visible()
    look(page)
    follow(page, "Netværk")
    look(page)


def stop(page: Page) -> None:
    """Be oneself again."""
    with page.expect_navigation():
        page.get_by_role("button", name="Afslut visningen").click()
    assert not page.get_by_text("Du ser det, Tønder Kommune ser").is_visible()


def test_a_group_is_shared_with_a_neighbour_seen_and_ended(
    app: Flask, world: World, group_id: UUID, browser: Browser
) -> None:
    with served(app) as address, visit(browser) as drc, visit(browser) as neighbour:
        sign_in(drc, address, "sekretariat@drc.example")
        look_as(drc, address)
        assert not drc.get_by_role("link", name=GROUP).is_visible(), "not before it is shared"
        stop(drc)
        offer(drc, address, group_id)

        sign_in(neighbour, address, f"leder.{THERE}@kommune.example")
        follow(neighbour, f"Tilbud fra netværket: {GROUP}")
        look(neighbour)
        assert not neighbour.get_by_text("Gruppens kontakt").is_visible(), "who consented is not told"
        neighbour.get_by_label("Andre kommuner, der deler det samme").check(force=True)
        press(neighbour, "Tag imod")
        look(neighbour)
        follow(neighbour, "Se gruppen")
        look(neighbour)
        assert neighbour.get_by_text("Gruppens kontakt").is_visible()
        assert neighbour.get_by_role("row", name=re.compile("Deles også med")).inner_text().endswith("Aabenraa")

        look_as(drc, address)
        follow(drc, GROUP)
        look(drc)
        assert drc.get_by_text("Gruppens kontakt").is_visible()
        stop(drc)
        drc.goto(f"{address}/grupper/{group_id}")
        assert "Ja:" in drc.get_by_role("row", name=re.compile("^Tønder")).inner_text()
        look(drc)

        neighbour.goto(f"{address}/kommuner/{THERE}/delinger")
        look(neighbour)
        follow(neighbour, GROUP)
        neighbour.get_by_label("Første dag, det ikke længere vises").fill("01-01-2020")
        press(neighbour, "Afslut delingen")
        assert neighbour.get_by_text("Dagen er gået").first.is_visible()
        look(neighbour)
        neighbour.get_by_label("Første dag, det ikke længere vises").fill(f"{day_of(now()):%d-%m-%Y}")
        press(neighbour, "Afslut delingen")
        assert neighbour.get_by_text("Afsluttet").first.is_visible()
        look(neighbour)

        look_as(drc, address)
        assert not drc.get_by_role("link", name=GROUP).is_visible(), "sight ended the same day"
        assert drc.request.get(f"{address}/kommuner/{THERE}/netvaerk/{group_id}").status == 404
        stop(drc)
        drc.goto(f"{address}/grupper/{group_id}")
        assert "Nej:" in drc.get_by_role("row", name=re.compile("^Tønder")).inner_text()
        look(drc)
