"""What binds, or opens a way in, wants a fresh proof of who asks. Each check has a control.

Read with `service/platform/web/proof.py`.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Mapping
from dataclasses import replace
from typing import Any
from uuid import UUID, uuid4

import pytest
from flask import Flask, url_for
from flask.testing import FlaskClient
from sqlalchemy import select, update

from config.settings import PRODUCTION
from service.partnership.agreements.models import Agreement
from service.platform.accounts.models import ApiToken, LoginSession
from service.platform.factors.door_views import PROBLEM
from service.platform.web.proof import fresh_of
from tenants.acting import acting_for
from tenants.database import db, now, transaction
from tenants.reach import clock
from tests.support.forms import forms_of
from tests.support.pages import token_of
from tests.support.world import HERE, PASSWORD, World, key_of
from tests.walls.ways import enter

# Which routes want it, and of which values of a part of their address. One that is not here fails the test: decide, then write it down.
FRESH: Mapping[str, Mapping[str, tuple[str, ...]]] = {
    "agreements.offer": {},
    "taking_in.take_in": {},
    "agreements.decide": {"act": ("godkend",)},
    "cooperation_offers.offer": {},
    "cooperation_offers.send_link": {},
    "cooperation_offers.decide": {"act": ("godkend", "gruppens-svar")},
    "api_cooperation-offers.make_offer": {},
    "api_cooperation-offers.send_link": {},
    "api_cooperation-offers.note_answer": {},
    "api_cooperation-offers.approve": {},
    "endings.end": {},
    "endings.answer": {"deed": ("ja",)},
    "renewals.offer": {},
    "library.put_in_use": {},
    "api_agreements.offer": {},
    "api_agreements.take_in": {},
    "agreements.offer_addendum": {},
    "api_agreements.offer_addendum": {},
    "api_agreements.approve": {},
    "api_agreements.terminate": {},
    "api_agreement-ends.propose": {},
    "api_agreement-ends.agree": {},
    "api_agreement-ends.end_for_breach": {},
    "accounts.new_key": {},
    "forgetting.forget": {},
    "api_forgetting.forget": {},
    "provider_settings.keep": {},
    "saml_settings.keep": {},
    "ties.release": {},
    "ties.release_of_member": {},
    "own_factors.new_passkey": {},
    "own_factors.add_passkey": {},
    "own_factors.new_app": {},
    "own_factors.add_app": {},
    "own_factors.renew_codes": {},
    "own_factors.remove": {},
    "addresses.ask_own": {},
    "addresses.ask_of_person": {},
    "addresses.ask_of_member": {},
}
VALUES: Mapping[str, Any] = {
    "municipality_code": HERE,
    "agreement_id": uuid4(),
    "factor_id": uuid4(),
    "person_id": uuid4(),
    "volunteer_id": uuid4(),
    "group_id": uuid4(),
    "offer_id": uuid4(),
    "act": "godkend",
    "text_kind": "partnerskab",
    "way": "opsigelse",
    "deed": "ja",
}
READING = {"own_factors.new_passkey", "own_factors.new_app"}
OF_MANAGERS = {
    "addresses.ask_of_member",
    "ties.release_of_member",
}  # which DRC's secretariat, who tries the others here, does not open
OF_SECRETARIAT = {"api_forgetting.forget"}  # which is not there for a consultant
CALLS = sorted(endpoint for endpoint in FRESH if endpoint.startswith("api_"))
PAGES = sorted(FRESH.keys() - set(CALLS) - OF_MANAGERS)


def declared(app: Flask) -> dict[str, Mapping[str, tuple[str, ...]]]:
    """What the application's routes want."""
    every = {endpoint: fresh_of(endpoint, app) for endpoint in app.view_functions}
    return {endpoint: demanded.only for endpoint, demanded in every.items() if demanded is not None}


def test_every_route_that_binds_wants_a_fresh_proof(app: Flask, monkeypatch: pytest.MonkeyPatch) -> None:
    """The control: one that has forgotten it is told."""
    assert declared(app) == FRESH
    monkeypatch.setitem(app.view_functions, "accounts.new_key", lambda: "")
    assert FRESH.keys() - declared(app).keys() == {"accounts.new_key"}


