"""Sign in by OpenID Connect, over HTTP: what lets somebody in, and everything that does not."""

from __future__ import annotations

import base64
import hashlib
import time
from typing import Any
from urllib.parse import parse_qs, urlsplit

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import func, select, update
from werkzeug.test import TestResponse

from service.platform.accounts.models import LoginSession, Membership, Person
from service.platform.identity_providers import openid
from service.platform.web.arrival import FRESH
from tenants.acting import acting_for
from tenants.database import db, now, transaction
from tenants.reach import clock
from tests.platform.identity_providers.conftest import Login
from tests.platform.identity_providers.speaking import (
    EC,
    RSA,
    STRANGE,
    Speaker,
)
from tests.support.pages import token_of
from tests.support.people import STAFF, Few
from tests.support.world import HERE, THERE, sign_in

BEGIN, BACK = f"/log-ind/kommune/videre?kommune={HERE}", "/log-ind/kommune/svar"


def sent_away(client: FlaskClient, address: str = BEGIN) -> dict[str, str]:
    """What somebody is sent to their provider with."""
    answer = client.get(address)
    assert answer.status_code == 302, answer.text
    return {name: values[0] for name, values in parse_qs(urlsplit(answer.headers["Location"]).query).items()}


def comes_back(client: FlaskClient, **answer: str) -> TestResponse:
    """What comes of coming back with that, through the page that sends it on."""
    page = client.get(BACK, query_string=answer)
    return client.post(BACK, data={"csrf_token": token_of(page.text), **answer})


def goes_through(client: FlaskClient, speaker: Speaker, **claims: Any) -> TestResponse:
    """What comes of going to the provider and coming back with what it says."""
    sent = sent_away(client)
    speaker.says(**{"nonce": sent["nonce"], **claims})
    return comes_back(client, state=sent["state"], code="a-code")


def is_in(client: FlaskClient) -> bool:
    """Whether they are signed in."""
    return client.get("/min-konto").status_code == 200


def anna(app: Flask) -> Person | None:
    """Whom Anna's subject was made."""
    with app.app_context(), acting_for(clock()), transaction():
        return db.session.scalar(select(Person).where(Person.email == "anna@kommune.example"))


def test_somebody_comes_in(client: FlaskClient, speaker: Speaker) -> None:
    """The control of all refusals below; and what was asked is what OpenID Connect and PKCE want."""
    sent = sent_away(client, f"{BEGIN}&next=/min-konto")
    assert (sent["response_type"], sent["client_id"], sent["scope"]) == ("code", "partnerskab", "openid profile email")
    assert sent["redirect_uri"] == f"http://localhost{BACK}"
    speaker.says(nonce=sent["nonce"])
    answer = comes_back(client, state=sent["state"], code="a-code", iss=speaker.issuer)
    assert (answer.status_code, answer.headers["Location"]) == (302, "/min-konto")
    assert "Anna Andersen" in client.get("/min-konto").text
    [(_path, form, authorization)] = [each for each in speaker.asked if each[0] == "/token"]
    assert authorization == f"Basic {base64.b64encode(b'partnerskab:hemmeligt').decode()}"
    assert (form["code"], form["redirect_uri"]) == (["a-code"], [sent["redirect_uri"]])
    digest = hashlib.sha256(form["code_verifier"][0].encode()).digest()
    assert (sent["code_challenge_method"], sent["code_challenge"]) == (
        "S256",
        base64.urlsafe_b64encode(digest).decode().rstrip("="),
    )


@pytest.mark.parametrize(("key", "algorithm"), [(RSA, "PS256"), (EC, "ES256")])
def test_other_algorithms_that_hold_let_in(client: FlaskClient, speaker: Speaker, key: Any, algorithm: str) -> None:
    speaker.key, speaker.header = key, {"alg": algorithm, "kid": key.kid}
    assert goes_through(client, speaker).status_code == 302


def half(token: str) -> str:
    """What `at_hash` is of an access token."""
    return base64.urlsafe_b64encode(hashlib.sha256(token.encode()).digest()[:16]).decode().rstrip("=")


