"""One municipality's scope cannot be read: DRC's lists of all show the others, and that one as what cannot be read."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest
from flask import Flask

from config.embedded import Servers
from tests.support.planted import Plant, unchecked
from tests.support.world import HERE, THERE, World
from tests.walls.ways import CONSULTANT, MANAGER, SECRETARIAT, Asker, addresses, askers, ids_of, routes

BROKEN = {
    "of a format unknown": """scope = scope || '{"format": 99}'""",
    "without its shape": """scope = '{"format": 2}'""",
    "no object": "scope = '[1]'",
}
PARTS_OF_RUNNING = {"health.ready", "watch.metrics"}  # the one says that the checks are lifted, and is right


@pytest.fixture
def plant(world: World, place: Servers) -> Iterator[Plant]:
    with unchecked(place) as planted:
        yield planted


@pytest.fixture
def people(app: Flask, world: World) -> dict[str, Asker]:
    return askers(app, world)


def break_here(plant: Plant, how: str) -> None:
    for table in ("scope_periods", "agreements", "scope_drafts"):
        plant(table, f"{how} WHERE municipality_code = '{HERE}'")


def broken(app: Flask, asker: Asker, ids: dict[str, tuple[str, ...]]) -> list[str]:
    """The pages and lists that do not open: those of all municipalities, and those of one whose ids they are."""
    found = []
    for verb, rule in routes(app):
        if verb == "GET" and rule.endpoint not in PARTS_OF_RUNNING:
            found += [address for address in addresses(rule, ids) if asker.ask(verb, address).status_code >= 500]
    return found


def items(asker: Asker, name: str) -> dict[str, Any]:
    """The items of a list of the API by municipality."""
    return {each["municipality_code"]: each for each in asker.ask("GET", f"/api/v1/{name}?limit=200").json["items"]}  # type: ignore[index]


def test_every_page_of_drc_opens(app: Flask, world: World, people: dict[str, Asker], plant: Plant) -> None:
    """The control: the pages of that one municipality do not, and say why."""
    ids = ids_of(app, world, world.there)
    break_here(plant, BROKEN["of a format unknown"])
    assert broken(app, people[SECRETARIAT], ids) == []
    here = people[SECRETARIAT].ask("GET", f"/kommuner/{HERE}")
    assert here.status_code == 500
    assert "Noget, der er gemt her, kan ikke læses: Giv driften besked." in here.text
    assert people[MANAGER].ask("GET", f"/kommuner/{HERE}").status_code == 500


@pytest.mark.parametrize("how", BROKEN.values(), ids=BROKEN)
def test_the_others_are_listed_and_that_one_is_told(people: dict[str, Asker], plant: Plant, how: str) -> None:
    break_here(plant, how)
    secretariat, consultant = people[SECRETARIAT], people[CONSULTANT]
    page = secretariat.ask("GET", "/kommuner").text
    assert page.count("kan ikke læses: Giv driften besked") == 1
    assert page.count('href="/kommuner/') >= 98
    assert "kan ikke læses: Giv driften besked" in consultant.ask("GET", "/kommuner").text
    listed = items(secretariat, "municipalities")
    assert len(listed) == 98
    assert [code for code, each in listed.items() if not each["readable"]] == [HERE]
    assert (listed[HERE]["level"], listed[HERE]["capabilities"]) == (None, [])
    assert listed[THERE]["level"] == "integrated"
    for name in ("partnerships", "agreements"):
        found = items(secretariat, name)
        assert found[HERE]["scope"] is None, name
        assert found[THERE]["scope"], name
    assert {HERE, THERE} <= items(secretariat, "activities").keys()
