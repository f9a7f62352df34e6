"""A plugin of pytest that runs the tests once as they are, and then again for each mutant until one of them fails.

All is done in one process: the database is migrated and the world is built once, a mutant is done and undone between two runs.
"""

from __future__ import annotations

import random
import time
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from typing import TypeVar

import pytest

Any_ = TypeVar("Any_")


@dataclass(eq=False)
class Rerun:
    """`count` mutants of those there are (0: all), chosen by `seed`, until `minutes` are over. What is judged, its heirs say."""

    count: int
    seed: int
    minutes: float
    there_are: int = 0
    broken: str = ""  # the test that fails without any mutant
    why: str = ""  # the last that failed did
    _failed: str = ""
    _session: pytest.Session = field(init=False)

    def pytest_runtest_logreport(self, report: pytest.TestReport) -> None:
        """Note what failed."""
        if report.failed and not self._failed:
            self._failed, self.why = report.nodeid, report.longreprtext

    def pytest_runtestloop(self, session: pytest.Session) -> bool:
        """Judge, in the place of pytest's own loop."""
        self._session = session
        self.judge(session.items)
        session._setupstate.teardown_exact(None)
        session.testsfailed = 0
        return True

    def judge(self, items: Sequence[pytest.Item]) -> None:
        """Run the tests with each of the mutants."""
        raise NotImplementedError

    def sample(self, found: list[Any_]) -> Iterator[Any_]:
        """Those to be judged, for as long as there is time."""
        self.there_are = len(found)
        random.Random(self.seed).shuffle(found)  # noqa: S311 - a sample
        end = time.monotonic() + self.minutes * 60
        for mutant in found[: self.count or None]:
            if time.monotonic() > end:
                return
            yield mutant

    def fails(self, items: Sequence[pytest.Item], then: pytest.Item) -> str:
        """Run tests until one fails: which. What they share stays set up for `then`, which runs next."""
        for number, item in enumerate(items):
            self._failed = ""
            following = items[number + 1] if number + 1 < len(items) else then
            item.config.hook.pytest_runtest_protocol(item=item, nextitem=following)
            if self._failed:
                self._session._setupstate.teardown_exact(then)
                return self._failed
        return ""

    def say(self, line: str) -> None:
        """To the person who waits."""
        with self._session.config.pluginmanager.getplugin("capturemanager").global_and_fixture_disabled():
            print(line, flush=True)


def short(nodeid: str) -> str:
    """A test as a person tells it from others."""
    return nodeid.rpartition("/")[2].partition("[")[0]
