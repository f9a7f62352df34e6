"""The rules of shares by themselves: what one is today, what it opens, and why a group is seen or not."""

from __future__ import annotations

import datetime as dt

import pytest

from service.network.shares.rules import CHOSEN, ShareStanding, ShareState, ShareTerm, Why, opened, standing, why
from tenants.scope import Capability

TODAY = dt.date(2026, 3, 29)
DAY = dt.timedelta(days=1)
SHOWN = tuple(aspect.value for aspect in CHOSEN)


@pytest.mark.parametrize(
    ("state", "days", "expected"),
    [
        (ShareState.OFFERED, (0, None), ShareStanding.OFFERED),
        (ShareState.ACCEPTED, (1, None), ShareStanding.AHEAD),
        (ShareState.ACCEPTED, (0, None), ShareStanding.RUNNING),
        (ShareState.ACCEPTED, (-2, 1), ShareStanding.RUNNING),
        (ShareState.ACCEPTED, (-2, 0), ShareStanding.OVER),
        (ShareState.ENDED, (-2, None), ShareStanding.OVER),
        (ShareState.DECLINED, (0, None), ShareStanding.DECLINED),
        (ShareState.WITHDRAWN, (0, None), ShareStanding.WITHDRAWN),
    ],
)
def test_what_a_share_is_today(state: ShareState, days: tuple[int, int | None], expected: ShareStanding) -> None:
    first, after = days
    term = ShareTerm(TODAY + first * DAY, None if after is None else TODAY + after * DAY)
    assert standing(state, term, TODAY) is expected


def test_why_says_the_first_thing_that_is_missing() -> None:
    holds, over = ShareTerm(TODAY, None), ShareTerm(TODAY - DAY, TODAY)
    opens = {Capability.NETWORK}
    asked: list[tuple[ShareStanding, ShareTerm | None, set[Capability] | None, Why]] = [
        (ShareStanding.OFFERED, holds, opens, Why.NOT_ANSWERED),
        (ShareStanding.DECLINED, holds, opens, Why.REFUSED),
        (ShareStanding.WITHDRAWN, holds, opens, Why.REFUSED),
        (ShareStanding.AHEAD, holds, opens, Why.NOT_YET),
        (ShareStanding.OVER, holds, opens, Why.OVER),
        (ShareStanding.RUNNING, None, opens, Why.NO_CONSENT),
        (ShareStanding.RUNNING, over, opens, Why.NO_CONSENT),
        (ShareStanding.RUNNING, holds, None, Why.NO_SCOPE),
        (ShareStanding.RUNNING, holds, {Capability.FIGURES}, Why.SCOPE_CLOSED),
        (ShareStanding.RUNNING, holds, opens, Why.SEEN),
    ]
    assert [why(share, consent, scope, TODAY) for share, consent, scope, _why in asked] == [each[3] for each in asked]


def test_the_scope_opens_each_part_and_nothing_without_the_presence() -> None:
    assert opened(SHOWN, {Capability.FIGURES, Capability.CAPACITY}) == frozenset()
    assert opened((), {Capability.NETWORK}) == {"presence"}
    assert opened(SHOWN, {Capability.NETWORK}) == {"presence", "activities", "contact"}
    assert opened(SHOWN, set(Capability)) == {"presence", *CHOSEN}
    assert opened(("figures",), {Capability.ALL_GROUPS, Capability.FIGURES}) == {"presence", "figures"}
