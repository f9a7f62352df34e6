"""Make a backup: one dump of one moment, read back before it is called done, and put in its place in one move."""

from __future__ import annotations

import datetime as dt
import fcntl
import hashlib
import os
import shutil
import subprocess
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from io import BufferedWriter
from pathlib import Path

import psycopg

from config import programs
from service.platform.backups import contents, sealing
from service.platform.backups.models import Backup
from service.platform.backups.programs import Program, ReadBack, pour
from service.platform.backups.rules import MANIFEST, NAME, PART, Contents, Manifest, Unusable, lacking, name_of
from service.platform.ledger.operations import record as write_down
from tenants.database import db, uuid7

DUMP = "database.dump"
LOCK_WAIT = "60s"  # for a table that a migration holds
ROOT = Path(__file__).parents[3]


def make(url: str, folder: Path, recipient: str = "") -> tuple[Path, Manifest]:
    """Make a backup of the database of `url`, the backup role's, in a folder of its own within `folder`. Raises Unusable.

    Until all of it is there its name ends with `.part`; what a killed one has left is removed by the next.
    """
    sealer = sealing.sealer(recipient) if recipient else sealing.Sealer((), "")
    with _alone(folder), psycopg.connect(programs.plain(url)) as connection:
        connection.isolation_level, connection.read_only = psycopg.IsolationLevel.REPEATABLE_READ, True
        contents.sees_all(connection)
        moment, snapshot = connection.execute("SELECT now(), pg_export_snapshot()").fetchone() or (None, None)
        there = contents.contents(connection)
        tools = programs.folder(server := connection.info.server_version // 10000)
        final = folder / name_of(moment)
        part = folder / f"{final.name}{PART}"
        part.mkdir(mode=0o700)
        file = part / f"{DUMP}{sealer.suffix}"
        _dump(tools, url, snapshot, sealer.command, file, there)
        size, sha = measured(file)
        manifest = Manifest(moment.isoformat(), server, _code(), file.name, size, sha, there)
        with _private(part / MANIFEST) as written:
            written.write(manifest.to_json().encode())
            os.fsync(written.fileno())
        _keep(part)
        part.rename(final)
        _keep(folder)
    return final, manifest


def _dump(tools: Path, url: str, snapshot: str, seal: tuple[str, ...], file: Path, there: Contents) -> None:
    """Dump what a snapshot sees into a file. The same bytes go through pg_restore, so that they are known to be whole."""
    command = [
        str(tools / "pg_dump"), "--format=custom", f"--snapshot={snapshot}", f"--lock-wait-timeout={LOCK_WAIT}", "--no-password",
    ]  # fmt: skip
    with ExitStack() as stack:
        written = stack.enter_context(_private(file))
        dump = stack.enter_context(Program(command, env=programs.environment(url)))
        back = stack.enter_context(ReadBack(tools, stdin=subprocess.PIPE))
        sealed = stack.enter_context(Program(seal, stdin=subprocess.PIPE, stdout=written)) if seal else None
        pour(dump.out, (sealed.into if sealed else written, back.into))
        if sealed:
            sealed.end()
        rows = back.rows()
        dump.end()
        os.fsync(written.fileno())
    wrong = list(lacking(there.rows, rows))
    if wrong:
        raise Unusable(f"the dump does not hold what the database does: {', '.join(wrong[:5])}")


def record(final: Path, manifest: Manifest) -> None:
    """Note that a backup was made, in the database and in the ledger: everything there is has been copied."""
    made = Backup(
        id=uuid7(),
        made_at=dt.datetime.fromisoformat(manifest.made_at),
        name=final.name,
        size=manifest.size,
        sha256=manifest.sha256,
        encrypted=manifest.file != DUMP,
    )
    db.session.add(made)
    write_down("backup.made", f"backup:{made.id}", size=made.size, encrypted=made.encrypted)


def measured(file: Path) -> tuple[int, str]:
    """The size of a file as it lies on the disk, and its SHA-256."""
    with file.open("rb") as content:
        return file.stat().st_size, hashlib.file_digest(content, "sha256").hexdigest()


@contextmanager
def _alone(folder: Path) -> Iterator[None]:
    """Be the only one who makes a backup in a folder, and remove what was never finished there."""
    folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    held = os.open(folder, os.O_RDONLY | os.O_DIRECTORY)
    try:
        fcntl.flock(held, fcntl.LOCK_EX | fcntl.LOCK_NB)
        _remove_parts(folder)
        yield
        # What failed is removed at once: nobody is to mistake it.
    except BlockingIOError as error:
        raise Unusable(f"another backup is being made in {folder}") from error
    except BaseException:
        _remove_parts(folder)
        raise
    finally:
        os.close(held)


def _remove_parts(folder: Path) -> None:
    for each in folder.iterdir():
        if each.name.endswith(PART) and NAME.fullmatch(each.name.removesuffix(PART)):
            shutil.rmtree(each)


def _private(file: Path) -> BufferedWriter:
    """A new file that its owner alone can read, to be written."""
    return open(file, "xb", opener=lambda path, flags: os.open(path, flags, 0o600))


def _keep(folder: Path) -> None:
    """See to it that what was made or renamed in a folder outlives a power cut."""
    held = os.open(folder, os.O_RDONLY | os.O_DIRECTORY)
    try:
        os.fsync(held)
    finally:
        os.close(held)


def _code() -> str:
    """Which version of our code this is, where it is a checkout of git's."""
    command = ("git", "-C", str(ROOT), "describe", "--always", "--tags")
    try:
        return subprocess.run(command, capture_output=True, text=True, check=True).stdout.strip()  # noqa: S603 - a fixed command
    except (OSError, subprocess.CalledProcessError):
        return "unknown"
