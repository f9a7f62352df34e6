"""Judges the tests of what stands on a database: a mutant's function gets other code for as long as the tests run that enter it.

Which tests enter a function is noted when they run the first time, on the code as it is. So a mutant costs no more than those tests
take until one of them fails, and what no test enters is told without running any.
"""

from __future__ import annotations

import importlib
import inspect
import signal
import sys
import threading
import time
from collections import defaultdict
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from types import CodeType, FrameType, FunctionType
from typing import Any

import pytest

from tests.mutants.code.making import ROOT, Mutant
from tests.mutants.code.rules import Outcome
from tests.mutants.rerun import Rerun, short

PATIENCE = 5  # times as long as a test takes without a mutant, and GRACE seconds: then it hangs
GRACE = 10


@dataclass
class Verdict:
    """Which test noticed a mutant first, "" where none did, and how many there were to be asked."""

    mutant: Mutant
    noticed: str
    asked: int

    @property
    def outcome(self) -> Outcome:
        """In one word."""
        return Outcome.KILLED if self.noticed else Outcome.SURVIVED


@dataclass(eq=False)
class Judge(Rerun):
    """The plugin."""

    mutants: list[Mutant] = field(default_factory=list)
    verdicts: list[Verdict] = field(default_factory=list)
    _enter: dict[CodeType, list[pytest.Item]] = field(default_factory=lambda: defaultdict(list))
    _took: dict[pytest.Item, float] = field(default_factory=dict)
    _passes: dict[pytest.Item, bool] = field(default_factory=dict)

    def judge(self, items: Sequence[pytest.Item]) -> None:
        """Each mutant by the tests that enter its function, the quickest first."""
        for number, item in enumerate(items):
            with entered() as codes:
                began = time.monotonic()
                self.broken = self.fails([item], items[(number + 1) % len(items)])
                self._took[item] = time.monotonic() - began
            if self.broken:
                return
            for code in codes:
                self._enter[code].append(item)
        for mutant in self.sample(self.mutants):
            function, code = function_of(mutant), code_of(mutant)
            if code == function.__code__:
                continue  # it changes a default, which is no part of the code
            asked = sorted(self._enter[function.__code__], key=self._took.__getitem__)
            noticed = next(
                (item.nodeid for item in asked if self._notices(item, function, code) and self._steady(item)), ""
            )
            self.verdicts.append(Verdict(mutant, noticed, len(asked)))
            self.say(f"  {len(self.verdicts):4}  {mutant.file}:{mutant.line:<5} {short(noticed) or 'SURVIVED'}")

    def _notices(self, item: pytest.Item, function: FunctionType, code: CodeType) -> str:
        def hangs(signal_number: int, frame: FrameType | None) -> None:
            pytest.fail("it hangs")

        before = signal.signal(signal.SIGALRM, hangs)
        signal.setitimer(signal.ITIMER_REAL, self._took[item] * PATIENCE + GRACE)
        try:
            with instead(function, code):
                return self.fails([item], item)
        finally:
            signal.setitimer(signal.ITIMER_REAL, 0)
            signal.signal(signal.SIGALRM, before)

    def _steady(self, item: pytest.Item) -> bool:
        """Whether a test that has noticed something passes again on the code as it is: else it is none to ask."""
        if item not in self._passes:
            self._passes[item] = not self.fails([item], item)
        return self._passes[item]


@contextmanager
def entered() -> Iterator[set[CodeType]]:
    """The code of the service's functions that are entered within, in any thread that begins there."""
    found: set[CodeType] = set()
    ours = str(ROOT / "service")

    def note(frame: FrameType, event: str, _arg: object) -> None:
        if event == "call" and frame.f_code.co_filename.startswith(ours):
            found.add(frame.f_code)

    threading.setprofile(note)
    sys.setprofile(note)
    try:
        yield found
    finally:
        sys.setprofile(None)
        threading.setprofile(None)


def function_of(mutant: Mutant) -> FunctionType:
    """The function that a mutant is of, below whatever decorates it."""
    found: Any = importlib.import_module(mutant.file.removesuffix(".py").replace("/", "."))
    for name in mutant.function.split("."):
        found = inspect.getattr_static(found, name)
        found = getattr(found, "fget", None) or getattr(found, "__func__", None) or found
    found = inspect.unwrap(found)
    assert isinstance(found, FunctionType), mutant
    return found


def code_of(mutant: Mutant) -> CodeType:
    """The code that a mutant's function has in it."""
    code = compile(mutant.source, str(ROOT / mutant.file), "exec", dont_inherit=True)
    for name in mutant.function.split("."):
        code = next(each for each in code.co_consts if isinstance(each, CodeType) and each.co_name == name)
    return code


@contextmanager
def instead(function: FunctionType, code: CodeType) -> Iterator[None]:
    """Another code for a function, within."""
    was = function.__code__
    function.__code__ = code
    try:
        yield
    finally:
        function.__code__ = was
