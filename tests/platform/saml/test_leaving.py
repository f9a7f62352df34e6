"""Out of the municipality's login with whoever leaves here, and out of here with whoever leaves there: against pysaml2's provider."""

from __future__ import annotations

import re
from collections.abc import Callable
from pathlib import Path
from typing import Any
from urllib.parse import parse_qs, urlsplit

import pytest
from flask import Flask
from flask.testing import FlaskClient
from saml2.response import StatusUnknownPrincipal
from saml2.samlp import STATUS_PARTIAL_LOGOUT, STATUS_SUCCESS
from sqlalchemy import select

from service.platform.accounts.models import LoginSession
from service.platform.identity_providers import operations as providers
from service.platform.identity_providers.rules import ProviderKind, ProviderSettings
from service.platform.saml import redirected
from service.platform.saml.provider_metadata import REDIRECT, read
from tenants.acting import acting_for
from tenants.database import db, transaction
from tenants.reach import clock
from tests.platform.saml.coming import LEAVING, come_in, inside
from tests.support import people
from tests.support.forms import forms_of
from tests.support.pages import token_of
from tests.support.saml import SIGNE, SLO, SamlProvider, pair
from tests.support.world import HERE, THERE, sign_in


def sent_here(client: FlaskClient, query: str) -> tuple[int, str]:
    """Follow a provider's request as a browser does: the status, and where it goes on to."""
    page = client.get(f"{LEAVING}?{query}")
    assert "Set-Cookie" not in page.headers
    (form,) = forms_of(page.text)
    answer = client.post(form.action, data=form.sends)
    onward = re.search(r'href="(https://[^"]+)"', answer.text)
    return answer.status_code, onward[1].replace("&amp;", "&") if onward else ""


def told(idp: SamlProvider, location: str) -> tuple[str, str]:
    """What the provider reads of our answer, whose signature is checked: the status, and what it wanted back."""
    where, _, query = location.partition("?")
    assert where == SLO
    assert redirected.is_signed(redirected.read(query, redirected.ANSWER), [Path(idp.us.certificate_file).read_text()])
    given = parse_qs(query)
    answer = idp.server.parse_logout_request_response(given["SAMLResponse"][0], REDIRECT).response
    return answer.status.status_code.value, given["RelayState"][0]


def session_names(app: Flask) -> list[str]:
    """What the provider calls the sessions that began at it, the newest first."""
    with app.app_context(), acting_for(clock()), transaction():
        rows = select(LoginSession.provider_session).where(LoginSession.provider_id.is_not(None))
        return list(db.session.scalars(rows.order_by(LoginSession.created_at.desc())))


def test_whoever_leaves_here_leaves_there_where_they_came_in(app: Flask, idp: SamlProvider, begins: str) -> None:
    given = ProviderSettings("https://login.example", "us", roles_claim="roles", staff_value="staff", switched_on=True)
    with app.test_request_context(), acting_for(clock([HERE])), transaction():
        providers.keep(HERE, ProviderKind.OIDC, given)
    client = app.test_client()
    come_in(client, idp, begins)
    out = client.post("/log-ud", data={"csrf_token": token_of(client.get("/min-konto").text)}, follow_redirects=True)
    links = re.findall(r'href="(/log-ud/kommune/[^"]+)"', out.text)
    assert links == [f"/log-ud/kommune/{begins.rpartition('/')[2]}"], out.text
    way = client.get(client.get(links[0]).location).location
    sent = {name: values[0] for name, values in parse_qs(urlsplit(way).query).items()}
    asked = idp.server.parse_logout_request(
        sent["SAMLRequest"], REDIRECT, sigalg=sent["SigAlg"], signature=sent["Signature"]
    ).message
    assert way.startswith(f"{SLO}?")
    assert (asked.name_id.text, asked.issuer.text) == (SIGNE, idp.us.entity_id)
    assert [each.text for each in asked.session_index] == session_names(app) != [""]

    def bent(name: str, value: Any) -> Callable[[Any], object]:
        return lambda answer: setattr(answer, name, value)

    kept = client.get_cookie("partnerskab")
    assert kept
    partly = lambda answer: setattr(answer.status.status_code, "value", STATUS_PARTIAL_LOGOUT)  # noqa: E731
    for bend in (partly, bent("in_response_to", "_another"), bent("destination", "https://another.example")):
        client.set_cookie("partnerskab", kept.value)
        assert "Luk så browseren" in client.get(f"{LEAVING}?{idp.left(asked, bend=bend)}").text
    query = idp.left(asked)
    client.set_cookie("partnerskab", kept.value)
    assert client.get(f"{LEAVING}?{query.partition('&Signature=')[0]}").status_code == 200, "unsigned"
    client.set_cookie("partnerskab", kept.value)
    assert client.get(f"{LEAVING}?{query}").location == "/log-ind"
    assert "også af kommunens login" in client.get("/log-ind").text


