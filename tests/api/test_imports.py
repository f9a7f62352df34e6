"""Imports by API alone: sent with an error, mended, carried out and undone; and what is kept of them on the way."""

from __future__ import annotations

import json
from typing import Any
from uuid import UUID

import pytest
from flask import Flask
from sqlalchemy import select
from werkzeug.test import TestResponse

from service.exchange.imports.rules import MOST_BYTES
from service.exchange.imports.work import work
from service.platform.web.models import IdempotentAnswer
from tenants.acting import acting_for
from tenants.database import db, transaction
from tenants.reach import clock
from tests.api.conftest import Program
from tests.exchange.conftest import csv_of
from tests.support.world import World

HEADINGS = ("Navn", "Slags", "Hjemkommune")
FILE = csv_of(
    HEADINGS,
    ["Sprogcafé Øst", "klub", "Aabenraa"],
    ["Cykelholdet", "forening", "Aabenraa"],
    ["Fællesgruppen", "forening", "Tønder"],
)


def send(program: Program, content: bytes, once: str | None = None, **asked: str) -> TestResponse:
    """Send a file as the body."""
    query = "&".join(f"{name}={value}" for name, value in {"kind": "groups", "file_name": "fil.csv", **asked}.items())
    return program.call("POST", f"/imports?{query}", once=once, data=content, content_type="application/octet-stream")


def sent(app: Flask, program: Program, content: bytes, **asked: str) -> str:
    """Send a file and have it worked on: its path."""
    answer = send(program, content, **asked)
    assert answer.status_code == 201, answer.text
    assert answer.json is not None
    do(app, answer.json["id"])
    return f"/imports/{answer.json['id']}"


def do(app: Flask, key: str) -> None:
    """What a worker does."""
    with app.app_context():
        work(UUID(key.rpartition("/")[2]), 60)


def rows(program: Program, path: str, verdict: str = "") -> list[dict[str, Any]]:
    """The rows of an import, by pages of one."""
    found, following = [], f"{path}/rows?limit=1&verdict={verdict}"
    while following:
        page = program.read(following)
        found += page["items"]
        following = (page["next"] or "").removeprefix("/api/v1")
    return found


def test_the_whole_way_by_api_alone(app: Flask, world: World, secretariat: Program) -> None:
    path = sent(app, secretariat, FILE)
    found = secretariat.read(path)
    assert (found["state"], found["total"], found["undecided"]) == ("ready", 3, 1)
    assert found["counts"] == {"new": 1, "changed": 0, "same": 0, "doubtful": 1, "refused": 1}
    assert found["columns"][1] == {"heading": "Slags", "name": "kind"}
    assert [item["id"] for item in secretariat.read("/imports?kind=groups&state=ready")["items"]] == [found["id"]]
    assert [row["number"] for row in rows(secretariat, path)] == [2, 3, 4]
    (refused,) = rows(secretariat, path, "refused")
    (problem,) = refused["problems"]
    assert (refused["number"], problem["column"], problem["heading"]) == (2, "kind", "Slags")
    assert "»klub«" in problem["reason"]

    barred = secretariat.post(f"{path}/apply", {})
    assert (barred.status_code, barred.mimetype) == (422, "application/problem+json")
    mended = secretariat.call("PATCH", f"{path}/rows/2", {"cells": {"kind": "forening"}})
    assert mended.json is not None
    assert [mended.json[name] for name in ("number", "verdict", "choice")] == [2, "new", ""]
    assert secretariat.read(f"{path}/rows/2")["version"] == mended.json["version"]
    unknown = secretariat.call("PATCH", f"{path}/rows/2", {"cells": {"colour": "rød"}})
    assert (unknown.status_code, "colour" in unknown.text) == (422, True)
    decided = secretariat.post(f"{path}/rows/4/decide", {"choice": "change"}).json
    assert decided is not None
    assert [decided[name] for name in ("number", "verdict", "choice")] == [4, "doubtful", "change"]
    assert rows(secretariat, path, "doubtful")[0]["changes"][0]["to_be"] == "forening"
    assert secretariat.post(f"{path}/apply", {}).status_code == 200
    assert secretariat.post(f"{path}/apply", {}).status_code == 409, "twice is once"
    do(app, path)
    done = secretariat.read(path)
    assert (done["state"], done["outcome"]["new"], done["outcome"]["changed"]) == ("applied", 2, 1)
    assert "Sprogcafé Øst" in {item["name"] for item in secretariat.read("/groups?limit=200")["items"]}

    assert secretariat.post(f"{path}/undo").status_code == 200
    do(app, path)
    assert secretariat.read(path)["state"] == "undone"
    assert {item["name"] for item in secretariat.read("/groups?limit=200")["items"]} == {"Fællesgruppen"}


