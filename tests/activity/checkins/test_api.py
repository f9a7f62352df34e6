"""Check-ins and sessions by program: the same operations as the pages, DRC's alone, parts that add up."""

from __future__ import annotations

from typing import Any

from flask import Flask

from service.activity.activities import operations as activities
from service.activity.activities.fields import FromMunicipality
from service.activity.activities.schemas import Counting, NewSession
from service.activity.checkins import queries, recording
from service.network.networks import operations as networks
from tenants.acting import acting_for
from tenants.calendar import day_of, first_of, month_name
from tenants.database import now, transaction
from tenants.reach import clock
from tests.activity.checkins.conftest import Asked
from tests.support.sent import put
from tests.support.world import HERE, THERE, World, group_of, key_of


def call(app: Flask, person: Any, verb: str, path: str, body: Any = None) -> Any:
    with app.app_context():
        key = key_of(person)
    headers = {"Authorization": f"Bearer {key}"} | ({"If-Match": "*"} if verb == "PUT" else {})
    return app.test_client().open(f"/api/v1{path}", method=verb, json=body, headers=headers)


def test_a_check_in_is_read_and_answered(app: Flask, asked: Asked, world: World) -> None:
    who = world.consultant
    page = call(app, who, "GET", f"/check-ins?month={month_name(asked.month)}&municipality_code={HERE}").json
    (item,) = [each for each in page["items"] if each["id"] == str(asked.id)]
    assert (item["answered_at"], item["recorded"], item["reminders"]) == (None, False, 0)
    whole = call(app, who, "GET", f"/check-ins/{asked.id}").json
    assert whole["status"] == "waiting"
    line = whole["lines"][0]
    path = f"/check-ins/{asked.id}/answer"
    refused = call(app, who, "POST", path, {"lines": [{"id": line["id"], "state": "held"}]})
    assert refused.status_code == 422
    assert len(refused.json["errors"]) == 2
    told = {"id": line["id"], "state": "held", "volunteers": 2, "adults": 7, "minutes": 60}
    answered = call(app, who, "POST", path, {"lines": [told]}).json
    assert answered["status"] == "partly"
    with app.app_context():
        assert recording.record(HERE, asked.id, 60)
        session = asked.inside(lambda row: queries.lines(row)[0].row.session_id)
    found = call(app, who, "GET", f"/sessions/{session}").json
    assert (found["adults"], found["volunteer_minutes"], found["late"]) == (
        7,
        120,
        asked.month < first_of(day_of(now())),
    )
    assert [part["municipality_code"] for part in found["parts"]] == [HERE]
    for path in ("/check-ins", f"/check-ins/{asked.id}"):
        assert call(app, world.here.manager, "GET", path).status_code == 404
    theirs = call(app, world.secretariat, "GET", f"/check-ins?municipality_code={THERE}").json["items"]
    assert {each["municipality_code"] for each in theirs} == {THERE}


def test_a_session_of_two_municipalities_by_program(app: Flask, world: World) -> None:
    with app.app_context(), acting_for(clock([HERE, THERE])), transaction():
        group = networks.create(group_of("Broen", HERE, THERE))
        given = {"activity_type": "language_cafe", "group_id": group.id, "name": "Café", "place": "Huset"}
        activity = activities.start(HERE, given | {"starts_on": world.month, "ends_on": None}).id
    who = world.secretariat
    assert call(app, who, "PUT", f"/activities/{activity}/counting", put(Counting, serves=["0101"])).status_code == 422
    counting = call(app, who, "PUT", f"/activities/{activity}/counting", put(Counting, serves=[THERE])).json
    assert counting["serves"] == [THERE]
    assert call(app, who, "GET", f"/activities/{activity}/counting").json == counting
    sent = {
        "activity_id": str(activity),
        "held_on": world.month.isoformat(),
        "adults": 15,
        "volunteers": 3,
        "minutes": 60,
    }
    made = call(app, who, "POST", "/sessions", sent).json
    assert made["shared"] is True
    assert {part["municipality_code"]: part["adults"] for part in made["parts"]} == {THERE: 8, HERE: 7}
    assert sum(part["volunteer_minutes"] for part in made["parts"]) == made["volunteer_minutes"] == 180
    rows = [put(FromMunicipality, municipality_code=code, adults=adults) for code, adults in ((HERE, 9), (THERE, 6))]
    del sent["activity_id"]
    changed = call(app, who, "PUT", f"/sessions/{made['id']}", put(NewSession, **sent, municipalities=rows)).json
    assert {part["municipality_code"]: part["adults"] for part in changed["parts"]} == {THERE: 6, HERE: 9}
    assert changed["late"] is True, "its month is closed: the world has its statement"
    # Each municipality has it once, the country too; THERE learns neither whose activity it was nor how many came.
    theirs = call(app, world.there.manager, "GET", f"/sessions/{made['id']}").json
    assert (theirs["municipality_code"], theirs["shared"], theirs["activity_id"]) == (THERE, True, None)
    assert [theirs[name] for name in ("adults", "volunteers", "parts", "minutes")] == [None] * 4
    assert repr(HERE) not in str(theirs)  # as a value: its digits can be part of an id
    month = month_name(world.month)
    national = call(app, who, "GET", f"/figures?from={month}&to={month}").json["items"]
    (cafe,) = [row for row in national if row["activity_type"] == "language_cafe"]
    assert (cafe["sessions"], cafe["attendances"], cafe["shared"]) == (1, 15, 1)
    assert call(app, world.here.manager, "GET", "/figures").status_code == 404
