"""The demonstration's whole country, closed for thirteen months and attacked over HTTP: minutes, so by `make attack` alone."""

from __future__ import annotations

import os
from typing import Any

import pytest
from flask import Flask

from config.settings import Settings
from service.activity.activities import operations as activities
from service.desk.demo.operations import begin, load
from service.desk.demo.people import manager_of
from service.platform.accounts import queries as accounts
from service.platform.documents import making
from service.platform.documents.sealing import PaperSealer
from tenants import periods
from tenants.acting import acting_for
from tenants.calendar import day_of, first_of, month_after, month_before, months_back
from tenants.database import now, transaction
from tenants.reach import clock
from tenants.register import all_codes
from tests.attack import attacker, of_volunteers, over_http
from tests.support.world import key_of


@pytest.mark.skipif("DEMONSTRATION" not in os.environ, reason="minutes: make attack")
def test_nothing_is_told_in_the_demonstration(app: Flask, settings: Settings, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(making, "render", lambda paper: (paper.document_number.encode(), "none"))
    monkeypatch.setattr(making, "sealer", lambda: PaperSealer(None, None))
    with app.app_context():
        assert app.test_cli_runner().invoke(args=["prepare"]).exit_code == 0
        begin(settings)
        load(settings, lambda _: None)
        codes, keys = _closed()
    months = 0
    for code in codes:
        get = _reader(app, keys[code])
        for reading in over_http.readings(get, code):
            months += 1
            assert attacker.told([reading]) == {}, (code, reading.figures["month"])
        assert of_volunteers.told(*over_http.volunteers(get, code)) == {}, code
    assert months > 100, "the control: there is something to attack"


def _closed() -> tuple[list[str], dict[str, str]]:
    """Thirteen months of each municipality with an agreement, closed; and a manager's key to each."""
    today = day_of(now())
    with acting_for(clock()), transaction():
        every = all_codes()
    with acting_for(clock(every)), transaction():
        found = sorted({each.municipality_code for each in periods.touching(today, month_after(today))})
        people = {code: accounts.person_by_email(manager_of(code)) for code in found}
    for code in found:
        with acting_for(clock([code])), transaction():
            activities.close(code, months_back(month_before(first_of(today)), 13))
    return found, {code: key_of(person.id) for code, person in people.items() if person}


def _reader(app: Flask, key: str) -> over_http.Get:
    client = app.test_client()

    def get(address: str) -> Any:
        answer = client.get(address, headers={"Authorization": f"Bearer {key}"})
        return answer.json if answer.status_code == 200 else None

    return get
