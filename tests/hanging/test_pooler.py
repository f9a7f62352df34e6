"""PgBouncer in transaction mode, as Debian has it: every transaction may get another of its few connections to PostgreSQL."""

from __future__ import annotations

import os
import pwd
import re
import shutil
import socket
import subprocess
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path
from urllib.parse import parse_qs, unquote, urlsplit, urlunsplit

import psycopg
import pytest
from flask import Flask

from config.embedded import Servers
from config.settings import Settings
from service.app import create_app
from tenants.database import db
from tests.support.processes import wait_until
from tests.support.world import World
from tests.walls.ways import CONSULTANT, MANAGER, SECRETARIAT, STAFF, askers

PAGES = (
    "/",
    "/kommuner",
    "/grupper",
    "/frivillige",
    "/opgoerelser",
    "/min-konto",
    "/katalog",
    "/kommuner/0580",
    "/kommuner/0580/behov",
)
CONNECTIONS = 3


def program() -> str:
    found = shutil.which("pgbouncer", path=f"{os.environ['PATH']}:/usr/sbin")
    assert found, "pgbouncer is missing: make setup"
    return found


def knows_prepared_statements() -> bool:
    """Whether it is one that can be told to remember them."""
    said = subprocess.run([program(), "--version"], capture_output=True, text=True, check=True).stdout
    version = re.search(r"PgBouncer (\d+)\.(\d+)", said)
    assert version, said
    return (int(version[1]), int(version[2])) >= (1, 21)


@pytest.fixture
def pooled(place: Servers, tmp_path: Path) -> Iterator[str]:
    """The URL of the database through a PgBouncer of the test's own."""
    url = urlsplit(place.database_url)
    host = url.hostname or parse_qs(url.query)["host"][0]
    with socket.create_server(("127.0.0.1", 0)) as free:
        port = free.getsockname()[1]
    (tmp_path / "users").write_text(f'"{url.username}" "{unquote(url.password or "")}"\n')
    (tmp_path / "pgbouncer.ini").write_text(
        f"[databases]\n{url.path[1:]} = host={host} port={url.port or 5432}\n"
        f"[pgbouncer]\nlisten_addr = 127.0.0.1\nlisten_port = {port}\nunix_socket_dir =\nauth_type = scram-sha-256\n"
        f"auth_file = {tmp_path / 'users'}\npool_mode = transaction\ndefault_pool_size = {CONNECTIONS}\n"
        + ("max_prepared_statements = 0\n" if knows_prepared_statements() else "")
    )
    process = subprocess.Popen([program(), "-q", str(tmp_path / "pgbouncer.ini")], **_as_whom(host, tmp_path))  # type: ignore[call-overload]
    through = urlunsplit(url._replace(netloc=f"{url.username}:{url.password}@127.0.0.1:{port}", query=""))
    try:
        wait_until(lambda: _lets_in(through), "pgbouncer lets somebody in", 30)
        yield through.replace("postgresql:", "postgresql+psycopg:")
    finally:
        process.terminate()
        process.wait(30)


def _as_whom(host: str, folder: Path) -> dict[str, object]:
    """It does not run as root: it gets the user that may enter PostgreSQL's folder."""
    if os.geteuid() != 0:
        return {}
    user = pwd.getpwuid(Path(host).stat().st_uid) if host.startswith("/") else pwd.getpwnam("nobody")
    for each in (folder, *folder.iterdir()):
        os.chown(each, user.pw_uid, user.pw_gid)
    for above in folder.parents[:3]:
        above.chmod(above.stat().st_mode | 0o001)
    return {"user": user.pw_uid, "group": user.pw_gid, "extra_groups": ()}


def _lets_in(url: str) -> bool:
    try:
        psycopg.connect(url, prepare_threshold=None).close()
    except psycopg.OperationalError:
        return False
    return True


@contextmanager
def through(settings: Settings, url: str, pooler: str) -> Iterator[Flask]:
    """The service as it is told of the pooler."""
    app = create_app(replace(settings, database_url=url, database_pooler=pooler))
    yield app
    with app.app_context():
        db.engine.dispose()


def failed(app: Flask, world: World) -> list[str]:
    """What went wrong of many pages and calls, asked for by four people at once, again and again."""
    people = askers(app, world)

    def ask(name: str) -> list[str]:
        answers = [(page, people[name].ask("GET", page).status_code) for _each in range(3) for page in PAGES]
        holds = {"purpose": "read", "days": "30"}
        posted = [
            people[name].ask("POST", "/min-konto/noegler", {"name": f"{name} {number}", **holds}) for number in range(3)
        ]
        called = [
            people[name].ask("GET", f"/api/v1/{what}")
            for what in ("me", "activities", "statements")
            for _each in range(3)
        ]
        answers += [("POST", answer.status_code) for answer in posted] + [
            ("API", answer.status_code) for answer in called
        ]
        return [f"{name}: {what}: {status}" for what, status in answers if status >= 500]

    names = (SECRETARIAT, CONSULTANT, MANAGER, STAFF)
    with ThreadPoolExecutor(len(names)) as pool:
        return [line for lines in pool.map(ask, names) for line in lines]


def test_a_pooler_that_hands_out_transactions_disturbs_nobody(settings: Settings, world: World, pooled: str) -> None:
    with through(settings, pooled, "transaction") as app:
        assert failed(app, world) == []


def test_the_control_without_being_told_of_it_the_service_fails(
    settings: Settings, world: World, pooled: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("service.platform.web.errors.log.exception", lambda *_args, **_values: None)
    with through(settings, pooled, "none") as app:
        assert failed(app, world)
