"""The neighbour's id through one's own door: 404 on every route, with one's own to show that the test would see it."""

from __future__ import annotations

import re
from typing import Any
from uuid import UUID

import pytest
from flask import Flask

from service.activity.activities.schemas import ChangedActivity, Counting, NewSession
from service.network.needs.schemas import NeedFields
from tenants.acting import acting_for
from tenants.calendar import day_of, first_of, month_before
from tenants.database import now, transaction
from tenants.reach import clock
from tests.api.conftest import Program
from tests.support.sent import put
from tests.support.world import Place, World
from tests.walls.ways import filed, year_paper

REASON = {"reason": "Det kan vi ikke."}
# Of the network, of volunteers and of persons: of no municipality. The neighbour matrix of tests/walls asks for these too.
OF_NONE = {
    *("group_id", "network_id", "volunteer_id", "merge_id", "token_id", "move_id", "checkin_id", "finding_id"),
    *("import_id", "export_id", "person_id", "membership_id", "interest_id"),
}


def own(place: Place, draft: str) -> dict[str, str]:
    """What the names in the routes are, for a municipality."""
    return {
        "municipality_code": place.code,
        "agreement_id": str(place.offered),
        "activity_id": str(place.activity),
        "session_id": str(place.session),
        "statement_id": str(place.statement),
        "document_id": str(place.document),
        "need_id": str(place.need),
        "draft": draft,
        "contact_side": "municipality",
    }


def ids(secretariat: Program, place: Place) -> dict[str, str]:
    found = own(place, secretariat.read(f"/agreements?state=draft&municipality_code={place.code}")["items"][0]["id"])
    found["partnership_id"] = secretariat.read(f"/partnerships?municipality_code={place.code}")["items"][0]["id"]
    found["entry_id"] = secretariat.read(f"/audit-entries?municipality_code={place.code}")["items"][0]["id"]
    found["share_id"] = secretariat.read(f"/shares?municipality_code={place.code}")["items"][0]["id"]
    found["declaration_id"] = secretariat.read(f"/declarations?municipality_code={place.code}")["items"][0]["id"]
    found["poster_id"] = secretariat.read(f"/activities/{place.activity}/posters")["items"][0]["id"]
    made = secretariat.post(f"/municipalities/{place.code}/feeds")
    assert made.json is not None
    found["feed_id"] = made.json["id"]
    found["note_id"] = secretariat.read(f"/needs/{place.need}/story")["items"][0]["id"]
    with secretariat.client.application.app_context(), acting_for(clock([place.code])), transaction():
        found["filing_id"] = str(filed(place).id)
    made = secretariat.post(
        f"/municipalities/{place.code}/webhooks", {"url": f"https://{place.canary}.example/".lower()}
    )
    assert made.json is not None, made.text
    found["webhook_id"] = made.json["id"]
    with secretariat.client.application.app_context():
        found["year_paper_id"] = str(year_paper(place, month_before(first_of(day_of(now())))))
    found["duty_id"] = secretariat.read(f"/duties?municipality_code={place.code}")["items"][0]["id"]
    return found


def routes(app: Flask) -> list[tuple[str, str]]:
    """Every route with something of a municipality's in its address."""
    found = []
    for rule in app.url_map.iter_rules():
        path = re.sub(r"<(?:\w+:)?(\w+)>", r"{\1}", rule.rule)
        if path.startswith("/api/v1/") and "{" in path and not OF_NONE & rule.arguments:
            found += [
                (verb, path.removeprefix("/api/v1")) for verb in sorted((rule.methods or set()) - {"HEAD", "OPTIONS"})
            ]
    return found


SIGNED = {"name": "En", "title": "To", "signed_on": "2010-12-15"}
BODIES: tuple[tuple[str, Any], ...] = (  # by how the address ends
    ("/approve", {"sha256": "0" * 64}),
    *((f"/{act}", REASON) for act in ("decline", "withdraw", "terminate", "revise")),
    ("/propose-end", {**REASON, "last_day": "2026-12-31"}),
    ("/end-for-breach", {**REASON, "last_day": "2026-12-31", "called_on": "2026-11-01"}),
    ("/consents", {"group_id": str(UUID(int=1)), "given_by": "En", "given_on": "2026-01-07", "given_how": "phone"}),
    ("{contact_side}", {"name": "En", "title": "To", "phone": "12 34 56 78", "email": "en@kommune.example"}),
    ("/end", {}),
    ("/addendum", {"starts_on": "2026-01-07"}),
    ("/take-in", {"municipality": SIGNED, "drc": SIGNED, "scan": "QUJD"}),
    ("{activity_id}", put(ChangedActivity, name="Nyt navn", place="Huset")),
    ("{need_id}", put(NeedFields, kind="mentor", number=2)),
    ("/progress", {"in_place": 1}),
    ("/answer", {"group_id": str(UUID(int=1)), "number": 1}),
    ("/public", {"public": True, "contact": False}),
    ("/counting", put(Counting)),
    ("{session_id}", put(NewSession, held_on="2026-01-07", adults=7)),
)


