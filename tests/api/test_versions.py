"""Two programs, one thing: what can be edited has an ETag, a change says which one it changes, and nothing is erased by being left out."""

from __future__ import annotations

import re
import threading
from collections.abc import Mapping
from typing import Any

import pytest
from flask import Flask
from marshmallow import Schema, fields
from werkzeug.routing import Rule
from werkzeug.test import TestResponse

from service.activity.activities.schemas import ChangedActivity
from service.exchange.imports.schemas import MendFields
from service.network.networks.schemas import GroupFields
from service.partnership.agreements.schemas import MendedAgreement
from service.partnership.partnerships.sent import ALIKE, NEWER, NEWER_OF_PAYMENT
from service.platform.web.fields import Part, Rows, whole
from service.platform.web.permits import permit_of
from tests.api.conftest import Program
from tests.support.world import HERE, Things
from tests.walls.ways import Ids, addresses, routes

# What another name, number or tick is, by the route that changes it. A route that is not here fails the test.
CHANGES: Mapping[str, Mapping[str, Any]] = {
    "api_networks.change": {"name": "Et andet navn"},
    "api_networks.change_network": {"about": "Noget andet"},
    "api_capacity.note": {"free": [{"kind": "mentor", "free": 3}]},
    "api_volunteers.change": {"phone": "12 34 56 78"},
    "api_activities.change": {"place": "Et andet sted"},
    "api_sessions.change": {"adults": 19},
    "api_sessions.set_counting": {"asks_women_men": True},
    "api_posters.publish": {"contact": False},
    "api_finder.publish": {"about": "Vi er mange."},
    "api_needs.change": {"number": 9},
    "api_partnerships.keep_draft": {"scope": {"purpose": "Et andet formål"}},
    "api_agreements.change": {"scope": {"purpose": "Et tredje formål"}},
    "api_agreements.mend": {"scope": {"purpose": "Et fjerde formål"}},
    "api_filings.set_address": {"email": "et.andet@sted.example"},
    "api_cooperation-offers.change": {"terms": {"income": "Ingen anden støtte"}},
    "api_imports.mend": {"cells": {"name": "Et andet navn"}},
    "api_imports.columns": {"columns": [{"name": "name"}, {"name": "kind"}, {"name": ""}]},
}
IN_PARTS: set[type[Schema]] = {MendedAgreement, MendFields}  # of a PATCH: what is left out stays as it is


def edited(app: Flask) -> list[tuple[str, Rule]]:
    return [(verb, rule) for verb, rule in routes(app) if verb in ("PUT", "PATCH")]


def missing(app: Flask, table: Mapping[str, Any]) -> set[str]:
    return {rule.endpoint for _verb, rule in edited(app)} - set(table)


def test_every_route_that_edits_is_known_here(app: Flask) -> None:
    assert missing(app, CHANGES) == set()
    assert missing(app, {name: {} for name in CHANGES if name != "api_needs.change"}) == {"api_needs.change"}


def sent_as_read(schema: Schema, item: Mapping[str, Any]) -> dict[str, Any]:
    """What was read of a thing, in the shape that it is sent in. Raises KeyError for a field that cannot be read."""
    return {name: _as_read(field, item[name]) for name, field in schema.fields.items() if field.required}


def _as_read(field: fields.Field[Any], value: Any) -> Any:
    if isinstance(field, Rows):
        return [_as_read(field.inner, each) for each in value]
    if isinstance(field, Part) and value is not None:
        return sent_as_read(field.schema, value)
    return value


def schema_of(app: Flask, endpoint: str) -> Schema:
    """The schema of a route's body."""
    described: Any = app.view_functions[endpoint]
    schema: Schema = described._apidoc["arguments"]["parameters"][0]["schema"]()
    return schema


def body_of(app: Flask, rule: Rule, verb: str, item: Mapping[str, Any], changes: Mapping[str, Any]) -> dict[str, Any]:
    """What is sent to change a thing that was read, and nothing else of it."""
    body = sent_as_read(schema_of(app, rule.endpoint), item) if verb == "PUT" else {}
    inside = {
        name: {**body[name], **change}
        for name, change in changes.items()
        if name in ("scope", "terms") and name in body
    }
    return {**body, **changes, **inside}


def address_of(rule: Rule, ids: Ids) -> str:
    return list(addresses(rule, ids))[-1].removeprefix("/api/v1")


def read_at(rule: Rule, address: str) -> str:
    """Where what a route changes is read: at the same address, but for the columns, which stand in the import."""
    return address.removesuffix("/columns") if rule.endpoint == "api_imports.columns" else address


@pytest.fixture
def ids(things: Things, secretariat: Program) -> Ids:
    """What HERE has, and a need that nothing answers yet."""
    said = secretariat.post("/needs", {"municipality_code": HERE, "kind": "mentor", "number": 2})
    return {**things.mine, "need_id": (told(said)["id"],)}


def told(answer: TestResponse) -> Any:
    assert answer.status_code < 300, answer.text
    assert answer.json is not None
    return answer.json