LATER, EARLIER = int(time.time()) + 7200, int(time.time()) - 7200
FORGED: dict[str, tuple[dict[str, Any], str]] = {
    "another issuer": ({"iss": "https://login.elsewhere.example"}, "iss"),
    "no issuer": ({"iss": None}, "iss"),
    "for another": ({"aud": "somebody-else"}, "aud"),
    "for nobody": ({"aud": None}, "aud"),
    "for several, and not said by whom": ({"aud": ["partnerskab", "another"]}, "azp"),
    "got by another": ({"azp": "another"}, "azp"),
    "expired": ({"exp": EARLIER + 60}, "exp"),
    "that never ends": ({"exp": None}, "exp"),
    "not yet good": ({"nbf": LATER}, "nbf"),
    "of tomorrow": ({"iat": LATER, "exp": LATER + 60}, "iat"),
    "of yesterday": ({"iat": EARLIER}, "iat"),
    "of no time": ({"iat": None}, "iat"),
    "another nonce": ({"nonce": "another"}, "nonce"),
    "no nonce": ({"nonce": None}, "nonce"),
    "another access token": ({"at_hash": half("another")}, "at_hash"),
    "nobody": ({"sub": None}, "sub"),
    "an empty subject": ({"sub": ""}, "sub"),
    "a number": ({"sub": 7}, "sub"),
    "too long a subject": ({"sub": "x" * 256}, "sub"),
}


@pytest.mark.parametrize("forgery", FORGED)
def test_a_forged_answer_lets_nobody_in(app: Flask, client: FlaskClient, speaker: Speaker, forgery: str) -> None:
    claims, cause = FORGED[forgery]
    answer = goes_through(client, speaker, **claims)
    assert answer.status_code == 403
    assert f"it-afdeling: {cause}</p>" in answer.text
    assert "anna@kommune.example" not in answer.text
    assert not is_in(client)
    assert anna(app) is None


SIGNED: dict[str, tuple[Any, dict[str, Any]]] = {
    "with nothing": (RSA, {"alg": "none"}),
    "with what everybody knows": (RSA, {"alg": "HS256", "kid": "ours"}),
    "by another with the name of the key": (STRANGE, {"alg": "RS256", "kid": "ours"}),
    "with a weaker one": (RSA, {"alg": "RS512", "kid": "ours"}),
    "with a key of no name": (STRANGE, {"alg": "RS256"}),
    "with a key that is unknown": (STRANGE, {"alg": "RS256", "kid": "theirs"}),
}


@pytest.mark.gate("6.8.2")
@pytest.mark.parametrize("signed", SIGNED)
def test_a_token_that_the_provider_has_not_signed_lets_nobody_in(
    app: Flask, client: FlaskClient, speaker: Speaker, signed: str
) -> None:
    speaker.key, speaker.header = SIGNED[signed]
    answer = goes_through(client, speaker)
    assert answer.status_code == 403
    assert not is_in(client)
    assert anna(app) is None


