"""The embedded servers: who may do what there, that they are shared, that they keep what they hold and leave nothing running."""

from __future__ import annotations

import json
import os
import signal
import stat
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from urllib.parse import parse_qs, urlsplit

import psycopg
import pytest
from psycopg import errors
from redis import Redis
from redis.exceptions import AuthenticationError

from config import embedded, embedded_host, embedded_programs, embedded_redis
from config.embedded import Servers
from config.embedded_programs import EmbeddedError
from tests.support import servers as support

ROOT = Path(__file__).parents[2]
JOIN = """
import sys
from pathlib import Path
import psycopg
from config import embedded
servers = embedded.ensure(Path(sys.argv[1]), durable=False)
with psycopg.connect(servers.database_owner_url) as owner:
    owner.execute("SELECT pg_advisory_xact_lock(1)")
    owner.execute("CREATE TABLE IF NOT EXISTS visits (who int)")
    owner.execute("INSERT INTO visits VALUES (1)")
    print(owner.execute("SELECT count(*) FROM visits").fetchone()[0])
"""


@pytest.fixture(scope="module")
def database(worker_id: str) -> Iterator[Servers]:
    found = support.create_database(support.test_servers(), f"{worker_id}_embedded")
    yield found
    support.drop_database(found)


def test_the_service_owns_nothing_and_makes_nothing(database: Servers) -> None:
    with psycopg.connect(database.database_owner_url) as owner:
        owner.execute("CREATE TABLE kept (word text)")
        owner.execute("ALTER TABLE kept ENABLE ROW LEVEL SECURITY")
    with psycopg.connect(database.database_url, autocommit=True) as service:
        for wrong in (
            "CREATE TABLE mine (word text)",
            "CREATE TEMP TABLE mine (word text)",
            "CREATE SCHEMA mine",
            "CREATE DATABASE mine",
            "CREATE ROLE mine",
            "SELECT * FROM kept",
            "TRUNCATE kept",
            "ALTER TABLE kept DISABLE ROW LEVEL SECURITY",
            "SET ROLE partnerskab_owner",
            "COPY (SELECT 1) TO PROGRAM 'true'",
        ):
            with pytest.raises((errors.InsufficientPrivilege, errors.DuplicateObject)):
                service.execute(wrong)


@pytest.mark.gate("13.2.2")
def test_the_roles_are_what_they_should_be(database: Servers) -> None:
    with psycopg.connect(database.database_owner_url) as owner:
        rows = owner.execute(
            "SELECT rolname, rolsuper, rolbypassrls, rolcreaterole, rolcreatedb, rolreplication FROM pg_roles"
            " WHERE rolname LIKE 'partnerskab%' AND rolname <> 'partnerskab_tester' ORDER BY 1"  # the tests' own, where servers are named
        ).fetchall()
    assert rows == [
        ("partnerskab_backup", False, True, False, False, False),
        ("partnerskab_owner", False, False, False, True, False),
        ("partnerskab_service", False, False, False, False, False),
    ]


def test_the_backup_role_reads_past_the_walls_and_writes_nothing(database: Servers) -> None:
    with psycopg.connect(database.database_owner_url) as owner:
        owner.execute("CREATE TABLE walled AS SELECT 'word' AS word")
        owner.execute("ALTER TABLE walled ENABLE ROW LEVEL SECURITY, FORCE ROW LEVEL SECURITY")
        assert owner.execute("SELECT count(*) FROM walled").fetchone() == (0,)
    with psycopg.connect(database.database_backup_url, autocommit=True) as backup:
        assert backup.execute("SELECT count(*) FROM walled").fetchone() == (1,)
        with pytest.raises((errors.InsufficientPrivilege, errors.ReadOnlySqlTransaction)):
            backup.execute("INSERT INTO walled VALUES ('more')")


@pytest.mark.skipif(
    "DATABASE_URL" in os.environ, reason="the servers are named by URL: their doors are their operator's"
)
def test_no_local_user_enters_without_a_password(database: Servers) -> None:
    socket = parse_qs(urlsplit(database.database_url).query)["host"][0]
    for role in ("postgres", "partnerskab_owner", "partnerskab_service"):
        with pytest.raises(psycopg.OperationalError, match="no password supplied"):
            psycopg.connect(host=socket, user=role, dbname="postgres", passfile="/dev/null")
    assert stat.S_IMODE(Path(socket).stat().st_mode) == 0o700
    assert stat.S_IMODE((support.VAR / "redis").stat().st_mode) == 0o700
    assert stat.S_IMODE((support.VAR / "database-passwords").stat().st_mode) == 0o600