def test_the_second_never_undoes_the_first(app: Flask, ids: Ids, secretariat: Program) -> None:
    columns_last = sorted(
        edited(app), key=lambda each: each[1].endpoint == "api_imports.columns"
    )  # the rows are then checked anew
    for verb, rule in columns_last:
        address, case = address_of(rule, ids), rule.endpoint
        read = secretariat.get(read_at(rule, address))
        item, etag = told(read), read.headers["ETag"]
        assert etag == f'"{item["version"]}"', case
        body = body_of(app, rule, verb, item, CHANGES[case])
        for seen, status in ((None, 428), ('"en anden"', 412), (f"W/{etag}", 412), ("", 412)):
            refused = secretariat.call(verb, address, body, seen=seen)
            assert (refused.status_code, refused.mimetype) == (status, "application/problem+json"), (case, seen)
            assert told(secretariat.get(read_at(rule, address))) == item, case
        first = secretariat.call(verb, address, body, seen=etag, once=f"{case}-1")
        changed = told(first)
        assert first.headers["ETag"] == f'"{changed["version"]}"' != etag, case
        assert secretariat.get(read_at(rule, address)).headers["ETag"] == first.headers["ETag"], case
        other = body if verb == "PATCH" else body_of(app, rule, verb, item, {})
        second = secretariat.call(verb, address, other, seen=etag)
        assert second.status_code == 412, case
        again = secretariat.call(verb, address, body, seen=etag, once=f"{case}-1")
        assert (again.json, again.headers["ETag"]) == (changed, first.headers["ETag"]), f"{case}: a repeated call"


def test_what_is_read_and_sent_back_changes_nothing(app: Flask, ids: Ids, secretariat: Program) -> None:
    for verb, rule in edited(app):
        if (
            verb == "PATCH" or rule.endpoint == "api_imports.columns"
        ):  # sent anew, the columns have the rows checked anew
            continue
        address = address_of(rule, ids)
        versions = []
        for _each in range(2):  # the first time the catalogue may have something to add, as it has to all that is sent
            read = secretariat.get(address)
            body = body_of(app, rule, verb, told(read), {})
            back = secretariat.call(verb, address, body, seen=f'"en anden", {read.headers["ETag"]}')
            versions.append(told(back)["version"])
        assert versions[0] == versions[1], rule.endpoint


def erases(schema: Schema) -> list[str]:
    """The fields that a schema takes as empty where they are left out, in what is inside it too."""
    found = []
    for name, field in schema.fields.items():
        if name in beside_of(schema):
            continue
        inside = field.inner if isinstance(field, Rows) else field
        if isinstance(inside, Part):
            found += [f"{name}-{each}" for each in erases(inside.schema)]
        if not field.required:
            found.append(name)
    return found


def beside_of(schema: Schema) -> set[str]:
    return {each for kind in type(schema).__mro__ for each in getattr(kind, "__beside__", ())}


def test_nothing_is_erased_by_being_left_out(app: Flask) -> None:
    for _verb, rule in edited(app):
        schema = schema_of(app, rule.endpoint)
        assert type(schema) in IN_PARTS or erases(schema) == [], rule.endpoint
    assert {"areas", "themes", "places-address", "contact-phone"} <= set(erases(GroupFields())), "a control"


def test_what_is_beside_changes_nothing_where_it_is_left_out(app: Flask, ids: Ids, secretariat: Program) -> None:
    """What `__beside__` names is said of how a thing is done, or stays; each is looked at here."""
    known = {
        "noted_on",
        "text_checked",
        "currency",
        "activity_type",
        "starts_on",
        "schedule",
        *NEWER,
        *NEWER_OF_PAYMENT,
        *ALIKE,
    }
    named = {
        each
        for _verb, rule in edited(app)
        for schema in _schemas(schema_of(app, rule.endpoint))
        for each in beside_of(schema)
    }
    assert named == known
    path = f"/activities/{ids['activity_id'][0]}"
    before = secretariat.read(path)
    body = sent_as_read(whole(ChangedActivity)(), before)
    assert set(body) & known == set()
    after = told(secretariat.call("PUT", path, body))
    assert [after[name] for name in ("activity_type", "starts_on", "schedules")] == [
        before[name] for name in ("activity_type", "starts_on", "schedules")
    ]


def _schemas(schema: Schema) -> list[Schema]:
    inside = [field.inner if isinstance(field, Rows) else field for field in schema.fields.values()]
    return [schema, *(each for field in inside if isinstance(field, Part) for each in _schemas(field.schema))]


@pytest.mark.parametrize("body", [{}, {"free": None}, {"free": [{"kind": "mentor"}]}, {"noted_on": "2026-01-01"}])
def test_a_list_that_is_left_out_empties_nothing(ids: Ids, secretariat: Program, body: Any) -> None:
    path = f"/groups/{ids['group_id'][0]}/capacity"
    before = secretariat.read(path)
    assert before["free"]
    refused = secretariat.call("PUT", path, body)
    assert refused.status_code == 422
    assert any(name.startswith("free") for name in refused.json["errors"])  # type: ignore[index]
    assert secretariat.read(path) == before
    assert told(secretariat.call("PUT", path, {"free": []}))["free"] == [], "said, it is done"


