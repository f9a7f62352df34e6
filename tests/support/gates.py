"""How many of the gates stand, told at the end of a run: `@pytest.mark.gate("8.2.2")` says which gate a test shows.

A gate stands where every test that shows it ran and passed in this run. With several processes each report carries its gates to the one
that tells. `tests/walls/gates.py` says what each gate means, and which cannot stand yet.
"""

from __future__ import annotations

import ast
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from enum import Enum
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
MARK = "gate"


class Standing(Enum):
    """How a gate stands after a run."""

    STANDS = "stand"
    FALLEN = "fallen"  # a test of it failed, or was not able to say
    IN_PART = "in part"  # what ran has passed, and not all of it ran
    UNTRIED = "untried"


@dataclass(frozen=True, slots=True)
class Told:
    """What is said of the gates after a run."""

    standing: Mapping[str, Standing]
    not_yet: Mapping[str, str]

    def of(self, standing: Standing) -> list[str]:
        """The gates that stand so, in the order of their numbers."""
        return sorted((number for number, found in self.standing.items() if found is standing), key=in_order)

    def line(self) -> str:
        """One line; empty where none was tried."""
        stand, fallen, in_part = (self.of(each) for each in (Standing.STANDS, Standing.FALLEN, Standing.IN_PART))
        tried = len(stand) + len(fallen) + len(in_part)
        if not tried:
            return ""
        every = len(self.standing) + len(self.not_yet)
        if not in_part and tried == len(self.standing):
            parts = [f"gates: {len(stand)} of {every} stand"]
        else:
            parts = [f"gates: {len(stand)} stand of the {tried} that were tried, of {every}"]
        named = (("fallen", fallen), ("tried in part", in_part), ("not yet", sorted(self.not_yet, key=in_order)))
        return "; ".join([*parts, *(f"{word}: {', '.join(numbers)}" for word, numbers in named if numbers)])


def in_order(number: str) -> list[int]:
    """What numbers such as 1.2.10 are sorted by."""
    return [int(part) for part in number.split(".")]


def standing(shown: Iterable[str], outcomes: Iterable[str]) -> Standing:
    """How a gate stands that these tests show, of which these outcomes are known, each as `TEST OUTCOME`."""
    wanted, ran, passed = set(shown), set(), True
    for each in outcomes:
        name, _space, outcome = each.rpartition(" ")
        ran.add(name)
        passed = passed and outcome == "passed"
    if not ran & wanted:
        return Standing.UNTRIED
    if not passed:
        return Standing.FALLEN
    return Standing.STANDS if wanted <= ran else Standing.IN_PART


def marked(source: str) -> Iterator[tuple[str, str]]:
    """The gates that the tests of a file show: number and name of the test."""
    if f"mark.{MARK}(" not in source:
        return
    for node in ast.parse(source).body:
        if isinstance(node, ast.FunctionDef):
            for each in node.decorator_list:
                if isinstance(each, ast.Call) and ast.unparse(each.func) == f"pytest.mark.{MARK}":
                    yield from ((ast.literal_eval(number), node.name) for number in each.args)


def shown_by(root: Path = ROOT) -> dict[str, set[str]]:
    """The tests that show each gate, by number, as the files say it: also those that this run leaves out."""
    found: dict[str, set[str]] = {}
    for file in sorted((root / "tests").rglob("test_*.py")):
        for number, name in marked(file.read_text(encoding="utf-8")):
            found.setdefault(number, set()).add(f"{file.relative_to(root).as_posix()}::{name}")
    return found


class Tally:
    """The part of pytest that gathers what became of each gate and says so at the end."""

    def __init__(self, gates: Mapping[str, str], not_yet: Mapping[str, str]) -> None:
        self.gates, self.not_yet = gates, not_yet
        self.outcomes: dict[str, set[str]] = {}

    def pytest_itemcollected(self, item: pytest.Item) -> None:
        """What a test shows goes with its reports, from whichever process it runs in."""
        for mark in item.iter_markers(MARK):
            item.user_properties.extend((MARK, number) for number in mark.args)

    def pytest_runtest_logreport(self, report: pytest.TestReport) -> None:
        """Take down what became of a test: where its own part passed, nothing; a skip or a fault of any part counts."""
        if report.when != "call" and report.passed:
            return
        name = report.nodeid.partition("[")[0]
        for kind, number in report.user_properties:
            if kind == MARK:
                outcome = "passed" if report.passed and not hasattr(report, "wasxfail") else "failed"
                self.outcomes.setdefault(str(number), set()).add(f"{name} {outcome}")

    def pytest_terminal_summary(self, terminalreporter: pytest.TerminalReporter) -> None:
        """Say how many of the gates stand, and which do not."""
        if self.outcomes and (line := self.told().line()):
            terminalreporter.write_line(line)

    def told(self) -> Told:
        """How each gate stands by now."""
        shown = shown_by()
        found = {
            number: standing(shown.get(number, ()), self.outcomes.get(number, ()))
            for number in self.gates
            if number not in self.not_yet
        }
        return Told(found, self.not_yet)