@pytest.mark.skipif(
    "DATABASE_URL" in os.environ, reason="the servers are named by URL: their doors are their operator's"
)
def test_redis_asks_for_a_password(database: Servers) -> None:
    socket = urlsplit(database.redis_url).path
    with Redis(unix_socket_path=socket) as stranger, pytest.raises(AuthenticationError):
        stranger.get("word")
    with Redis(unix_socket_path=socket, password="guessed") as stranger, pytest.raises(AuthenticationError):
        stranger.get("word")
    for secret in (support.VAR / "redis-password", support.VAR / "redis/server.conf"):
        assert stat.S_IMODE(secret.stat().st_mode) == 0o600


def test_a_redis_that_hangs_is_not_missing_and_one_that_is_gone_is(tmp_path: Path) -> None:
    with Redis.from_url(embedded_redis.start_redis(tmp_path)) as redis, embedded_redis.redis_client(tmp_path) as asking:
        pid = redis.info("server")["process_id"]
        os.kill(pid, signal.SIGSTOP)
        try:
            assert embedded_redis.redis_answers(asking)
        finally:
            os.kill(pid, signal.SIGCONT)
        embedded.stop(tmp_path)
        assert not embedded_redis.redis_answers(asking)


def test_the_machines_own_programs_do_where_there_are_no_wheels(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert embedded_programs.origin() == "PostgreSQL from a Python wheel, Redis from a Python wheel"
    monkeypatch.setattr(embedded_programs, "find_spec", lambda _: None)
    monkeypatch.setattr(embedded_programs, "MAJOR", "99")
    monkeypatch.setenv("PATH", str(tmp_path))
    with pytest.raises(EmbeddedError, match="install postgresql-99, run `make setup`"):
        embedded_programs.binaries()
    with pytest.raises(EmbeddedError, match="install valkey-server or redis-server, run `make setup`"):
        embedded_programs.redis_server()
    own = tmp_path / "redis-server"
    own.touch(mode=0o700)
    assert embedded_programs.redis_server() == own


def test_letters_times_and_encoding(database: Servers) -> None:
    with psycopg.connect(database.database_url) as service:
        found = service.execute(
            "SELECT lower('ÆØÅ'), current_setting('TimeZone'), current_setting('server_encoding')"
        ).fetchone()
    assert found == ("æøå", "UTC", "UTF8")


def test_two_at_once_share_them_and_the_last_one_stops_them(tmp_path: Path) -> None:
    """Made from nothing by two processes at the same time, in a folder whose name is too long for a socket."""
    var = tmp_path / ("long name " * 12)
    env = {**os.environ, "PYTHONPATH": str(ROOT)}

    def visit() -> subprocess.Popen[str]:
        return subprocess.Popen([sys.executable, "-c", JOIN, str(var)], env=env, stdout=subprocess.PIPE, text=True)

    first, second = visit(), visit()
    counts = [first.communicate(timeout=120)[0], second.communicate(timeout=120)[0]]
    assert (first.returncode, second.returncode) == (0, 0)
    assert sorted(counts) == ["1\n", "2\n"]
    assert embedded.missing(var) == ("PostgreSQL", "Redis")
    assert not (var / "postgres/postmaster.pid").exists()

    third = visit()
    assert third.communicate(timeout=120)[0] == "3\n", "what was written is still there"
    assert embedded.missing(var) == ("PostgreSQL", "Redis")

    passwords = json.loads((var / "database-passwords").read_text())
    assert len(set(passwords.values())) == 4
    (var / "database-passwords").unlink()
    with pytest.raises(EmbeddedError, match="database-passwords is missing"):
        embedded.ensure(var)


def test_a_folder_of_somebody_else_is_refused(tmp_path: Path) -> None:
    (tmp_path / "redis").symlink_to("/tmp")  # noqa: S108 - what an intruder would do
    with pytest.raises(EmbeddedError, match="belongs to another user"):
        embedded_host.own_folder(tmp_path / "redis")


def test_each_test_process_has_its_own_redis(database: Servers) -> None:
    shared = database.redis_url.split("?")[0] if "?" in database.redis_url else database.redis_url.rpartition("/")[0]
    with Redis.from_url(database.redis_url) as mine, Redis.from_url(shared) as other:
        mine.set("word", "1")
        assert other.get("word") is None
        mine.delete("word")


def test_only_a_tests_database_is_dropped(database: Servers) -> None:
    with pytest.raises(ValueError, match="not a test's database"):
        support.drop_database(replace(database, database_url="postgresql://a:b@/partnerskab"))
