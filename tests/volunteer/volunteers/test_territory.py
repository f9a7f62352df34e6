"""A consultant opens a volunteer of another territory with a reason, and for half an hour: by no page and no call of the API without."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable
from typing import Any
from uuid import UUID

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import select

from service.platform.ledger.models import NationalLedgerEntry
from service.platform.web.permits import Who, permit_of
from service.volunteer.volunteers import operations, territory
from service.volunteer.volunteers.territory import ReadReason, ReasonNeeded
from tenants.database import db
from tests.support.pages import search, token_of
from tests.support.world import HERE, THERE, World, key_of, sign_in
from tests.volunteer.volunteers.conftest import person

Act = Callable[[], Any]
MAIL = "kanarievinge@frivillig.example"


def theirs(everywhere: Act) -> UUID:
    """A volunteer of the neighbour's, with a word in the address."""
    with everywhere():
        return person("Kim Nabo", THERE, email=MAIL, phone="98 76 54 31")


def ways(app: Flask, key: UUID) -> list[str]:
    """Every address of DRC's consultants that reads a volunteer, with its id; and the lists that one could be found in."""
    found = [
        rule.rule.replace("<uuid:volunteer_id>", str(key))
        for rule in app.url_map.iter_rules()
        if "GET" in (rule.methods or ()) and rule.arguments == {"volunteer_id"}
        if (demanded := permit_of(app, rule.endpoint)) is not None and demanded.who is Who.DRC
    ]
    return [*found, "/api/v1/volunteers?q=kim", "/frivillige", "/api/v1/volunteers"]


def met(app: Flask, client: FlaskClient, key: str, addresses: list[str]) -> set[str]:
    """The addresses whose answers hold the word."""
    headers = {"Authorization": f"Bearer {key}"}
    answers = {
        each: client.get(each, headers=headers if each.startswith("/api/") else {}, follow_redirects=True)
        for each in addresses
    }
    assert {answer.status_code for answer in answers.values()} <= {200, 403}
    return {each for each, answer in answers.items() if MAIL in answer.text or "98 76 54 31" in answer.text}


def test_no_way_reads_a_volunteer_of_another_territory_without_a_reason(
    app: Flask, world: World, everywhere: Act, client: FlaskClient
) -> None:
    """The control: with a reason the pages show it, and to the secretariat at once."""
    key = theirs(everywhere)
    addresses = ways(app, key)
    assert len(addresses) > 8
    with app.app_context():
        program = key_of(world.consultant)
    sign_in(client, "konsulent@drc.example")
    addresses.append(search(client, "/frivillige", "kim"))
    assert met(app, client, program, addresses) == set()
    assert "Kim Nabo" in client.get(addresses[-1]).text, "that there is one is told"
    form = client.get(f"/frivillige/{key}", follow_redirects=True)
    assert "Kim Nabo" in form.text
    address = f"/frivillige/{key}/begrundelse"
    assert client.post(address, data={"csrf_token": token_of(form.text)}).status_code == 422
    client.post(address, data={"csrf_token": token_of(form.text), "why": "called"})
    opened = met(app, client, program, addresses)
    assert {f"/frivillige/{key}", f"/api/v1/volunteers/{key}", "/api/v1/volunteers"} <= opened
    secretariat = sign_in(app.test_client(), "sekretariat@drc.example")
    assert f"/frivillige/{key}" in met(app, secretariat, "", [f"/frivillige/{key}"])


def test_a_program_gives_the_reason_by_a_call_and_the_ledger_keeps_it(
    app: Flask, world: World, everywhere: Act, client: FlaskClient
) -> None:
    key = theirs(everywhere)
    with app.app_context():
        headers = {"Authorization": f"Bearer {key_of(world.consultant)}"}
    path = f"/api/v1/volunteers/{key}"
    assert client.get(path, headers=headers).status_code == 403
    assert client.post(f"{path}/reasons", json={"why": "curious"}, headers=headers).status_code == 422
    assert client.post(f"{path}/reasons", json={"why": "joins"}, headers=headers).status_code == 204
    assert client.get(path, headers=headers).json["withheld"] is False  # type: ignore[index]
    with everywhere():
        entry = select(NationalLedgerEntry).where(NationalLedgerEntry.act == territory.ACT)
        row = db.session.scalars(entry).one()
        assert (row.subject, row.person_id, row.details) == (f"volunteer:{key}", world.consultant, {"reason": "joins"})


def test_a_reason_holds_for_half_an_hour_for_that_volunteer_and_that_reader(
    app: Flask, world: World, everywhere: Act, consultant: Act, monkeypatch: pytest.MonkeyPatch
) -> None:
    key = theirs(everywhere)
    with everywhere():
        other = person("Bo Nabo", THERE)
        territory.give_reason(key, ReadReason.ASKED)
    with consultant(), pytest.raises(ReasonNeeded):
        operations.read(key)
    with consultant():
        territory.give_reason(key, ReadReason.ASKED)
        assert territory.opened(key).name == "Kim Nabo"
        assert territory.withheld([key, other]) == {other}
        monkeypatch.setattr(territory, "OPEN", dt.timedelta(0))
        assert territory.withheld([key]) == {key}


def test_who_belongs_nowhere_or_here_too_is_open(everywhere: Act, consultant: Act) -> None:
    with everywhere():
        nowhere, here = person("Ingensteds", None), person("Her", HERE)
    with consultant():
        assert territory.withheld([nowhere, here]) == frozenset()
