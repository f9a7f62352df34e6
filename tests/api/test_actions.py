"""The way of an agreement through the API, and who may take which step."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable
from typing import Any
from uuid import UUID

import pytest
from flask import Flask

from service.activity.activities.schemas import ChangedActivity
from service.partnership.agreements import offering
from service.partnership.partnerships.sent import NEWER, NEWER_OF_PAYMENT
from service.platform.work import leases
from service.reporting.statements import operations as statements
from service.reporting.statements.models import Statement
from tenants.acting import acting_for
from tenants.calendar import day_of, first_of, month_after
from tenants.database import db, now, transaction
from tenants.reach import clock
from tenants.scope import AgreedActivity, Every, Frequency, Payment
from tests.api.conftest import Program, sent
from tests.support.sent import put
from tests.support.world import EMPTY, World, person, scope

REASON = {"reason": "Vi er blevet enige om at vente."}


@pytest.fixture
def wanted() -> dict[str, Any]:
    """A scope for next month, as it is sent."""
    today = day_of(now())
    starts, ends = month_after(first_of(today)), dt.date(today.year + 1, 12, 31)
    activity = AgreedActivity(
        "homework_help", "Skolen", Frequency(2, Every.MONTH), starts, ends, children_under_15=True
    )
    return sent(
        scope(
            today, "kanariegul", starts_on=starts, ends_on=ends, targets=(), payment=Payment(), activities=(activity,)
        )
    )


@pytest.fixture
def leader(app: Flask, world: World, program: Callable[[UUID], Program]) -> Program:
    """The program of a manager of the municipality that has no partnership yet."""
    with app.app_context(), acting_for(clock([EMPTY])), transaction():
        found = person("leder.0860@kommune.example", ("manager", EMPTY, None))
    return program(found)


def made(app: Flask, agreement_id: str) -> None:
    """What the worker does."""
    with app.app_context():
        assert offering.make_paper(EMPTY, UUID(agreement_id), 60)


def test_from_draft_to_termination(
    app: Flask, secretariat: Program, manager: Program, leader: Program, wanted: dict[str, Any]
) -> None:
    answer = secretariat.post("/agreements", {"municipality_code": EMPTY, "scope": wanted})
    assert answer.status_code == 201, answer.text
    assert answer.json is not None
    key = answer.json["id"]
    assert answer.headers["Location"] == f"/api/v1/agreements/{key}"
    assert (answer.json["state"], answer.json["scope"], answer.json["document_id"]) == ("draft", wanted, None)
    assert secretariat.read(f"/municipalities/{EMPTY}/draft")["opens"]["left_out"] == []
    assert secretariat.post("/agreements", {"municipality_code": EMPTY, "scope": wanted}).status_code == 409

    changed = {"scope": wanted | {"purpose": "Et nyt formål", "capabilities": ["figures"]}}
    for verb in ("PUT", "PATCH"):
        answer = secretariat.call(verb, f"/agreements/{key}", changed)
        assert answer.status_code == 200, answer.text
    assert secretariat.read(f"/agreements/{key}")["scope"]["purpose"] == "Et nyt formål"
    assert leader.get(f"/agreements/{key}").status_code == 404

    newer = {"posts": [{"title": "Konsulent", "count": 2, "minutes_per_week": 1110}], "vat": "exempt"}
    assert secretariat.call("PATCH", f"/agreements/{key}", {"scope": newer}).status_code == 200
    known = {name: value for name, value in changed["scope"].items() if name not in (*NEWER, *NEWER_OF_PAYMENT)}
    for body, left in ((known, newer), (known | {"posts": [], "vat": None}, {"posts": [], "vat": None})):
        answer = secretariat.call("PUT", f"/agreements/{key}", {"scope": body})
        assert answer.json is not None
        shown = answer.json["scope"]
        assert {name: shown[name] for name in left} == left, "what a program does not know stays"

    answer = secretariat.post(f"/agreements/{key}/offer")
    assert answer.status_code == 200, answer.text
    assert answer.json is not None
    assert (answer.json["id"], answer.json["state"]) == (key, "preparing")
    assert secretariat.post(f"/agreements/{key}/offer").status_code == 409
    assert secretariat.call("PUT", f"/agreements/{key}", changed).status_code == 409
    assert secretariat.call("DELETE", f"/agreements/{key}").status_code == 409
    assert leader.post(f"/agreements/{key}/approve", {"sha256": "0" * 64}).status_code == 409
    made(app, key)

    offered = leader.read(f"/agreements/{key}")
    assert offered["state"] == "offered"
    approval = {"sha256": leader.read(f"/documents/{offered['document_id']}")["sha256"]}
    refused = leader.post(f"/agreements/{key}/approve", {"sha256": "0" * 64})
    assert refused.status_code == 422
    assert refused.json is not None
    assert list(refused.json["errors"]) == ["sha256"]
    assert manager.post(f"/agreements/{key}/approve", approval).status_code == 404
    assert secretariat.post(f"/agreements/{key}/approve", approval).status_code == 409  # the municipality comes first
    assert secretariat.post(f"/agreements/{key}/decline", REASON).status_code == 404
    assert leader.post(f"/agreements/{key}/withdraw", REASON).status_code == 404
    assert leader.post(f"/agreements/{key}/approve", approval).status_code == 200
    assert leader.post(f"/agreements/{key}/approve", approval).status_code == 409
    concluded = secretariat.post(f"/agreements/{key}/approve", approval)
    assert concluded.json is not None
    assert concluded.json["state"] == "concluded"
    assert leader.read("/partnerships")["items"][0]["periods"][0]["agreement_id"] == key
    assert leader.post(f"/agreements/{key}/terminate", {"reason": "nej"}).status_code == 422
    ended = leader.post(f"/agreements/{key}/terminate", REASON)
    assert ended.json is not None
    assert ended.json["state"] == "terminated"
    assert ended.json["decisions"][-1]["words"] == REASON["reason"]


def test_decline_and_discard(app: Flask, secretariat: Program, leader: Program, wanted: dict[str, Any]) -> None:
    first = secretariat.post("/agreements", {"municipality_code": EMPTY, "scope": wanted}).json
    assert first is not None
    assert secretariat.call("DELETE", f"/agreements/{first['id']}").status_code == 204
    assert secretariat.get(f"/agreements/{first['id']}").status_code == 404
    second = secretariat.post("/agreements", {"municipality_code": EMPTY, "scope": wanted}).json
    assert second is not None
    assert secretariat.post(f"/agreements/{second['id']}/offer").status_code == 200
    made(app, second["id"])
    declined = leader.post(f"/agreements/{second['id']}/decline", REASON)
    assert declined.json is not None
    assert declined.json["state"] == "declined"


def test_roles(
    world: World, secretariat: Program, consultant: Program, manager: Program, staff: Program, wanted: dict[str, Any]
) -> None:
    offered = str(world.here.offered)
    approval = {
        "sha256": secretariat.read(f"/documents/{manager.read(f'/agreements/{offered}')['document_id']}")["sha256"]
    }
    for act in ("approve", "decline", "withdraw", "terminate"):
        body = approval if act == "approve" else REASON
        assert staff.post(f"/agreements/{offered}/{act}", body).status_code == 404, act
        if act != "withdraw":
            assert consultant.post(f"/agreements/{offered}/{act}", body).status_code == 404, act
    draft = consultant.read("/agreements?state=draft")["items"][0]["id"]
    for program in (manager, staff):
        assert program.post("/agreements", {"municipality_code": "0580", "scope": wanted}).status_code == 404
        assert program.post(f"/agreements/{draft}/offer").status_code == 404
        assert program.call("PUT", f"/agreements/{draft}", {"scope": wanted}).status_code == 404
        assert program.call("DELETE", f"/agreements/{draft}").status_code == 404
        assert program.call("PUT", "/municipalities/0580/draft", {"scope": wanted}).status_code == 404
        assert program.post("/statements/close", {"month": f"{world.month:%Y-%m}"}).status_code == 404
        assert program.post(f"/statements/{world.here.statement}/retry").status_code == 404
        assert program.post("/activities", {}).status_code == 404
        assert program.post("/sessions", {}).status_code == 404
    assert consultant.call("PUT", f"/agreements/{draft}", {"scope": wanted}).status_code == 200
    assert consultant.post(f"/agreements/{draft}/offer").status_code == 409  # another is under way
    assert consultant.post(f"/agreements/{offered}/withdraw", REASON).status_code == 200
    assert consultant.post(f"/agreements/{draft}/offer").status_code == 200
    assert consultant.post("/agreements", {"municipality_code": EMPTY, "scope": wanted}).status_code == 404


def test_a_manager_elsewhere_is_only_staff_here(app: Flask, world: World, program: Callable[[UUID], Program]) -> None:
    with app.app_context(), acting_for(clock(["0580", "0550"])), transaction():
        both = person("begge@kommune.example", ("manager", "0550", None), ("staff", "0580", None))
    reader = program(both)
    assert reader.read("/me")["municipality_codes"] == ["0550", "0580"]
    for place, status in ((world.here, 404), (world.there, 200)):
        paper = reader.read(f"/documents/{reader.read(f'/agreements/{place.offered}')['document_id']}")
        assert reader.post(f"/agreements/{place.offered}/approve", {"sha256": paper["sha256"]}).status_code == status


@pytest.fixture
def failed(app: Flask, world: World) -> str:
    """The statement of `here`, as if every try had failed."""
    with app.app_context(), acting_for(clock(["0580"])), transaction():
        row = db.session.get_one(Statement, ("0580", world.here.statement))
        row.work_state, row.document_id, row.issued_at, row.last_error = leases.FAILED, None, None, "skabelonen mangler"
    return str(world.here.statement)


def test_close_and_retry(
    app: Flask, world: World, secretariat: Program, consultant: Program, manager: Program, failed: str
) -> None:
    month = f"{world.month:%Y-%m}"
    assert consultant.post("/statements/close", {"month": month, "municipality_code": "0550"}).status_code == 404
    answer = consultant.post("/statements/close", {"month": month})
    assert answer.status_code == 202
    assert answer.json == {"month": month, "owed": ["0580"], "asked": []}
    answer = secretariat.post("/statements/close", {"month": month})
    assert answer.json == {"month": month, "owed": ["0550", "0580"], "asked": []}
    refused = secretariat.post("/statements/close", {"month": f"{month_after(world.month):%Y-%m}"})
    assert refused.status_code == 422
    assert refused.json is not None
    assert list(refused.json["errors"]) == ["month"]
    assert (manager.read(f"/statements/{failed}")["status"], manager.read(f"/statements/{failed}")["error"]) == (
        "failed",
        None,
    )
    assert secretariat.read(f"/statements/{failed}")["error"] == "skabelonen mangler"
    answer = secretariat.post(f"/statements/{failed}/retry")
    assert answer.status_code == 202
    assert answer.json is not None
    assert answer.json["status"] == "waiting"
    with app.app_context():
        assert statements.make("0580", world.month, 1, 60)
    assert manager.read(f"/statements/{failed}")["status"] == "issued"


def test_what_is_held_is_drcs_alone_until_it_is_released(
    app: Flask, world: World, consultant: Program, manager: Program, failed: str
) -> None:
    later = now() + dt.timedelta(hours=1)
    with app.app_context(), acting_for(clock(["0580"])), transaction():
        row = db.session.get_one(Statement, ("0580", world.here.statement))
        row.work_state, row.released_at, row.due_from = leases.DUE, later, later
    assert consultant.read(f"/statements/{failed}")["status"] == "held"
    assert manager.get(f"/statements/{failed}").status_code == 404
    assert manager.post(f"/statements/{failed}/release").status_code == 404
    for _twice in range(2):
        answer = consultant.post(f"/statements/{failed}/release")
        assert answer.status_code == 202
        assert answer.json is not None
        assert answer.json["status"] == "waiting"
    assert manager.read(f"/statements/{failed}")["status"] == "waiting"


def test_activities_and_sessions(world: World, consultant: Program) -> None:
    new = {
        "municipality_code": "0580",
        "activity_type": "language_cafe",
        "name": "Café",
        "place": "Huset",
        "starts_on": "2026-01-05",
    }
    answer = consultant.post("/activities", new | {"group_id": str(world.shared_group)})
    assert answer.status_code == 201, answer.text
    assert answer.json is not None
    assert consultant.read(f"/activities/{answer.json['id']}") == answer.json
    session = {"activity_id": answer.json["id"], "held_on": "2026-01-12", "volunteers": 3, "adults": 7}
    answer = consultant.post("/sessions", session)
    assert answer.status_code == 201, answer.text
    assert answer.json is not None
    assert answer.json["adults"] == 7
    assert consultant.post("/sessions", session).status_code == 409
    path, facts = f"/activities/{answer.json['activity_id']}", put(ChangedActivity, name="Café", place="Huset")
    changed = consultant.call("PUT", path, facts | {"activity_type": "language_cafe", "starts_on": "2026-01-12"})
    assert changed.json is not None
    assert changed.json["starts_on"] == "2026-01-12"
    for other, field in (({"activity_type": "mentor"}, "activity_type"), ({"starts_on": "2026-01-13"}, "starts_on")):
        refused = consultant.call("PUT", path, facts | other)
        assert refused.status_code == 422, other
        assert refused.json is not None
        assert list(refused.json["errors"]) == [field]
    for wrong, field in (
        ({"activity_type": "housing_placement"}, "activity_type"),
        ({"group_id": str(world.here.activity)}, "group_id"),
        ({"group_id": "x"}, "group_id"),
    ):
        refused = consultant.post("/activities", new | wrong)
        assert refused.status_code == 422, wrong
        assert refused.json is not None
        assert list(refused.json["errors"]) == [field]
    assert consultant.post("/activities", new | {"municipality_code": "0550"}).status_code == 404
    assert consultant.post("/sessions", session | {"activity_id": str(world.there.activity)}).status_code == 404


def test_an_activity_is_planned_changed_and_ended(world: World, consultant: Program, manager: Program) -> None:
    schedule = {"rule": "FREQ=WEEKLY;BYDAY=TU", "starts": "19:00", "minutes": 90, "without_holidays": True}
    new = {
        "municipality_code": "0580",
        "activity_type": "mentor",
        "name": "Mentorer",
        "place": "Huset",
        "starts_on": "2026-10-06",
        "schedule": schedule,
    }
    answer = consultant.post("/activities", new)
    assert answer.status_code == 201, answer.text
    assert answer.json is not None
    assert answer.json["standing"] == "beside"
    assert answer.json["schedules"][0]["rule"] == schedule["rule"]
    path = f"/activities/{answer.json['id']}"
    span = "/municipalities/0580/calendar?from=2026-10-19&to=2026-11-01"
    mine = [each for each in consultant.read(span)["items"] if each["activity_id"] == answer.json["id"]]
    assert [each["starts_at"] for each in mine] == ["2026-10-20T19:00:00+02:00", "2026-10-27T19:00:00+01:00"]
    moved = {**schedule, "starts": "17:00", "valid_from": "2026-10-27"}
    later = put(ChangedActivity, name="Mentorer", place="Huset", schedule=moved)
    changed = consultant.call("PUT", path, later)
    assert changed.status_code == 200, changed.text
    assert [each["starts"] for each in consultant.read(path)["schedules"]] == ["19:00", "17:00"]
    assert consultant.post(f"{path}/end", {"ends_on": "2026-10-20"}).status_code == 200
    mine = [each for each in consultant.read(span)["items"] if each["activity_id"] == answer.json["id"]]
    assert [each["day"] for each in mine] == ["2026-10-20"]
    for wrong, field in (
        ({"rule": "FREQ=DAILY"}, "schedule-rule"),
        ({"starts": "25:00"}, "schedule-starts"),
        ({"extra": "x"}, "schedule-extra"),
        ({"extra": ["2026-13-01"]}, "schedule-extra"),
        ({"minutes": 1}, "schedule-minutes"),
        ({"every": 2}, "schedule-every"),
    ):
        refused = consultant.post("/activities", new | {"schedule": schedule | wrong})
        assert refused.status_code == 422, wrong
        assert refused.json is not None
        assert list(refused.json["errors"]) == [field]
    assert consultant.get("/municipalities/0580/calendar?from=2026-01-01&to=2027-06-01").status_code == 422
    assert consultant.get("/municipalities/0550/calendar").status_code == 404
    assert manager.call("PUT", path, later).status_code == 404


def test_one_may_end_ones_own_keys_only(manager: Program, staff: Program) -> None:
    key = manager.read("/me/tokens")["items"][0]["id"]
    assert manager.read(f"/me/tokens/{key}")["id"] == key
    for verb in ("GET", "DELETE"):
        assert staff.call(verb, f"/me/tokens/{key}").status_code == 404
    assert manager.call("DELETE", f"/me/tokens/{key}").status_code == 204
    assert manager.get("/me").status_code == 401
