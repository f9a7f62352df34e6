"""Databases of earlier versions, filled, as small dumps: how one is made, and how it is put into a database.

`python -m tests.migrations.dumps` makes that of this version, filled by the world of its tests, and names it after its newest
revision: run it when a version is released. `python -m tests.migrations.dumps TREE` makes that of the version checked out in TREE
(`git worktree add TREE COMMIT`), by its own migrations and its own world, on the servers and the packages of this one. `between-*` are
empty ones, of versions that were never released (`TREE --empty --name between-NUMBER`). Nobody in a dump is real.
"""

from __future__ import annotations

import argparse
import lzma
import os
import re
import subprocess
import sys
import tempfile
from pathlib import Path

import psycopg
from alembic.script import Script, ScriptDirectory

from config.embedded import Servers
from config.embedded_programs import binaries
from tests.support.servers import ROOT, create_database, drop_database, test_servers, tester_url
from tests.support.telling import SECRET

FOLDER = Path(__file__).parent / "dumps"
MAX_BYTES = 300_000
# What newer programs write and older servers do not know.
NOT_EVERYWHERE = re.compile(r"^(SET transaction_timeout = .*;|\\(un)?restrict .*)\n", re.MULTILINE)
MIGRATE = """
from flask_migrate import upgrade
from config.settings import load_settings
from service.app import create_app
app = create_app(load_settings())
with app.app_context():
    upgrade(directory="migrations")
"""
FILL = """
from tests.support.world import build
app.test_cli_runner().invoke(args=["register", "load"], catch_exceptions=False)
with app.app_context():
    build()
"""


def lineage() -> list[Script]:
    """All migrations, the first of all first."""
    return list(reversed(list(ScriptDirectory(str(ROOT / "migrations")).walk_revisions())))


def released() -> list[str]:
    """The newest revisions of the versions that were released, in their order: those that there is a filled dump of."""
    return [one.revision for one in lineage() if (FOLDER / f"{one.revision}.sql.xz").exists()]


def restore(name: str, place: Servers) -> None:
    """Put a dump into an empty database, as its owner, in one transaction."""
    sql = lzma.decompress((FOLDER / f"{name}.sql.xz").read_bytes())
    psql = [str(binaries() / "psql"), "-q", "-X", "-1", "-v", "ON_ERROR_STOP=1", place.database_owner_url]
    subprocess.run(psql, input=sql, stdout=subprocess.DEVNULL, check=True)


def dump(place: Servers) -> bytes:
    """The whole of a database as SQL, packed."""
    program = [str(binaries() / "pg_dump"), "--no-owner", tester_url(place)]
    sql = subprocess.run(program, stdout=subprocess.PIPE, check=True, text=True).stdout
    return lzma.compress(NOT_EVERYWHERE.sub("", sql).encode(), preset=9 | lzma.PRESET_EXTREME)


def make(tree: Path, fill: bool, name: str | None) -> None:
    """Make the dump of the version that is checked out in a folder."""
    place = create_database(test_servers(), "dump")
    with tempfile.TemporaryDirectory() as var:
        env = {"PATH": os.environ["PATH"], **place.environment(), "VAR": var, "SECRET_KEY": SECRET}
        subprocess.run([sys.executable, "-c", MIGRATE + FILL * fill], cwd=tree, env=env, check=True)
    with psycopg.connect(place.database_owner_url) as connection:
        found = connection.execute("SELECT version_num FROM alembic_version").fetchone()
    assert found is not None
    packed = dump(place)
    drop_database(place)
    file = FOLDER / f"{name or found[0]}.sql.xz"
    file.write_bytes(packed)
    print(f"{file}: {len(packed):,} bytes", file=sys.stderr)
    if len(packed) > MAX_BYTES:
        raise SystemExit(f"that is more than {MAX_BYTES:,}: a dump that is kept for good is small")


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("tree", nargs="?", type=Path, default=Path.cwd())
    parser.add_argument("--empty", action="store_true")
    parser.add_argument("--name")
    said = parser.parse_args()
    make(said.tree, not said.empty, said.name)
