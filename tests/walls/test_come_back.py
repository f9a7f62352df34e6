"""A form that comes back to whoever typed it is looked at first: nothing of it is written or done, whatever the form.

Read with `service/platform/web/typed_words.py`.
"""

from __future__ import annotations

from collections.abc import Iterator
from urllib.parse import urlsplit

import pytest
from flask import Flask
from sqlalchemy import select

from config.embedded import Servers
from service.partnership.agreements.models import Agreement
from service.platform.web import reading
from service.platform.web.permits import permit_of
from service.platform.web.reading import COMES_BACK
from service.platform.web.security import takes_files
from tenants.acting import acting_for
from tenants.database import db, transaction
from tenants.reach import clock
from tests.support.forms import Form, forms_of
from tests.support.world import HERE, Things, World
from tests.walls.ways import MANAGER, SECRETARIAT, Asker, Ids, addresses, askers, lets, routes, stored

# So that an act which wants a word of its own is not held back for the lack of it.
SAID = {"consent": "1", "reason": "Sådan har vi aftalt det.", "why": "check", "month": "2026-09"}


def kept_forms(app: Flask, asker: Asker, ids: Ids) -> Iterator[tuple[str, Form]]:
    """The forms of the pages that somebody opens whose words would be kept, each once for each route that it goes to."""
    seen = set()
    for verb, rule in routes(app):
        demanded = permit_of(app, rule.endpoint)
        if verb != "GET" or rule.rule.startswith("/api/") or demanded is None or not lets(demanded, asker.name):
            continue
        for address in addresses(rule, ids):
            answer = asker.ask("GET", address)
            for form in forms_of(answer.text) if answer.mimetype == "text/html" else ():
                path = urlsplit(form.action or address).path
                endpoint, values = app.url_map.bind("localhost").match(path, "POST" if form.method == "post" else "GET")
                goal = (endpoint, values.get("act"), values.get("deed"), values.get("step"))
                if form.method == "post" and goal not in seen and _is_kept(app, endpoint):
                    seen.add(goal)
                    yield form.action or address, form


def _is_kept(app: Flask, endpoint: str) -> bool:
    return not endpoint.startswith("accounts.") and not takes_files(app.view_functions[endpoint])


def sent_back(app: Flask, asker: Asker, ids: Ids) -> dict[str, int]:
    """The answer to each form as it comes back."""
    return {
        address: asker.ask("POST", address, {**form.sends, **SAID, COMES_BACK: "1"}).status_code
        for address, form in list(kept_forms(app, asker, ids))
    }


@pytest.mark.parametrize("who", [SECRETARIAT, MANAGER])
def test_nothing_is_done_by_a_form_that_comes_back(
    app: Flask, world: World, things: Things, place: Servers, who: str
) -> None:
    asker = askers(app, world)[who]
    before = stored(place)
    answers = sent_back(app, asker, things.mine)
    assert len(answers) > (40 if who == SECRETARIAT else 12)
    assert {address: status for address, status in answers.items() if status >= 500} == {}
    after = stored(place)
    read = {
        "ledger_entries",
        "ledger_heads",
        "national_ledger_entries",
        "national_ledger_heads",
    }  # of looking the pages up
    assert {name for name in before if before[name] != after[name]} <= read


def test_an_approval_that_comes_back_is_pressed_again(
    app: Flask, world: World, things: Things, monkeypatch: pytest.MonkeyPatch
) -> None:
    """It was to bind the municipality. The control: a form that nobody takes for one that comes back binds it."""
    manager = askers(app, world)[MANAGER]
    page = f"/kommuner/{HERE}/aftaler/{world.here.offered}"
    form = next(form for form in forms_of(manager.ask("GET", page).text) if form.action.endswith("/godkend"))
    sent = {**form.sends, "consent": "1", COMES_BACK: "1"}

    def state() -> str:
        with app.app_context(), acting_for(clock([HERE])), transaction():
            return db.session.scalars(select(Agreement.state).where(Agreement.id == world.here.offered)).one()

    answer = manager.ask("POST", form.action, sent)
    assert (answer.status_code, answer.headers["Location"]) == (302, page)
    assert "Det er ikke gjort endnu" in manager.ask("GET", page).text
    assert state() == "offered"
    monkeypatch.setattr(reading, "comes_back", lambda: False)
    monkeypatch.setattr("service.platform.web.entering.comes_back", lambda: False)
    assert manager.ask("POST", form.action, sent).status_code == 302
    assert state() == "accepted"
