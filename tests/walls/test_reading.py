"""Reading writes nothing, whatever the method: no view asks for one, and PostgreSQL refuses.

Every route is tried with every method that reads by `test_visit`.
"""

from __future__ import annotations

import ast
from contextlib import nullcontext
from pathlib import Path

import pytest
from flask import Flask, request
from psycopg.errors import ReadOnlySqlTransaction
from sqlalchemy import select
from sqlalchemy.exc import InternalError

from config.embedded import Servers
from service.activity.activities.models import Activity
from service.platform.ledger.models import NationalLedgerEntry
from service.platform.web.permits import permit
from service.platform.web.reading import READS
from tenants.acting import acting_for
from tenants.database import db, now, only_reading, transaction
from tenants.reach import clock
from tests.support.pages import search
from tests.support.world import HERE, World
from tests.walls.ways import (
    CONSULTANT,
    SECRETARIAT,
    UNSAFE,
    askers,
    ids_of,
    stored,
)

# No view asks for the method

# what reading is; what a repeated call is known by; what is logged of a refusal
MAY_ASK = {f"platform/web/{name}.py" for name in ("reading", "idempotency", "trail")}


def asking(source: str) -> list[int]:
    """The lines of a module in which a request is asked for its method."""
    return [
        node.lineno
        for node in ast.walk(ast.parse(source))
        if isinstance(node, ast.Attribute) and node.attr == "method" and "request" in ast.unparse(node.value)
    ]


def test_nobody_but_one_asks_a_request_for_its_method(root: Path) -> None:
    """A view that compares it, `if request.method == "GET"`, takes HEAD for a form that was sent. They ask `reading` or `sending`."""
    house = root / "service"
    asked = {str(path.relative_to(house)): asking(path.read_text()) for path in house.rglob("*.py")}
    assert len(asked) > 200
    assert {name for name, lines in asked.items() if lines} == MAY_ASK


def test_the_control_who_asks_is_found() -> None:
    holes = 'if request.method == "GET":\n    pass\nif flask.request.method in ("HEAD", "OPTIONS"):\n    pass\nmethod = request.method'
    assert sorted(asking(holes)) == [1, 3, 5]
    assert asking("form.method\nrequest.methods\nsending()") == []


# PostgreSQL refuses what reading would write


@pytest.mark.gate("3.5.3")
def test_a_transaction_that_only_reads_cannot_write_and_the_next_one_can(app: Flask, world: World) -> None:
    with app.app_context(), acting_for(clock([HERE])):
        with pytest.raises(InternalError) as refused, only_reading(), transaction():
            db.session.scalars(select(Activity)).first().place = "Et andet sted"  # type: ignore[union-attr]
        assert isinstance(refused.value.orig, ReadOnlySqlTransaction)
        with transaction():
            db.session.scalars(select(Activity)).first().place = "Et andet sted"  # type: ignore[union-attr]


def test_there_is_no_way_back_to_writing_within_it(app: Flask, world: World) -> None:
    from sqlalchemy import text

    with app.app_context(), acting_for(clock([HERE])), only_reading():
        for back in ("SET TRANSACTION READ WRITE", "SELECT set_config('transaction_read_only', 'off', true)"):
            with pytest.raises(InternalError), transaction():
                db.session.execute(text(back))


def _writes() -> str:
    for activity in db.session.query(Activity):
        activity.place = f"set {now()}"
    return "ok"


def _writes_unless_it_is_a_get() -> str:
    return "ok" if request.method == "GET" else _writes()


# The methods that a route has


def test_a_method_that_a_route_does_not_have_reaches_no_view(migrated: Flask) -> None:
    """Flask answers it, and to OPTIONS as well, when a route says its methods: 405 and which there are."""
    for rule in migrated.url_map.iter_rules():
        assert rule.methods is not None, rule.rule
        assert rule.methods <= READS | UNSAFE, rule.rule
        assert rule.provide_automatic_options, rule.rule  # type: ignore[attr-defined] # Flask's own
        assert ("GET" in rule.methods) == ("HEAD" in rule.methods), rule.rule
    client, known = migrated.test_client(), migrated.url_map.bind("localhost")
    for address in ("/verificer", "/api/v1/me/tokens", "/log-ud"):
        answers = [client.open(address, method=method) for method in ("TRACE", "PATCH", "FINDES-IKKE")]
        assert [answer.status_code for answer in answers] == [405] * 3
        told = [set(answer.headers["Allow"].split(", ")) for answer in answers]
        assert told == [set(known.allowed_methods(address))] * 3, address


@pytest.mark.parametrize("view", [_writes, _writes_unless_it_is_a_get])
def test_the_control_a_page_that_writes_is_told(
    app: Flask, world: World, place: Servers, monkeypatch: pytest.MonkeyPatch, view: object
) -> None:
    """By PostgreSQL, which refuses; and were it not told to, by the rows."""
    monkeypatch.setitem(app.view_functions, "home.municipalities", permit.drc(view))  # type: ignore[type-var]
    told: list[str] = []
    monkeypatch.setattr("service.platform.web.errors.log.exception", lambda event, **_values: told.append(event))
    asker = askers(app, world)[SECRETARIAT]
    before = stored(place)
    answers = {method: asker.ask(method, "/kommuner").status_code for method in ("GET", "HEAD", "OPTIONS")}
    assert answers == {"GET": 500 if view is _writes else 200, "HEAD": 500, "OPTIONS": 200}
    assert stored(place) == before
    monkeypatch.setattr("service.platform.web.entering.only_reading", nullcontext)
    assert asker.ask("HEAD", "/kommuner").status_code == 200
    after = stored(place)
    assert [name for name in before if before[name] != after[name]] == ["activities"]


# What reading is noted by


def _looks(app: Flask) -> list[str]:
    with app.app_context(), acting_for(clock()), transaction():
        query = select(NationalLedgerEntry).order_by(NationalLedgerEntry.number)
        return [row.act for row in db.session.scalars(query) if row.act in ("volunteer.read", "volunteer.searched")]


def test_whoever_reads_a_volunteer_is_noted_whatever_the_method(app: Flask, world: World) -> None:
    asker, ids = askers(app, world)[CONSULTANT], ids_of(app, world, world.here)
    (volunteer,) = ids["volunteer_id"]
    for method in ("GET", "HEAD"):
        for address in (
            f"/frivillige/{volunteer}",
            f"/api/v1/volunteers/{volunteer}",
            search(asker.client, "/frivillige", "Kim"),
        ):
            assert asker.ask(method, address).status_code == 200
    assert _looks(app) == ["volunteer.read", "volunteer.read", "volunteer.searched"] * 2


@pytest.mark.gate("16.5.3")
def test_nobody_reads_who_cannot_be_noted(app: Flask, world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    """The note is written once the reading is over. Where that fails, the page that is made already does not leave."""
    asker, ids = askers(app, world)[CONSULTANT], ids_of(app, world, world.here)
    address = f"/frivillige/{ids['volunteer_id'][0]}"
    assert "Kim" in asker.ask("GET", address).text

    def fails(*_args: object, **_details: object) -> None:
        raise OSError

    monkeypatch.setattr("service.platform.ledger.operations.record", fails)
    monkeypatch.setattr("service.platform.web.errors.log.exception", lambda *_args, **_values: None)
    answer = asker.ask("GET", address)
    assert answer.status_code == 500
    assert "Kim" not in answer.text
