"""`flask --app wsgi check`: quiet where all is well, and a line for each thing that is planted."""

from __future__ import annotations

import datetime as dt
import socket
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import replace
from typing import Any

import psycopg
import pytest
from flask import Flask
from rq import Worker
from sqlalchemy import delete, update

from config.embedded import Servers
from config.settings import Settings
from service.activity.posters.models import Poster
from service.app import create_app
from service.desk.watch import operations, queries, rules
from service.features import FEATURES
from service.platform.backups.models import Backup
from service.platform.ledger.operations import record
from service.platform.notices import operations as notices
from service.platform.notices.models import Notice
from service.platform.rounds.models import StepSetAside
from service.platform.web.health import TIMETABLE_BEAT
from service.platform.work import waking
from service.platform.work.faults import Fault
from service.platform.work.leases import FAILED, Leased
from service.reporting.statements.models import Statement
from tenants.acting import acting_for
from tenants.calendar import bounds
from tenants.database import Base, db, now, transaction
from tenants.reach import clock
from tests.support.world import HERE, THERE, World
from tests.walls.ways import ASIDE, set_aside


def check(app: Flask) -> tuple[int, list[str]]:
    result = app.test_cli_runner().invoke(args=["check"])
    return result.exit_code, result.output.splitlines()


@contextmanager
def elsewhere(settings: Settings, **changes: Any) -> Iterator[Flask]:
    """The application where something is not where it says."""
    app = create_app(replace(settings, **changes))
    yield app
    with app.app_context():
        db.engine.dispose()


def of(app: Flask, *codes: str) -> Callable[..., None]:
    """Run a statement as unattended work does."""

    def run(*statements: object) -> None:
        with app.app_context(), acting_for(clock(codes)), transaction():
            for statement in statements:
                db.session.execute(statement)  # type: ignore[call-overload]

    return run


@pytest.fixture
def well(app: Flask, world: World, monkeypatch: pytest.MonkeyPatch) -> Flask:
    """All is well: a worker and a timetable have told that they live. The world has the statements of one month alone."""
    monkeypatch.setattr(queries, "owed_months", lambda today: [world.month])
    monkeypatch.setattr(rules, "released_from", lambda month: bounds(month)[0])  # whatever day of the month it is
    with app.app_context():
        redis = waking.connection()
        redis.set(TIMETABLE_BEAT, str(time.time()))
        Worker(["any"], connection=redis).register_birth()
    of(app, HERE, THERE)(delete(Notice), delete(Poster))  # one has failed in each
    return app


def test_where_all_is_well_it_is_one_line(well: Flask) -> None:
    found = check(well)
    assert found == (0, ["All is well."]), found


def lost_statement(app: Flask, world: World) -> None:
    of(app, THERE)(delete(Statement).where(Statement.municipality_code == THERE, Statement.month == world.month))


def test_what_is_held_for_a_look_is_neither_missing_nor_late(well: Flask) -> None:
    long_ago, later = now() - dt.timedelta(days=9), now() + dt.timedelta(hours=9)
    held = {"work_state": "due", "document_id": None, "issued_at": None, "asked_at": long_ago}
    of(well, THERE)(update(Statement).values(**held, released_at=later, due_from=later))
    assert check(well) == (0, ["All is well."])
    of(well, THERE)(update(Statement).values(released_at=long_ago, due_from=long_ago))
    status, lines = check(well)
    assert (status, [line.split(":")[0] for line in lines]) == (1, ["statements", "statement"]), lines


def late_work(app: Flask, world: World) -> None:
    """A mail that waits for a server which is away: it is to be tried in a minute, as it was a minute ago."""
    long_ago, soon = now() - dt.timedelta(hours=5), now() + dt.timedelta(minutes=1)
    owe(app)
    of(app, HERE)(update(Notice).where(Notice.about == "planted").values(created_at=long_ago, due_from=soon))


def mail_given_up(app: Flask, world: World) -> None:
    owe(app)
    of(app, HERE)(update(Notice).where(Notice.about == "planted").values(work_state=FAILED, fault=Fault.REFUSED))


def owe(app: Flask) -> None:
    with app.app_context(), acting_for(clock([HERE])), transaction():
        notices.owe(HERE, "planted", "nogen@kommune.example", "Emne", "Tekst\n")


def statement_given_up(app: Flask, world: World) -> None:
    again = Statement(
        municipality_code=HERE, month=world.month, revision=2, asked_at=now(), due_from=now(), work_state=FAILED
    )
    with app.app_context(), acting_for(clock([HERE])), transaction():
        db.session.add(again)


def aside(app: Flask, world: World) -> None:
    set_aside(app, HERE, THERE)


def step_aside(app: Flask, world: World) -> None:
    with app.app_context(), acting_for(clock()), transaction():
        db.session.add(StepSetAside(step="merges.forget", **ASIDE))


def beat_lost(app: Flask, world: World) -> None:
    with app.app_context():
        waking.connection().set(TIMETABLE_BEAT, str(time.time() - 200))


def no_worker(app: Flask, world: World) -> None:
    with app.app_context():
        waking.connection().delete("rq:workers")


