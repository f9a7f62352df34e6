"""Put a backup back, into an empty database: all of it or nothing, and looked through before the service is let in."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import IO, LiteralString

import psycopg
from psycopg import sql

from config import programs
from service.platform.backups import contents, sealing
from service.platform.backups.operations import measured
from service.platform.backups.programs import Program, ReadBack
from service.platform.backups.rules import MANIFEST, NAME, Manifest, Unusable, differences, lacking

Say = Callable[[str], object]
NOT_EMPTY = (
    "the database {name} holds tables already, and nothing is put over them. Keep it aside and make a new one, as a superuser:"
    " `ALTER DATABASE {name} RENAME TO {name}_before`, then config/deploy/roles.sql (docs/operations.md)"
)
KEPT_OUT = (
    "{faults}. All else is there, for you to look at as the owner, but the service is not let in. Restore another backup into another"
    " database; or, to serve this one as it is: GRANT CONNECT ON DATABASE {name} TO {service}"
)


@dataclass(frozen=True, slots=True)
class RestoreTarget:
    """The database that is to be filled, as its owner and as the backup's role enter it, and the role that is to serve it."""

    owner_url: str
    backup_url: str
    service: str


def choose(folder: Path, name: str = "") -> tuple[Path, Manifest]:
    """The named backup in a folder, or its newest. Raises Unusable where there is none."""
    if not folder.is_dir():
        raise Unusable(f"there is no folder {folder}")
    whole = sorted(each for each in folder.iterdir() if NAME.fullmatch(each.name) and (each / MANIFEST).is_file())
    found = next((each for each in reversed(whole) if name in ("", each.name)), None)
    if found is None:
        there = f", there are {', '.join(each.name for each in whole[-5:])}" if whole else ""
        raise Unusable(f"there is no backup{f' {name}' if name else ''} in {folder}{there}")
    return found, Manifest.from_json((found / MANIFEST).read_text())


def restore(backup: Path, manifest: Manifest, target: RestoreTarget, identity: str, say: Say) -> None:
    """Put a backup into an empty database. Raises Unusable, with what to do, for a backup or a database that does not do."""
    file = backup / manifest.file
    opener = sealing.opener(manifest.file, identity)
    if not file.is_file() or measured(file) != (manifest.size, manifest.sha256):
        raise Unusable(f"{file} is not what was written: it was changed or cut off since. Take another backup")
    with psycopg.connect(programs.plain(target.owner_url), autocommit=True) as owner:
        name, server = owner.info.dbname, owner.info.server_version // 10000
        if not contents.is_empty(owner):
            raise Unusable(NOT_EMPTY.format(name=name))
        if server < manifest.server:
            raise Unusable(f"PostgreSQL {server} does not take what PostgreSQL {manifest.server} has written")
        tools = programs.folder(server)
        say("The file is what was written. Reading it through.")
        _read_through(file, opener, tools, manifest)
        say(f"It holds {sum(manifest.contents.rows.values())} rows. Putting them into {name}.")
        _keep_out(owner, target.service)
        try:
            _fill(file, opener, tools, target.owner_url)
        except BaseException:
            _let_in(owner, target.service)  # to a database that is as empty as before
            raise
        owner.execute("ANALYZE")
        faults = list(_faults(target.backup_url, manifest))
        if faults:
            told = "; ".join(faults)
            raise Unusable(KEPT_OUT.format(faults=told[0].upper() + told[1:], name=name, service=target.service))
        _let_in(owner, target.service)


def _read_through(file: Path, opener: tuple[str, ...], tools: Path, manifest: Manifest) -> None:
    """Raise Unusable for a dump that cannot be read or lacks rows, before anything is written anywhere."""
    with _opened(file, opener) as source, ReadBack(tools, stdin=source) as back:
        rows = back.rows()
    wrong = list(lacking(manifest.contents.rows, rows))
    if wrong:
        raise Unusable(f"the dump does not hold what it should: {', '.join(wrong[:5])}. Take another backup")


def _fill(file: Path, opener: tuple[str, ...], tools: Path, url: str) -> None:
    """Put a dump into the database in one transaction."""
    env = programs.environment(url)
    command = [
        str(tools / "pg_restore"),
        "--no-owner",
        "--single-transaction",
        "--no-password",
        f"--dbname={env['PGDATABASE']}",
    ]
    with _opened(file, opener) as source, Program(command, env=env, stdin=source) as filled:
        filled.end()


@contextmanager
def _opened(file: Path, opener: tuple[str, ...]) -> Iterator[IO[bytes]]:
    """The dump in a file, decrypted on its way where it must be. Raises Unusable where that fails, whatever it made others do."""
    with file.open("rb") as content:
        if not opener:
            yield content
            return
        with Program(opener, stdin=content) as opened:
            try:
                yield opened.out
            finally:
                opened.end(may_be_cut_off=True)  # who has read enough, or too little, tells so


def _faults(backup_url: str, manifest: Manifest) -> Iterator[str]:
    """What is not as it was when the backup was made. The papers are hashed anew, each of them."""
    with psycopg.connect(programs.plain(backup_url)) as connection:
        contents.sees_all(connection)
        yield from differences(manifest.contents, contents.contents(connection))
        damaged = contents.damaged_papers(connection)
    if damaged:
        yield f"{len(damaged)} papers are not as they were issued: {', '.join(damaged[:10])}"


def _keep_out(owner: contents.Connection, service: str) -> None:
    """Let the service not in while rows are put back. Raises Unusable where everybody is let in."""
    _connecting(owner, "REVOKE CONNECT ON DATABASE {} FROM {}", service)
    row = owner.execute("SELECT has_database_privilege(%s, current_database(), 'CONNECT')", [service]).fetchone()
    if row != (False,):
        raise Unusable("everybody may enter this database: run config/deploy/database.sql on it first")


def _let_in(owner: contents.Connection, service: str) -> None:
    _connecting(owner, "GRANT CONNECT ON DATABASE {} TO {}", service)


def _connecting(owner: contents.Connection, statement: LiteralString, service: str) -> None:
    database, role = sql.Identifier(owner.info.dbname), sql.Identifier(service)
    owner.execute(sql.SQL(statement).format(database, role))
