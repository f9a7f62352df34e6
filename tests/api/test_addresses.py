"""Feeds, public pages and posters by key: an address is told once, and kept by nobody."""

from __future__ import annotations

from typing import Any
from urllib.parse import urlsplit

import psycopg
from flask import Flask
from werkzeug.test import TestResponse

from config.embedded import Servers
from tests.api.conftest import Program
from tests.support.telling import tell
from tests.support.world import World
from tests.walls.ways import visitor


def told(answer: TestResponse) -> dict[str, Any]:
    """What an answer holds, which must be something."""
    assert answer.json, answer.text
    return dict(answer.json)


def opened(app: Flask, address: str) -> int:
    return visitor(app).client.get(urlsplit(address).path).status_code


def test_a_feeds_address_is_told_once_also_to_a_call_that_is_repeated(
    app: Flask, world: World, staff: Program, place: Servers
) -> None:
    made = staff.post("/municipalities/0580/feeds", once="one")
    assert made.status_code == 201
    address = told(made)["address"]
    assert opened(app, address) == 200
    again = staff.post("/municipalities/0580/feeds", once="one")
    assert again.headers["Idempotent-Replayed"] == "true"
    assert told(again) == told(made) | {"address": None}
    token = urlsplit(address).path.removeprefix("/ical/").removesuffix(".ics")
    with psycopg.connect(place.database_owner_url.replace("+psycopg", "")) as connection:
        tell(connection, "clock", "0580")
        kept = connection.execute(
            "SELECT t::text FROM idempotent_answers t UNION ALL SELECT t::text FROM feeds t UNION ALL SELECT t::text FROM ledger_entries t"
        ).fetchall()
    assert any(told(made)["id"] in row for (row,) in kept), "the answer is among what was looked through"
    assert not any(token in row for (row,) in kept)
    listed = staff.read("/municipalities/0580/feeds")["items"]
    assert told(made)["id"] in {each["id"] for each in listed}
    assert not any("address" in each for each in listed)
    named = staff.post(f"/municipalities/0580/feeds/{told(made)['id']}/rename", {"title": "Til opslagstavlen"})
    assert told(named)["title"] == "Til opslagstavlen"
    assert opened(app, address) == 200
    assert staff.call("DELETE", f"/municipalities/0580/feeds/{told(made)['id']}").status_code == 204
    assert opened(app, address) == 404
    closed = {each["id"] for each in staff.read("/municipalities/0580/feeds")["items"] if each["revoked_at"]}
    assert closed == {told(made)["id"]}


def test_a_groups_feed_is_made_by_who_maintains_it(
    app: Flask, world: World, secretariat: Program, manager: Program
) -> None:
    path = f"/groups/{world.shared_group}/feeds"
    assert manager.post(path).status_code == manager.get(path).status_code == 404
    made = secretariat.post(path)
    assert made.status_code == 201
    assert told(made)["group_id"] == str(world.shared_group)
    assert told(made)["municipality_code"] is None
    assert opened(app, told(made)["address"]) == 200
    assert told(secretariat.post(f"{path}/{told(made)['id']}/rename", {"title": "Gruppens"}))["title"] == "Gruppens"
    assert secretariat.call("DELETE", f"{path}/{told(made)['id']}").status_code == 204
    assert opened(app, told(made)["address"]) == 404


def test_an_activity_is_made_public_and_gets_a_poster(
    app: Flask, world: World, consultant: Program, manager: Program
) -> None:
    path = f"/activities/{world.here.activity}"
    assert consultant.read(f"{path}/public")["public"] is False
    refused = consultant.post(f"{path}/posters")
    assert refused.status_code == 422
    assert told(refused)["detail"]
    shown = consultant.call("PUT", f"{path}/public", {"public": True, "contact": False})
    assert shown.status_code == 200
    assert opened(app, told(shown)["address"]) == 200
    asked = consultant.post(f"{path}/posters", once="a")
    assert asked.status_code == 201
    assert told(asked)["status"] == "waiting"
    assert told(consultant.post(f"{path}/posters"))["id"] == told(asked)["id"], "one is under way"
    assert consultant.read(urlsplit(asked.headers["Location"]).path.removeprefix("/api/v1")) == told(asked)
    assert manager.get(f"{path}/posters").status_code == 404
    closed = consultant.call("PUT", f"{path}/public", {"public": False, "contact": False})
    assert told(closed) == told(shown) | {"public": False, "version": told(closed)["version"]}
    assert opened(app, told(closed)["address"]) == 404


def test_declarations_are_seen_when_their_paper_is_made(world: World, secretariat: Program, manager: Program) -> None:
    row = manager.read("/declarations")["items"][0]
    assert (row["municipality_code"], row["year"], row["holders"], row["all"]) == ("0580", 2020, 6, True)
    assert row["sentence"].startswith("Alle 6 frivillige")
    assert secretariat.read("/declarations?year=2020&municipality_code=0550")["items"]
    assert manager.read("/declarations?year=2019")["items"] == []
