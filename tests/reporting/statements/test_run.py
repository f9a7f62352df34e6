"""The run of a month, with real worker processes: complete, none twice, none half, whatever is killed or emptied."""

from __future__ import annotations

import datetime as dt
import subprocess
import sys
import time

import pytest
from flask import Flask
from sqlalchemy import insert, update
from sqlalchemy.exc import IntegrityError

from service import timetable
from service.platform.documents import making, renderer
from service.platform.documents.paper import Paper
from service.platform.work import waking
from service.reporting.statements import operations
from service.reporting.statements.models import Statement
from tenants.acting import acting_for
from tenants.calendar import month_name
from tenants.database import db, now, transaction, uuid7
from tenants.reach import clock
from tests.reporting.statements.conftest import CODES, Country, of_size
from tests.support.processes import ROOT, wait_until, workers
from tests.support.rounds import count

pytestmark = pytest.mark.usefixtures("inside")


def ask(country: Country) -> None:
    """Ask as the timetable does."""
    assert count("statements.ask") == len(country.codes)


def wake_until_done(country: Country) -> None:
    """Ring as the timetable does, only more often, until everything is done."""
    woken_at = 0.0

    def done() -> bool:
        nonlocal woken_at
        if time.monotonic() > woken_at + 1:
            timetable.wake_for_what_is_due()
            woken_at = time.monotonic()
        return country.done() >= len(country.codes)

    wait_until(done, "every statement is issued")


def test_a_worker_killed_in_the_middle_leaves_nothing_undone_or_done_twice(
    country: Country, environ: dict[str, str]
) -> None:
    with workers(environ) as (first,):
        ask(country)
        wait_until(lambda: country.done() >= 2, "the first statements are issued")
        first.kill()
    before = country.issued()
    assert 2 <= before.done < len(country.codes), "killed in the middle"
    assert all(sha for state, _tries, sha in before.statements.values() if state == "done")
    with workers(environ):
        wake_until_done(country)
    country.assert_whole()
    after = country.issued()
    for code, (state, _tries, sha) in before.statements.items():
        if state == "done":
            assert after.statements[code][2] == sha, "what was issued before the kill stands"


@pytest.mark.gate("2.3.4")
@of_size(6)
def test_two_workers_and_a_command_at_once_make_one_each(country: Country, environ: dict[str, str]) -> None:
    slow = {**environ, "LEASE_SECONDS": "60"}
    with workers(slow, 2):
        wait_until(lambda: waking.connection().scard("rq:workers") == 2, "both workers listen")
        ask(country)
        command = subprocess.run(
            [
                sys.executable,
                "-m",
                "flask",
                "--app",
                "wsgi",
                "statements",
                "close",
                "--month",
                month_name(country.month),
            ],
            cwd=ROOT,
            env=slow,
            capture_output=True,
            text=True,
            check=False,
            timeout=120,
        )
        assert command.returncode == 0, command.stdout + command.stderr
        wait_until(lambda: country.done() == len(country.codes), "every statement is issued")
    country.assert_whole()
    found = country.issued()
    assert {tries for _state, tries, _sha in found.statements.values()} == {1}, "no statement was claimed by two"
    assert found.numbers == len(country.codes), "and none took a number in vain"


@of_size(5)
def test_redis_emptied_in_between_loses_nothing(country: Country, environ: dict[str, str]) -> None:
    ask(country)
    assert waking.queue().count == len(country.codes)
    waking.connection().flushdb()
    with workers(environ):
        wait_until(lambda: waking.connection().scard("rq:workers") == 1, "the worker listens")
        assert country.done() == 0, "nobody has heard anything: the wakeups are gone"
        timetable.wake_for_what_is_due()
        wait_until(lambda: country.done() >= 2, "the first statements are issued")
        waking.connection().flushdb()  # and once more, under the worker's feet
        wake_until_done(country)
    country.assert_whole()


@of_size(3)
def test_asking_and_making_again_changes_nothing(app: Flask, country: Country) -> None:
    ask(country)
    for code in country.codes:
        assert operations.make(code, country.month, 1, 60)
    before = country.issued()
    assert before.done == 3

    count("statements.ask")
    with acting_for(clock(country.codes)), transaction():
        assert operations.ask(country.month) == []
    for code in country.codes:
        assert not operations.make(code, country.month, 1, 60)
    closing = app.test_cli_runner().invoke(
        args=["statements", "close", "--month", month_name(country.month), "--municipality", CODES[0]]
    )
    assert closing.exit_code == 0, closing.output
    assert "Made 0, skipped 1" in closing.output
    assert country.issued() == before


@of_size(1)
def test_the_command_says_what_it_made(app: Flask, country: Country) -> None:
    closing = app.test_cli_runner().invoke(
        args=["statements", "close", "--month", month_name(country.month), "--municipality", CODES[0]]
    )
    assert closing.exit_code == 0, closing.output
    assert "Made 1, skipped 0 (made before), under way elsewhere 0, failed 0." in closing.output


# Controls: the same looks see a set that is not whole, and the row's key is what stops a double.


@of_size(2)
def test_control_the_check_sees_what_is_missing(country: Country) -> None:
    ask(country)
    operations.make(CODES[0], country.month, 1, 60)
    with pytest.raises(AssertionError):
        country.assert_whole()


@of_size(1)
def test_control_without_its_key_a_statement_could_be_asked_for_twice(country: Country) -> None:
    ask(country)
    with pytest.raises(IntegrityError, match="uq_statements_once"), acting_for(clock(country.codes)), transaction():
        db.session.execute(
            insert(Statement).values(
                municipality_code=CODES[0], id=uuid7(), month=country.month, revision=1, asked_at=now(), due_from=now()
            )
        )


@of_size(1)
def test_control_a_lease_that_is_lost_writes_nothing(
    app: Flask, country: Country, monkeypatch: pytest.MonkeyPatch
) -> None:
    """While the first lays out its paper, its lease runs out and another takes over: only the other's is stored."""
    ask(country)
    laid_out = renderer.render
    inner: list[bool] = []

    def overtaken(paper: Paper) -> tuple[bytes, str]:
        monkeypatch.setattr(making, "render", laid_out)
        with app.app_context():  # as another process would
            with acting_for(clock([CODES[0]])), transaction():
                db.session.execute(update(Statement).values(lease_until=now() - dt.timedelta(seconds=1)))
            inner.append(operations.make(CODES[0], country.month, 1, 60))
        return laid_out(paper)

    monkeypatch.setattr(making, "render", overtaken)
    assert not operations.make(CODES[0], country.month, 1, 60)
    assert inner == [True]
    found = country.issued()
    assert found.done == found.documents == 1
    assert set(found.notices.values()) == {1}