def old_backup(app: Flask, world: World) -> None:
    made = Backup(made_at=now() - dt.timedelta(hours=30), name="x", size=1, sha256="", encrypted=False)
    with app.app_context(), acting_for(clock()), transaction():
        db.session.add(made)


PLANTED: dict[Callable[[Flask, World], None], str] = {
    lost_statement: f"statements: 1 municipality ({THERE}) have none for ",
    late_work: "mail: 1 wait too long, the oldest for 5 hours; ",
    mail_given_up: "mail: 1 given up in the last 7 days; ",
    statement_given_up: "statement: 1 given up; ",
    aside: f"set aside: drift.check in 2 municipalities ({THERE}, {HERE}) since ",
    step_aside: "set aside: merges.forget for the whole country since ",
    beat_lost: "timetable: no beat for three minutes; ",
    old_backup: "backup: the newest is 30 hours old, 26 hours are the most; ",
    no_worker: "worker: none is there; ",
}


@pytest.mark.parametrize("plant", PLANTED, ids=lambda plant: plant.__name__)
def test_what_is_wrong_is_one_line(well: Flask, world: World, plant: Callable[[Flask, World], None]) -> None:
    plant(well, world)
    status, lines = check(well)
    assert (status, len(lines)) == (1, 1), lines
    assert lines[0].startswith(PLANTED[plant])


FORGED = {
    "a head set back": "UPDATE {chain}ledger_heads SET number = number - 1",
    "a head turned round": "UPDATE {chain}ledger_heads SET hash = repeat('1', 64)",
    "a head lost": "DELETE FROM {chain}ledger_heads",
    "the last entry lost": "DELETE FROM {chain}ledger_entries e USING {chain}ledger_heads h WHERE e.number = h.number",
}


@pytest.mark.parametrize("chain", ["", "national_"])
@pytest.mark.parametrize("forged", FORGED.values(), ids=FORGED.keys())
def test_a_ledger_whose_end_is_not_as_it_was_is_told(well: Flask, place: Servers, chain: str, forged: str) -> None:
    with well.app_context(), acting_for(clock([HERE, THERE])), transaction():
        for code in (HERE, THERE, None):
            record("duty.done", "thing:1", code)
            record("duty.done", "thing:1", code)
    assert check(well)[0] == 0
    tables = [f"{chain}ledger_entries", f"{chain}ledger_heads"]
    with psycopg.connect(place.database_owner_url, autocommit=True) as owner:
        for table in tables:
            owner.execute(f"ALTER TABLE {table} NO FORCE ROW LEVEL SECURITY".encode())
        owner.execute(forged.format(chain=chain).encode())
        for table in tables:
            owner.execute(f"ALTER TABLE {table} FORCE ROW LEVEL SECURITY".encode())
    status, lines = check(well)
    whose = "drc" if chain else f"{THERE}, {HERE}"
    assert (status, len(lines)) == (1, 1), lines
    assert lines[0].startswith(f"ledger: the head of {whose} is not its last entry; ")


def test_a_database_that_is_away_is_one_line(well: Flask, settings: Settings) -> None:
    with elsewhere(settings, database_url="postgresql+psycopg://partnerskab_service:x@127.0.0.1:1/nowhere") as lost:
        status, lines = check(lost)
    assert (status, len(lines)) == (1, 1), lines
    assert lines[0].startswith("database: PostgreSQL does not answer")


def test_a_redis_that_is_away_is_one_line_and_the_rest_is_looked_at(
    well: Flask, world: World, settings: Settings
) -> None:
    aside(well, world)
    with elsewhere(settings, redis_url="redis://127.0.0.1:1/0") as lost:
        status, lines = check(lost)
    assert (status, [line.split(":")[0] for line in lines]) == (1, ["redis", "set aside"])


def test_servers_that_accept_and_never_answer_are_a_line_each(well: Flask, settings: Settings) -> None:
    with socket.create_server(("127.0.0.1", 0)) as silent:
        at = f"127.0.0.1:{silent.getsockname()[1]}"
        database = f"postgresql+psycopg://partnerskab_service:x@{at}/x"
        with elsewhere(settings, database_url=database, redis_url=f"redis://{at}/0") as lost:
            status, lines = check(lost)
    assert (status, [line.split(":")[0] for line in lines]) == (1, ["database", "redis"])


def test_what_cannot_be_looked_at_is_a_line_and_the_rest_is_looked_at(
    well: Flask, world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    aside(well, world)

    def slow() -> list[str]:
        db.session.connection().exec_driver_sql("SELECT pg_sleep(60)")
        return []

    monkeypatch.setattr(operations, "QUESTION_SECONDS", 0.5)
    monkeypatch.setitem(operations.LOOKS, "work", slow)
    status, lines = check(well)
    assert (status, [line.split(":")[0] for line in lines]) == (1, ["work", "set aside"])
    assert "cannot be looked at" in lines[0]


def test_every_kind_of_work_is_looked_at() -> None:
    """A table of work that a feature adds is found here."""
    models = {mapper.class_ for mapper in Base.registry.mappers if issubclass(mapper.class_, Leased)}
    assert {kind.model for kind in FEATURES.works} == models
