"""The pages of groups and networks for DRC: what is typed is kept or refused, lists go on, and a page costs few queries."""

from __future__ import annotations

import re
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import select

from service.network.networks import operations, queries
from service.network.networks.models import Group, Network
from tenants.database import db
from tenants.reach import clock
from tests.network.shares.stage import acting
from tests.support.counting import counted
from tests.support.logged import logged
from tests.support.pages import search
from tests.support.world import HERE, THERE, World, group_of, share_network_with, share_with
from tests.walls.ways import CONSULTANT, MANAGER, SECRETARIAT, Asker, askers

MOST, PUT_TOGETHER = 8, 10  # queries of a list, and of a page that puts together what several features hold


@pytest.fixture
def people(app: Flask, world: World) -> dict[str, Asker]:
    """Those who ask."""
    return askers(app, world)


FORM = {
    "name": "Ærlige Venner",
    "kind": "loose",
    "cvr": "",
    "themes-language_cafe": "1",
    "areas-0-municipality_code": HERE,
    "areas-0-part": "Tinglev",
    "areas-0-home": "1",
    "places-0-municipality_code": HERE,
    "places-0-name": "Biblioteket",
    "contact-name": "Gruppens kontakt",
    "contact-email": "venner@frivillig.example",
}


def test_a_group_is_created_changed_and_put_to_rest(app: Flask, people: dict[str, Asker]) -> None:
    consultant = people[CONSULTANT]
    answer = consultant.ask("POST", "/grupper/ny", FORM)
    assert answer.status_code == 302, answer.text
    address = answer.headers["Location"]
    page = consultant.ask("GET", address).text
    for shown in (
        "Ærlige Venner",
        "Aabenraa (Tinglev)",
        "Sprogcafé",
        "Biblioteket (Aabenraa)",
        "venner@frivillig.example",
    ):
        assert shown in page
    assert "Ingen kommune ser gruppen" in page
    again = consultant.ask("GET", f"{address}/ret").text
    assert 'value="Tinglev"' in again
    answer = consultant.save(f"{address}/ret", {**FORM, "name": "Åbne Venner", "contact-name": ""})
    assert answer.headers["Location"] == address
    page = consultant.ask("GET", address).text
    assert "Åbne Venner" in page
    assert "Gruppens kontakt" not in page
    assert consultant.ask("POST", f"{address}/status", {"status": "resting", "day": ""}).status_code == 302
    assert "Hviler" in consultant.ask("GET", address).text


def test_what_is_wrong_is_said_beside_the_field_and_what_was_typed_is_kept(people: dict[str, Asker]) -> None:
    wrong = {**FORM, "name": "", "cvr": "123", "areas-0-municipality_code": THERE, "contact-email": "ikke en adresse"}
    answer = people[CONSULTANT].ask("POST", "/grupper/ny", wrong)
    assert answer.status_code == 422
    for field in ("name", "cvr", "contact-email"):
        assert f'id="{field}-error"' in answer.text
    assert 'value="Biblioteket"' in answer.text
    answer = people[CONSULTANT].ask("POST", "/grupper/ny", {**FORM, "areas-0-municipality_code": THERE})
    assert answer.status_code == 422
    assert "Vælg mindst én kommune i dit område" in answer.text


def test_another_territorys_group_can_be_read_and_not_changed(app: Flask, people: dict[str, Asker]) -> None:
    with acting(app, clock([HERE, THERE])):
        key = operations.create(group_of("Deres", THERE)).id
    consultant = people[CONSULTANT]
    page = consultant.ask("GET", f"/grupper/{key}").text
    assert f"/grupper/{key}/ret" not in page
    assert "Ring til" in page
    assert consultant.save(f"/grupper/{key}/ret", FORM).status_code == 422
    assert consultant.ask("POST", f"/grupper/{key}/status", {"status": "closed", "day": ""}).status_code == 422
    with acting(app, clock([HERE, THERE])):
        assert (queries.group(key).name, queries.group(key).status) == ("Deres", "active")
    assert (
        people[SECRETARIAT].ask("POST", f"/grupper/{key}/status", {"status": "resting", "day": ""}).status_code == 302
    )


