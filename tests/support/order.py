"""The order in which files of tests run: what takes longest first, so that at the end no process is alone with it."""

from __future__ import annotations

import random
from collections import defaultdict
from collections.abc import Iterable
from pathlib import Path

import pytest

TESTS = Path(__file__).parents[1]
# Of files, and of folders whose other files are shorter than these; the longest first.
LONG = (
    "exchange/imports/test_large.py",
    "network/shares/test_sight.py",
    "walls/test_neighbour.py",
    "walls/test_visit.py",
    "api/test_fuzz.py",
    "reporting/statements/test_run.py",
    "journeys",
    "desk/demo",
    "hanging",
    "exchange/imports/test_killed.py",
    "platform/web/test_parts.py",
    "papers",
    "platform/backups",
    "migrations",
    "walls",
    "platform",
)


def ordered(items: Iterable[pytest.Item], seed: int | None) -> list[pytest.Item]:
    """The tests, a file's together, as they share a renderer or a server: by how long they take, or by chance where there is a seed."""
    by_file: dict[Path, list[pytest.Item]] = defaultdict(list)
    for item in items:
        by_file[item.path].append(item)
    files = sorted(by_file, key=place)
    if seed is not None:
        chance = random.Random(seed)  # noqa: S311 - the same order in each test process, no secret
        chance.shuffle(files)
        for file in files:
            chance.shuffle(by_file[file])
    return [item for file in files for item in by_file[file]]


def place(file: Path) -> int:
    """Which place a file has among those that take long; after them all others."""
    own = file.relative_to(TESTS)
    names = [each.as_posix() for each in (own, *own.parents)]
    return next((LONG.index(name) for name in names if name in LONG), len(LONG))
