"""How much a process grows at most by steps of the work on a file: `python -m tests.exchange.imports.measured PERSON ID BATCH STEP...`.

Always a process of its own, as a worker's job is: one that has run other tests has freed memory at hand, and then grows by little or
nothing however many rows there are.
"""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Callable, Mapping
from pathlib import Path
from uuid import UUID

from sqlalchemy.orm import configure_mappers

from config.logging import configure
from config.settings import load_settings
from service.app import create_app
from service.exchange.exports import operations as exporting
from service.exchange.exports.queries import export
from service.exchange.imports import queries, work
from tenants.acting import acting_for
from tenants.database import transaction
from tests.exchange.conftest import Sender
from tests.support.processes import ROOT

MB = 1024 * 1024


def growth(sender: Sender, key: UUID, environ: Mapping[str, str], *steps: str, batch: int = queries.BATCH) -> int:
    """How much a fresh process grew at most while it did steps of an import or an export, in bytes."""
    command = [
        sys.executable,
        "-m",
        "tests.exchange.imports.measured",
        str(sender.identity.person_id),
        str(key),
        str(batch),
    ]
    done = subprocess.run(
        [*command, *steps],
        check=False,
        cwd=ROOT,
        env=dict(environ),
        stdin=subprocess.DEVNULL,
        capture_output=True,
        text=True,
    )
    assert done.returncode == 0, done.stderr
    return int(done.stdout.split()[-1])


def status(name: str) -> int:
    """A figure of this process as the kernel tells it, in bytes."""
    lines = Path("/proc/self/status").read_text().splitlines()
    return int(next(line for line in lines if line.startswith(f"{name}:")).split()[1]) * 1024


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


def main(person: str, key: str, batch: str, *steps: str) -> None:
    """Do the steps, and print by how many bytes this process grew at most."""
    settings = load_settings()
    configure("WARNING", production=False)
    with create_app(settings).app_context():
        configure_mappers()
        queries.BATCH = int(batch)
        sender = Sender(UUID(person))
        before = status("VmRSS")
        for step in steps:
            assert STEPS[step](sender, UUID(key)), f"{step} was not done"
        print(status("VmHWM") - before)


if __name__ == "__main__":
    main(*sys.argv[1:])