def test_the_description_of_the_api_says_which(app: Flask) -> None:
    spec = app.test_client().get("/api/v1/openapi.json").get_json()
    told = {
        operation["operationId"]
        for verbs in spec["paths"].values()
        for operation in verbs.values()
        if isinstance(operation, dict) and "proved anew" in operation.get("description", "")
    }
    assert told == {f"post_{endpoint.removeprefix('api_').replace('.', '_')}" for endpoint in CALLS}


def path_of(app: Flask, endpoint: str) -> str:
    """An address of a route, with ids that nothing has."""
    rule = next(app.url_map.iter_rules(endpoint))
    with app.test_request_context():
        return url_for(endpoint, **{name: VALUES[name] for name in rule.arguments})


@pytest.fixture
def stale(app: Flask) -> Callable[[UUID], None]:
    """Let all that a person has proved be six minutes ago."""

    def make(person_id: UUID) -> None:
        earlier = update(LoginSession).where(LoginSession.person_id == person_id)
        with app.app_context(), acting_for(clock()), transaction():
            db.session.execute(earlier.values(proved_at=now() - dt.timedelta(minutes=6)))

    return make


@pytest.fixture
def secretariat(app: Flask, world: World) -> FlaskClient:
    """The secretariat's browser."""
    client = app.test_client()
    enter(app, client, world.secretariat)
    return client


def test_a_page_that_wants_it_asks_for_it(
    app: Flask, world: World, secretariat: FlaskClient, stale: Callable[[UUID], None]
) -> None:
    """Each of them: what is only opened leads there and back, what is sent is kept on the page. The control: just after signing in."""

    def asked_for() -> set[str]:
        found = set()
        token = token_of(secretariat.get("/min-konto").text)
        for endpoint in PAGES:
            path = path_of(app, endpoint)
            if endpoint in READING:
                answer = secretariat.get(path)
                if answer.headers.get("Location") == f"/bekraeft?next={path}":
                    found.add(endpoint)
                continue
            answer = secretariat.post(path, data={"csrf_token": token, "name": "hvad der stod"})
            kept = [form.sends for form in forms_of(answer.text) if form.action == "/bekraeft"]
            if answer.status_code == 403 and kept[0]["next"] == path and kept[0]["kept"] == "name=hvad+der+stod":
                found.add(endpoint)
        return found

    assert asked_for() == set()
    stale(world.secretariat)
    assert asked_for() == set(PAGES)
    for act in ("afvis", "traek-tilbage"):
        path = path_of(app, "agreements.decide").replace("godkend", act)
        token = token_of(secretariat.get("/min-konto").text)
        assert secretariat.post(path, data={"csrf_token": token}).status_code == 404, "it binds nobody"


def test_a_programs_person_proves_it_on_a_page(
    app: Flask, world: World, stale: Callable[[UUID], None], monkeypatch: pytest.MonkeyPatch
) -> None:
    """In production; in a demonstration the key is enough. Who has just signed in has proved it, and another has not for them."""
    with app.app_context():
        keys = {person: key_of(person) for person in (world.secretariat, world.consultant)}
    client = app.test_client()

    def refused(person: UUID) -> set[str]:
        found = set()
        for endpoint in CALLS:
            headers = {"Authorization": f"Bearer {keys[person]}", "Idempotency-Key": str(uuid4())}
            body = {"api_agreements.approve": {"sha256": "0" * 64}, "api_agreements.terminate": {"reason": "x"}}
            answer = client.post(path_of(app, endpoint), headers=headers, json=body.get(endpoint))
            if answer.status_code == 403:
                told = answer.get_json()
                assert (answer.mimetype, told["type"], told["status"]) == ("application/problem+json", PROBLEM, 403)
                assert "/bekraeft" in told["detail"]
                found.add(endpoint)
        return found

    assert refused(world.secretariat) == set(), "a demonstration"
    settings = replace(app.extensions["settings"], environment=PRODUCTION)
    monkeypatch.setitem(app.extensions, "settings", settings)
    assert refused(world.secretariat) == set(CALLS)
    enter(app, app.test_client(), world.secretariat)
    assert refused(world.secretariat) == set()
    assert refused(world.consultant) == set(CALLS) - OF_SECRETARIAT
    stale(world.secretariat)
    assert refused(world.secretariat) == set(CALLS)
    assert client.get("/api/v1/me", headers={"Authorization": f"Bearer {keys[world.consultant]}"}).status_code == 200


