"""Needs in rules: what can be done when, which groups come first, and figures that add up."""

from __future__ import annotations

import csv
import datetime as dt
import itertools
from dataclasses import replace
from pathlib import Path
from uuid import UUID

import pytest
from hypothesis import given
from hypothesis import strategies as st

from service.network.needs import rules
from service.network.needs.files import tiles
from service.network.needs.rules import (
    OVER,
    Balance,
    Candidate,
    Near,
    NeedAct,
    NeedParty,
    NeedState,
    ReallocationAct,
    ReallocationState,
    Said,
)
from tenants.register import CHRISTIANSOE

TODAY = dt.date(2026, 11, 24)
TERRITORIES = {
    "0580": "Syddanmark",
    "0540": "Syddanmark",
    "0630": "Syddanmark",
    "0766": "Midtjylland",
    "0101": "Hovedstaden",
}
REGIONS = {"0580": "Syd", "0540": "Syd", "0630": "Syd", "0766": "Midt", "0101": "Hoved", "0561": "Syd"}

candidates = st.builds(
    Candidate,
    group_id=st.uuids(),
    name=st.text(max_size=3),
    sort_key=st.text(max_size=3),
    free=st.integers(1, 6),
    near=st.sampled_from(Near),
    two_yeses=st.booleans(),
)
needs = st.builds(
    Said,
    id=st.uuids(),
    municipality_code=st.sampled_from(["0580", "0540", "0101"]),
    kind=st.sampled_from(["mentor", "network_family"]),
    number=st.integers(1, 20),
    state=st.sampled_from(NeedState),
    said_on=st.dates(dt.date(2026, 1, 1), TODAY),
    over_on=st.none(),
    given=st.integers(0, 20),
    answered_on=st.none() | st.dates(dt.date(2026, 1, 1), TODAY),
)


# What a need is, and what can be done


def test_a_need_is_answered_by_its_answers_and_open_again_without() -> None:
    assert rules.standing(NeedState.OPEN, 0) is NeedState.OPEN
    assert rules.standing(NeedState.OPEN, 2) is NeedState.ANSWERED
    assert rules.standing(NeedState.ACCEPTED, 2) is NeedState.ACCEPTED
    assert rules.standing(NeedState.ACCEPTED, 0) is NeedState.OPEN, "what was accepted has been given back"
    assert rules.standing(NeedState.MET, 0) is NeedState.MET
    assert rules.standing(NeedState.WITHDRAWN, 3) is NeedState.WITHDRAWN


def test_each_side_does_its_own() -> None:
    ours, theirs = (
        {state: rules.acts(state, side) for state in NeedState} for side in (NeedParty.MUNICIPALITY, NeedParty.DRC)
    )
    assert ours[NeedState.OPEN] == {NeedAct.CHANGE, NeedAct.WITHDRAW}
    assert ours[NeedState.ANSWERED] == {NeedAct.ACCEPT, NeedAct.WITHDRAW}
    assert NeedAct.ACCEPT not in theirs[NeedState.ANSWERED], "DRC does not say yes for the municipality"
    assert all(NeedAct.ANSWER not in acts for acts in ours.values())
    assert NeedAct.ANSWER in theirs[NeedState.IN_PROGRESS], "partly met, the rest is looked for still"
    assert ours[NeedState.ACCEPTED] == ours[NeedState.IN_PROGRESS] == {NeedAct.PROGRESS, NeedAct.WITHDRAW}
    assert theirs == {
        NeedState.OPEN: {NeedAct.CHANGE, NeedAct.WITHDRAW, NeedAct.ANSWER},
        NeedState.ANSWERED: {NeedAct.WITHDRAW, NeedAct.ANSWER},
        NeedState.ACCEPTED: {NeedAct.PROGRESS, NeedAct.WITHDRAW, NeedAct.ANSWER},
        NeedState.IN_PROGRESS: {NeedAct.PROGRESS, NeedAct.WITHDRAW, NeedAct.ANSWER},
        NeedState.MET: frozenset(),
        NeedState.WITHDRAWN: frozenset(),
    }
    for state in OVER:
        assert ours[state] == frozenset()


@given(number=st.integers(1, 200), in_place=st.integers(-2, 202))
def test_a_need_is_met_when_all_are_in_place(number: int, in_place: int) -> None:
    if not 0 <= in_place <= number:
        with pytest.raises(ValueError, match="cannot be in place"):
            rules.after_progress(number, in_place)
    else:
        assert (rules.after_progress(number, in_place) is NeedState.MET) == (in_place == number)


def test_two_yeses_are_those_of_two_people() -> None:
    def acts(state: ReallocationState, **who: bool) -> frozenset[ReallocationAct]:
        return rules.move_acts(state, **{"needs_side": False, "groups_side": False, "own_proposal": False, **who})

    assert acts(ReallocationState.PROPOSED, groups_side=True) == {ReallocationAct.ACCEPT, ReallocationAct.DECLINE}
    assert acts(ReallocationState.PROPOSED, needs_side=True, own_proposal=True) == {ReallocationAct.WITHDRAW}
    assert ReallocationAct.ACCEPT not in acts(
        ReallocationState.PROPOSED, needs_side=True, groups_side=True, own_proposal=True
    )
    assert (
        acts(ReallocationState.AGREED, groups_side=True)
        == acts(ReallocationState.AGREED, needs_side=True)
        == {ReallocationAct.GIVE_BACK}
    )
    assert (
        acts(ReallocationState.AGREED)
        == acts(ReallocationState.GIVEN_BACK, needs_side=True, groups_side=True)
        == frozenset()
    )


