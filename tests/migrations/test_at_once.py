"""Two hosts that migrate one database at once: one waits, and then finds the work done."""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import psycopg
import pytest
from flask import Flask
from flask_migrate import upgrade

from config.embedded import Servers
from tests.support.processes import wait_until
from tests.support.telling import SECRET

KEY = 0x6D696772  # as migrations/env.py has it


@contextmanager
def another(place: Servers) -> Iterator[psycopg.Connection]:
    """Somebody who migrates, for as long as this lasts."""
    with psycopg.connect(place.database_owner_url, autocommit=True) as connection:
        connection.execute("SELECT pg_advisory_lock(%s)", [KEY])
        yield connection


def waiting(connection: psycopg.Connection) -> int:
    """How many wait for their turn in this database."""
    query = """SELECT count(*) FROM pg_locks WHERE locktype = 'advisory' AND NOT granted
               AND database = (SELECT oid FROM pg_database WHERE datname = current_database())"""
    found = connection.execute(query).fetchone()
    assert found is not None
    return int(found[0])


def test_of_two_hosts_one_waits_for_the_other(fresh: tuple[Flask, Servers], tmp_path: Path, root: Path) -> None:
    """Two processes that begin at the same moment on an empty database: without the lock, one fails on what the other has made."""
    _app, place = fresh
    command = [sys.executable, "-m", "flask", "--app", "wsgi", "db", "upgrade"]
    env = {"PATH": os.environ["PATH"], **place.environment(), "VAR": str(tmp_path), "SECRET_KEY": SECRET}
    with another(place) as connection:
        hosts = [
            subprocess.Popen(command, cwd=root, env=env, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True)
            for _each in range(2)
        ]
        wait_until(lambda: waiting(connection) == 2, "both wait")
        assert connection.execute("SELECT count(*) FROM pg_tables WHERE schemaname = 'public'").fetchone() == (0,)
    said = [host.communicate(timeout=120)[0] for host in hosts]
    assert [host.returncode for host in hosts] == [0, 0], said
    assert all("Another host migrates this database: waiting for it" in each for each in said)
    with psycopg.connect(place.database_owner_url) as connection:
        assert connection.execute("SELECT count(*) FROM alembic_version").fetchone() == (1,)


def test_nobody_waits_for_ever_and_nothing_is_changed(fresh: tuple[Flask, Servers]) -> None:
    app, place = fresh
    with another(place) as connection, app.app_context():
        with pytest.raises(SystemExit, match=r"still migrates this database after 200ms, and nothing was changed"):
            upgrade(directory="migrations", x_arg=["wait=200ms"])
        assert connection.execute("SELECT count(*) FROM pg_tables WHERE schemaname = 'public'").fetchone() == (0,)