def test_columns_are_chosen_and_an_import_is_dropped(app: Flask, world: World, secretariat: Program) -> None:
    path = sent(app, secretariat, csv_of(["Hvem", "Hvad"], ["A", "forening"]))
    found = secretariat.read(path)
    assert (found["state"], found["columns"][0]) == ("columns", {"heading": "Hvem", "name": None})
    twice = secretariat.call("PUT", f"{path}/columns", {"columns": [{"name": "name"}, {"name": "name"}]})
    assert (twice.status_code, list(twice.json["errors"])) == (422, ["columns-1-name"])  # type: ignore[index]
    assert (
        secretariat.call("PUT", f"{path}/columns", {"columns": [{"name": "name"}, {"name": "kind"}]}).status_code == 200
    )
    do(app, path)
    assert secretariat.read(path)["counts"]["new"] == 1
    assert secretariat.call("DELETE", path).status_code == 204
    assert secretariat.read(path)["state"] == "dropped"
    assert secretariat.read(f"{path}/rows")["items"] == []
    assert secretariat.call("DELETE", path).status_code == 409


def test_all_that_is_doubtful_is_said_at_once(app: Flask, world: World, secretariat: Program) -> None:
    path = sent(app, secretariat, FILE)
    assert secretariat.post(f"{path}/decide", {"choice": "change"}).status_code == 422
    assert secretariat.post(f"{path}/decide", {"choice": "new"}).json == {"undecided": 0}
    assert rows(secretariat, path, "doubtful")[0]["choice"] == "new"
    assert secretariat.read(path)["undecided"] == 0


def test_the_file_is_the_body_of_known_kind_and_size(app: Flask, world: World, secretariat: Program) -> None:
    assert send(secretariat, FILE, kind="people").status_code == 422
    assert send(secretariat, b"").status_code == 422
    assert send(secretariat, b"Navn\n" + b"x" * (3 * 1024 * 1024)).status_code == 201
    assert send(secretariat, b"x" * (MOST_BYTES + 1)).status_code == 422
    assert send(secretariat, b"x" * (MOST_BYTES + 200_000)).status_code == 413
    form = secretariat.call("POST", "/imports?kind=groups", data={"file": "x"}, content_type="multipart/form-data")
    assert form.status_code == 415
    large = secretariat.call("POST", "/groups", data=b"x" * (3 * 1024 * 1024), content_type="application/json")
    assert large.status_code == 413, "the control: no other route takes as much"
    sheet = secretariat.get("/imports/template?kind=sessions")
    assert sheet.data[:2] == b"PK"
    assert sent(app, secretariat, sheet.data, kind="sessions", file_name="skabelon.xlsx")


def test_a_consultant_sees_no_other_s_and_a_municipality_nothing(
    app: Flask, world: World, secretariat: Program, consultant: Program, manager: Program
) -> None:
    theirs, own = sent(app, secretariat, FILE), sent(app, consultant, FILE)
    assert [item["id"] for item in consultant.read("/imports")["items"]] == [own.rpartition("/")[2]]
    assert len(secretariat.read("/imports")["items"]) == 2
    for path in (theirs, f"{theirs}/rows"):
        assert consultant.get(path).status_code == 404
    for verb, path, body in (
        ("PATCH", "/rows/2", {"cells": {"kind": "forening"}}),
        ("POST", "/decide", {"choice": "skip"}),
        ("POST", "/apply", {}),
        ("POST", "/undo", None),
        ("POST", "/retry", None),
        ("DELETE", "", None),
    ):
        assert consultant.call(verb, theirs + path, body).status_code == 404, path
        assert manager.call(verb, own + path, body).status_code == 404, path
    for path in ("/imports", own, f"{own}/rows", "/imports/template?kind=groups"):
        assert manager.get(path).status_code == 404
    assert send(manager, FILE).status_code == 404


def test_what_is_repeated_is_done_once_and_nothing_of_the_file_is_kept_for_it(
    app: Flask, world: World, secretariat: Program
) -> None:
    first = send(secretariat, FILE, once="fil-1")
    again = send(secretariat, FILE, once="fil-1")
    assert first.json == again.json
    assert again.headers["Idempotent-Replayed"] == "true"
    assert len(secretariat.read("/imports")["items"]) == 1
    assert send(secretariat, FILE + b"x", once="fil-1").status_code == 422, "another file needs another key"
    assert first.json is not None
    path = f"/imports/{first.json['id']}"
    do(app, path)
    columns = {"columns": [{"name": "name"}, {"name": "kind"}, {"name": "home"}]}
    assert secretariat.call("PUT", f"{path}/columns", columns, once="kol-1").status_code == 200
    do(app, path)
    assert secretariat.call("PATCH", f"{path}/rows/2", {"cells": {"kind": "bande"}}, once="ret-1").status_code == 200
    assert secretariat.call("PATCH", f"{path}/rows/2", {"cells": {"kind": "forening"}}, once="ret-2").status_code == 200
    assert secretariat.post(f"{path}/decide", {"choice": "new"}, once="alle-1").status_code == 200
    assert secretariat.post(f"{path}/apply", {}, once="imp-1").status_code == 200
    with app.app_context(), acting_for(clock()), transaction():
        kept = json.dumps(list(db.session.scalars(select(IdempotentAnswer.body))), ensure_ascii=False)
    assert kept.count("state") > 2
    for word in ("Sprogcafé", "Cykelholdet", "Fællesgruppen", "klub", "bande", "Slags"):
        assert word not in kept


@pytest.mark.parametrize("path", ["/imports/00000000-0000-0000-0000-000000000001", "/imports/x"])
def test_what_is_not_there_is_not_found(world: World, secretariat: Program, path: str) -> None:
    assert secretariat.get(path).status_code == 404