def test_every_field_of_a_put_is_asked_for(app: Flask, ids: Ids, secretariat: Program) -> None:
    rule = next(rule for _verb, rule in edited(app) if rule.endpoint == "api_networks.change")
    path = address_of(rule, ids)
    body = sent_as_read(schema_of(app, rule.endpoint), secretariat.read(path))
    for name in body:
        refused = secretariat.call("PUT", path, {each: value for each, value in body.items() if each != name})
        assert (refused.status_code, list(refused.json["errors"])) == (422, [name])  # type: ignore[index]
    assert told(secretariat.call("PUT", path, {**body, "themes": [], "places": [], "contact": None, "cvr": None}))


def test_a_patch_leaves_what_is_left_out(ids: Ids, secretariat: Program) -> None:
    path = f"/agreements/{ids['agreement_id'][-1]}"
    before = told(secretariat.call("PATCH", path, {"scope": {}}))["scope"]
    assert before["activities"]
    assert before["targets"]
    contact = {"municipality_contact": {"title": "Leder"}}
    after = told(secretariat.call("PATCH", path, {"scope": contact}))["scope"]
    assert after == before | {"municipality_contact": {**before["municipality_contact"], "title": "Leder"}}
    assert secretariat.call("PATCH", path, {"scope": {"colour": "red"}}).status_code == 422
    assert told(secretariat.call("PATCH", path, {"scope": {"targets": []}}))["scope"] == after | {"targets": []}


def test_a_draft_that_is_not_there_is_begun_once(ids: Ids, secretariat: Program) -> None:
    path = f"/municipalities/{HERE}/draft"
    body = {"scope": secretariat.read(path)["scope"]}
    assert secretariat.call("DELETE", path).status_code == 204
    assert secretariat.call("PUT", path, body, seen='"en anden"').status_code == 412
    assert secretariat.call("PUT", path, body, seen="*").status_code == 412, "there is nothing for it to match"
    assert told(secretariat.call("PUT", path, body, seen=None))["version"]
    assert secretariat.call("PUT", path, body, seen=None).status_code == 428


@pytest.mark.parametrize("name", ["api_networks.change", "api_capacity.note", "api_partnerships.keep_draft"])
def test_of_two_at_once_one_is_told(app: Flask, ids: Ids, secretariat: Program, name: str) -> None:
    rule = next(rule for _verb, rule in edited(app) if rule.endpoint == name)
    address = address_of(rule, ids)
    read = secretariat.get(address)
    body = body_of(app, rule, "PUT", told(read), CHANGES[name])
    together, found = threading.Barrier(6), []

    def call() -> None:
        program = Program(app.test_client(), secretariat.key)
        together.wait(30)
        found.append(program.call("PUT", address, body, seen=read.headers["ETag"]).status_code)

    callers = [threading.Thread(target=call) for _each in range(6)]
    for each in callers:
        each.start()
    for each in callers:
        each.join()
    assert sorted(found) == [200, 412, 412, 412, 412, 412]


def test_the_neighbours_is_not_there_whatever_was_seen(app: Flask, things: Things, manager: Program) -> None:
    for verb, rule in edited(app):
        body: Any = {"scope": {}} if rule.endpoint == "api_agreements.mend" else None
        for seen in (None, "*", '"x"'):
            answer = manager.call(verb, address_of(rule, things.theirs), body, seen=seen)
            assert answer.status_code in (404, 422), (rule.endpoint, seen)
            assert "ETag" not in answer.headers
            assert permit_of(app, rule.endpoint) is not None


def test_a_municipality_is_told_no_version_of_what_drc_edits(ids: Ids, manager: Program) -> None:
    for path in (f"/groups/{ids['group_id'][0]}", f"/activities/{ids['activity_id'][0]}"):
        answer = manager.get(path)
        assert (told(answer)["version"], "ETag" in answer.headers) == (None, False), path
    assert "ETag" in manager.get(f"/needs/{ids['need_id'][0]}").headers, "its own need it edits"


def test_the_description_says_so(app: Flask, secretariat: Program) -> None:
    spec = secretariat.read("/openapi.json")
    for verb, rule in edited(app):
        path = next(path for path in spec["paths"] if path == _described(rule))
        operation = spec["paths"][path][verb.lower()]
        assert {"$ref": "#/components/parameters/IfMatch"} in operation["parameters"], path
        assert {"412", "428"} <= set(operation["responses"]), path
        assert "ETag" in operation["responses"]["200"]["headers"], path
    whole_group = spec["components"]["schemas"]["WholeGroupFields"]
    assert set(whole_group["required"]) == set(GroupFields().fields) - {"text_checked"}


def _described(rule: Rule) -> str:
    return re.sub(r"<(?:\w+:)?(\w+)>", r"{\1}", rule.rule)
