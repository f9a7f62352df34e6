"""Bad input, wrong keys and repeated calls: answered with what is wrong, field by field, in Danish."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import func, select, update

from service.activity.activities.models import Activity
from service.platform.web.models import IdempotentAnswer
from tenants.acting import acting_for
from tenants.database import db, now, transaction
from tenants.reach import clock
from tests.api.conftest import Program
from tests.support.world import EMPTY, World

NEW = {
    "municipality_code": "0580",
    "activity_type": "language_cafe",
    "name": "Café",
    "place": "Huset",
    "starts_on": "2026-01-05",
}


def problem(answer: Any, status: int) -> dict[str, Any]:
    assert answer.status_code == status, answer.text
    assert answer.mimetype == "application/problem+json"
    assert set(answer.json) == {"type", "title", "status", "detail", "errors"}
    assert answer.json["status"] == status
    found: dict[str, Any] = answer.json
    return found


def test_keys(client: FlaskClient, world: World, manager: Program) -> None:
    for header in (
        {},
        {"Authorization": "Bearer psk_wrong"},
        {"Authorization": "Basic eDp5"},
        {"Authorization": "Bearer"},
    ):
        answer = client.get("/api/v1/me", headers=header)
        problem(answer, 401)
        assert answer.headers["WWW-Authenticate"].startswith("Bearer ")
    assert problem(client.get("/api/v1/nothing"), 404)
    problem(client.open("/api/v1/me", method="POST", headers={"Authorization": f"Bearer {manager.key}"}), 405)
    for _ in range(100):
        client.get("/api/v1/me", headers={"Authorization": "Bearer psk_wrong"})
    problem(client.get("/api/v1/me", headers={"Authorization": "Bearer psk_wrong"}), 429)
    assert manager.get("/me").status_code == 200  # one with a right key at the same address goes on


def test_a_pages_session_opens_no_api(client: FlaskClient, world: World) -> None:
    from tests.support.world import sign_in

    sign_in(client, "leder.0580@kommune.example")
    assert client.get("/api/v1/me").status_code == 401


@pytest.mark.parametrize("name", ["municipalities", "agreements", "sessions"])
def test_query(world: World, manager: Program, name: str) -> None:
    for query, field in (
        ("limit=0", "limit"), ("limit=201", "limit"), ("limit=1_0", "limit"), ("limit=x", "limit"),
        ("unknown=1", "unknown"), ("cursor=rubbish", "cursor"), ("cursor=W10", "cursor"),
    ):  # fmt: skip
        found = problem(manager.get(f"/{name}?{query}"), 422)
        assert list(found["errors"]) == [field], query
        assert found["errors"][field][0].strip()
    if name == "sessions":
        for query, field in (
            ("from=2026-13-01", "from"),
            ("activity_id=1", "activity_id"),
            ("municipality_code=58", "municipality_code"),
        ):
            assert list(problem(manager.get(f"/sessions?{query}"), 422)["errors"]) == [field]


@pytest.mark.gate("15.3.3")
def test_body(consultant: Program) -> None:
    def post(data: bytes, kind: str = "application/json") -> Any:
        return consultant.call("POST", "/activities", data=data, content_type=kind)

    problem(post(b"{"), 400)
    problem(post(b'{"a": NaN}'), 400)
    problem(post(b"\xff\xfe"), 400)
    problem(post(b"[" * 200_000), 400)
    problem(post(b"name=x", "application/x-www-form-urlencoded"), 415)
    problem(post(b'"' + b"x" * 3_000_000 + b'"'), 413)
    assert list(problem(post(b"[]"), 422)["errors"]) == ["_schema"]
    assert set(problem(post(b""), 422)["errors"]) == {
        "municipality_code",
        "activity_type",
        "name",
        "place",
        "starts_on",
    }
    assert list(problem(post(b'{"municipality_code": "0580", "role": "drc"}'), 422)["errors"]) == ["role"]
    for name in ("x\x00", "a\u202eb", "\ud800", "x" * 121, 5, ["x"], None, ""):
        found = problem(consultant.post("/activities", NEW | {"name": name}), 422)
        assert list(found["errors"]) == ["name"], name
    markup = "<script>alert('hej')</script>"
    answer = consultant.post("/activities", NEW | {"name": markup})
    assert answer.json is not None
    assert answer.json["name"] == markup  # text, and nothing but text, wherever it is shown


def test_scope_field_by_field(world: World, secretariat: Program) -> None:
    whole = secretariat.read("/agreements?state=draft&municipality_code=0580")["items"][0]["scope"]
    activity = whole["activities"][0]

    def errors(**changes: Any) -> dict[str, list[str]]:
        answer = secretariat.post("/agreements", {"municipality_code": EMPTY, "scope": whole | changes})
        found: dict[str, list[str]] = problem(answer, 422)["errors"]
        return found

    statutory = errors(activities=[activity | {"activity_type": "danish_education"}])
    assert list(statutory) == ["scope-activities-0-activity_type"]
    assert len(statutory["scope-activities-0-activity_type"][0]) > 40  # the reason, not only that it is refused
    assert list(errors(activities=[activity | {"activity_type": "language_cafe", "distinction": ""}])) == [
        "scope-activities-0-distinction"
    ]
    assert list(errors(activities=[activity | {"times": "1_0"}])) == ["scope-activities-0-times"]
    assert list(errors(level="total")) == ["scope-level"]
    assert list(errors(capabilities=["everything"])) == ["scope-capabilities"]
    assert list(errors(capabilities=None)) == ["scope-capabilities"]
    assert list(errors(drc_contact=None)) == ["scope-drc_contact"]
    assert list(errors(drc_contact="x")) == ["scope-drc_contact"]
    assert list(errors(activities="x")) == ["scope-activities"]
    assert list(errors(activities=["x"])) == ["scope-activities-0"]
    assert list(errors(activities=[activity] * 61)) == ["scope-activities"]
    assert list(errors(premises=[1])) == ["scope-premises"]
    assert list(errors(amounts=[{"year": 2026, "ore": "250.000"}], instalments=[])) == ["scope-amounts-0-ore"]
    assert list(errors(amounts=[{"year": 2026, "ore": 1, "currency": "EUR"}])) == ["scope-amounts-0-currency"]
    assert list(errors(gln="5790000000006")) == ["scope-gln"]
    english = ("field", "valid", "missing", "required", "invalid")
    for changes in (
        {"drc_contact": None},
        {"activities": "x"},
        {"activities": ["x"]},
        {"capabilities": None},
        {"drc_contact": "x"},
    ):
        for messages in errors(**changes).values():
            assert not any(word in " ".join(messages).lower().split() for word in english), messages
    assert list(problem(secretariat.post("/agreements", {"municipality_code": EMPTY}), 422)["errors"]) == ["scope"]


def count(app: Flask, name: str) -> int:
    with app.app_context(), acting_for(clock(["0580"])):
        return db.session.scalar(select(func.count()).where(Activity.name == name)) or 0


def test_a_repeated_call_has_its_effect_once(
    app: Flask, world: World, consultant: Program, secretariat: Program
) -> None:
    new = NEW | {"name": "Gentaget"}
    first = consultant.post("/activities", new, once="a-1")
    again = consultant.post("/activities", new, once="a-1")
    assert (first.status_code, again.status_code) == (201, 201)
    assert first.json == again.json
    assert first.headers["Location"] == again.headers["Location"]
    assert "Idempotent-Replayed" not in first.headers
    assert again.headers["Idempotent-Replayed"] == "true"
    assert count(app, "Gentaget") == 1
    assert consultant.post("/activities", new, once="a-2").status_code == 201
    assert consultant.post("/activities", new).status_code == 201
    assert secretariat.post("/activities", new, once="a-1").status_code == 201  # another person's key is another
    assert count(app, "Gentaget") == 4

    used = problem(consultant.post("/activities", new | {"place": "Andetsteds"}, once="a-1"), 422)
    assert list(used["errors"]) == ["Idempotency-Key"]
    problem(consultant.post("/statements/close", {"month": f"{world.month:%Y-%m}"}, once="a-1"), 422)
    for key in ("x" * 101, "med mellemrum", "æ"):
        headers = {"Authorization": f"Bearer {consultant.key}", "Idempotency-Key": key.encode().decode("latin-1")}
        problem(consultant.client.post("/api/v1/activities", json=new, headers=headers), 422)
    assert count(app, "Gentaget") == 4


def test_calls_at_the_same_time_have_one_effect(app: Flask, world: World, consultant: Program) -> None:
    new = NEW | {"name": "Samtidig"}

    def call(_: int) -> Any:
        return Program(app.test_client(), consultant.key).post("/activities", new, once="e-1")

    with ThreadPoolExecutor(8) as pool:
        answers = list(pool.map(call, range(8)))
    assert {answer.status_code for answer in answers} == {201}
    assert len({answer.json["id"] for answer in answers}) == 1
    assert sum("Idempotent-Replayed" in answer.headers for answer in answers) == 7
    assert count(app, "Samtidig") == 1


def test_a_refused_call_is_not_remembered(app: Flask, world: World, consultant: Program) -> None:
    problem(consultant.post("/activities", NEW | {"activity_type": "danish_education"}, once="b-1"), 422)
    assert consultant.post("/activities", NEW, once="b-1").status_code == 201


def test_an_answer_is_kept_a_day(app: Flask, world: World, consultant: Program) -> None:
    from service.platform.web.keeping import ANSWERS

    new = NEW | {"name": "I går"}
    assert consultant.post("/activities", new, once="c-1").status_code == 201
    with app.app_context(), acting_for(clock()), transaction():
        db.session.execute(update(IdempotentAnswer).values(created_at=now() - ANSWERS.time))
    assert consultant.post("/activities", new, once="c-1").status_code == 201
    assert count(app, "I går") == 2


def test_an_empty_answer_is_repeated_too(world: World, consultant: Program) -> None:
    draft = consultant.read("/agreements?state=draft")["items"][0]["id"]
    for _ in range(2):
        assert consultant.call("DELETE", f"/agreements/{draft}", once="d-1").status_code == 204
    assert consultant.call("DELETE", f"/agreements/{draft}").status_code == 404
