"""Malformed names, of fields, of parts of a query, of files and in JSON, are refused on every route; and a NUL breaks none."""

from __future__ import annotations

import io
import itertools
import json
from urllib.parse import quote

import pytest
from flask import Flask
from werkzeug.routing import UnicodeConverter
from werkzeug.test import TestResponse

from config.embedded import Servers
from service.platform.web import names
from service.platform.web.permits import Who, permit_of
from tests.support.world import Things, World
from tests.walls.ways import MANAGER, SECRETARIAT, UNSAFE, Asker, Ids, addresses, askers, routes, stored

MALFORMED = ("\x00", "navn\x00", "a\u202eb", "\x1b[31m", "a\r\nb", "x" * 201, "\u200b", "\ue000")
FINE = ("navn", "activities-0-place", "activities-²-place", "felt.med [tegn]", "æøå", "x" * 200)
# What views read of a form without asking a schema what it is.
RAW = ("action", "maaned", "back", "shown", "code", "choice", "cell-name", "language", "month", "sha256", "next", "q")


@pytest.mark.parametrize("name", MALFORMED)
def test_what_no_field_can_be_called(name: str) -> None:
    assert names.is_malformed(name)


@pytest.mark.parametrize("name", FINE)
def test_what_one_can(name: str) -> None:
    assert not names.is_malformed(name)


def with_names(asker: Asker, verb: str, address: str, name: str) -> dict[str, TestResponse]:
    """The answers to a malformed name, wherever that route and method could read one."""
    found = {"query": asker.ask(verb, f"{address}?{quote(name)}=x")}
    if verb not in UNSAFE:
        return found
    if not address.startswith("/api/"):
        return found | {"form": asker.ask(verb, address, {name: "x"})}
    for where, body in (("JSON", {name: "x"}), ("JSON within", {"a": [{"b": {name: "x"}}]})):
        found[where] = asker.ask(verb, address, body)
    return found


def accepted(app: Flask, world: World, ids: Ids, place: Servers) -> list[str]:
    """Where a malformed name is not refused as one, and what is written of it."""
    people = askers(app, world)
    before, found, turn = stored(place), [], itertools.cycle(MALFORMED)
    for verb, rule in routes(app):
        if rule.endpoint == "accounts.sign_out":
            continue
        name = next(turn)
        demanded = permit_of(app, rule.endpoint)
        asker = people[MANAGER if demanded is not None and demanded.who is Who.MANAGER else SECRETARIAT]
        for where, answer in with_names(asker, verb, next(addresses(rule, ids)), name).items():
            if answer.status_code != 422:
                found.append(f"{verb} {rule.rule}, {where}, {name[:10]!r}: {answer.status_code}")
            elif name in answer.text:
                found.append(f"{verb} {rule.rule}, {where}: the name is repeated")
    after = stored(place)
    return found + [table for table in before if before[table] != after[table]]


def test_a_malformed_name_is_refused_on_every_route(app: Flask, world: World, things: Things, place: Servers) -> None:
    assert accepted(app, world, things.mine, place) == []


def test_the_control_a_name_that_nobody_looks_at_gets_past(
    app: Flask, world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(names, "check", lambda _names: None)
    asker = askers(app, world)[SECRETARIAT]
    assert asker.ask("GET", "/grupper?%00=x").status_code == 200


def test_a_malformed_name_of_a_file_is_refused(app: Flask, world: World) -> None:
    asker = askers(app, world)[SECRETARIAT]
    for field, file_name, status in (
        ("file", "a\u202eb.csv", 422),
        ("fi\u200ble", "a.csv", 422),
        ("file", f"{'x' * 250}.csv", 302),
    ):
        data = {"csrf_token": asker.token, "kind": "groups", field: (io.BytesIO(b"Navn\nA\n"), file_name)}
        answer = asker.client.post("/overfoersler/ny", data=data, content_type="multipart/form-data")
        assert answer.status_code == status, (field, file_name)


def test_a_NUL_in_what_is_sent_breaks_no_route(app: Flask, world: World, things: Things) -> None:  # noqa: N802 - it is called so
    """In an address, in a query, in a form's fields that no schema reads, in a cursor."""
    ids, asker = things.mine, askers(app, world)[SECRETARIAT]
    found = []
    for verb, rule in routes(app):
        if rule.endpoint == "accounts.sign_out":
            continue
        address = next(addresses(rule, ids))
        asked = [f"{address}?q=a%00b&side=%00&maaned=%00"] if verb == "GET" else []
        feature = rule.endpoint.partition(".")[0]
        asked += [
            next(addresses(rule, {**ids, name: ("%00",), f"{feature}.{name}": ("%00",)}))
            for name in sorted(rule.arguments)
            if type(rule._converters[name]) is UnicodeConverter
        ]
        for each in asked:
            status = asker.ask(verb, each).status_code
            if status not in (404, 405, 410, 422):
                found.append(f"{verb} {each}: {status}")
        if verb == "POST" and not rule.rule.startswith("/api/"):
            status = asker.ask(verb, address, dict.fromkeys(RAW, "a\x00b")).status_code
            if status >= 500:
                found.append(f"{verb} {address} with NUL in fields: {status}")
    assert found == []


def test_json_that_a_route_does_not_ask_for_must_be_json_all_the_same(app: Flask, world: World) -> None:
    asker = askers(app, world)[SECRETARIAT]
    headers = {"Authorization": f"Bearer {asker.key}"}
    address = f"/api/v1/agreements/{world.here.offered}/withdraw"
    for body, content_type, status in ((b"{", "application/json", 400), (b"{}", "text/plain", 415)):
        answer = asker.client.post(address, data=body, headers=headers, content_type=content_type)
        assert (answer.status_code, json.loads(answer.data)["status"]) == (status, status)
