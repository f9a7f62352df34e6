"""A group offered, consented to, seen and out of sight again, all through the API; and the API's word on who sees it and why."""

from __future__ import annotations

from typing import Any

import pytest
from flask import Flask

from tenants.acting import acting_for
from tenants.calendar import day_of
from tenants.database import now, transaction
from tenants.reach import clock
from tests.api.conftest import Program
from tests.support.world import HERE, THERE, World, group_of

TODAY = day_of(now()).isoformat()
CONSENT = {"given_by": "Gruppens kontakt", "given_on": TODAY, "given_how": "phone", "shows": ["contact"]}
OFFER = {"municipality_code": HERE, "shows": ["contact", "capacity"], "valid_from": TODAY}


@pytest.fixture
def group(app: Flask, world: World) -> str:
    """A group of HERE that is not shared yet."""
    from service.network.networks import operations

    with app.app_context(), acting_for(clock([HERE])), transaction():
        return str(operations.create(group_of("Nygruppen", HERE, contact="ring til os")).id)


def seen(program: Program, group: str) -> dict[str, Any] | None:
    answer = program.get(f"/groups/{group}")
    assert answer.status_code in (200, 404)
    return answer.json if answer.status_code == 200 else None


def test_offered_accepted_seen_and_taken_back(world: World, consultant: Program, manager: Program, group: str) -> None:
    answer = consultant.post(f"/groups/{group}/shares", OFFER | {k: v for k, v in CONSENT.items() if k != "shows"})
    assert answer.status_code == 201, answer.text
    share = answer.json["id"] if answer.json else ""
    assert seen(manager, group) is None
    assert [row["why"] for row in consultant.read(f"/groups/{group}/seers")["items"]] == ["not_answered"]
    assert manager.post(f"/shares/{share}/accept", {}).status_code == 200
    found = seen(manager, group)
    assert found is not None
    assert found["contact"]["name"] == "ring til os"
    row = consultant.read(f"/groups/{group}/seers")["items"][0]
    assert (row["why"], row["sees"]) == ("seen", ["presence", "contact", "capacity"])
    assert consultant.post(f"/shares/{share}/consents", CONSENT | {"group_id": group, "shows": []}).status_code == 204
    narrowed = seen(manager, group)
    assert narrowed is not None
    assert narrowed["contact"] is None
    assert consultant.call("DELETE", f"/shares/{share}/consents/{group}").status_code == 204
    assert seen(manager, group) is None
    assert [row["why"] for row in consultant.read(f"/groups/{group}/seers")["items"]] == ["no_consent"]


def test_a_network_is_offered(world: World, consultant: Program, group: str) -> None:
    network = consultant.post("/networks", {"name": "Nynettet", "kind": "theme"}).json
    assert network is not None
    assert consultant.post(f"/networks/{network['id']}/groups", {"group_id": group}).status_code == 204
    answer = consultant.post(f"/networks/{network['id']}/shares", OFFER)
    assert answer.status_code == 201, answer.text
    share = answer.json["id"] if answer.json else ""
    assert consultant.post(f"/shares/{share}/consents", CONSENT | {"group_id": group}).status_code == 204
    refused = consultant.post(f"/shares/{share}/consents", CONSENT | {"group_id": str(world.shared_group)})
    assert refused.status_code == 422, "a group outside the network"


def test_drc_offers_within_its_territory_alone(world: World, consultant: Program, manager: Program, group: str) -> None:
    there = OFFER | {"municipality_code": THERE} | {k: v for k, v in CONSENT.items() if k != "shows"}
    assert consultant.post(f"/groups/{group}/shares", there).status_code == 422
    for path in (f"/groups/{group}/shares", f"/groups/{group}/seers"):
        assert manager.call("GET" if path.endswith("seers") else "POST", path, None).status_code == 404
