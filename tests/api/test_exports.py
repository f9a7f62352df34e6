"""Exports by API alone: asked for, waited for, fetched; nobody's but one's own."""

from __future__ import annotations

import json
from uuid import UUID

from flask import Flask
from sqlalchemy import select

from service.exchange.exports import operations as exporting
from service.platform.web.models import IdempotentAnswer
from tenants.acting import acting_for
from tenants.database import db, transaction
from tenants.reach import clock
from tests.api.conftest import Program
from tests.support.world import World


def test_a_file_is_asked_for_made_and_fetched(
    app: Flask, world: World, secretariat: Program, consultant: Program, manager: Program
) -> None:
    body = {"kind": "sessions", "file_format": "csv", "municipality_code": "0580"}
    asked = consultant.post("/exports", body, once="ud-1")
    assert asked.status_code == 201
    assert asked.json is not None
    assert consultant.post("/exports", body, once="ud-1").json == asked.json, "once"
    path = f"/exports/{asked.json['id']}"
    assert asked.headers["Location"].endswith(path)
    assert (asked.json["made_at"], consultant.get(f"{path}/content").status_code) == (None, 404)
    with app.app_context():
        assert exporting.make(UUID(asked.json["id"]), 60)
    found = consultant.read(path)
    content = consultant.get(f"{path}/content")
    assert (found["total"], found["size"]) == (4, len(content.data))
    assert world.here.canary in content.data.decode("utf-8-sig")
    assert consultant.read("/exports")["items"] == [found]
    assert consultant.post(f"{path}/retry").json == found, "harmless"
    for other in (secretariat, manager):
        for verb, end in (("GET", ""), ("GET", "/content"), ("POST", "/retry")):
            assert other.call(verb, path + end).status_code == 404
    assert secretariat.read("/exports")["items"] == []
    assert manager.get("/exports").status_code == manager.post("/exports", body).status_code == 404


def test_what_cannot_be_asked_for(app: Flask, world: World, secretariat: Program, consultant: Program) -> None:
    wrong = secretariat.post("/exports", {"kind": "groups", "first": "2026-01-01", "status": "introduced"})
    assert (wrong.status_code, sorted(wrong.json["errors"])) == (422, ["first", "status"])  # type: ignore[index]
    assert consultant.post("/exports", {"kind": "groups", "municipality_code": "0550"}).status_code == 404
    assert secretariat.post("/exports", {"kind": "volunteers", "q": "Kirsten"}, once="ud-2").status_code == 201
    with app.app_context(), acting_for(clock()), transaction():
        kept = json.dumps(list(db.session.scalars(select(IdempotentAnswer.body))))
    assert "created_at" in kept
    assert "Kirsten" not in kept, "what was searched for is kept no longer than the file"
