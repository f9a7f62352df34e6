"""A request that meets a switch-over is done once more: whole, once, and never when it may be written already."""

from __future__ import annotations

import io
import re
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

import psycopg
import pytest
from flask import Flask
from sqlalchemy import Connection, event, select

from config.embedded import Servers
from service.platform.accounts.models import ApiToken
from service.platform.web.permits import permit
from tenants.acting import acting_for
from tenants.database import db, transaction
from tenants.reach import clock
from tests.support.world import World
from tests.walls.ways import MANAGER, VISITOR, Asker, askers, visitor

KEYS = "/min-konto/noegler"
HOLDS = {"purpose": "read", "days": "30"}


@pytest.fixture
def people(app: Flask, world: World) -> dict[str, Asker]:
    """Those who ask."""
    return {VISITOR: visitor(app), **askers(app, world)}


@contextmanager
def met(app: Flask, what: str, number: int, do: Callable[[Connection], None]) -> Iterator[list[int]]:
    """Let something happen before the statement or commit of that number, once. Tells how many there were."""
    seen = [0]

    def before(connection: Connection, *_told: Any) -> None:
        seen[0] += 1
        if seen[0] == number:
            do(connection)

    with app.app_context():
        engine = db.engine
    event.listen(engine, what, before)
    try:
        yield seen
    finally:
        event.remove(engine, what, before)


@pytest.fixture
def end(place: Servers) -> Callable[[Connection], None]:
    """The server goes away under a connection."""

    def do(connection: Connection) -> None:
        pid = connection.connection.driver_connection.info.backend_pid  # type: ignore[union-attr]
        with psycopg.connect(place.database_url, autocommit=True) as other:
            assert other.execute("SELECT pg_terminate_backend(%s, 20000)", [pid]).fetchone() == (True,)

    return do


def take_nothing_more(connection: Connection) -> None:
    """Another server has become the one that is written to."""
    connection.connection.cursor().execute("SET TRANSACTION READ ONLY")


def keys(app: Flask) -> set[str]:
    with app.app_context(), acting_for(clock()), transaction():
        return {row.name for row in db.session.scalars(select(ApiToken))}


def test_wherever_the_server_goes_away_a_page_that_writes_is_answered_and_writes_once(
    app: Flask, people: dict[str, Asker], end: Callable[[Connection], None]
) -> None:
    before = keys(app)
    with met(app, "before_cursor_execute", 0, end) as seen:
        people[MANAGER].ask("POST", KEYS, {"name": "nr. 0", **HOLDS})
    numbers = range(1, seen[0] + 1)
    for number in numbers:
        with met(app, "before_cursor_execute", number, end):
            assert people[MANAGER].ask("POST", KEYS, {"name": f"nr. {number}", **HOLDS}).status_code == 200, number
    assert len(numbers) > 5
    assert keys(app) - before == {f"nr. {number}" for number in (0, *numbers)}


def test_a_server_that_takes_nothing_more_is_left_for_the_one_that_does(app: Flask, people: dict[str, Asker]) -> None:
    before = keys(app)
    with met(app, "before_cursor_execute", 6, take_nothing_more):
        assert people[MANAGER].ask("POST", KEYS, {"name": "efter skiftet", **HOLDS}).status_code == 200
    assert keys(app) - before == {"efter skiftet"}


def test_a_file_is_read_from_its_beginning_the_second_time(
    app: Flask, people: dict[str, Asker], world: World, end: Callable[[Connection], None]
) -> None:
    paper = people[MANAGER].ask("GET", f"/dokumenter/{world.here.document}").data

    def verified() -> str:
        sent = {"csrf_token": people[VISITOR].token, "file": (io.BytesIO(paper), "aftale.pdf")}
        page = people[VISITOR].client.post("/verificer", data=sent).text
        return re.sub(r'(nonce|value)="[^"]*"', "", page)  # what differs by chance

    undisturbed = verified()
    with met(app, "before_cursor_execute", 2, end) as seen:
        assert verified() == undisturbed
    assert seen[0] > 2


def test_what_may_be_written_already_is_not_done_again_and_who_asked_is_told_to_look(
    app: Flask, people: dict[str, Asker], end: Callable[[Connection], None]
) -> None:
    with met(app, "commit", 1, lambda _connection: None) as seen:
        people[MANAGER].ask("POST", KEYS, {"name": "uforstyrret", **HOLDS})
    last = seen[0]
    with met(app, "commit", last, end) as seen:
        answer = people[MANAGER].ask("POST", KEYS, {"name": "uvist", **HOLDS})
    assert (answer.status_code, seen[0]) == (503, last)
    assert "Se efter, om det er gemt, før du sender det igen." in answer.text
    assert keys(app) & {"uvist"} == set()


def test_who_only_reads_is_answered_also_then(
    app: Flask, people: dict[str, Asker], end: Callable[[Connection], None]
) -> None:
    for number in (1, 2):
        with met(app, "commit", number, end):
            assert people[MANAGER].ask("GET", "/min-konto").status_code == 200


@pytest.mark.parametrize(
    "broken", ["SELECT 1 FROM findes_ikke", "SELECT 1 / 0", "SELECT pg_terminate_backend(pg_backend_pid())"]
)
def test_what_is_wrong_with_the_request_is_done_once_and_what_stays_wrong_twice(
    app: Flask, people: dict[str, Asker], monkeypatch: pytest.MonkeyPatch, broken: str
) -> None:
    times = [0]

    def breaks() -> str:
        times[0] += 1
        db.session.execute(db.text(broken))
        return ""

    monkeypatch.setattr("service.platform.web.errors.log.exception", lambda *_args, **_values: None)
    monkeypatch.setitem(app.view_functions, "home.start", permit.signed_in(breaks))
    ours = "terminate" not in broken
    assert people[MANAGER].ask("GET", "/").status_code == (500 if ours else 503)
    assert times == ([1] if ours else [2])