def test_the_list_is_searched_and_goes_on_by_cursor(app: Flask, people: dict[str, Asker]) -> None:
    with acting(app, clock([HERE, THERE])):
        for number in range(55):
            operations.create(group_of(f"Gruppe {number:02d}", HERE))
        operations.create(group_of("Ærø Venner", HERE))
        operations.create(group_of("Jørgens Venner", HERE))
    consultant, names, address = people[CONSULTANT], [], "/grupper"
    for _page in range(4):
        page = consultant.ask("GET", address).text
        names += re.findall(r'href="/grupper/[0-9a-f-]{36}">([^<]+)</a>', page)
        following = re.search(r'href="(/grupper\?[^"]*side=[^"]+)"', page)
        if not following:
            break
        address = following[1].replace("&amp;", "&")
    assert len(names) == len(set(names)) == 58
    assert names[-1] == "Ærø Venner", "Danish order"
    for typed in ("aero", "Ærø"):
        found = searched(consultant, "/grupper", typed)
        assert "Ærø Venner" in found
        assert "Gruppe 01" not in found
    assert "Jørgens Venner" in searched(consultant, "/grupper", "Joergen")
    assert "Ingen gruppe passer" in searched(consultant, "/grupper", "findes ikke")
    assert "Ingen gruppe passer" in consultant.ask("GET", "/grupper?status=closed").text
    assert consultant.ask("GET", "/grupper?side=ikke-vores").status_code == 422
    answer = people[MANAGER].ask("GET", "/api/v1/groups?q=aero")
    assert answer.json is not None
    assert answer.json["items"] == [], "what is not shared is not found"


@pytest.mark.gate("14.2.1")
def test_a_program_searches_by_a_header_that_no_address_repeats(app: Flask, people: dict[str, Asker]) -> None:
    with acting(app, clock([HERE, THERE])):
        for name in ("Jørgens Venner", "Jørgens Fjender", "Kim"):
            operations.create(group_of(name, HERE))
    consultant = people[CONSULTANT]

    def asked(address: str, words: str) -> Any:
        headers = {"Authorization": f"Bearer {consultant.key}", "Search-Words": words}
        answer = consultant.client.get(address, headers=headers)
        return answer.json if answer.status_code == 200 else answer.status_code

    with logged() as lines:
        first = asked("/api/v1/groups?limit=1", "J%C3%B8rgens")
        assert "rgens" not in first["next"]
        second = asked(first["next"], "J%C3%B8rgens")
        assert [row["name"] for page in (first, second) for row in page["items"]] == [
            "Jørgens Fjender",
            "Jørgens Venner",
        ]
        assert second["next"] is None
        assert len(asked("/api/v1/groups?q=kim", "jorgens")["items"]) == 2, "the header goes before the address"
        assert [asked("/api/v1/groups", words) for words in ("%F8", "J\u00f8rgens", "%00")] == [422] * 3
    assert "rgens" not in lines.getvalue()


def test_a_network_is_kept_and_groups_come_and_go(app: Flask, people: dict[str, Asker]) -> None:
    consultant = people[CONSULTANT]
    assert consultant.ask("POST", "/netvaerk/ny", {"name": "", "kind": "theme", "about": ""}).status_code == 422
    answer = consultant.ask("POST", "/netvaerk/ny", {"name": "Sønderjylland", "kind": "regional", "about": "Vi mødes."})
    address = answer.headers["Location"]
    with acting(app, clock([HERE, THERE])):
        mine = operations.create(group_of("Jørgens Venner", HERE)).id
        theirs = operations.create(group_of("Deres", THERE)).id
    assert "Jørgens Venner" in searched(consultant, address, "jorgen")
    assert consultant.ask("POST", f"{address}/grupper/{mine}/ind").status_code == 302
    assert consultant.ask("POST", f"{address}/grupper/{theirs}/ind").status_code == 302
    page = consultant.ask("GET", address).text
    assert "Jørgens Venner" in page
    assert "Deres" not in page, "the consultant there lets it in"
    assert consultant.ask("POST", f"{address}/grupper/{mine}/hop").status_code == 404
    assert consultant.ask("POST", f"{address}/grupper/{mine}/ud").status_code == 302
    assert "Jørgens Venner" not in consultant.ask("GET", address).text
    assert consultant.save(f"{address}/ret", {"name": "Syd", "kind": "regional", "about": ""}).status_code == 302
    assert "Syd" in consultant.ask("GET", "/netvaerk").text


