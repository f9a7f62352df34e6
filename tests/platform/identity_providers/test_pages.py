"""DRC's secretariat sets a municipality's login up, and nobody else does."""

from __future__ import annotations

from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import select
from werkzeug.test import TestResponse

from service.platform.identity_providers import operations
from service.platform.identity_providers.models import IdentityProvider
from service.platform.ledger.models import LedgerEntry
from tenants.acting import acting_for
from tenants.database import db, transaction
from tenants.reach import clock
from tests.support.forms import form_with
from tests.support.pages import token_of
from tests.support.people import CONSULTANT, MANAGER, SECRETARIAT, Few
from tests.support.world import HERE, sign_in

PAGE = f"/kommuner/{HERE}/login"
FIELDS = {
    "issuer": "https://login.microsoftonline.com/0000-1111/v2.0",
    "tenant": "0000-1111",
    "client_id": "partnerskab",
    "client_secret": "hemmeligt",
    "roles_claim": "roles",
    "manager_value": "leder",
    "staff_value": "medarbejder",
    "switched_on": "1",
}


def sent(client: FlaskClient, **changes: str) -> TestResponse:
    """What comes of sending the form."""
    page = client.get(PAGE).text
    seen = {"csrf_token": token_of(page), "version": form_with(page, "issuer").sends["version"]}
    return client.post(PAGE, data={**seen, **FIELDS, **changes})


def kept(app: Flask) -> Any:
    """What is kept, and the secret of it."""
    with app.app_context(), acting_for(clock([HERE])), transaction():
        row = db.session.scalar(select(IdentityProvider).where(IdentityProvider.municipality_code == HERE))
        return row and (row, operations.secret_of(row))


def test_the_secretariat_sets_it_up(app: Flask, client: FlaskClient, few: Few) -> None:
    """The secret is kept encrypted and shown to nobody, and stays where none is written."""
    sign_in(client, SECRETARIAT)
    assert sent(client).status_code == 302
    row, secret = kept(app)
    assert (row.switched_on, row.demanded, secret) == (True, False, "hemmeligt")
    assert b"hemmeligt" not in row.secret
    page = client.get(PAGE).text
    assert FIELDS["issuer"] in page
    assert "http://localhost/log-ind/kommune/svar" in page
    assert "hemmeligt" not in page
    assert sent(client, client_secret="", demanded="1").status_code == 302
    row, secret = kept(app)
    assert (row.demanded, secret) == (True, "hemmeligt")
    with app.app_context(), acting_for(clock([HERE])), transaction():
        entries = db.session.scalars(
            select(LedgerEntry).where(LedgerEntry.act == "provider.kept").order_by(LedgerEntry.number)
        ).all()
        assert [entry.details["demanded"] for entry in entries] == [False, True]
    assert "Log ind med din kommunes login" in app.test_client().get("/log-ind").text
    assert f"kommune={HERE}" in app.test_client().get("/log-ind/kommune").text


def test_the_second_of_two_who_set_it_up_is_shown_what_the_first_saved(
    app: Flask, client: FlaskClient, few: Few
) -> None:
    sign_in(client, SECRETARIAT)
    page = client.get(PAGE).text
    assert sent(client).status_code == 302
    seen = {"csrf_token": token_of(page), "version": form_with(page, "issuer").sends["version"]}
    answer = client.post(PAGE, data={**seen, **FIELDS, "staff_value": "en anden"})
    assert answer.status_code == 409
    assert "hemmeligt" not in answer.text
    found = kept(app)
    assert found
    assert found[0].staff_value == FIELDS["staff_value"]


@pytest.mark.parametrize(
    ("changes", "beside"),
    [
        ({"issuer": "https://login.microsoftonline.com/common/v2.0"}, "issuer"),
        ({"issuer": "http://login.kommune.example"}, "issuer"),
        ({"tenant": ""}, "issuer"),
        ({"staff_value": "leder"}, "staff_value"),
        ({"manager_value": "", "staff_value": ""}, "switched_on"),
        ({"switched_on": "0", "demanded": "1"}, "demanded"),
    ],
)
def test_what_would_not_hold_is_refused_with_words(
    app: Flask, client: FlaskClient, few: Few, changes: dict[str, str], beside: str
) -> None:
    sign_in(client, SECRETARIAT)
    answer = sent(client, **changes)
    assert answer.status_code == 422
    assert f'id="{beside}-error"' in answer.text
    assert "hemmeligt" not in answer.text
    assert kept(app) is None


def test_nobody_else_sees_or_sets_it(app: Flask, few: Few) -> None:
    for email in (CONSULTANT, MANAGER):
        client = sign_in(app.test_client(), email)
        assert client.get(PAGE).status_code == 404
        token = token_of(client.get("/min-konto").text)
        assert client.post(PAGE, data={"csrf_token": token, **FIELDS}).status_code == 404
    assert kept(app) is None
