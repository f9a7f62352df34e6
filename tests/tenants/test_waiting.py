"""Nobody waits for a PostgreSQL that hangs: rules of the watch, and what a real server says. Real hangs: tests/hanging."""

from __future__ import annotations

import os
import socket
import threading
import warnings
from collections.abc import Iterator
from contextlib import contextmanager

import psycopg
import pytest
from flask import Flask
from sqlalchemy import text
from sqlalchemy.dialects.postgresql.psycopg import PGDialect_psycopg

from config.embedded import Servers
from tenants import waiting
from tenants.database import db
from tenants.waiting import ServerSilent, Watch, answers
from tests.support.processes import wait_until


class Server:
    """A server that is asked, and what it does."""

    def __init__(self) -> None:
        self.answers, self.asked = True, 0
        self.asked_anew = threading.Semaphore(0)
        self.watch = Watch(self.ask, 0.001)

    def ask(self) -> bool:
        self.asked += 1
        self.asked_anew.release()
        return self.answers


def silent(watch: Watch) -> bool:
    try:
        watch.demand()
    except ServerSilent:
        return True
    return False


def test_a_long_statement_goes_on_while_the_server_answers() -> None:
    server = Server()
    server.watch.look()
    assert (silent(server.watch), server.asked) == (False, 1)


@pytest.mark.parametrize("found", ["by who waited", "by who was not let in"])
def test_when_the_server_is_silent_all_are_told_at_once_until_it_answers(found: str) -> None:
    server = Server()
    server.answers = False
    if found == "by who waited":
        with pytest.raises(ServerSilent):
            server.watch.look()
    else:
        server.watch.gave_up()
    for _each in range(3):
        assert server.asked_anew.acquire(timeout=30), "it is asked anew, and by none of those who would like to know"
        assert silent(server.watch)
        with pytest.raises(ServerSilent):
            server.watch.look()  # one that waited meanwhile
    server.answers = True
    wait_until(lambda: not silent(server.watch), "it answers, and all go on by themselves", 30)
    asked = server.asked
    server.watch.look()
    assert server.asked == asked + 1, "and nobody listens any more"


def test_a_fork_finds_out_for_itself() -> None:
    """The thread that listens is not there: else a job would be told for ever that there is no answer."""
    server = Server()
    server.watch._again_after = 60
    server.watch.gave_up()
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", DeprecationWarning)  # of forks beside threads: that there is one is the point
        child = os.fork()
    if child == 0:
        os._exit(1 if silent(server.watch) else 0)
    assert os.waitpid(child, 0)[1] == 0
    assert silent(server.watch)


@contextmanager
def mute() -> Iterator[str]:
    """A server that accepts and never answers."""
    with socket.create_server(("127.0.0.1", 0)) as listening:
        yield f"postgresql://a:b@127.0.0.1:{listening.getsockname()[1]}/c"


def test_whether_a_server_answers(place: Servers) -> None:
    assert answers(place.database_url)
    assert answers("postgresql://nobody:x@127.0.0.1:1/c"), (
        "one that refuses has answered: who waits is told by its own line"
    )
    with mute() as url:
        assert not answers(url)


def test_every_connection_of_the_service_is_one_that_does_not_wait_for_ever(app: Flask) -> None:
    """Also for a statement that is only long: the server is asked meanwhile, and the answer comes."""
    with app.app_context(), db.engine.connect() as connection:
        driver = connection.connection.driver_connection
        assert isinstance(driver, waiting.Connection)
        with db.engine.connect() as another:
            assert another.connection.driver_connection.watch is driver.watch, "what one finds is for all"  # type: ignore[union-attr]
        server = Server()
        driver.watch = server.watch
        patient, waiting.WORK_WAITS = waiting.WORK_WAITS, 0.2
        try:
            assert connection.execute(text("SELECT 1 FROM pg_sleep(0.7)")).scalar() == 1
        finally:
            waiting.WORK_WAITS = patient
        assert server.asked
        server.answers = False
        server.watch.gave_up()
        with pytest.raises(ServerSilent):
            driver.execute("SELECT 1")
        assert driver.closed
        connection.invalidate()


def test_the_control_an_ordinary_connection_would_wait(place: Servers) -> None:
    with psycopg.connect(place.database_url) as connection:
        assert not isinstance(connection, waiting.Connection)


def test_a_connection_is_asked_only_where_it_is_not_plain_that_it_is_there(
    app: Flask, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Not within a moment of its last answer: unless the server has ended it meanwhile, which it says."""
    asked: list[waiting.Connection] = []
    asks = PGDialect_psycopg.do_ping

    def do_ping(dialect: PGDialect_psycopg, line: waiting.Connection) -> bool:
        asked.append(line)
        return bool(asks(dialect, line))

    monkeypatch.setattr(PGDialect_psycopg, "do_ping", do_ping)
    monkeypatch.setattr(waiting, "A_MOMENT", 3600)
    with app.app_context():
        db.engine.dispose()
        line = used()
        assert (used(), asked) == (line, [])
        line.heard -= 3601
        assert (used(), asked) == (line, [line])
        with db.engine.connect() as another:
            ended = used().info.backend_pid
            assert another.execute(text("SELECT pg_terminate_backend(:ended, 30000)"), {"ended": ended}).scalar()
        assert used().info.backend_pid != ended
        assert len(asked) == 2


def used() -> waiting.Connection:
    """The connection that is taken up next, used and given back."""
    with db.engine.connect() as connection:
        assert connection.execute(text("SELECT 1")).scalar() == 1
        found = connection.connection.driver_connection
    assert isinstance(found, waiting.Connection)
    return found
