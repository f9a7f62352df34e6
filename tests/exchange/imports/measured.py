"""How much a process grows at most by steps of the work on a file.

Always a process of its own, forked from one that has done nothing but load the service, as a worker's job is: one that has run other
tests has freed memory at hand, and then grows by little or nothing however many rows there are. `python -m tests.exchange.imports.measured`
is that one: for each line that it reads it forks, and says by how many bytes the fork grew.
"""

from __future__ import annotations

import json
import os
import subprocess
import sys
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import IO
from uuid import UUID

from sqlalchemy.orm import configure_mappers

from config.logging import configure
from config.settings import load_settings
from service.app import create_app
from service.exchange.exports import operations as exporting
from service.exchange.exports.queries import export
from service.exchange.imports import opening, queries, work
from tenants.acting import acting_for
from tenants.database import transaction
from tests.exchange.conftest import Sender
from tests.support.processes import ROOT

KB, MB = 1024, 1024 * 1024


class Measuring:
    """The process that forks."""

    def __init__(self, process: subprocess.Popen[str], said: IO[str]) -> None:
        self.process, self.said = process, said

    def growth(self, sender: Sender, key: UUID, *steps: str, batch: int = queries.BATCH) -> int:
        """How much a fresh process grew at most while it did steps of an import or an export, in bytes."""
        assert self.process.stdin
        assert self.process.stdout
        print(
            json.dumps([str(sender.identity.person_id), str(key), batch, *steps]), file=self.process.stdin, flush=True
        )
        grown = self.process.stdout.readline()
        self.said.seek(0)
        assert grown, self.said.read()
        return int(grown)


@contextmanager
def measuring(environ: Mapping[str, str], log: Path) -> Iterator[Measuring]:
    """A process that forks another for each measurement. What goes wrong there is told in a file."""
    with log.open("w+") as said:
        process = subprocess.Popen(
            [sys.executable, "-m", "tests.exchange.imports.measured"],
            cwd=ROOT,
            env=dict(environ),
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=said,
            text=True,
        )
        with process:  # it ends with its last line
            yield Measuring(process, said)


def status(name: str) -> int:
    """A figure of this process as the kernel tells it, in bytes."""
    lines = Path("/proc/self/status").read_text().splitlines()
    return int(next(line for line in lines if line.startswith(f"{name}:")).split()[1]) * KB


def check(sender: Sender, key: UUID) -> bool:
    """Read the file and check its rows."""
    return work.work(key, 60)


def apply(sender: Sender, key: UUID) -> bool:
    """Carry the import out."""
    return sender.applied(key).state == "applied"


def undo(sender: Sender, key: UUID) -> bool:
    """Undo it."""
    return sender.undone(key).state == "undone"


def make(sender: Sender, key: UUID) -> bool:
    """Make a file of what was asked for."""
    return exporting.make(key, 60)


def fetch(sender: Sender, key: UUID) -> bool:
    """Fetch that file, piece by piece as a browser does."""
    with acting_for(sender.identity.reach), transaction():
        return sum(len(piece) for piece in exporting.fetch(export(key, sender.identity))) > 1000


STEPS: dict[str, Callable[[Sender, UUID], bool]] = {step.__name__: step for step in (check, apply, undo, make, fetch)}


def main() -> None:
    """For each line, do its steps in a fork."""
    settings = load_settings()
    configure("WARNING", production=False)
    with create_app(settings).app_context():
        configure_mappers()
        opening.reader.warm_up()  # as a worker does: its jobs share it
        for line in sys.stdin:
            forked = os.fork()
            if not forked:
                print(grown(*json.loads(line)), flush=True)
                os._exit(0)
            if os.waitpid(forked, 0)[1]:
                raise SystemExit(1)


def grown(person: str, key: str, batch: int, *steps: str) -> int:
    """By how many bytes this process grows at most while it does the steps."""
    queries.BATCH = batch
    sender = Sender(UUID(person))
    before = status("VmRSS")
    for step in steps:
        assert STEPS[step](sender, UUID(key)), f"{step} was not done"
    return status("VmHWM") - before


if __name__ == "__main__":
    main()
