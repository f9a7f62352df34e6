"""How long one waits for PostgreSQL: never for ever.

A server that is gone says so. One that hangs (its machine is frozen, its disk stands still, the network swallows what is sent)
accepts and never answers, and no timeout that is kept at its end helps. So what waits for an answer looks up after a while and
asks the server something small over a line of its own. When that is answered, the long statement is only long, and is waited
for (`statement_timeout` ends it). When not, the wait ends with Silent, and so does every other at once, until the server answers
again: a thread asks it now and then, nobody else spends time on it.

A connection that is taken up once more is asked whether it is still there, unless its server was heard a moment ago and has said
nothing since: a server that ends a connection says so. Each request would else begin with a question that is always answered.
"""

from __future__ import annotations

import functools
import math
import os
import select
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
from sqlalchemy.dialects import registry
from sqlalchemy.dialects.postgresql.psycopg import PGDialect_psycopg
from sqlalchemy.engine import Dialect

PERSON_WAITS, WORK_WAITS = 1.0, 15.0  # seconds without an answer before the server is asked whether it is there
ASKED_FOR = 1.0  # seconds that it has to say so
AGAIN_AFTER = 1.0  # seconds before a server that was silent is asked anew
INTERVAL = 0.1
A_MOMENT = 1.0  # seconds for which an answer says that the server is there
T = TypeVar("T")

# The pool is as large as the web has threads: who waits for a connection waits for a request to end.
ENGINE: dict[str, Any] = {
    "pool_pre_ping": True,
    "hide_parameters": True,  # what somebody wrote stands in no error
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


class ServerSilent(psycopg.OperationalError):
    """PostgreSQL accepts and does not answer."""

    def __init__(self) -> None:
        super().__init__("the database does not answer")


class Watch:
    """Whether a server answers, as all connections of this process to it have found."""

    def __init__(self, asks: Callable[[], bool], again_after: float = AGAIN_AFTER) -> None:
        self._asks, self._again_after = asks, again_after
        self._asking = threading.Lock()
        self._silent = False
        os.register_at_fork(after_in_child=self._forked)

    def demand(self) -> None:
        """Raise Silent at once when the server is known not to answer."""
        if self._silent:
            raise ServerSilent

    def look(self) -> None:
        """Ask the server, as something has waited long. Raises Silent when it does not answer."""
        with self._asking:  # those who wait together ask once
            self.demand()
            if self._asks():
                return
            self._listen()
            raise ServerSilent

    def gave_up(self) -> None:
        """The server let nobody in."""
        with self._asking:
            if not self._silent:
                self._listen()

    def _listen(self) -> None:
        """Ask anew now and then, beside all who would like to know, until the server answers."""
        self._silent = True
        threading.Thread(target=self._until_it_answers, name="silence", daemon=True).start()

    def _until_it_answers(self) -> None:
        while True:
            time.sleep(self._again_after)
            if self._asks():
                self._silent = False
                return

    def _forked(self) -> None:
        """A thread that listens does not live on in a fork, nor does a lock that another holds there open: find out anew."""
        self._asking, self._silent = threading.Lock(), False


class Connection(psycopg.Connection[Any]):
    """A connection that waits for no server that is silent."""

    watch: Watch
    heard = -math.inf  # when the server answered last

    def wait(self, gen: PQGen[T], interval: float = INTERVAL, timeout: float | None = None) -> T:
        """Wait for an answer. Raises Silent, and is closed, when the server does not give any."""
        if timeout is not None:
            return super().wait(gen, interval, timeout)
        try:
            self.watch.demand()
            while True:
                try:
                    answer = super().wait(gen, interval, PERSON_WAITS if has_request_context() else WORK_WAITS)
                    self.heard = time.monotonic()
                    return answer
                except errors._WaitTimeout:  # noqa: SLF001 - psycopg says so in what it tells of `wait`
                    self.watch.look()
        except ServerSilent:
            self.close()
            raise

    def is_there(self) -> bool:
        """Whether that is plain without asking: the server answered a moment ago, and has said nothing that nobody asked for."""
        if time.monotonic() - self.heard > A_MOMENT:
            return False
        line = select.poll()
        line.register(self.pgconn.socket, select.POLLIN)
        return not line.poll(0)


class AskingSeldom(PGDialect_psycopg):
    """SQLAlchemy's way to speak to PostgreSQL by psycopg, which asks nobody who is plainly there."""

    supports_statement_cache = True

    def do_ping(self, dbapi_connection: Any) -> bool:
        """Whether a connection is still there. Raises the driver's error when it is not."""
        plain = isinstance(dbapi_connection, Connection) and dbapi_connection.is_there()
        return plain or bool(super().do_ping(dbapi_connection))  # type: ignore[no-untyped-call] # SQLAlchemy's own has no types


registry.register("postgresql.psycopg", __name__, AskingSeldom.__name__)


@functools.cache
def _watch(address: str) -> Watch:
    """The one watch of a server."""
    return Watch(lambda: answers(address))


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
    watch = _watch(address)
    watch.demand()
    try:
        connection = Connection.connect(*args, **told)
    except psycopg.errors.ConnectionTimeout:
        watch.gave_up()
        raise
    connection.watch = watch
    return connection


def answers(address: str) -> bool:
    """Whether the server at that address lets us in and answers in time. One that says no has answered."""
    until = time.monotonic() + ASKED_FOR
    line: pq.abc.PGconn | None = None
    try:
        line = waiting.wait_conn(generators.connect(address), INTERVAL, ASKED_FOR)
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