@pytest.fixture
def full(app: Flask, world: World) -> dict[str, str]:
    """Many groups in a network that is shared, and many shares of one group: the ids that stand in the addresses."""
    with acting(app, clock([HERE, THERE])):
        network = operations.create_network({"name": "Nettet", "kind": "theme", "about": "Om"})
        groups = [operations.create(group_of(f"Gruppe {n:02d}", HERE, THERE, contact=f"ring {n}")) for n in range(25)]
        for group in groups:
            operations.join(network.id, group.id)
        share = share_network_with(HERE, network, *groups)
        for group in groups[:10]:
            share_with(HERE, group)
            share_with(THERE, group)
        return {"group": str(groups[0].id), "network": str(network.id), "share": str(share.id)}


def searched(asker: Asker, path: str, words: str) -> str:
    return asker.ask("GET", search(asker.client, path, words)).text


PAGES = (
    "/grupper",
    "/grupper?q=gruppe",
    "/grupper/{group}",
    "/grupper/{group}/ret",
    "/grupper/{group}/tilbyd",
    "/netvaerk",
    "/netvaerk/{network}",
    "/netvaerk/{network}?q=gruppe",
    f"/kommuner/{HERE}/netvaerk",
    f"/kommuner/{HERE}/netvaerk/{{group}}",
    f"/kommuner/{HERE}/delinger",
    f"/kommuner/{HERE}/delinger/{{share}}",
    f"/kommuner/{HERE}/delinger/{{share}}/samtykke",
    "/api/v1/groups",
    "/api/v1/networks",
    "/api/v1/shares",
    "/api/v1/audit-entries",
)


def test_a_page_costs_few_queries_however_much_is_on_it(
    app: Flask, people: dict[str, Asker], full: dict[str, str]
) -> None:
    costs = {}
    for who in (SECRETARIAT, MANAGER):
        for page in PAGES:
            address = page.format(**full)
            if "?q=" in page:
                address = search(people[who].client, *address.split("?q="))
            with counted(app) as made:
                answer = people[who].ask("GET", address)
            if who == MANAGER and (page.startswith(("/grupper", "/netvaerk")) or page.endswith("samtykke")):
                assert answer.status_code == 404
                continue
            assert answer.status_code == 200, address
            assert len(made) > 0
            costs[who, page] = len(made)
    assert {
        page: cost for page, cost in costs.items() if cost > (PUT_TOGETHER if _put_together(page[1]) else MOST)
    } == {}


def _put_together(page: str) -> bool:
    return "{group}" in page


def test_the_control_a_query_for_each_row_is_counted(
    app: Flask, people: dict[str, Asker], full: dict[str, str], monkeypatch: pytest.MonkeyPatch
) -> None:
    """The hole: the areas are read group by group."""
    real = queries.areas
    monkeypatch.setattr(queries, "areas", lambda ids: {key: real([key])[key] for key in ids})
    with counted(app) as made:
        assert people[SECRETARIAT].ask("GET", "/grupper").status_code == 200
    assert len(made) > MOST


def test_reading_creates_nothing(app: Flask, people: dict[str, Asker]) -> None:
    """Opening a form makes no group and no network."""
    for address in ("/grupper/ny", "/netvaerk/ny"):
        assert people[CONSULTANT].ask("GET", address).status_code == 200
    with acting(app, clock([HERE])):
        assert len(db.session.scalars(select(Group)).all()) == 1
        assert db.session.scalars(select(Network)).all() == []
