"""A municipality's start page, for its own people and for DRC's."""

from __future__ import annotations

import re

import pytest
from flask import Flask

from service.home import views
from tests.support.world import HERE, World
from tests.walls.ways import CONSULTANT, MANAGER, SECRETARIAT, STAFF, Asker, askers

START = f"/kommuner/{HERE}"


@pytest.fixture
def people(app: Flask, world: World) -> dict[str, Asker]:
    """Those who ask."""
    return askers(app, world)


@pytest.mark.parametrize("who", [SECRETARIAT, CONSULTANT])
def test_drc_has_its_tools_above_the_page_of_the_municipality(people: dict[str, Asker], who: str) -> None:
    page = people[who].ask("GET", START).text
    tools = page.index("For Dansk Flygtningehjælp</h2>")
    assert tools < page.index(f'href="{START}/aktiviteter"') < page.index(f'href="{START}/delinger"')
    assert page.index(f'href="{START}/delinger"') < page.index('class="overview"')
    assert "Venter på kommunen" in page
    assert "Venter på dig" not in page


@pytest.mark.parametrize("who", [MANAGER, STAFF])
def test_a_municipality_has_none_of_drcs_tools(people: dict[str, Asker], who: str) -> None:
    page = people[who].ask("GET", START).text
    assert "For Dansk Flygtningehjælp</h2>" not in page
    assert "Venter på dig" in page
    assert "Venter på kommunen" not in page


@pytest.mark.parametrize("part", ["aktiviteter", "behov", "aftaler", "netvaerk", "delinger"])
def test_the_name_above_every_page_of_a_municipality_leads_to_its_start_page(
    people: dict[str, Asker], part: str
) -> None:
    for who in (CONSULTANT, MANAGER):
        assert f'<div class="solution-heading"><p><a href="{START}">' in people[who].ask("GET", f"{START}/{part}").text


def test_a_consultant_has_a_territory_and_the_secretariat_the_country(people: dict[str, Asker]) -> None:
    said = {
        who: re.findall(r'<div class="solution-heading"><p>\s*(.+?)\s*</p>', people[who].ask("GET", "/kommuner").text)
        for who in (CONSULTANT, SECRETARIAT)
    }
    assert said == {CONSULTANT: ["Mine kommuner"], SECRETARIAT: ["Alle kommuner"]}


def test_the_tile_says_how_many_of_all_held_were_agreed(
    people: dict[str, Asker], monkeypatch: pytest.MonkeyPatch
) -> None:
    def tile(*kept: int) -> str:
        monkeypatch.setattr(views, "kept", lambda _now, _promised: kept)
        page = people[MANAGER].ask("GET", START).text
        return re.findall(r"Afholdte gange i alt</dt>.*?</div>", page, re.DOTALL)[0]

    held = int(re.findall(r"key-figure-value\">(\d+)", tile(0, 0))[0])
    assert f"heraf {held + 7} aftalte" in tile(held + 7, held + 9)
    assert "heraf" not in tile(held, held + 9), "all that was held was agreed"
    assert "heraf" not in tile(0, 0), "nothing was agreed by number"
