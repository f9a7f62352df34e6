"""A program makes a cooperation agreement as DRC's people do on the pages, and is told the code once."""

from __future__ import annotations

from typing import Any

import pytest
from flask import Flask

from service.exchange.filing import queries as filing
from service.exchange.filing.rules import FILED
from service.network.networks import operations as networks
from service.platform.documents.rules import WITHHELD
from tenants.acting import acting_for
from tenants.database import db, transaction
from tenants.reach import clock
from tests.api.conftest import Program
from tests.support.cooperation import CONTACT, DISTINCT, paper_made
from tests.support.world import HERE, World, group_of, key_of
from tests.walls.ways import text_of


@pytest.mark.gate("8.2.1")
def test_the_whole_way_and_who_has_no_part_in_it(app: Flask, world: World) -> None:
    with app.app_context():
        with acting_for(clock([HERE])), transaction():
            group_id = networks.create(group_of("Venneforeningen", HERE)).id
        consultant, secretariat, manager = (
            Program(app.test_client(), key_of(one)) for one in (world.consultant, world.secretariat, world.here.manager)
        )
    path = f"/groups/{group_id}/cooperation-offers"

    def done(answer: Any, status: int = 200) -> dict[str, Any]:
        assert answer.status_code == status, answer.text
        assert isinstance(answer.json, dict)
        return answer.json

    begun = done(consultant.post(path), 201)
    assert consultant.post(path).status_code == 409, "one at a time"
    one = f"{path}/{begun['id']}"
    lacking = consultant.call(
        "PUT", one, {"terms": begun["terms"] | {"distinctions": []}}, seen=f'"{begun["version"]}"'
    )
    assert "terms-group_contact-name" in (lacking.json or {})["errors"]
    terms = {"terms": begun["terms"] | {"group_contact": CONTACT, "distinctions": [DISTINCT]}}
    assert done(consultant.call("PUT", one, terms, seen=f'"{begun["version"]}"'))["terms"]["group_contact"] == CONTACT
    assert consultant.call("PUT", one, terms, seen=f'"{begun["version"]}"').status_code == 412
    assert done(consultant.post(f"{one}/offer"))["state"] == "preparing"
    with app.app_context():
        paper_made(HERE, begun["id"])
    offered = consultant.read(one)
    sha256 = consultant.read(f"/documents/{offered['document_id']}")["sha256"]
    sent, again = (done(consultant.post(f"{one}/link", once="link")) for _ in range(2))
    assert (len(sent["code"]), again["code"]) == (6, None), "told once"
    told = {"answer": "approved", "sha256": sha256, "note": "Kim sagde ja på mødet i går."}
    assert done(consultant.post(f"{one}/answer", told))["state"] == "accepted"
    assert consultant.post(f"{one}/approve", {"sha256": sha256}).status_code == 422, "two pairs of eyes"
    concluded = done(secretariat.post(f"{one}/approve", {"sha256": sha256}))
    assert [each["way"] for each in concluded["decisions"]] == ["account", "told", "account"]
    [days] = consultant.read(f"/groups/{group_id}/cooperation-agreements")["items"]
    assert (days["id"], days["number"], days["document_id"]) == (
        concluded["cooperation_id"],
        concluded["number"],
        concluded["document_id"],
    )
    package = text_of(
        consultant.client.get(f"/api/v1/documents/{concluded['document_id']}/package", headers=_key(consultant))
    )
    assert "Venneforeningen" in package
    assert "Aabenraa Kommune" not in package.partition("<parter>")[2].partition("</parter>")[0]
    notice = {"party": "group", "reason": "Gruppen holder op."}
    assert done(consultant.post(f"{one}/terminate", notice))["state"] == "terminated"
    for address in (
        path,
        one,
        f"/documents/{concluded['document_id']}",
        f"/documents/{concluded['document_id']}/package",
    ):
        assert manager.get(address).status_code == 404, address
    with app.app_context(), acting_for(clock([HERE])), transaction():
        kinds = {row.kind for row in db.session.scalars(filing.papers(HERE))}
        assert kinds
        assert not kinds & WITHHELD, "no municipality is sent it"
        assert not FILED & WITHHELD


def _key(program: Program) -> dict[str, str]:
    return {"Authorization": f"Bearer {program.key}"}
