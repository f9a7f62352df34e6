"""How long one waits for PostgreSQL: never for ever.

A server that is gone says so. One that hangs (its machine is frozen, its disk stands still, the network swallows what is sent)
accepts and never answers, and no timeout that is kept at its end helps. So what waits for an answer looks up after a while and
asks the server something small over a line of its own. When that is answered, the long statement is only long, and is waited
for (`statement_timeout` ends it). When not, the wait ends with Silent, and so does every other at once, until the server answers
again: one asks it now and then, nobody else spends time on it.
"""

from __future__ import annotations

import threading
import time
from collections.abc import Callable
from typing import Any, TypeVar

import psycopg
from flask import has_request_context
from psycopg import errors, generators, pq, waiting
from psycopg.abc import PQGen
from psycopg.conninfo import make_conninfo
from sqlalchemy import Engine, event
from sqlalchemy.engine import Dialect

PERSON_WAITS, WORK_WAITS = 1.0, 15.0  # seconds without an answer before the server is asked whether it is there
ASKED_FOR = 1.0  # seconds that it has to say so
AGAIN_AFTER = 2.0  # seconds before a server that was silent is asked anew
INTERVAL = 0.1
T = TypeVar("T")

# The pool is as large as the web has threads: who waits for a connection waits for a request to end.
ENGINE: dict[str, Any] = {
    "pool_pre_ping": True,
    "pool_size": 5,
    "max_overflow": 20,
    "pool_timeout": 2,
    "connect_args": {
        "connect_timeout": 2,
        # A machine that vanished without a word is noticed by the system in a quarter of a minute, not in a quarter of an hour.
        "keepalives": 1,
        "keepalives_idle": 5,
        "keepalives_interval": 5,
        "keepalives_count": 2,
        "tcp_user_timeout": 15000,
    },
}


def engine(pooler: str) -> dict[str, Any]:
    """What SQLAlchemy is told. A pooler gives each transaction any of its connections: what was prepared in one is unknown to the next."""
    if pooler != "transaction":
        return ENGINE
    return {**ENGINE, "connect_args": {**ENGINE["connect_args"], "prepare_threshold": None}}


class Silent(psycopg.OperationalError):
    """PostgreSQL accepts and does not answer."""

    def __init__(self) -> None:
        super().__init__("the database does not answer")


class Watch:
    """Whether a server answers, as all connections of this process to it have found."""

    def __init__(self, asks: Callable[[], bool], clock: Callable[[], float] = time.monotonic) -> None:
        self._asks, self._clock = asks, clock
        self._asking = threading.Lock()
        self._silent, self._again = False, 0.0

    def demand(self) -> None:
        """Raise Silent at once when the server is known not to answer. Who comes first after a while finds out whether it does."""
        if not self._silent:
            return
        if self._clock() < self._again or not self._asking.acquire(blocking=False):
            raise Silent
        try:
            self._find_out()
        finally:
            self._asking.release()

    def look(self) -> None:
        """Ask the server, as something has waited long. Raises Silent when it does not answer."""
        with self._asking:  # those who wait together ask once
            if self._silent:
                raise Silent
            self._find_out()

    def gave_up(self) -> None:
        """Remember that the server let nobody in."""
        self._silent, self._again = True, self._clock() + AGAIN_AFTER

    def _find_out(self) -> None:
        if self._asks():
            self._silent = False
        else:
            self.gave_up()
            raise Silent


class Connection(psycopg.Connection[Any]):
    """A connection that waits for no server that is silent."""

    watch: Watch

    def wait(self, gen: PQGen[T], interval: float = INTERVAL, timeout: float | None = None) -> T:
        """Wait for an answer. Raises Silent, and is closed, when the server does not give any."""
        if timeout is not None:
            return super().wait(gen, interval, timeout)
        try:
            self.watch.demand()
            while True:
                try:
                    return super().wait(gen, interval, PERSON_WAITS if has_request_context() else WORK_WAITS)
                except errors._WaitTimeout:  # noqa: SLF001 - psycopg says so in what it tells of `wait`
                    self.watch.look()
        except Silent:
            self.close()
            raise


_watches: dict[str, Watch] = {}


@event.listens_for(Engine, "do_connect")
def _connect(
    dialect: Dialect, record: object, args: tuple[Any, ...], told: dict[str, Any]
) -> psycopg.Connection[Any] | None:
    """Open every connection of SQLAlchemy's as one that does not wait for ever."""
    if dialect.driver != "psycopg":
        return None
    address = make_conninfo(
        *args, **{name: value for name, value in told.items() if name not in ("context", "prepare_threshold")}
    )
    watch = _watches.setdefault(address, Watch(lambda: answers(address.encode())))
    watch.demand()
    try:
        connection = Connection.connect(*args, **told)
    except psycopg.errors.ConnectionTimeout:
        watch.gave_up()
        raise
    connection.watch = watch
    return connection


def answers(address: bytes) -> bool:
    """Whether the server at that address lets us in and answers in time. One that says no has answered."""
    until = time.monotonic() + ASKED_FOR
    line: pq.abc.PGconn | None = None
    try:
        line = waiting.wait_conn(generators.connect(address.decode()), INTERVAL, ASKED_FOR)
        line.send_query(b"SELECT 1")
        left = max(INTERVAL, until - time.monotonic())
        waiting.wait(generators.execute(line), line.socket, INTERVAL, left)
    except errors._WaitTimeout:  # noqa: SLF001
        return False
    except psycopg.Error:
        return True
    finally:
        if line is not None:
            line.finish()
    return True
