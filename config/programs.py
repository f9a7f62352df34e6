"""PostgreSQL's own programs, and what they are told of a database: by variables, as a password on a command line could be read by all."""

from __future__ import annotations

import os
import re
import shutil
import subprocess
from contextlib import suppress
from pathlib import Path

from psycopg.conninfo import conninfo_to_dict

from config.embedded_programs import EmbeddedError, binaries

DEBIAN = Path("/usr/lib/postgresql")


class NoProgram(RuntimeError):
    """There is no program that is new enough. The message says what to install."""


def environment(url: str) -> dict[str, str]:
    """Our own environment, with the connection as libpq's variables."""
    names = {"dbname": "PGDATABASE", "sslmode": "PGSSLMODE", "sslrootcert": "PGSSLROOTCERT"}
    parts = conninfo_to_dict(plain(url))
    told = {names.get(key, f"PG{key.upper()}"): str(value) for key, value in parts.items() if value is not None}
    return {**os.environ, **told}


def plain(url: str) -> str:
    """The URL as every program reads it, not only SQLAlchemy."""
    return url.replace("postgresql+psycopg://", "postgresql://", 1)


def folder(major: int) -> Path:
    """Where the programs are that fit a server: those of its own version, else the next newer ones. Raises NoProgram.

    An older pg_dump cannot read a newer server, and what a newer pg_restore says an older server may not understand.
    """
    found = {version: place for place in _places() if (version := _version(place / "pg_dump")) is not None}
    fitting = [version for version in found if version >= major]
    if not fitting:
        have = f"there is only {', '.join(map(str, sorted(found)))}" if found else "there is none"
        raise NoProgram(f"pg_dump of PostgreSQL {major} or newer is needed, {have}: install postgresql-client-{major}")
    return found[min(fitting)]


def _places() -> list[Path]:
    """Folders with PostgreSQL's programs, those that are to be taken of two alike at the end."""
    on_path = shutil.which("pg_dump")
    found = [Path(on_path).parent] if on_path else []
    with suppress(EmbeddedError):
        found.append(binaries())
    return [*found, *DEBIAN.glob("*/bin")]


def _version(program: Path) -> int | None:
    if not program.exists():
        return None
    said = subprocess.run([program, "--version"], capture_output=True, text=True, check=False).stdout  # noqa: S603 - our own programs
    number = re.search(r" (\d+)", said)
    return int(number[1]) if number else None