# Which groups come first


@pytest.mark.parametrize(
    ("areas", "home", "expected", "across"),
    [
        (["0580", "0540"], "0580", Near.HOME, False),
        (["0540", "0580"], "0540", Near.SERVES, False),
        (["0540"], "0540", Near.TERRITORY, False),
        (["0561"], "0561", Near.REGION, True),
        (["0766"], "0766", Near.AWAY, True),
        (["0766", "0540"], "0766", Near.TERRITORY, False),
        ([], None, Near.AWAY, False),
    ],
)
def test_how_near_a_group_is(areas: list[str], home: str | None, expected: Near, across: bool) -> None:
    assert rules.near("0580", areas, home, TERRITORIES, REGIONS) is expected
    assert rules.two_yeses("0580", areas, TERRITORIES) is across


def test_a_municipality_in_no_territory_is_near_nobody_by_it() -> None:
    """Two that are in no territory are not in the same one."""
    assert rules.near("0860", ["0813"], "0813", {}, {}) is Near.AWAY
    assert rules.two_yeses("0860", ["0813"], {})


@given(
    found=st.lists(candidates, max_size=12, unique_by=lambda c: c.group_id), wanted=st.integers(1, 6), data=st.data()
)
def test_the_order_is_total_and_near_ones_come_first(found: list[Candidate], wanted: int, data: st.DataObject) -> None:
    order = rules.ranked(found, wanted)
    assert rules.ranked(data.draw(st.permutations(found)), wanted) == order, "whatever order they come in"
    assert sorted(order, key=lambda c: c.group_id) == sorted(found, key=lambda c: c.group_id)
    for first, second in itertools.pairwise(order):
        assert first.near <= second.near
        if first.near == second.near:
            assert first.enough(wanted) >= second.enough(wanted)


def test_of_groups_equally_near_one_that_has_enough_comes_first_and_then_the_one_with_most() -> None:
    def group(number: int, free: int) -> Candidate:
        return Candidate(UUID(int=number), "g", "g", free, Near.HOME, False)

    few, enough, most = group(1, 3), group(2, 4), group(3, 5)
    assert [each.enough(4) for each in (few, enough, most)] == [False, True, True]
    assert rules.ranked([few, enough, most], 4) == [most, enough, few]


# The figures


@given(
    said=st.lists(needs, max_size=10),
    free=st.lists(st.tuples(st.sampled_from(["0580", "0101", "9999"]), st.integers(0, 9))),
)
def test_the_parts_add_up_to_the_whole(said: list[Said], free: list[tuple[str, int]]) -> None:
    found = rules.balance(["0580", "0540", "0101"], said, free)
    whole = sum(found.values(), Balance())
    assert whole.lacking == sum(need.lacking for need in said)
    assert whole.free == sum(number for code, number in free if code != "9999")
    assert all(part.lacking >= 0 and part.free >= 0 for part in found.values())
    kinds = [
        rules.balance(["0580", "0540", "0101"], [n for n in said if n.kind == kind], [])
        for kind in ("mentor", "network_family")
    ]
    for code, part in found.items():
        assert sum(each[code].lacking for each in kinds) == part.lacking


@given(said=st.lists(needs, min_size=1, max_size=10))
def test_a_wait_is_one_that_was_waited(said: list[Said]) -> None:
    days = [wait for need in said if (wait := rules.wait(need, TODAY)) is not None]
    found = rules.waits(said, TODAY)
    assert found.count == len(days)
    if days:
        assert found.longest == max(days)
        assert found.median in days
        assert sum(day < found.median for day in days) <= len(days) / 2


def test_partly_found_still_lacks_and_over_lacks_nothing() -> None:
    def need(state: NeedState, given: int) -> Said:
        return Said(UUID(int=1), "0580", "mentor", 5, state, TODAY - dt.timedelta(10), None, given, None)

    assert need(NeedState.ANSWERED, 3).lacking == 2
    assert need(NeedState.ANSWERED, 5).lacking == need(NeedState.ANSWERED, 6).lacking == 0
    assert Said(UUID(int=1), "0580", "mentor", 5, NeedState.OPEN, TODAY, None).lacking == 5, "nothing is given yet"
    assert rules.wait(replace(need(NeedState.OPEN, 0), said_on=TODAY), TODAY) == 0
    assert rules.balance(["0101"], [need(NeedState.OPEN, 0)], []) == {"0101": Balance()}, "it is another's"
    assert need(NeedState.WITHDRAWN, 0).lacking == 0
    assert rules.wait(need(NeedState.OPEN, 0), TODAY) == 10
    assert rules.wait(need(NeedState.WITHDRAWN, 0), TODAY) is None


# The map


def rows(path: str, delimiter: str) -> list[dict[str, str]]:
    return list(csv.DictReader(Path(path).read_text(encoding="utf-8").splitlines(), delimiter=delimiter))


def test_every_municipality_has_its_own_tile() -> None:
    register = {row["code"]: row["name"] for row in rows("tenants/data/municipalities.csv", ",")}
    named = {row["municipality_code"]: row["name"] for row in rows("service/network/needs/data/tiles.csv", ";")}
    assert named == register, "each of the 98 once, by its name"
    assert CHRISTIANSOE not in tiles()
    assert max(tile.row for tile in tiles().values()) <= 12
    assert max(tile.column for tile in tiles().values()) <= 14
    hjoerring, guldborgsund, fanoe, bornholm = (tiles()[code] for code in ("0860", "0376", "0563", "0400"))
    assert hjoerring.row < guldborgsund.row
    assert fanoe.column < bornholm.column
