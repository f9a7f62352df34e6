"""The embedded servers: a real PostgreSQL and a real Valkey, which is a Redis, for where none are named by URL.

Their programs come from Python wheels; on a machine that there are no wheels for, from its own packages, run here all the same.

Whoever needs them calls `ensure`, which starts them or joins those that run. Every user holds a shared lock for as long as it
lives; the last one to leave stops the servers, however many commands came and went meanwhile. (Who is killed outright stops
nothing: the servers then wait, unharmed, for the next one to come and go.)

PostgreSQL refuses to run as root. There it gets a user of its own, and Redis with it.
"""

from __future__ import annotations

import atexit
import fcntl
import os
import shutil
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import asdict, dataclass
from pathlib import Path

from redis import TimeoutError as NoAnswer

from config.embedded_host import START_SECONDS, run, socket_of
from config.embedded_postgres import POSTGRES_SOCKET, postgres_lives, postgres_state, start_postgres
from config.embedded_programs import EmbeddedError, binaries
from config.embedded_redis import REDIS_SOCKET, redis_answers, redis_client, start_redis

_held: dict[Path, int] = {}  # the lock files this process holds open


@dataclass(frozen=True, slots=True)
class Servers:
    """Where the servers answer. The URLs carry passwords."""

    database_url: str
    database_owner_url: str
    database_backup_url: str
    redis_url: str

    def environment(self) -> dict[str, str]:
        """The same as settings."""
        return {name.upper(): value for name, value in asdict(self).items()}


def ensure(var: Path, durable: bool = True) -> Servers:
    """Start the servers that keep their data in `var`, or join them, until this process ends.

    `durable=False` gives up safety at a power cut for speed: for tests alone. Raises EmbeddedError when one does not start.
    """
    var = var.resolve()
    var.mkdir(parents=True, exist_ok=True)
    with _alone(var):
        servers = Servers(**start_postgres(var, durable), redis_url=start_redis(var))
        if var not in _held:
            held = os.open(var / "embedded.users", os.O_RDWR | os.O_CREAT, 0o600)
            fcntl.flock(held, fcntl.LOCK_SH)
            _held[var] = held
            atexit.register(leave, var, os.getpid())
    return servers


def leave(var: Path, pid: int | None = None) -> None:
    """Give up this process's share, and stop the servers when it was the last. A forked child has no share of its own."""
    var = var.resolve()
    if pid not in (None, os.getpid()) or var not in _held:
        return
    with _alone(var):
        held = _held.pop(var)
        try:
            fcntl.flock(held, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            return
        finally:
            os.close(held)
        stop(var)


def stop(var: Path) -> None:
    """Stop the servers that keep their data in `var`, whoever uses them; harmless when they do not run."""
    var = var.resolve()
    client = redis_client(var)
    if redis_answers(client):
        with suppress(NoAnswer):
            client.shutdown(nosave=True)
    client.close()
    data = var / "postgres"
    if (data / "postmaster.pid").exists():
        run([binaries() / "pg_ctl", "-D", data, "-m", "fast", "-w", "-t", START_SECONDS, "stop"], data, allowed=(0, 1))
    for folder, name in ((data, POSTGRES_SOCKET), (var / "redis", REDIS_SOCKET)):
        if (place := socket_of(folder, name).parent) != folder and place.is_dir():
            shutil.rmtree(place)


def missing(var: Path) -> tuple[str, ...]:
    """Which of the servers that keep their data in `var` do not run. One that hangs runs: it may come to, and cannot be joined anew."""
    var = var.resolve()
    client = redis_client(var)
    redis_up, postgres_up = redis_answers(client), postgres_state(var) == 0 or postgres_lives(var)
    client.close()
    return tuple(name for name, up in (("PostgreSQL", postgres_up), ("Redis", redis_up)) if not up)


@contextmanager
def _alone(var: Path) -> Iterator[None]:
    try:
        file = os.open(var / "embedded.lock", os.O_RDWR | os.O_CREAT, 0o600)
    except PermissionError as error:
        raise EmbeddedError(f"{var} belongs to another user; choose a folder of your own by VAR") from error
    try:
        fcntl.flock(file, fcntl.LOCK_EX)
        yield
    finally:
        os.close(file)
