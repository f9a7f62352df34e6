"""What the tests of SAML stand on: us, a municipality's provider, and what an answer of it is held to."""

from __future__ import annotations

import datetime as dt
from dataclasses import replace
from pathlib import Path
from urllib.parse import urlsplit
from uuid import UUID

import pytest
from flask import Flask

from service.platform.identity_providers.rules import Provider, ProviderKind
from service.platform.saml import provider_metadata, taking
from service.platform.saml.asking import Us
from service.platform.saml.document import Claims
from service.platform.saml.faults import AnswerFault, NotTaken
from service.platform.saml.rules import ExpectedAnswer
from tests.platform.saml import coming
from tests.support import people
from tests.support.saml import CVR, ISSUER, SamlProvider, pair
from tests.support.world import HERE

REQUEST = "_request"
ENTITY_ID = "https://partnerskab.example/saml/metadata"
ADDRESS = "https://partnerskab.example/log-ind/saml/svar"
LEAVING = "https://partnerskab.example/log-ud/saml"


def us() -> Us:
    """Us, as a provider knows us."""
    ours = pair("us")
    return Us(ENTITY_ID, ADDRESS, LEAVING, ours.key_file, ours.certificate_file)


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


@pytest.fixture(scope="session")
def idp() -> SamlProvider:
    """The municipality's provider, as it knows the service that the tests run."""
    entity_id, answers, leaving = (f"http://localhost{path}" for path in coming.OURS)
    ours = pair("us")
    return SamlProvider(Us(entity_id, answers, leaving, ours.key_file, ours.certificate_file), pair("provider"))


@pytest.fixture
def begins(app: Flask, idp: SamlProvider, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> str:
    """Where one signs in, once HERE's provider is set up by the command; people there are already."""
    files = {"saml_key_file": idp.us.key_file, "saml_certificate_file": idp.us.certificate_file}
    monkeypatch.setitem(app.extensions, "settings", replace(app.extensions["settings"], **files))
    told = tmp_path / "metadata.xml"
    told.write_text(idp.metadata())
    with app.app_context():
        people.few()
    done = app.test_cli_runner().invoke(args=["saml", "keep", "--municipality", HERE, "--metadata", str(told)])
    assert done.exit_code == 0, done.output
    return urlsplit(done.output.split()[-1]).path