def body_for(path: str, scope: dict[str, Any]) -> Any:
    if path.endswith(("/draft", "{agreement_id}")):
        return {"scope": scope}
    return next((body for end, body in BODIES if path.endswith(end)), None)


@pytest.mark.gate("8.2.2")
def test_the_neighbours_is_not_there(
    app: Flask, world: World, secretariat: Program, consultant: Program, manager: Program, staff: Program
) -> None:
    mine, theirs = ids(secretariat, world.here), ids(secretariat, world.there)
    scope = secretariat.read(f"/agreements/{mine['draft']}")["scope"]
    every = routes(app)
    assert len(every) > 20
    for verb, path in every:
        body = body_for(path, scope) if verb in ("PUT", "PATCH", "POST") else None
        for program in (consultant, manager, staff):
            for theirs_there in (theirs, theirs | {"agreement_id": theirs["draft"]}):
                answer = program.call(verb, path.format(**theirs_there), body)
                assert answer.status_code == 404, (verb, path, answer.text)
                assert answer.mimetype == "application/problem+json"
                assert world.there.canary not in answer.text
        if verb == "GET" and not path.endswith(
            ("/draft", "/counting", "/candidates", "/drift", "/public", "/posters", "{poster_id}", "/people", "/proof")
        ):  # DRC alone reads those, and a manager the people; a proof is there once a checkpoint was signed
            for program in (consultant, manager, staff):
                assert program.get(path.format(**mine)).status_code == 200, path


@pytest.mark.gate("8.2.2")
def test_no_list_holds_the_neighbours_word(
    world: World, secretariat: Program, manager: Program, staff: Program
) -> None:
    for name in (
        "municipalities",
        "partnerships",
        "agreements",
        "activities",
        "sessions",
        "groups",
        "shares",
        "statements",
        "documents",
        "declarations",
        "me",
    ):
        for program in (manager, staff):
            text = program.get(f"/{name}").text
            assert world.there.canary not in text, name
            assert f'"{world.there.code}"' not in text, name  # as a value: its digits can be part of an id
    seen = secretariat.get("/agreements").text
    assert world.there.canary in seen
    assert f'"{world.there.code}"' in seen
    assert world.here.canary in seen


def test_what_an_agreement_opens(app: Flask, world: World, manager: Program) -> None:
    """A scope without capabilities opens the agreed types, and neither the network nor the figures."""
    from service.activity.activities.models import Activity
    from tenants.acting import acting_for
    from tenants.database import db, transaction
    from tenants.models import ScopePeriod
    from tenants.reach import clock

    assert manager.read("/activities")["items"]
    assert manager.read("/groups")["items"]
    with app.app_context(), acting_for(clock(["0580"])), transaction():
        other = Activity(
            municipality_code="0580", activity_type="mentor", name="Mentor", place="Byen", starts_on=world.month
        )
        db.session.add(other)
        for period in db.session.query(ScopePeriod):
            period.stored_scope = period.stored_scope | {"capabilities": [], "level": "targeted"}
    assert [item["activity_type"] for item in manager.read("/activities")["items"]] == ["homework_help"]
    assert len(manager.read("/sessions")["items"]) == 4
    assert manager.read("/groups")["items"] == []
    assert manager.get(f"/groups/{world.shared_group}").status_code == 404
    assert manager.get("/municipalities/0580/figures").status_code == 404
    with app.app_context(), acting_for(clock(["0580"])), transaction():
        for period in db.session.query(ScopePeriod):
            period.stored_scope = period.stored_scope | {"activities": period.stored_scope["activities"][1:]}
    assert manager.read("/activities")["items"] == manager.read("/sessions")["items"] == []
    assert manager.get(f"/sessions/{world.here.session}").status_code == 404
