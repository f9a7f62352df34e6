"""Where people stop, and where one stands."""

from __future__ import annotations

import pytest

from service.activity.interests.rules import Funnel, InterestState, WayIn, funnel, state_of


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
        WayIn(confirmed=False, answered_after=None, introduced=False, active=False, withdrawn=False),
        WayIn(confirmed=True, answered_after=None, introduced=False, active=False, withdrawn=True),
        WayIn(confirmed=True, answered_after=7, introduced=False, active=True, withdrawn=False),
        WayIn(confirmed=True, answered_after=2, introduced=True, active=False, withdrawn=False),
    ]
    assert funnel(ways) == Funnel(4, 3, 2, 2, 1, 1, 2)
    assert funnel([]) == Funnel(0, 0, 0, 0, 0, 0, None)
