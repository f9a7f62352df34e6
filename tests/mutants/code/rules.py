"""Runs the tests of rules against a mutant, each in a process of its own that is forked from one which has loaded what they load.

Rules are pure and so are their tests, so that needs no database, no application and no conftest: some hundredths of a second. What
a mutant changes, a cache or a table of a module, ends with its process; so does what never ends.
"""

from __future__ import annotations

import gc
import importlib
import os
import re
import resource
import signal
import sys
import time
import tomllib
from collections.abc import Iterable, Iterator
from contextlib import suppress
from enum import StrEnum
from importlib.machinery import ModuleSpec, SourceFileLoader
from importlib.util import spec_from_file_location
from types import CodeType

import hypothesis
import pytest

from tests.mutants.code.making import ROOT, Mutant

PATIENCE = 5  # times as long as the tests take without a mutant, and GRACE seconds: then it never ends
GRACE = 10
MEMORY = 4 << 30  # bytes
OURS = ("service", "tenants", "config", "tests")
WORLDLY = re.compile(
    r"^from tests\.(support(?!\.terms)|[a-z_.]+\.(conftest|stage))", re.MULTILINE
)  # scopes as plain values are pure
WITHOUT = (
    "cacheprovider",
    "terminal",
    "unraisableexception",
    "threadexception",
)  # plugins: what they do takes longer than the tests
PLAIN = (
    "-x",
    "--noconftest",
    "-c",
    os.devnull,
    "--rootdir",
    str(ROOT),
    "--confcutdir",
    str(ROOT),  # else the folders above are read through as well, which takes longer than all the rest
    "--import-mode=importlib",
    *(f"-pno:{name}" for name in WITHOUT),
)


class Outcome(StrEnum):
    """What the tests said."""

    KILLED = "killed"
    SURVIVED = "survived"
    TIMED_OUT = "timed out"


def files_of_rules() -> list[str]:
    """The files that decide without a database, whatever they are called: those that import-linter holds to it."""
    contracts = tomllib.loads((ROOT / "pyproject.toml").read_text())["tool"]["importlinter"]["contracts"]
    (pure,) = (each["source_modules"] for each in contracts if each["name"].startswith("Rules decide"))
    paths = {path for module in pure for path in ROOT.glob(f"{module.replace('.', '/')}.py")}
    return sorted(str(path.relative_to(ROOT)) for path in paths)


def tests_of(file: str) -> list[str]:
    """Where the pure tests of a file of rules are: `test_rules.py`, then what beside it imports the rules, but no world to try them in."""
    package, _, name = file.removesuffix(".py").replace("/", ".").rpartition(".")
    imported = re.compile(rf"^from {package}(\.{name} import| import .*\b{name}\b)", re.MULTILINE)
    folder = (ROOT / file.replace("service", "tests", 1)).parent
    texts = {path: path.read_text() for path in sorted(folder.glob("test_*.py"))}
    found = [path for path, text in texts.items() if imported.search(text) and not WORLDLY.search(text)]
    return [str(path) for path in sorted(found, key=lambda path: path.name != "test_rules.py")]


def judge(mutants: Iterable[Mutant], took: float, jobs: int) -> Iterator[tuple[Mutant, Outcome]]:
    """The outcome of each, in the order in which they are ready."""
    running: dict[int, Mutant] = {}
    for mutant in mutants:
        if len(running) == jobs:
            yield _ended(running)
        running[_forked(mutant, took * PATIENCE + GRACE)] = mutant
    while running:
        yield _ended(running)


def unharmed(file: str) -> float | None:
    """How long the tests take on the file as it is; None where they fail. From here on what they load of others' is loaded here."""
    reads, writes = os.pipe()
    whole = Mutant(file, "", 0, (), (), (ROOT / file).read_text())
    child, began = _forked(whole, 600, writes), time.monotonic()
    os.close(writes)
    with os.fdopen(reads) as loaded:
        for name in loaded.read().split():
            with suppress(Exception):
                importlib.import_module(name)
    return time.monotonic() - began if os.waitpid(child, 0)[1] == 0 else None


def _forked(mutant: Mutant, limit: float, tell: int | None = None) -> int:
    sys.stdout.flush()
    if child := os.fork():
        return child
    status = 1
    with suppress(BaseException):
        signal.setitimer(signal.ITIMER_REAL, limit)  # ends the process: nobody handles it
        status = _run(mutant)
        if tell is not None:
            others = [name for name in list(sys.modules) if name.partition(".")[0] not in OURS]
            os.write(tell, "\n".join(others).encode())
    os._exit(status)


def _ended(running: dict[int, Mutant]) -> tuple[Mutant, Outcome]:
    child, status = os.wait()
    if os.WIFSIGNALED(status) and os.WTERMSIG(status) == signal.SIGALRM:
        return running.pop(child), Outcome.TIMED_OUT
    return running.pop(child), Outcome.KILLED if status else Outcome.SURVIVED


def _run(mutant: Mutant) -> int:
    gc.disable()
    resource.setrlimit(resource.RLIMIT_AS, (MEMORY, MEMORY))
    os.environ["PYTEST_DISABLE_PLUGIN_AUTOLOAD"] = "1"
    quick = hypothesis.settings(derandomize=True, database=None, deadline=None, phases=list(hypothesis.Phase)[:3])
    hypothesis.settings.register_profile("mutants", quick)
    hypothesis.settings.load_profile("mutants")
    sys.meta_path.insert(0, _Finder(mutant))
    for file in tests_of(mutant.file):
        if pytest.main([*PLAIN, file], plugins=[Pure()]) not in (
            pytest.ExitCode.OK,
            pytest.ExitCode.NO_TESTS_COLLECTED,
        ):
            return 1
    return 0


class Pure:
    """Leaves out the tests that ask for a fixture, as there is none; those that try many examples come last."""

    def pytest_collection_modifyitems(self, items: list[pytest.Function]) -> None:
        """Keep the others."""
        pure = [
            item
            for item in items
            if set(item._fixtureinfo.names_closure) <= {"request", *item._fixtureinfo.name2fixturedefs}
        ]
        items[:] = sorted(pure, key=lambda item: hypothesis.is_hypothesis_test(item.obj))


class _Finder:
    """Finds a mutant in the place of its file."""

    def __init__(self, mutant: Mutant) -> None:
        self.name = mutant.file.removesuffix(".py").replace("/", ".")
        self.loader = _Loader(self.name, str(ROOT / mutant.file))
        self.loader.source = mutant.source

    def find_spec(self, name: str, path: object = None, target: object = None) -> ModuleSpec | None:
        """As importlib asks."""
        return spec_from_file_location(name, self.loader.path, loader=self.loader) if name == self.name else None


class _Loader(SourceFileLoader):
    source = ""

    def get_code(self, fullname: str) -> CodeType:
        """Of the mutant, and never what was compiled of the file."""
        return compile(self.source, self.path, "exec")
