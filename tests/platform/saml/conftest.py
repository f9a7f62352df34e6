"""What the tests of SAML stand on: us, a municipality's provider, and what an answer of it is held to."""

from __future__ import annotations

import datetime as dt
from dataclasses import replace
from uuid import UUID

import pytest
from flask import Flask

from service.platform.identity_providers.rules import Provider, ProviderKind
from service.platform.saml import provider_metadata, taking
from service.platform.saml.asking import Us
from service.platform.saml.document import Claims
from service.platform.saml.faults import AnswerFault, NotTaken
from service.platform.saml.rules import ExpectedAnswer
from tests.support.saml import CVR, ISSUER, SamlProvider, pair

REQUEST = "_request"
ENTITY_ID = "https://partnerskab.example/saml/metadata"
ADDRESS = "https://partnerskab.example/log-ind/saml/svar"


def us() -> Us:
    """Us, as a provider knows us."""
    ours = pair("us")
    return Us(ENTITY_ID, ADDRESS, ours.key_file, ours.certificate_file)


@pytest.fixture(scope="session")
def provider() -> SamlProvider:
    """The municipality's provider."""
    return SamlProvider(us(), pair("provider"))


def known() -> Provider:
    """The same, as it is kept here."""
    return Provider(UUID(int=7), ProviderKind.SAML, ISSUER, "0580", CVR, None, False)


def expected() -> ExpectedAnswer:
    """What its answer is held to."""
    return ExpectedAnswer(known(), REQUEST, ADDRESS, ENTITY_ID, dt.datetime.now(dt.UTC))


def take(
    app: Flask, provider: SamlProvider, data: bytes, expected: ExpectedAnswer, *, encrypted: bool = True
) -> Claims:
    """What is taken of an answer. Raises NotTaken."""
    metadata = provider_metadata.read(provider.metadata())
    with app.app_context():
        return taking.take(data, replace(us(), demands_encryption=encrypted), metadata, expected)


def refused(
    app: Flask, provider: SamlProvider, data: bytes, held_to: ExpectedAnswer | None = None, *, encrypted: bool = False
) -> AnswerFault:
    """Why an answer is not taken."""
    with pytest.raises(NotTaken) as found:
        take(app, provider, data, held_to or expected(), encrypted=encrypted)
    return found.value.fault
