"""Systems of a municipality that are told of papers: signed, each paper once, and never a machine that is not public."""

from __future__ import annotations

import base64
import hashlib
import hmac
import http.server
import json
import socket
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any
from uuid import UUID

import pytest
from flask import Flask
from sqlalchemy import select

from service.desk.monday import queries as monday
from service.exchange.webhooks import operations, queries, rules
from service.exchange.webhooks.models import Webhook, WebhookMessage
from service.platform.documents.models import Document
from service.platform.ledger.models import LedgerEntry
from service.platform.work import outward
from service.platform.work.faults import Fault
from tenants.acting import acting_for
from tenants.calendar import day_of
from tenants.database import db, now, transaction
from tenants.reach import Office, Reach
from tests.api.conftest import Program
from tests.support.pages import token_of
from tests.support.world import HERE, World, key_of, sign_in

# Told


@dataclass
class System:
    """A municipality's system, for real: what it was told, and what it answers."""

    url: str = ""
    status: int = 204
    told: list[tuple[dict[str, str], bytes]] = field(default_factory=list)


@pytest.fixture
def system() -> Iterator[System]:
    here = System()

    class Handler(http.server.BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            body = self.rfile.read(int(self.headers["Content-Length"]))
            here.told.append(({name.lower(): value for name, value in self.headers.items()}, body))
            self.send_response(here.status)
            self.send_header("Location", f"{here.url}/andetsteds")
            self.end_headers()

        def log_message(self, *_args: Any) -> None:
            pass

    server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    here.url = f"http://127.0.0.1:{server.server_port}"
    yield here
    server.shutdown()
    server.server_close()


@contextmanager
def acting(app: Flask, office: Office = Office.CLOCK, who: UUID | None = None) -> Iterator[None]:
    """Act in the municipality, in a context of one's own."""
    with app.app_context(), acting_for(Reach(office, frozenset({HERE}), who)), transaction():
        yield


def manager(app: Flask, world: World) -> Program:
    with app.app_context():
        return Program(app.test_client(), key_of(world.here.manager))


def made(app: Flask, world: World, url: str) -> tuple[UUID, str]:
    """Let a system be told, of the world's papers too: its id and secret."""
    answer = manager(app, world).post(f"/municipalities/{HERE}/webhooks", {"url": url})
    assert answer.status_code == 201, answer.text
    told = answer.json
    assert told is not None
    with acting(app):
        row = db.session.get_one(Webhook, (HERE, UUID(told["id"])))
        row.made_at = db.session.get_one(Document, (HERE, world.here.statement_document)).created_at
    return UUID(told["id"]), told["secret"]


def told(app: Flask) -> list[bool]:
    """Ask what is owed, and tell it."""
    with acting(app):
        operations.ask_owed()
        due = queries.due()
    with app.app_context():
        return [operations.send(*each, 60) for each in due]


def verified(secret: str, headers: dict[str, str], body: bytes) -> bool:
    """As a reader of the standard verifies: written from its text, and not from how it is signed here."""
    key = base64.b64decode(secret.split("_", 1)[1])
    content = b".".join([headers["webhook-id"].encode(), headers["webhook-timestamp"].encode(), body])
    wanted = base64.b64encode(hmac.new(key, content, hashlib.sha256).digest()).decode()
    return f"v1,{wanted}" in headers["webhook-signature"].split(" ")


def test_a_system_is_told_of_each_paper_once_and_signed(app: Flask, world: World, system: System) -> None:
    hook_id, secret = made(app, world, f"{system.url}/ind")
    assert all(told(app))
    assert len(system.told) > 0
    assert told(app) == []
    headers, body = next(each for each in system.told if str(world.here.statement_document) in each[1].decode())
    assert verified(secret, headers, body)
    assert not verified(secret, headers, body.replace(b"statement", b"agreement"))
    data = json.loads(body)["data"]
    program = manager(app, world)
    assert program.read(data["url"].partition("/api/v1")[2])["sha256"] == data["sha256"]
    items = program.read(f"/webhooks/{hook_id}/messages")["items"]
    assert {each["status"] for each in items} == {"sent"}
    assert headers["webhook-id"] in {each["id"] for each in items}
    with acting(app):
        acts = set(db.session.scalars(select(LedgerEntry.act).where(LedgerEntry.municipality_code == HERE)))
    assert {"webhook.made", "webhook.told"} <= acts


def test_a_system_that_does_not_take_it_is_told_again_with_the_same_words(
    app: Flask, world: World, system: System
) -> None:
    made(app, world, system.url)
    system.status = 302
    assert not any(told(app))
    assert {headers["host"] for headers, _body in system.told} == {system.url.removeprefix("http://")}
    first, system.status = dict(system.told[0][0]), 204
    with acting(app):
        assert {row.fault for row in db.session.scalars(select(WebhookMessage))} == {Fault.PUT_OFF}
        for row in db.session.scalars(select(WebhookMessage)):
            row.due_from = now()
    bodies = {body for _headers, body in system.told}
    system.told.clear()
    assert all(told(app))
    assert {body for _headers, body in system.told} == bodies
    assert first["webhook-id"] in {headers["webhook-id"] for headers, _body in system.told}


def test_what_is_given_up_is_a_line_on_monday_and_is_tried_again(app: Flask, world: World, system: System) -> None:
    made(app, world, system.url)
    system.status = rules.GONE
    told(app)
    with acting(app, Office.DRC, world.secretariat):
        lines = monday.gathered(frozenset({HERE}), day_of(now()))
        assert [line.kind for line in lines if line.kind == "failed_webhooks"]
    client = sign_in(app.test_client(), "sekretariat@drc.example")
    page = client.get(f"/kommuner/{HERE}/papirer/systemer")
    assert "Ikke modtaget" in page.text
    action = page.text.partition("/gaaet-i-staa/system/")[2].partition('"')[0]
    answer = client.post(f"/gaaet-i-staa/system/{action}", data={"csrf_token": token_of(page.text)})
    assert answer.status_code == 302
    system.status = 200
    assert told(app) == [True]


def test_a_system_that_has_ended_is_told_nothing(app: Flask, world: World, system: System) -> None:
    hook_id, _secret = made(app, world, system.url)
    with acting(app):
        operations.ask_owed()
    assert manager(app, world).call("DELETE", f"/webhooks/{hook_id}").status_code == 204
    assert not any(told(app))
    assert system.told == []
    with acting(app):
        assert db.session.scalars(select(WebhookMessage)).all() == []


def test_no_machine_inside_is_spoken_to(monkeypatch: pytest.MonkeyPatch, system: System) -> None:
    """A name may lead anywhere, and elsewhere from one look to the next. The control: without the guard the machine is reached."""
    port = int(system.url.rpartition(":")[2])
    inside = [(socket.AF_INET, socket.SOCK_STREAM, 6, "", ("127.0.0.1", port))]
    outside = [(socket.AF_INET, socket.SOCK_STREAM, 6, "", ("93.184.216.34", port))]
    for found in (inside, outside + inside):
        with monkeypatch.context() as patch:
            patch.setattr(socket, "getaddrinfo", lambda *_args, _found=found, **_kwargs: _found)
            with pytest.raises(outward.NotPublic):
                outward.ask("http://sag.kommune.example/", {}, b"{}", public=True, most=0)
    assert system.told == []
    assert outward.ask(f"{system.url}/", {}, b"{}", public=False, most=0).status == 204
    assert len(system.told) == 1


def test_staff_and_neighbours_say_nothing_of_it(app: Flask, world: World, system: System) -> None:
    hook_id, _secret = made(app, world, system.url)
    with app.app_context():
        staff, there = (Program(app.test_client(), key_of(each)) for each in (world.here.staff, world.there.manager))
    assert staff.post(f"/municipalities/{HERE}/webhooks", {"url": system.url}).status_code == 403
    assert staff.call("DELETE", f"/webhooks/{hook_id}").status_code == 403
    assert staff.read(f"/webhooks/{hook_id}").keys() == {"id", "municipality_code", "url", "made_at", "ended_at"}
    assert there.call("DELETE", f"/webhooks/{hook_id}").status_code == 404
    page = sign_in(app.test_client(), f"medarbejder.{HERE}@kommune.example").get(f"/kommuner/{HERE}/papirer/systemer")
    assert system.url in page.text
    assert 'name="url"' not in page.text


def test_the_page_shows_the_secret_once_and_keeps_what_was_typed(app: Flask, world: World) -> None:
    client, page = sign_in(app.test_client(), f"leder.{HERE}@kommune.example"), f"/kommuner/{HERE}/papirer/systemer"
    token = token_of(client.get(page).text)
    refused = client.post(page, data={"csrf_token": token, "url": "http://sag.kommune.example/"})
    assert (refused.status_code, "http://sag.kommune.example/" in refused.text) == (422, True)
    for number in range(rules.MAX_WEBHOOKS):
        shown = client.post(page, data={"csrf_token": token, "url": f"https://sag.kommune.example/{number}"})
        assert "whsec_" in shown.text
    assert "whsec_" not in client.get(page).text
    assert client.post(page, data={"csrf_token": token, "url": "https://sag.kommune.example/"}).status_code == 422
    with acting(app):
        kept = db.session.scalars(select(Webhook)).first()
        assert kept is not None
        assert b"whsec_" not in kept.secret