def test_what_was_typed_is_done_after_the_proof_and_not_before(
    app: Flask, world: World, stale: Callable[[UUID], None]
) -> None:
    """An approval, from the page that shows the agreement."""
    client = app.test_client()
    enter(app, client, world.here.manager)
    stale(world.here.manager)
    page = f"/kommuner/{HERE}/aftaler/{world.here.offered}"
    shown = next(form for form in forms_of(client.get(page).text) if form.action == f"{page}/godkend").sends
    sent = {**shown, "consent": "1"}

    def state() -> str:
        with app.app_context(), acting_for(clock([HERE])):
            return db.session.scalars(select(Agreement.state).where(Agreement.id == world.here.offered)).one()

    asked = client.post(f"{page}/godkend", data=sent)
    confirm = next(form for form in forms_of(asked.text) if form.action == "/bekraeft").sends
    wrong = client.post("/bekraeft", data={**confirm, "password": "not the password"})
    assert wrong.status_code == 422
    confirm = next(form for form in forms_of(wrong.text) if form.action == "/bekraeft").sends
    again = client.post("/bekraeft", data={**confirm, "password": PASSWORD})
    assert (again.status_code, state()) == (200, "offered")
    form = next(form for form in forms_of(again.text) if form.action == f"{page}/godkend")
    assert client.post(form.action, data=form.sends).headers["Location"] == page
    assert state() == "accepted"


@pytest.mark.parametrize(
    "elsewhere", ["https://evil.example/", "//evil.example", "/log-ud", "/min-konto/sessioner/afslut", "/findes-ikke"]
)
def test_what_was_kept_is_sent_to_what_wants_a_proof_alone(app: Flask, world: World, elsewhere: str) -> None:
    """The control stands above."""
    client = app.test_client()
    enter(app, client, world.here.manager)
    sent = {"csrf_token": token_of(client.get("/bekraeft").text), "password": PASSWORD, "kept": "name=x"}
    answer = client.post("/bekraeft", data={**sent, "next": elsewhere})
    assert answer.status_code == 302
    assert not answer.headers["Location"].startswith(("//", "http"))


def test_what_had_nothing_to_type_is_done_after_the_proof_too(
    app: Flask, world: World, stale: Callable[[UUID], None]
) -> None:
    client = app.test_client()
    enter(app, client, world.here.staff)
    stale(world.here.staff)
    asked = client.post("/min-konto/totrin/koder", data={"csrf_token": token_of(client.get("/min-konto").text)})
    confirm = next(form for form in forms_of(asked.text) if form.action == "/bekraeft").sends
    again = client.post("/bekraeft", data={**confirm, "password": PASSWORD})
    form = next(form for form in forms_of(again.text) if form.action == "/min-konto/totrin/koder")
    assert client.post(form.action, data=form.sends).status_code == 409, "there is no second step yet"


def test_a_key_is_made_with_the_name_that_was_typed(app: Flask, world: World, stale: Callable[[UUID], None]) -> None:
    client = app.test_client()
    enter(app, client, world.here.staff)
    stale(world.here.staff)
    token = token_of(client.get("/min-konto").text)
    sent = {"csrf_token": token, "name": "Å & b=c", "purpose": "read", "days": "30"}
    asked = client.post("/min-konto/noegler", data=sent)
    confirm = next(form for form in forms_of(asked.text) if form.action == "/bekraeft").sends
    again = client.post("/bekraeft", data={**confirm, "password": PASSWORD})
    form = next(form for form in forms_of(again.text) if form.action == "/min-konto/noegler")
    assert client.post(form.action, data=form.sends).status_code == 200
    with app.app_context(), acting_for(clock()):
        names = db.session.scalars(select(ApiToken.name).where(ApiToken.person_id == world.here.staff)).all()
    assert "Å & b=c" in names
