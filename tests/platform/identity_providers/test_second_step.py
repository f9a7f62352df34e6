"""The second step is not weakened by a provider: it is the provider's where it says so or DRC has agreed it, and else ours."""

from __future__ import annotations

import time
from collections.abc import Callable

import pytest
from flask import Flask
from flask.testing import FlaskClient

from service.platform.factors import operations as factors
from tenants.database import now
from tests.platform.factors.conftest import OWN, SECOND, Clock, add_app, inside, send
from tests.platform.identity_providers.conftest import Login
from tests.platform.identity_providers.speaking import Speaker
from tests.platform.identity_providers.test_openid import comes_back, goes_through, sent_away


@pytest.fixture
def watch(monkeypatch: pytest.MonkeyPatch) -> Clock:
    """The clock of codes."""
    found = Clock(now())
    monkeypatch.setattr(factors, "now", lambda: found.moment)
    return found


@pytest.mark.parametrize(
    ("agreed", "amr", "second"), [(False, ["pwd"], False), (False, ["pwd", "mfa"], True), (True, None, True)]
)
def test_a_manager_has_one_before_anything_opens(
    client: FlaskClient,
    login: Login,
    speaker: Speaker,
    live: Callable[[], None],
    agreed: bool,
    amr: list[str] | None,
    second: bool,
) -> None:
    login.keep(issuer=speaker.issuer, asks_second=agreed)
    live()
    assert goes_through(client, speaker, roles=["leder"], amr=amr).status_code == 302
    assert client.get("/min-konto").status_code == (200 if second else 302)
    assert (client.get("/min-konto").headers.get("Location") == OWN) is not second


def test_ours_follows_once_it_is_chosen(
    app: Flask, client: FlaskClient, speaker: Speaker, watch: Clock, live: Callable[[], None]
) -> None:
    """Of somebody who has no password here: chosen with a proof from the provider, and asked for at each arrival from then on."""
    live()
    goes_through(client, speaker, roles=["leder"], auth_time=int(time.time()))
    secret, codes = add_app(client, watch)
    assert len(codes) == 10
    assert client.get("/min-konto").status_code == 200
    other = app.test_client()
    answer = goes_through(other, speaker, roles=["leder"])
    assert answer.headers["Location"].partition("?")[0] == SECOND
    assert not inside(other), "the provider's word alone opens nothing"
    assert send(other, SECOND, code="000000").status_code == 422
    assert send(other, SECOND, code=watch.code(secret)).status_code == 302
    assert other.get("/min-konto").status_code == 200
    assert send(other, OWN, "/log-ud").location == "/log-ud/kommune", "it began there, whatever was proved since"


def test_who_has_one_confirms_by_it_and_not_by_the_provider_alone(
    client: FlaskClient, speaker: Speaker, watch: Clock, live: Callable[[], None]
) -> None:
    live()
    goes_through(client, speaker, roles=["leder"], auth_time=int(time.time()))
    secret, _codes = add_app(client, watch)
    sent = sent_away(client, "/log-ind/kommune/videre?formaal=bekraeft")
    speaker.says(nonce=sent["nonce"], roles=["leder"], auth_time=int(time.time()))
    assert comes_back(client, state=sent["state"], code="a-code").status_code == 403
    assert inside(client), "nothing is lost by it"
    assert send(client, "/bekraeft", code=watch.code(secret), next="/min-konto").status_code == 302
    assert inside(client)
