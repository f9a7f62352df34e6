"""DRC's secretariat sets up a municipality's SAML login on a page, by the file that the municipality has sent."""

from __future__ import annotations

import io
from dataclasses import replace

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import select
from werkzeug.test import TestResponse

from service.platform.identity_providers.models import IdentityProvider
from tenants.acting import acting_for
from tenants.database import db, transaction
from tenants.reach import clock
from tests.platform.saml.conftest import us
from tests.support import people
from tests.support.forms import form_with
from tests.support.pages import token_of
from tests.support.saml import ISSUER, SamlProvider, pair
from tests.support.world import HERE, sign_in

PAGE = f"/kommuner/{HERE}/login/saml"


@pytest.fixture
def secretariat(app: Flask, monkeypatch: pytest.MonkeyPatch) -> FlaskClient:
    """Somebody of the secretariat, in a place that speaks SAML."""
    files = {"saml_key_file": us().key_file, "saml_certificate_file": us().certificate_file}
    monkeypatch.setitem(app.extensions, "settings", replace(app.extensions["settings"], **files))
    with app.app_context():
        people.few()
    return sign_in(app.test_client(), people.SECRETARIAT)


def sent(client: FlaskClient, page: str, metadata: str = "", **fields: str) -> TestResponse:
    """What comes of sending the form as that page has it."""
    data = {"csrf_token": token_of(page), "version": form_with(page, "least_level").sends["version"], **fields}
    file = {"metadata": (io.BytesIO(metadata.encode()), "metadata.xml")} if metadata else {}
    return client.post(PAGE, data={"least_level": "2", **data, **file}, content_type="multipart/form-data")


def kept(app: Flask) -> IdentityProvider | None:
    """What is kept."""
    with app.app_context(), acting_for(clock([HERE])), transaction():
        return db.session.scalar(select(IdentityProvider).where(IdentityProvider.kind == "saml"))


def test_it_is_set_up_by_the_file_and_changed_without_it(
    app: Flask, secretariat: FlaskClient, provider: SamlProvider
) -> None:
    page = secretariat.get(PAGE).text
    assert "http://localhost/saml/metadata" in page
    assert "http://localhost/log-ind/saml/svar" in page
    assert sent(secretariat, page).status_code == 422, "a file must be there once"
    assert sent(secretariat, page, "<a/>").status_code == 422
    assert kept(app) is None
    assert sent(secretariat, page, provider.metadata(), switched_on="1").status_code == 302
    row = kept(app)
    assert row is not None
    assert (row.issuer, row.least_level, row.switched_on, row.demanded) == (ISSUER, 2, True, False)
    page = secretariat.get(PAGE).text
    assert f"/log-ind/saml/{row.id}/proev" in page
    assert sent(secretariat, page, switched_on="1", least_level="3").status_code == 302
    changed = kept(app)
    assert changed is not None
    assert (changed.id, changed.least_level, changed.metadata_xml) == (row.id, 3, row.metadata_xml)
    assert sent(secretariat, page, switched_on="1").status_code == 409, "the page is of what was there before"


def test_the_second_of_two_files_is_not_saved_over_the_first(
    app: Flask, secretariat: FlaskClient, provider: SamlProvider
) -> None:
    """The same login, with another certificate: nothing else of what the page shows has changed."""
    assert sent(secretariat, secretariat.get(PAGE).text, provider.metadata()).status_code == 302
    page = secretariat.get(PAGE).text
    assert sent(secretariat, page, SamlProvider(us(), pair("another")).metadata()).status_code == 302
    assert sent(secretariat, page, provider.metadata()).status_code == 409


def test_nobody_else_sets_it_up_and_a_place_without_saml_says_so(
    app: Flask, secretariat: FlaskClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    for email in (people.CONSULTANT, people.MANAGER):
        assert sign_in(app.test_client(), email).get(PAGE).status_code == 404
    assert PAGE in secretariat.get(f"/kommuner/{HERE}/login").text
    without = "Der kan ikke logges ind med SAML her endnu"
    assert without not in secretariat.get(PAGE).text
    monkeypatch.undo()
    assert without in secretariat.get(PAGE).text
