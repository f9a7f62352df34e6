"""The description of the API: whole, true to the routes, and shown on a page of our own."""

from __future__ import annotations

import re
from typing import Any

from flask import Flask
from flask.testing import FlaskClient

from service.platform.web.permits import permit_of
from tests.support.world import World
from tests.walls.ways import CONSULTANT, askers

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


def test_every_call_says_every_status_it_is_refused_with(client: FlaskClient) -> None:
    spec = described(client)
    for path, verbs in spec["paths"].items():
        for verb, operation in verbs.items():
            if verb == "parameters":
                continue
            told = {int(status) for status in operation["responses"]}
            assert {400, 401, 404, 422, 429, 500, 503} <= told, (verb, path)
            assert (verb == "get") == told.isdisjoint({409, 413, 415}), (verb, path)
            assert any(status < 300 for status in told), (verb, path)
    found = spec["components"]["responses"]
    headers = {name: set(response.get("headers", ())) for name, response in found.items()}
    assert {name: told for name, told in headers.items() if told} == {
        "Problem401": {"WWW-Authenticate"},
        "Problem405": {"Allow"},
        "Problem429": {"Retry-After"},
        "Problem503": {"Retry-After"},
    }


def unbounded(schema: dict[str, Any], where: str) -> list[str]:
    """The parts of a shape that is sent which say neither how long nor of what form they may be."""
    kinds = schema.get("type", [])
    kinds = [kinds] if isinstance(kinds, str) else kinds
    said, found = set(schema), []
    if "string" in kinds and not said & {"maxLength", "enum", "format", "pattern"}:
        found.append(f"{where}: text of any length")
    if "integer" in kinds and not said & {"maximum", "enum"}:
        found.append(f"{where}: a number of any size")
    if "array" in kinds:
        found += [] if "maxItems" in said else [f"{where}: a list of any length"]
        found += unbounded(schema.get("items", {}), f"{where}[]")
    if "object" in kinds and (more := schema.get("additionalProperties")) is not False:
        found += unbounded(more, f"{where}.*") if more else [f"{where}: any fields"]
    for name, part in schema.get("properties", {}).items():
        found += unbounded(part, f"{where}.{name}")
    return found


def test_all_that_is_sent_has_a_length_and_a_form(client: FlaskClient) -> None:
    spec = described(client)
    schemas, found, waiting = spec["components"]["schemas"], [], []
    for path, verbs in spec["paths"].items():
        for verb, operation in verbs.items():
            parameters = [] if verb == "parameters" else operation.get("parameters", [])
            for parameter in parameters:
                found += unbounded(parameter.get("schema", {}), f"{verb} {path} {parameter.get('name')}")
            waiting += [] if verb == "parameters" else _refs(operation.get("requestBody", {}))
    seen = set()
    while waiting:
        name = waiting.pop().rpartition("/")[2]
        if name in schemas and name not in seen:
            seen.add(name)
            found += unbounded(schemas[name], name)
            waiting += _refs(schemas[name])
    assert len(seen) > 20
    assert found == []


def test_the_control_what_says_no_length_is_found() -> None:
    shape = {
        "type": "object",
        "properties": {"a": {"type": ["string", "null"]}, "b": {"type": "array", "items": {"type": "integer"}}},
    }
    assert unbounded(shape, "x") == [
        "x: any fields",
        "x.a: text of any length",
        "x.b: a list of any length",
        "x.b[]: a number of any size",
    ]


def test_a_refusal_looks_as_it_is_described(app: Flask, world: World) -> None:
    """One of each that a caller can bring about: the status, the headers that it is said to have, and RFC 9457."""
    asker, client = askers(app, world)[CONSULTANT], app.test_client()
    key = {"Authorization": f"Bearer {asker.key}"}
    sent = {"headers": key, "content_type": "application/json"}
    found = {
        400: client.post("/api/v1/activities", data=b"{", **sent),
        401: client.get("/api/v1/me"),
        404: client.get("/api/v1/groups/01a22a16-abf4-70e5-8caf-68221df360d6", headers=key),
        405: client.delete("/api/v1/me", headers=key),
        413: client.post("/api/v1/activities", data=b"x" * (2 * 1024 * 1024 + 1), **sent),
        415: client.post("/api/v1/activities", data=b"{}", headers=key, content_type="text/plain"),
        422: client.post("/api/v1/activities", data=b"{}", **sent),
    }
    for _try in range(101):
        found[429] = client.get("/api/v1/me", headers={"Authorization": "Bearer psk_forkert"})
    told = described(client)["components"]["responses"]
    for status, answer in found.items():
        assert (answer.status_code, answer.mimetype) == (status, "application/problem+json"), status
        assert answer.json is not None
        assert set(answer.json) == {"type", "title", "status", "detail", "errors"}
        for header in told[f"Problem{status}"].get("headers", ()):
            assert answer.headers.get(header), (status, header)
