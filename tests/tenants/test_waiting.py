"""Nobody waits for a PostgreSQL that hangs: rules of the watch, and what a real server says. Real hangs: tests/hanging."""

from __future__ import annotations

import socket
from collections.abc import Iterator
from contextlib import contextmanager

import psycopg
import pytest
from flask import Flask
from sqlalchemy import text

from config.embedded import Servers
from tenants import waiting
from tenants.database import db
from tenants.waiting import AGAIN_AFTER, Silent, Watch, answers


class Server:
    """A server that is asked, and the time."""

    def __init__(self) -> None:
        self.answers, self.asked, self.time = True, 0, 0.0
        self.watch = Watch(self.ask, lambda: self.time)

    def ask(self) -> bool:
        self.asked += 1
        return self.answers


def silent(watch: Watch) -> bool:
    try:
        watch.demand()
    except Silent:
        return True
    return False


def test_a_long_statement_goes_on_while_the_server_answers() -> None:
    server = Server()
    server.watch.look()
    assert (silent(server.watch), server.asked) == (False, 1)


def test_when_the_server_is_silent_all_are_told_at_once_and_one_asks_anew_after_a_while() -> None:
    server = Server()
    server.answers = False
    with pytest.raises(Silent):
        server.watch.look()
    assert [silent(server.watch) for _each in range(50)] == [True] * 50
    with pytest.raises(Silent):
        server.watch.look()  # one that waited meanwhile
    assert server.asked == 1
    server.time += AGAIN_AFTER
    assert [silent(server.watch) for _each in range(50)] == [True] * 50
    assert server.asked == 2
    server.time, server.answers = server.time + AGAIN_AFTER, True
    assert [silent(server.watch) for _each in range(50)] == [False] * 50
    assert server.asked == 3


def test_while_one_asks_the_others_do_not_wait_for_the_answer() -> None:
    server = Server()
    server.watch.gave_up()
    server.time += AGAIN_AFTER
    others: list[bool] = []

    def ask() -> bool:
        others.append(silent(server.watch))
        return True

    server.watch._asks = ask
    assert not silent(server.watch)
    assert others == [True]


@contextmanager
def mute() -> Iterator[str]:
    """A server that accepts and never answers."""
    with socket.create_server(("127.0.0.1", 0)) as listening:
        yield f"postgresql://a:b@127.0.0.1:{listening.getsockname()[1]}/c"


def test_whether_a_server_answers(place: Servers) -> None:
    assert answers(place.database_url.encode())
    assert answers(b"postgresql://nobody:x@127.0.0.1:1/c"), (
        "one that refuses has answered: who waits is told by its own line"
    )
    with mute() as url:
        assert not answers(url.encode())


def test_every_connection_of_the_service_is_one_that_does_not_wait_for_ever(app: Flask) -> None:
    """Also for a statement that is only long: the server is asked meanwhile, and the answer comes."""
    with app.app_context(), db.engine.connect() as connection:
        driver = connection.connection.driver_connection
        assert isinstance(driver, waiting.Connection)
        server = Server()
        driver.watch = server.watch
        patient, waiting.WORK_WAITS = waiting.WORK_WAITS, 0.2
        try:
            assert connection.execute(text("SELECT 1 FROM pg_sleep(0.7)")).scalar() == 1
        finally:
            waiting.WORK_WAITS = patient
        assert server.asked
        server.watch.gave_up()
        with pytest.raises(Silent):
            driver.execute("SELECT 1")
        assert driver.closed
        connection.invalidate()


def test_the_control_an_ordinary_connection_would_wait(place: Servers) -> None:
    with psycopg.connect(place.database_url) as connection:
        assert not isinstance(connection, waiting.Connection)
