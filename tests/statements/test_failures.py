"""A statement that cannot be made is told, tried again later and later, given up, and stops no other."""

from __future__ import annotations

import datetime as dt
import itertools

import psycopg
import pytest
from flask import Flask
from sqlalchemy import select, update

from config.embedded import Servers
from service.documents.paper import Paper
from service.documents.renderer import RenderingFailed
from service.monday.givers import BY_KIND
from service.statements import operations
from service.statements.models import Statement
from service.work import doorbell, leases
from tenants.calendar import day_of, month_name
from tenants.database import db, now, transaction
from tenants.reach import acting_for, clock
from tests.statements.conftest import CODES, Country, of_size
from tests.support.pages import token_of
from tests.support.world import person, sign_in

BROKEN = CODES[1]


def row(code: str = BROKEN) -> Statement:
    """A municipality's statement as it is now."""
    with acting_for(clock([code])), transaction():
        return db.session.scalars(select(Statement).where(Statement.municipality_code == code)).one()


def come_round(code: str = BROKEN) -> None:
    """Let the time pass that the next try waits for."""
    with acting_for(clock([code])), transaction():
        db.session.execute(update(Statement).where(Statement.municipality_code == code).values(due_from=now()))


def break_scope(place: Servers) -> None:
    """Damage what one municipality agreed, as no operation would."""
    with psycopg.connect(place.database_owner_url) as connection:
        connection.execute("ALTER TABLE scope_periods NO FORCE ROW LEVEL SECURITY")
        connection.execute(
            "UPDATE scope_periods SET scope = jsonb_set(scope, '{level}', '\"nonsens\"') WHERE municipality_code = %s",
            [BROKEN],
        )
        connection.execute("ALTER TABLE scope_periods FORCE ROW LEVEL SECURITY")


def mend_scope(place: Servers) -> None:
    """Put it right."""
    with psycopg.connect(place.database_owner_url) as connection:
        connection.execute("ALTER TABLE scope_periods NO FORCE ROW LEVEL SECURITY")
        connection.execute("UPDATE scope_periods SET scope = jsonb_set(scope, '{level}', '\"integrated\"')")
        connection.execute("ALTER TABLE scope_periods FORCE ROW LEVEL SECURITY")


@of_size(3)
def test_one_that_fails_is_told_tried_later_and_later_given_up_and_tried_again_by_hand(
    app: Flask, country: Country, place: Servers
) -> None:
    break_scope(place)
    with app.app_context():
        with acting_for(clock()), transaction():
            person("sekretariat@drc.example", ("secretariat", None, None))
        with acting_for(clock(country.codes)), transaction():
            operations.ask(country.month)
        closing = app.test_cli_runner().invoke(args=["statements", "close", "--month", month_name(country.month)])
        assert closing.exit_code == 1, "a command that did not do all says so to the shell"
        assert "Made 2, skipped 0 (made before), under way elsewhere 0, failed 1." in closing.output
        assert f"{BROKEN}: ClassValidationError" in closing.output
        assert country.done() == 2, "the others are made all the same"

        waits = [row().due_from - now()]
        assert not operations.make(BROKEN, country.month, 1, 60), "not before its time"
        assert row().attempts == 1
        for attempt in range(2, 6):
            come_round()
            assert not operations.make(BROKEN, country.month, 1, 60)
            found = row()
            assert found.attempts == attempt
            assert found.last_error
            assert found.lease_token is None
            assert found.status == ("failed" if attempt == 5 else "waiting")
            waits.append(found.due_from - now())
        assert all(later > 3 * earlier for earlier, later in itertools.pairwise(waits)), waits
        come_round()
        assert not operations.make(BROKEN, country.month, 1, 60), "given up is given up"
        assert row().attempts == 5

    secretariat = sign_in(app.test_client(), "sekretariat@drc.example")
    monday, page = secretariat.get("/"), secretariat.get(f"/opgoerelser/{month_name(country.month)}")
    assert "ClassValidationError" in page.text
    assert page.text.count("/igen") == 1, "one button, for the one that failed"
    assert BROKEN in monday.text or "Ballerup" in monday.text
    mend_scope(place)
    found = row_in(app)
    pressed = secretariat.post(
        f"/opgoerelser/{month_name(country.month)}/{found.id}/igen", data={"csrf_token": token_of(page.text)}
    )
    assert pressed.status_code == 302
    with app.app_context():
        assert row().status == "waiting"
        assert row().attempts == 0
        assert doorbell.queue().count > 0, "and a worker is told"
        assert operations.make(BROKEN, country.month, 1, 60)
        country.assert_whole()
        with acting_for(clock(country.codes)), transaction():
            assert not db.session.execute(BY_KIND["failed_statements"].lines(day_of(now()))).all()


def row_in(app: Flask) -> Statement:
    """The broken one's statement, from outside."""
    with app.app_context():
        return row()


@of_size(2)
def test_a_paper_that_cannot_be_laid_out_is_told(app: Flask, country: Country, monkeypatch: pytest.MonkeyPatch) -> None:
    def jam(_paper: Paper) -> tuple[bytes, str]:
        raise RenderingFailed("statement.html: the press is jammed")

    with app.app_context():
        with acting_for(clock(country.codes)), transaction():
            operations.ask(country.month)
        with monkeypatch.context() as patch:
            patch.setattr(operations, "render", jam)
            assert not operations.make(BROKEN, country.month, 1, 60)
        assert row().last_error == "RenderingFailed: statement.html: the press is jammed"
        assert country.issued().documents == 0
        come_round()
        assert operations.make(BROKEN, country.month, 1, 60)
        assert row().last_error is None


@of_size(2)
@pytest.mark.parametrize("where", ["issue", "_tell"])
def test_all_or_nothing_when_it_breaks_at_the_last_step(
    app: Flask, country: Country, monkeypatch: pytest.MonkeyPatch, where: str
) -> None:
    def broken(*_arguments: object, **_named: object) -> None:
        raise TypeError("nobody thought of this")

    with app.app_context():
        with acting_for(clock(country.codes)), transaction():
            operations.ask(country.month)
        with monkeypatch.context() as patch:
            patch.setattr(operations.documents if where == "issue" else operations, where, broken)
            assert not operations.make(BROKEN, country.month, 1, 60)
        found = country.issued()
        assert found.statements[BROKEN] == ("due", 1, None)
        assert found.documents == 0
        assert not found.notices
        assert row().last_error == "TypeError: nobody thought of this"


@of_size(2)
def test_one_that_ends_every_worker_is_given_up(app: Flask, country: Country) -> None:
    """A try that was killed says nothing. After five such the sixth is not begun, and the page says that they were lost."""
    with app.app_context():
        with acting_for(clock(country.codes)), transaction():
            operations.ask(country.month)
        here = Statement.municipality_code == BROKEN
        for _try in range(5):
            with acting_for(clock([BROKEN])), transaction():
                assert leases.claim(Statement, here, 60)
                db.session.execute(update(Statement).where(here).values(lease_until=now() - dt.timedelta(seconds=1)))
        assert not operations.make(BROKEN, country.month, 1, 60)
        assert row().status == "failed"
        assert row().last_error == leases.LOST
        assert operations.make(country.codes[0], country.month, 1, 60), "the others are made all the same"
