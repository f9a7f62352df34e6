"""A statement that cannot be made is told at once, one that something is in the way of waits for it, and neither stops another."""

from __future__ import annotations

import datetime as dt
import errno
import itertools
from collections.abc import Callable
from types import SimpleNamespace
from typing import Any

import psycopg
import pytest
from flask import Flask
from jinja2 import UndefinedError
from redis.exceptions import ConnectionError as RedisConnectionError
from sqlalchemy import select, update
from sqlalchemy.exc import InternalError, OperationalError

from config.embedded import Servers
from service.features import FEATURES
from service.platform.documents import making, renderer
from service.platform.documents import operations as documents
from service.platform.documents.paper import Paper
from service.platform.documents.renderer import PressLost, RenderingFailed
from service.platform.work import leases, waking
from service.reporting.statements import operations
from service.reporting.statements.models import Statement
from tenants.acting import acting_for
from tenants.calendar import day_of, month_name
from tenants.database import db, now, transaction
from tenants.reach import clock
from tests.reporting.statements.conftest import CODES, Country, of_size
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


def again(code: str = BROKEN) -> None:
    """Press the button."""
    with acting_for(clock([code])), transaction():
        leases.again(db.session.scalars(select(Statement).where(Statement.municipality_code == code)).one())


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
def test_one_that_cannot_be_made_is_told_at_once_in_words_and_tried_again_by_hand(
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
        assert f"{BROKEN}: Unreadable" in closing.output
        assert country.done() == 2, "the others are made all the same"

        found = row()
        assert (found.status, found.fault, found.attempts) == ("failed", "unreadable", 1), (
            "at once: it does not pass by itself"
        )
        come_round()
        assert not operations.make(BROKEN, country.month, 1, 60), "given up is given up"

    secretariat = sign_in(app.test_client(), "sekretariat@drc.example")
    monday, page = secretariat.get("/"), secretariat.get(f"/opgoerelser/{month_name(country.month)}")
    alert = page.text[page.text.index("kunne ikke laves") :]
    assert alert.index("kan ikke læses") < alert.index("Unreadable"), "words first, the cause behind a fold"
    assert page.text.count("/igen") == 1, "one button, for the one that failed"
    assert "Ikke færdig" in page.text
    assert "Færdig." not in page.text
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
        assert waking.queue().count > 0, "and a worker is told"
        assert operations.make(BROKEN, country.month, 1, 60)
        country.assert_whole()
        with acting_for(clock(country.codes)), transaction():
            assert not db.session.execute(FEATURES.lines["failed_statements"].lines(day_of(now()))).all()


def row_in(app: Flask) -> Statement:
    """The broken one's statement, from outside."""
    with app.app_context():
        return row()


@of_size(2)
def test_a_paper_that_cannot_be_laid_out_is_told(app: Flask, country: Country, monkeypatch: pytest.MonkeyPatch) -> None:
    def jam(_paper: Paper) -> tuple[bytes, str]:
        raise RenderingFailed("statement.html: the render process is jammed")

    with app.app_context():
        with acting_for(clock(country.codes)), transaction():
            operations.ask(country.month)
        with monkeypatch.context() as patch:
            patch.setattr(making, "render", jam)
            assert not operations.make(BROKEN, country.month, 1, 60)
        assert (row().status, row().fault) == ("failed", "unprintable")
        assert row().last_error == "RenderingFailed: statement.html: the render process is jammed"
        assert country.issued().documents == 0
        again()
        assert operations.make(BROKEN, country.month, 1, 60)
        assert row().last_error is None


@pytest.mark.gate("2.3.3", "16.5.3")
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
            patch.setattr(documents if where == "issue" else operations, where, broken)
            assert not operations.make(BROKEN, country.month, 1, 60)
        found = country.issued()
        assert found.statements[BROKEN] == ("failed", 1, None)
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
        assert row().fault == "lost"
        assert operations.make(country.codes[0], country.month, 1, 60), "the others are made all the same"


AWAY: tuple[Callable[[], Exception], ...] = (
    lambda: OSError(errno.ENOSPC, "No space left on device"),
    lambda: OperationalError("INSERT", {}, psycopg.errors.DiskFull("could not extend file")),
    lambda: OperationalError("INSERT", {}, psycopg.errors.AdminShutdown("terminating connection")),
    lambda: InternalError("INSERT", {}, psycopg.errors.ReadOnlySqlTransaction("a switch-over")),
    lambda: RedisConnectionError("Connection refused"),
)


@of_size(2)
def test_what_is_away_uses_up_no_try_and_is_waited_for(
    app: Flask, country: Country, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Each kind of outage, more often than there are tries: nothing is given up, the page says that it waits, and then it is made."""
    errors = itertools.cycle(AWAY)

    def away(*_arguments: object) -> tuple[bytes, str]:
        raise next(errors)()

    with app.app_context():
        with acting_for(clock()), transaction():
            person("sekretariat@drc.example", ("secretariat", None, None))
        with acting_for(clock(country.codes)), transaction():
            operations.ask(country.month)
        with monkeypatch.context() as patch:
            patch.setattr(making, "render", away)
            for _try in range(3 * len(AWAY)):
                assert not operations.make(BROKEN, country.month, 1, 60)
                found = row()
                assert (found.status, found.attempts, found.fault, found.lease_token) == ("waiting", 0, "away", None)
                assert found.due_from - now() <= dt.timedelta(seconds=leases.AWAY_SECONDS)
                come_round()
        assert operations.make(country.codes[0], country.month, 1, 60), "the others are made all the same"
    page = sign_in(app.test_client(), "sekretariat@drc.example").get(f"/opgoerelser/{month_name(country.month)}").text
    assert "Det går videre af sig selv" in page
    assert "Venter" in page
    assert page.count("/igen") == 1
    with app.app_context():
        assert operations.make(BROKEN, country.month, 1, 60)
        assert (row().fault, row().last_error) == (None, None)
        country.assert_whole()


@of_size(1)
def test_postgresql_away_when_a_fault_is_kept_is_waited_for(
    app: Flask, country: Country, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The work meets the outage, and so does the one who would write it down: the try is not counted as lost."""
    refusals = iter([OperationalError("SELECT", {}, psycopg.OperationalError("the connection is lost"))] * 3)
    still_held = leases.still_held
    pauses: list[float] = []

    def away(*arguments: Any) -> Any:
        for refusal in refusals:
            raise refusal
        return still_held(*arguments)

    with app.app_context():
        with acting_for(clock(country.codes)), transaction():
            operations.ask(country.month)
        with monkeypatch.context() as patch:
            patch.setattr(leases, "still_held", away)
            patch.setattr(
                leases, "time", SimpleNamespace(sleep=pauses.append)
            )  # this module's alone: other threads sleep too
            assert not operations.make(country.codes[0], country.month, 1, 60)
        found = row(country.codes[0])
        assert (found.work_state, found.attempts, found.fault) == ("due", 0, "away")
        assert pauses == [0, 1, 2], "longer each time"


@of_size(6)
def test_in_one_month_each_kind_of_fault_meets_its_own_and_nothing_is_lost(
    app: Flask, country: Country, place: Servers, monkeypatch: pytest.MonkeyPatch
) -> None:
    """One whose facts cannot be read, one that cannot be printed, one whose disk is full, one whose
    render process is killed; two are well."""
    unreadable, (unprintable, full, killed) = BROKEN, country.codes[2:5]
    broken: dict[str, Exception] = {
        unprintable: UndefinedError("'findes_ikke' is undefined"),
        full: OperationalError("INSERT", {}, psycopg.errors.DiskFull("could not extend file")),
        killed: PressLost("statement.html: went over its limit"),
    }
    laid_out = renderer.render

    def render(paper: Paper) -> tuple[bytes, str]:
        if paper.document_number[:4] in broken:
            raise broken[paper.document_number[:4]]
        return laid_out(paper)

    break_scope(place)
    with app.app_context():
        with acting_for(clock(country.codes)), transaction():
            operations.ask(country.month)
        with monkeypatch.context() as patch:
            patch.setattr(making, "render", render)
            made = {code for code in country.codes if operations.make(code, country.month, 1, 60)}
        assert made == set(country.codes) - {unreadable, unprintable, full, killed}, "the others got theirs"
        found = {code: row(code) for code in country.codes}
        assert {code: (each.status, each.fault) for code, each in found.items() if code not in made} == {
            unreadable: ("failed", "unreadable"),
            unprintable: ("failed", "unreadable"),
            full: ("waiting", "away"),
            killed: ("waiting", "lost"),
        }
        longest = max(found[full].due_from, found[killed].due_from) - now()
        assert longest <= dt.timedelta(seconds=leases.AWAY_SECONDS), "nobody waits longer than said"
        mend_scope(place)
        for code in (unreadable, unprintable):
            again(code)
        for code in (full, killed):
            come_round(code)
        for code in country.codes:
            operations.make(code, country.month, 1, 60)
        country.assert_whole()
