"""A browser that goes to a municipality's SAML login, and comes back."""

from __future__ import annotations

import base64
from urllib.parse import parse_qs, urlsplit

from flask.testing import FlaskClient
from saml2 import BINDING_HTTP_REDIRECT
from werkzeug.test import TestResponse

from service.platform.saml.asking import SIGNED_BY
from tests.support.saml import SamlProvider, attributes

METADATA, ANSWERS, LEAVING = OURS = ("/saml/metadata", "/log-ind/saml/svar", "/log-ud/saml")


def ask(client: FlaskClient, idp: SamlProvider, address: str) -> str:
    """Go to the provider: the id of the request, as the provider reads it. It is signed."""
    sent = client.get(address)
    assert sent.status_code == 302, sent.text
    given = {name: values[0] for name, values in parse_qs(urlsplit(sent.location).query).items()}
    assert given["SigAlg"] == SIGNED_BY
    asked = idp.server.parse_authn_request(
        given["SAMLRequest"], BINDING_HTTP_REDIRECT, sigalg=given["SigAlg"], signature=given["Signature"]
    )
    return str(asked.message.id)


def come(client: FlaskClient, data: bytes, **more: str) -> TestResponse:
    """Come back with an answer."""
    return client.post(ANSWERS, data={"SAMLResponse": base64.b64encode(data).decode(), **more})


def come_in(client: FlaskClient, idp: SamlProvider, begins: str, **sent: str | None) -> TestResponse:
    """All of it."""
    return come(client, idp.answer(ask(client, idp, begins), sent=attributes(**sent)))


def inside(client: FlaskClient) -> bool:
    """Whether the browser is let in."""
    return client.get("/min-konto").status_code == 200
