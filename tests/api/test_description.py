"""The description of the API: whole, true to the routes, and shown on a page of our own."""

from __future__ import annotations

import re
from typing import Any

from flask import Flask
from flask.testing import FlaskClient

from service.web.permits import permit_of

COLLECTIONS = (
    "municipalities",
    "partnerships",
    "agreements",
    "activities",
    "sessions",
    "groups",
    "shares",
    "needs",
    "moves",
    "statements",
    "documents",
    "imports",
    "exports",
)
ACTIONS = ("offer", "approve", "decline", "withdraw", "terminate")


def described(client: FlaskClient) -> dict[str, Any]:
    answer = client.get("/api/v1/openapi.json")
    assert answer.status_code == 200
    assert answer.json is not None
    found: dict[str, Any] = answer.json
    return found


def test_lists_every_collection_and_action(client: FlaskClient) -> None:
    paths = described(client)["paths"]
    for name in COLLECTIONS:
        assert "get" in paths[f"/api/v1/{name}"], name
        assert any(re.fullmatch(rf"/api/v1/{name}/\{{\w+\}}", path) and "get" in paths[path] for path in paths), name
    for action in ACTIONS:
        assert "post" in paths[f"/api/v1/agreements/{{agreement_id}}/{action}"]
    assert {"/api/v1/me", "/api/v1/statements/close", "/api/v1/documents/{document_id}/content"} <= set(paths)


def test_describes_every_route_and_no_other(app: Flask, client: FlaskClient) -> None:
    paths = described(client)["paths"]
    told = {(path, verb.upper()) for path, verbs in paths.items() for verb in verbs if verb != "parameters"}
    there = set()
    for rule in app.url_map.iter_rules():
        if rule.rule.startswith("/api/v1/") and rule.endpoint != "api.openapi":
            path = re.sub(r"<(?:\w+:)?(\w+)>", r"{\1}", rule.rule)
            there |= {(path, verb) for verb in (rule.methods or set()) - {"HEAD", "OPTIONS"}}
            assert permit_of(app, rule.endpoint) is not None, rule.endpoint
    assert told == there


def test_is_openapi_3_1_and_whole(client: FlaskClient) -> None:
    spec = described(client)
    assert re.fullmatch(r"3\.1\.\d", spec["openapi"])
    assert spec["components"]["securitySchemes"]["key"] == {
        "type": "http",
        "scheme": "bearer",
        "description": "A person's key.",
    }
    assert spec["security"] == [{"key": []}]
    assert set(spec["components"]["schemas"]["Problem"]["properties"]) == {
        "type",
        "title",
        "status",
        "detail",
        "errors",
    }
    tags = {tag["name"] for tag in spec["tags"]}
    names = []
    for path, verbs in spec["paths"].items():
        for verb, operation in verbs.items():
            if verb == "parameters":
                continue
            names.append(operation["operationId"])
            assert operation["summary"].endswith("."), (verb, path)
            assert set(operation["tags"]) <= tags
            assert {"401", "404", "422"} <= set(operation["responses"]), (verb, path)
            given = {p.get("name") for p in (*verbs.get("parameters", ()), *operation.get("parameters", ()))}
            assert set(re.findall(r"\{(\w+)\}", path)) <= given
            refs = [p.get("$ref") for p in operation.get("parameters", ())]
            assert ("#/components/parameters/IdempotencyKey" in refs) == (verb != "get"), (verb, path)
    assert len(names) == len(set(names))
    for ref in set(_refs(spec)):
        found: Any = spec
        for step in ref.removeprefix("#/").split("/"):
            found = found[step]
        assert found, ref


def _refs(node: Any) -> list[str]:
    if isinstance(node, list):
        return [ref for item in node for ref in _refs(item)]
    if not isinstance(node, dict):
        return []
    return [value for key, value in node.items() if key == "$ref"] + [
        ref for value in node.values() for ref in _refs(value)
    ]


def test_every_field_says_its_type(client: FlaskClient) -> None:
    for name, schema in described(client)["components"]["schemas"].items():
        for field, of in schema["properties"].items():
            assert {"type", "$ref", "anyOf"} & set(of), (name, field)


def test_page_needs_no_host_but_ours(client: FlaskClient) -> None:
    answer = client.get("/api/docs")
    assert answer.status_code == 200
    assert "default-src 'none'" in answer.headers["Content-Security-Policy"]
    assert not re.search(r'(?:src|href)="(?:https?:)?//', answer.text)
    assert "POST /api/v1/agreements/{agreement_id}/approve" in answer.text
    assert "<style" not in answer.text
    assert " style=" not in answer.text
