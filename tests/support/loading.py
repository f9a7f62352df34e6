"""Loading the files of tests, which a run of many processes begins with.

pytest rewrites the assertions of each file, and keeps what came of it for the next process. Processes that begin at once and in one
order would each rewrite all of it, one beside the other. So each begins with a share of its own, and finds the others' done.
"""

from __future__ import annotations

from collections.abc import Sequence
from contextlib import suppress
from importlib import import_module
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]


def load_share(config: pytest.Config) -> None:
    """Load this process's share, where it is one of several that load all there is. What cannot be loaded is told when it is collected."""
    told = getattr(config, "workerinput", None)
    if told is None or config.args_source is not pytest.Config.ArgsSource.TESTPATHS:
        return
    for name in share(names(), int(told["workerid"].removeprefix("gw")), told["workercount"]):
        with suppress(Exception):
            import_module(name)


def share(names: Sequence[str], process: int, processes: int) -> Sequence[str]:
    """What is one process's of the names: each name is somebody's."""
    return names[process::processes]


def names() -> list[str]:
    """Every file of tests, by the name that pytest imports it by."""
    files = sorted((ROOT / "tests").rglob("test_*.py"))
    return [".".join(file.relative_to(ROOT).with_suffix("").parts) for file in files]
