"""The gates and the tests that show them: none without a test, none that is not declared; and what is said at the end of a run."""

from __future__ import annotations

from types import SimpleNamespace
from typing import Any

import pytest

from tests.support.gates import MARK, Standing, Tally, Told, in_order, marked, shown_by, standing
from tests.walls.gates import GATES, NOT_YET


def faults(gates: set[str], not_yet: set[str], shown: set[str]) -> list[str]:
    """What does not fit between the gates that are declared and those that tests show."""
    return [
        *(f"{number}: no test shows it" for number in sorted(gates - not_yet - shown, key=in_order)),
        *(f"{number}: shown, and not declared" for number in sorted(shown - gates, key=in_order)),
        *(f"{number}: shown, and said not to stand yet" for number in sorted(shown & not_yet, key=in_order)),
        *(f"{number}: said not to stand yet, and not declared" for number in sorted(not_yet - gates, key=in_order)),
    ]


def test_every_gate_has_a_test_and_no_test_shows_another() -> None:
    assert faults(set(GATES), set(NOT_YET), set(shown_by())) == []
    assert list(NOT_YET) == sorted(NOT_YET, key=in_order)


def test_the_control_what_does_not_fit_is_told() -> None:
    assert faults({"1.1.1", "1.1.10", "1.1.2"}, {"1.1.2", "3.3.3"}, {"1.1.2", "2.2.2"}) == [
        "1.1.1: no test shows it",
        "1.1.10: no test shows it",
        "2.2.2: shown, and not declared",
        "1.1.2: shown, and said not to stand yet",
        "3.3.3: said not to stand yet, and not declared",
    ]


def test_which_gates_a_file_shows() -> None:
    source = (
        '@pytest.mark.gate("1.2.1", "1.2.10")\n@other\ndef test_a(): ...\n\n\n@pytest.mark.slow\ndef test_b(): ...\n'
    )
    assert list(marked(source)) == [("1.2.1", "test_a"), ("1.2.10", "test_a")]
    assert list(marked("def test_a(): ...")) == []


@pytest.mark.parametrize(
    ("outcomes", "found"),
    [
        ([], Standing.UNTRIED),
        (["a passed", "b passed"], Standing.STANDS),
        (["a passed"], Standing.IN_PART),
        (["a passed", "a failed", "b passed"], Standing.FALLEN),
        (["a failed"], Standing.FALLEN),
    ],
)
def test_a_gate_stands_where_all_its_tests_have_passed(outcomes: list[str], found: Standing) -> None:
    assert standing(["a", "b"], outcomes) is found


def test_what_is_said_of_them() -> None:
    whole = {"1.2.10": Standing.STANDS, "1.2.1": Standing.STANDS, "3.3.1": Standing.FALLEN}
    not_yet = {"6.8.1": "why"}
    assert Told(whole, not_yet).line() == "gates: 2 of 4 stand; fallen: 3.3.1; not yet: 6.8.1"
    part = whole | {"3.3.1": Standing.UNTRIED, "1.2.1": Standing.IN_PART}
    assert Told(part, {}).line() == "gates: 1 stand of the 2 that were tried, of 3; tried in part: 1.2.1"
    assert Told(dict.fromkeys(whole, Standing.UNTRIED), not_yet).line() == "", "a run of other tests says nothing"


def report(name: str, outcome: str, when: str = "call", **more: Any) -> Any:
    """What comes of a part of a test, as it comes from another process: its properties are lists."""
    shows = [[MARK, "2.3.4"], ["other", "x"]]
    return SimpleNamespace(nodeid=name, when=when, passed=outcome == "passed", user_properties=shows, **more)


@pytest.mark.parametrize(
    ("reports", "found"),
    [
        ([report("a", "passed", "setup"), report("a[1]", "passed"), report("a[2]", "passed")], {"a passed"}),
        ([report("a", "failed", "setup")], {"a failed"}),
        ([report("a", "passed"), report("a", "failed", "teardown")], {"a passed", "a failed"}),
        ([report("a", "skipped")], {"a failed"}),
        ([report("a", "passed", wasxfail="")], {"a failed"}),
        ([report("a", "passed", "setup")], None),
    ],
)
def test_what_became_of_each_is_taken_down(reports: list[Any], found: set[str] | None) -> None:
    tally = Tally({}, {})
    for each in reports:
        tally.pytest_runtest_logreport(each)
    assert tally.outcomes.get("2.3.4") == found