def test_keys_are_asked_for_once_more_where_one_is_unknown(
    client: FlaskClient, speaker: Speaker, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A provider changes its keys; and nobody makes us ask it over and over by naming keys that there are not."""
    monkeypatch.setattr(openid, "ASKED_AGAIN_AFTER", 0.0)
    goes_through(client, speaker)
    client.post("/log-ud", data={"csrf_token": token_of(client.get("/min-konto").text)})
    new = STRANGE.as_dict(private=True) | {"kid": "new"}
    speaker.key = type(RSA).import_key(new)
    speaker.header, speaker.keys = {"alg": "RS256", "kid": "new"}, (RSA, speaker.key)
    assert goes_through(client, speaker).status_code == 302
    assert [path for path, _form, _auth in speaker.asked].count("/keys") == 2


@pytest.mark.gate("6.8.3")
def test_an_answer_is_good_once_and_in_the_browser_that_asked(
    app: Flask, client: FlaskClient, speaker: Speaker
) -> None:
    sent = sent_away(client)
    speaker.says(nonce=sent["nonce"])
    theirs, mine = {"state": sent["state"], "code": "a-code"}, app.test_client()
    assert comes_back(mine, **theirs).status_code == 409, "somebody else's answer, brought to my browser"
    asked = sent_away(mine)
    assert comes_back(mine, **theirs).status_code == 409, "though I had asked as well"
    assert comes_back(mine, state=asked["state"], code="a-code").status_code == 409, "and mine is used up by it"
    kept = client.get_cookie("partnerskab")
    assert kept is not None
    assert comes_back(client, **theirs).status_code == 302
    again = app.test_client()
    again.set_cookie("partnerskab", kept.value)
    assert comes_back(again, **theirs).status_code == 409, "also where the browser's cookie was kept"
    assert [path for path, _form, _auth in speaker.asked].count("/token") == 1


@pytest.mark.gate("6.8.1")
def test_an_answer_of_another_provider_is_not_taken(client: FlaskClient, speaker: Speaker) -> None:
    sent = sent_away(client)
    speaker.says(nonce=sent["nonce"])
    answer = comes_back(client, state=sent["state"], code="a-code", iss="https://login.elsewhere.example")
    assert answer.status_code == 403
    assert not [path for path, _form, _auth in speaker.asked if path == "/token"], "and nothing is shown to ours"


def test_an_answer_must_come_in_time(client: FlaskClient, speaker: Speaker) -> None:
    sent = sent_away(client)
    with client.session_transaction() as session:
        session["provider"] = session["provider"] | {"at": session["provider"]["at"] - 16 * 60}
    assert comes_back(client, state=sent["state"], code="a-code").status_code == 409


@pytest.mark.parametrize(("tid", "gets_in"), [("t-1", True), ("T-1", True), ("t-2", False), (None, False)])
def test_the_tenant_is_checked(
    client: FlaskClient, login: Login, speaker: Speaker, tid: str | None, gets_in: bool
) -> None:
    login.keep(issuer=speaker.issuer, tenant="t-1")
    assert (goes_through(client, speaker, tid=tid).status_code == 302) is gets_in


@pytest.mark.parametrize("roles", [["medarbejder", f"medarbejder:{THERE}"], ["leder", "secretariat"], "consultant", []])
def test_roles_that_are_not_the_municipalitys_let_nobody_in(
    app: Flask, client: FlaskClient, speaker: Speaker, roles: Any
) -> None:
    assert goes_through(client, speaker, roles=roles).status_code == 403
    assert anna(app) is None


def test_whoever_is_shut_out_or_has_no_role_any_more_does_not_come_in(
    app: Flask, client: FlaskClient, speaker: Speaker
) -> None:
    assert goes_through(client, speaker).status_code == 302
    other = app.test_client()
    assert goes_through(other, speaker, roles=[]).status_code == 403
    assert not is_in(client), "and is out at once where she was in"
    with app.app_context(), acting_for(clock([HERE])), transaction():
        held = (
            select(func.count())
            .select_from(Membership)
            .where(Membership.valid_to.is_(None), Membership.role == "staff")
        )
        assert db.session.scalar(held) == 1, "the other one of the staff alone"
        db.session.execute(update(Person).where(Person.email == "anna@kommune.example").values(disabled_at=now()))
    assert goes_through(other, speaker).status_code == 403


def test_nothing_of_what_was_said_is_logged(
    client: FlaskClient, speaker: Speaker, capsys: pytest.CaptureFixture[str]
) -> None:
    sent = sent_away(client)
    speaker.says(nonce=sent["nonce"], email="hemmelig@kommune.example")
    comes_back(client, state=sent["state"], code="a-secret-code")
    goes_through(client, speaker, nonce="wrong")
    said = "".join(capsys.readouterr())
    for secret in (sent["state"], sent["nonce"], "a-secret-code", "hemmelig@", "hemmeligt", speaker.token()[:40]):
        assert secret not in said


def test_who_came_by_a_provider_confirms_there(client: FlaskClient, speaker: Speaker) -> None:
    """What was proved to it before proves nothing now, and who cannot be another."""
    goes_through(client, speaker)
    page = client.get("/min-konto/totrin/app", follow_redirects=True)
    assert "kommunens login" in page.text
    assert 'name="password"' not in page.text
    confirm = "/log-ind/kommune/videre?formaal=bekraeft&next=/min-konto/totrin/app"
    for claims, status in (
        ({"auth_time": int(time.time()) - 3600}, 403),
        ({}, 403),
        ({"auth_time": int(time.time()), "sub": "bo"}, 403),
        ({"auth_time": int(time.time())}, 302),
    ):
        sent = sent_away(client, confirm)
        assert (sent["prompt"], sent["max_age"]) == ("login", "0")
        speaker.says(nonce=sent["nonce"], **claims)
        assert comes_back(client, state=sent["state"], code="a-code").status_code == status, claims
    assert client.get("/min-konto/totrin/app").status_code == 200


def test_who_is_signed_in_connects_their_account(app: Flask, client: FlaskClient, speaker: Speaker, few: Few) -> None:
    sign_in(client, STAFF)
    connect = "/log-ind/kommune/videre?formaal=tilknyt"
    with app.app_context(), acting_for(clock()), transaction():
        db.session.execute(update(LoginSession).values(proved_at=now() - FRESH))
    assert client.get(connect).headers["Location"].startswith("/bekraeft"), (
        "a browser that was left open makes no way in"
    )
    with app.app_context(), acting_for(clock()), transaction():
        db.session.execute(update(LoginSession).values(proved_at=now()))
    sent = sent_away(client, connect)
    speaker.says(nonce=sent["nonce"], email=STAFF)
    assert comes_back(client, state=sent["state"], code="a-code").status_code == 302
    other = app.test_client()
    assert goes_through(other, speaker, email=STAFF).status_code == 302
    assert STAFF in other.get("/min-konto").text
