"""The embedded PostgreSQL: made, configured as a whole, started or joined, and given its roles."""

from __future__ import annotations

import hashlib
import json
import os
import secrets
import shutil
import subprocess
import time
from pathlib import Path
from urllib.parse import quote

from config.embedded_host import START_SECONDS, own_folder, run, socket_of, write_private
from config.embedded_programs import MAJOR, EmbeddedError, binaries

DATABASE = "partnerskab"
ROLES = ("owner", "service", "backup")
ROLES_SQL = Path(__file__).parent / "deploy/roles.sql"
POSTGRES_SOCKET = ".s.PGSQL.5432"


def start_postgres(var: Path, durable: bool) -> dict[str, str]:
    """Make it where there is none yet, start or join it, and say by which URLs each role opens it."""
    data, socket = var / "postgres", socket_of(var / "postgres", POSTGRES_SOCKET).parent
    passwords = _passwords(var)
    if not (data / "PG_VERSION").exists():
        _make_cluster(var, passwords["superuser"], durable)
    elif (version := (data / "PG_VERSION").read_text().strip()) != MAJOR:
        raise EmbeddedError(
            f"{data} was made by PostgreSQL {version}, this is {MAJOR}: dump it with the older one and load it here"
        )
    if postgres_state(var) != 0:
        own_folder(socket)
        write_private(data / "postgresql.conf", _configuration(socket, durable), data)
        write_private(data / "pg_hba.conf", "local all all scram-sha-256\n", data)
        run([binaries() / "pg_ctl", "-D", data, "-w", "-t", START_SECONDS, "-l", data / "server.log", "start"], data)
    _make_roles(var, socket, passwords)
    host = quote(str(socket), safe="")
    urls = {role: f"postgresql://partnerskab_{role}:{passwords[role]}@/{DATABASE}?host={host}" for role in ROLES}
    return {
        "database_url": urls["service"],
        "database_owner_url": urls["owner"],
        "database_backup_url": urls["backup"],
    }


def postgres_state(var: Path) -> int:
    """What pg_isready says: 0 ready, 1 starting or stopping, 2 no answer."""
    data, socket = var / "postgres", socket_of(var / "postgres", POSTGRES_SOCKET).parent
    until = time.monotonic() + START_SECONDS
    while (state := run([binaries() / "pg_isready", "-q", "-h", socket], data, allowed=(0, 1, 2))) == 1:
        if time.monotonic() > until:
            raise EmbeddedError(f"the embedded PostgreSQL does not become ready; see {data}/server.log")
        time.sleep(0.1)
    return state


def postgres_lives(var: Path) -> bool:
    """Whether its process is there."""
    return run([binaries() / "pg_ctl", "-D", var / "postgres", "status"], var / "postgres", allowed=(0, 3, 4)) == 0


def _passwords(var: Path) -> dict[str, str]:
    file = var / "database-passwords"
    if not file.exists():
        if (var / "postgres/PG_VERSION").exists():
            raise EmbeddedError(f"{file} is missing: without it nobody can open the database in {var / 'postgres'}")
        made = {role: secrets.token_urlsafe(24) for role in (*ROLES, "superuser")}
        write_private(file, json.dumps(made))
    found: dict[str, str] = json.loads(file.read_text())
    return found


def _make_cluster(var: Path, password: str, durable: bool) -> None:
    """Make an empty cluster that no local user can enter without a password. Half of one, from a cut, is thrown away."""
    shutil.rmtree(var / "postgres.new", ignore_errors=True)
    fresh = own_folder(var / "postgres.new")
    word = own_folder(var / "postgres.word")
    write_private(word / "password", password, word)
    try:
        run(
            [
                binaries() / "initdb", "-D", fresh, "-U", "postgres", "--pwfile", word / "password",
                "--auth-local=scram-sha-256", "--auth-host=reject", "--encoding=UTF8",
                "--locale=C", "--locale-provider=builtin", "--builtin-locale=C.UTF-8",
                *(() if durable else ("--no-sync",)),
            ],
            fresh,
        )  # fmt: skip
    finally:
        shutil.rmtree(word)
    fresh.rename(var / "postgres")


def _configuration(socket: Path, durable: bool) -> str:
    """The whole of postgresql.conf."""
    safe = "on" if durable else "off"
    values = {
        "listen_addresses": "",
        "unix_socket_directories": '"' + str(socket).replace('"', '""') + '"',
        "unix_socket_permissions": "0700",
        "password_encryption": "scram-sha-256",
        "scram_iterations": "4096" if durable else "1",  # by which each connection proves that it knows its password
        "timezone": "UTC",
        "log_timezone": "UTC",
        "max_connections": "100",
        "shared_buffers": "128MB",
        "fsync": safe,
        "full_page_writes": safe,
        "synchronous_commit": safe,
        # Tests sweep by themselves, when a table is empty: rows then stand in the order they came in.
        "autovacuum": safe,
        # What people wrote stays out of the log: neither the statement that failed nor the row it failed on.
        "log_min_error_statement": "panic",
        "log_error_verbosity": "terse",
        "log_min_messages": "log",  # errors of statements are told by who asked, without the values that PostgreSQL quotes
    }
    return "".join(f"{name} = '{value.replace(chr(39), 2 * chr(39))}'\n" for name, value in values.items())


def _make_roles(var: Path, socket: Path, passwords: dict[str, str]) -> None:
    """Run the same script that an operator runs on a server of their own, when it has not run or has changed."""
    mark = var / "embedded.roles"
    scripts = (ROLES_SQL, ROLES_SQL.with_name("database.sql"))
    now = hashlib.sha256(b"\0".join(script.read_bytes() for script in scripts)).hexdigest()
    if mark.exists() and mark.read_text() == now:
        return
    env = {f"{role.upper()}_PASSWORD": passwords[role] for role in ROLES} | {"PGPASSWORD": passwords["superuser"]}
    subprocess.run(  # noqa: S603 - our own program, no shell
        [binaries() / "psql", "-q", "-X", "-h", str(socket), "-U", "postgres", "-f", ROLES_SQL, "postgres"],
        check=True, stdout=subprocess.DEVNULL, env={"PATH": os.defpath, "PGOPTIONS": "-c client_min_messages=warning", **env},
    )  # fmt: skip
    mark.write_text(now)
