"""The PostgreSQL and the Redis that the tests run on: embedded ones, or those that the environment names.

The embedded ones keep their data in var/tests, give up safety at a power cut for speed, are shared by all test processes, and
stop when the last of them ends. Each process makes databases of its own there, so two runs at once do not meet.
"""

from __future__ import annotations

import json
import os
import shutil
import subprocess
from contextlib import suppress
from dataclasses import replace
from pathlib import Path
from urllib.parse import urlsplit, urlunsplit

import psycopg
from psycopg import sql
from psycopg.errors import ObjectInUse
from redis import Redis
from sqlalchemy import Engine, create_engine
from sqlalchemy.pool import NullPool

from config import embedded
from config.embedded import Servers
from config.embedded_programs import EmbeddedError, binaries

ROOT = Path(__file__).parents[2]
VAR = ROOT / "var/tests"
PREFIX = "test_"


def test_servers() -> Servers:
    """The servers of DATABASE_URL, DATABASE_OWNER_URL and REDIS_URL where these are set, else the embedded ones, started."""
    if os.environ.get("DATABASE_URL"):
        return Servers(
            database_url=os.environ["DATABASE_URL"],
            database_owner_url=os.environ["DATABASE_OWNER_URL"],
            database_backup_url=os.environ.get("DATABASE_BACKUP_URL", ""),
            redis_url=os.environ["REDIS_URL"],
        )
    try:
        servers = embedded.ensure(VAR, durable=False)
    except EmbeddedError:
        # What gives up safety may be broken after a power cut. It holds nothing worth keeping.
        shutil.rmtree(VAR, ignore_errors=True)
        servers = embedded.ensure(VAR, durable=False)
    _sweep(servers)
    return servers


test_servers.__test__ = False  # type: ignore[attr-defined] # its name is not meant for pytest


def tester_url(servers: Servers) -> str:
    """The way in of the role that puts rows back between tests: DATABASE_TESTER_URL where it is set, else the embedded superuser's."""
    database = urlsplit(servers.database_url).path.strip("/")
    if named := os.environ.get("DATABASE_TESTER_URL"):
        return _database(named, database)
    if os.environ.get("DATABASE_URL"):
        raise RuntimeError(
            "DATABASE_TESTER_URL must be set where DATABASE_URL is: docs/operations.md says how its role is made"
        )
    parts = urlsplit(_database(servers.database_owner_url, database))
    word = json.loads((VAR / "database-passwords").read_text())["superuser"]
    return urlunsplit(parts._replace(netloc=f"postgres:{word}@"))


def create_database(servers: Servers, name: str) -> Servers:
    """A fresh, empty database, owned by the owner, that the service may enter; and a numbered, emptied part of Redis.

    Returns the URLs of both. `name` tells this process's databases from each other: letters, digits and underscores.
    """
    full = f"{PREFIX}{os.getpid()}_{name}"
    _drop(servers, full)
    with psycopg.connect(servers.database_owner_url, autocommit=True) as owner:
        create = "CREATE DATABASE {} TEMPLATE template0 ENCODING 'UTF8' LOCALE 'C.UTF-8'"
        owner.execute(sql.SQL(create).format(sql.Identifier(full)))
    fresh = replace(
        servers,
        database_url=_database(servers.database_url, full),
        database_owner_url=_database(servers.database_owner_url, full),
        database_backup_url=_database(servers.database_backup_url, full),
        redis_url=_numbered(servers.redis_url),
    )
    script = ROOT / "config/deploy/database.sql"
    subprocess.run([binaries() / "psql", "-q", "-X", "-f", script, fresh.database_owner_url], check=True)
    with Redis.from_url(fresh.redis_url) as redis:
        redis.flushdb()
    return fresh


def drop_database(servers: Servers) -> None:
    """Drop a database that `create_database` made, once nobody is connected to it any more."""
    name = urlsplit(servers.database_url).path.strip("/")
    if not name.startswith(PREFIX):
        raise ValueError(f"{name} is not a test's database")
    _drop(replace(servers, database_owner_url=_database(servers.database_owner_url, "postgres")), name)


def engine(url: str) -> Engine:
    """SQLAlchemy's way to a database, with no connection kept."""
    return create_engine("postgresql+psycopg://" + url.split("://", 1)[1], poolclass=NullPool)


def _drop(servers: Servers, name: str) -> None:
    """Drop a database. WITH (FORCE) the owner may not, as others' sessions are not the owner's to end: those of ended processes go."""
    drop = sql.SQL("DROP DATABASE IF EXISTS {}").format(sql.Identifier(name))
    with psycopg.connect(servers.database_owner_url, autocommit=True) as owner:
        for _patience in range(6):  # PostgreSQL itself waits five seconds for the others to leave
            with suppress(ObjectInUse):
                owner.execute(drop)
                return
        owner.execute(drop)


def _sweep(servers: Servers) -> None:
    """Drop what test processes that were killed have left."""
    with psycopg.connect(servers.database_owner_url) as owner:
        rows = owner.execute("SELECT datname FROM pg_database WHERE datname ^@ %s", (PREFIX,)).fetchall()
    for (name,) in rows:
        pid = name.removeprefix(PREFIX).split("_")[0]
        if not Path("/proc", pid).exists():
            _drop(servers, name)


def _database(url: str, name: str) -> str:
    return urlunsplit(urlsplit(url)._replace(path=f"/{name}")) if url else ""


def _numbered(url: str) -> str:
    """Redis has numbered parts: 1024 in the embedded one, 16 by default. Number 0 stays free of tests."""
    parts = urlsplit(url)
    if parts.scheme == "unix":
        return f"{url}?db={1 + os.getpid() % 1023}"
    worker = os.environ.get("PYTEST_XDIST_WORKER", "gw0").removeprefix("gw")
    return urlunsplit(parts._replace(path=f"/{1 + int(worker) % 15}"))