def test_whoever_leaves_there_leaves_here_by_what_it_calls_the_session(
    app: Flask, idp: SamlProvider, begins: str
) -> None:
    first, second, by_password = (app.test_client() for _ in range(3))
    come_in(first, idp, begins)
    come_in(second, idp, begins)
    sign_in(by_password, people.STAFF)
    newest, _oldest = session_names(app)
    for sessions, left_in in (("_another",), (True, True)), ((newest,), (True, False)), ((), (False, False)):
        status, location = sent_here(app.test_client(), idp.leave(SIGNE, sessions))
        assert (status, told(idp, location)) == (200, (STATUS_SUCCESS, "where it was"))
        assert (inside(first), inside(second)) == left_in
    assert inside(by_password), "which began at no login"


def test_what_is_no_request_of_its_own_providers_signs_nobody_out(
    app: Flask, idp: SamlProvider, begins: str, tmp_path: Path
) -> None:
    client, out = app.test_client(), app.test_client()
    come_in(client, idp, begins)
    query = idp.leave(SIGNE)
    unsigned, _, _ = query.partition("&SigAlg=")
    another = idp.leave("another")
    refused = {
        unsigned: "unsigned",
        query.replace(query[14:60], another[14:60], 1): "malformed",
        f"{unsigned}&SigAlg={another.partition('&SigAlg=')[2]}": "signature",
        query.replace("rsa-sha256", "rsa-sha1"): "weak_signature",
        SamlProvider(idp.us, pair("another")).leave(SIGNE): "signature",
        SamlProvider(idp.us, idp.pair, "https://another.example").leave(SIGNE): "issuer",
        idp.leave(SIGNE, bend=lambda asked: setattr(asked, "destination", "https://another.example")): "destination",
        idp.leave(SIGNE, bend=lambda asked: setattr(asked, "issue_instant", "2026-01-01T00:00:00Z")): "time",
    }
    for sent, why in refused.items():
        answer = out.post(LEAVING, data={"query": sent})
        assert (answer.status_code, f"({why})" in answer.text) == (403, True), why
    assert inside(client)

    # Another municipality's login, by the same name and with a key of its own, knows nobody of this one.
    theirs = SamlProvider(idp.us, pair("theirs"))
    (tmp_path / "theirs.xml").write_text(theirs.metadata())
    kept = ["saml", "keep", "--municipality", THERE, "--metadata", str(tmp_path / "theirs.xml")]
    assert app.test_cli_runner().invoke(args=kept).exit_code == 0
    _status, location = sent_here(out, theirs.leave(SIGNE))
    with pytest.raises(StatusUnknownPrincipal):
        told(idp, location)
    assert inside(client)

    assert sent_here(out, query)[0] == 200
    assert not inside(client)
    come_in(client, idp, begins)
    assert sent_here(out, query)[0] == 403, "once"
    assert inside(client)


def test_a_provider_that_takes_no_request_is_asked_nothing(provider: SamlProvider) -> None:
    metadata = provider.metadata()
    assert read(metadata).leaving == read(metadata).left == SLO
    elsewhere = metadata.replace(f'Location="{SLO}"', f'Location="{SLO}" ResponseLocation="{SLO}/svar"')
    assert (read(elsewhere).leaving, read(elsewhere).left) == (SLO, f"{SLO}/svar")
    assert (read(metadata.replace(SLO, "http://idp")).leaving, read(metadata.replace(SLO, "http://idp")).left) == (
        "",
        "",
    )
