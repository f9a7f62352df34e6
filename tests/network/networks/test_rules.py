"""What is wrong with a group, whoever writes it: the page, the API, a file."""

from __future__ import annotations

from typing import Any

import pytest

from service.network.networks.rules import AroundGroup, GroupBar, GroupFault, faults, in_order, may_maintain

AROUND = AroundGroup(codes={"0580"}, municipalities={"0580", "0550", "0510"}, themes=("homework_help", "language_cafe"))


def area(code: str, *, home: bool = False) -> dict[str, Any]:
    """A municipality that a group serves."""
    return {"municipality_code": code, "part": "", "home": home}


def group(**more: Any) -> dict[str, Any]:
    """A group of HERE with which nothing is wrong."""
    return {"themes": ["language_cafe"], "areas": [area("0580", home=True)], "status": "active", **more}


def test_nothing_is_wrong_with_what_is_right() -> None:
    assert list(faults(group(), {}, AROUND)) == []
    assert list(faults(group(), group(), AROUND)) == []
    assert list(faults(group(areas=[]), group(), AROUND)) == []
    assert list(faults(group(areas=[area("0550")]), group(), AROUND)) == [], "it was ours, and goes to the neighbour"


@pytest.mark.parametrize(
    ("given", "was", "wrong"),
    [
        ({"themes": ["x", "language_cafe", "y"]}, None, [("themes", GroupBar.NO_THEME, "x, y")]),
        ({"areas": [area("9999")]}, None, [("areas-0-municipality_code", GroupBar.NO_MUNICIPALITY, "")]),
        (
            {"areas": [area("0580"), area("0580")]},
            None,
            [("areas-0-municipality_code", GroupBar.TWICE, ""), ("areas-1-municipality_code", GroupBar.TWICE, "")],
        ),
        ({"areas": [area("0580", home=True), area("0550", home=True)]}, None, [("areas", GroupBar.HOMES, "")]),
        ({"areas": [area("0550")]}, None, [("areas", GroupBar.OUT_OF_REACH, "")]),
        ({}, {"areas": [area("0550")]}, [("areas", GroupBar.ANOTHERS, "")]),
        ({"status": "closed"}, {}, [("status", GroupBar.CLOSES, "")]),
    ],
)
def test_each_rule_says_where(given: dict[str, Any], was: dict[str, Any] | None, wrong: list[tuple[Any, ...]]) -> None:
    before = {} if was is None else group(**was)
    assert list(faults(group(**given), before, AROUND)) == [GroupFault(*each) for each in wrong]


def test_all_that_is_wrong_is_told_at_once() -> None:
    found = list(faults(group(themes=["x"], areas=[area("9999"), area("0550")]), {}, AROUND))
    assert [each.why for each in found] == [GroupBar.NO_THEME, GroupBar.NO_MUNICIPALITY]


def test_one_that_is_closed_stays_so_and_a_new_one_may_be() -> None:
    assert list(faults(group(status="closed"), group(status="closed"), AROUND)) == []
    assert list(faults(group(status="closed"), {}, AROUND)) == []


def test_themes_stand_in_the_catalogues_order_the_unknown_last() -> None:
    assert in_order(["x", "language_cafe", "homework_help"], AROUND.themes) == ["homework_help", "language_cafe", "x"]
    assert in_order(["a", "homework_help"], AROUND.themes) == ["homework_help", "a"]


def test_who_looks_after_a_group() -> None:
    assert may_maintain({"0580"}, {"0580", "0550"})
    assert may_maintain({"0580"}, ())
    assert not may_maintain({"0580"}, {"0550"})


def test_whoever_reaches_one_of_a_groups_municipalities_looks_after_it_and_everybody_after_one_that_has_none() -> None:
    assert may_maintain(["0580", "0550"], ["0550", "0540"])
    assert not may_maintain(["0580"], ["0550", "0540"])
    assert not may_maintain([], ["0550"])
    assert may_maintain(["0580"], []) is True
