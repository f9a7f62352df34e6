"""Where people stop, and where one stands."""

from __future__ import annotations

import pytest

from service.activity.interests.rules import Funnel, InterestState, WayIn, funnel, leads_out, machine, state_of


@pytest.mark.parametrize(
    ("happened", "state"),
    [
        ((False, False, False), InterestState.UNCONFIRMED),
        ((True, False, False), InterestState.WAITING),
        ((True, True, False), InterestState.ANSWERED),
        ((True, True, True), InterestState.WITHDRAWN),
        ((False, False, True), InterestState.WITHDRAWN),
    ],
)
def test_where_it_stands_follows_from_what_has_happened(
    happened: tuple[bool, bool, bool], state: InterestState
) -> None:
    assert state_of(*happened) is state


def test_who_came_further_has_come_to_each_step_before() -> None:
    ways = [
        WayIn(answered_after=None, introduced=False, active=False, withdrawn=False),
        WayIn(answered_after=None, introduced=False, active=False, withdrawn=True),
        WayIn(answered_after=7, introduced=False, active=True, withdrawn=False),
        WayIn(answered_after=2, introduced=True, active=False, withdrawn=False),
    ]
    assert funnel(ways) == Funnel(4, 2, 2, 1, 1, 2)
    assert funnel([]) == Funnel(0, 0, 0, 0, 0, None)


@pytest.mark.parametrize(
    ("address", "whose"),
    [
        ("192.0.2.7", "192.0.2.7"),
        ("2001:db8:1:2:3:4:5:6", "2001:db8:1:2::/64"),
        ("2001:db8:1:2::1", "2001:db8:1:2::/64"),
        ("2001:db8:1:3::1", "2001:db8:1:3::/64"),
        ("unknown", "unknown"),
    ],
)
def test_of_ipv6_a_machine_has_all_of_the_second_half(address: str, whose: str) -> None:
    assert machine(address) == whose


@pytest.mark.parametrize("name", ["se https://ond.example", "www.ond", "ond.example", "a@b", "1/2"])
def test_a_name_leads_nowhere(name: str) -> None:
    assert leads_out(name)
    assert not leads_out("Anne-Marie O. Ørsted, f. Ağaoğlu")
