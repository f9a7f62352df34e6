"""Sessions in time, and for whom one acts. Pure."""

from __future__ import annotations

import datetime as dt

import pytest

from service.platform.accounts.rules import ABSOLUTE, IDLE, RolePlace, acts_for, alive
from service.platform.web.identity import Role

NOON = dt.datetime(2026, 10, 25, 12, tzinfo=dt.UTC)
SECOND = dt.timedelta(seconds=1)
HERE, THERE = RolePlace(Role.STAFF, "0580"), RolePlace(Role.MANAGER, "0550")


@pytest.mark.parametrize(
    ("created", "seen", "ended", "holds"),
    [
        (NOON, NOON, None, True),
        (NOON - IDLE, NOON - IDLE + SECOND, None, True),
        (NOON - IDLE, NOON - IDLE, None, False),
        (NOON - ABSOLUTE + SECOND, NOON, None, True),
        (NOON - ABSOLUTE, NOON, None, False),
        (NOON, NOON, NOON, False),
        (NOON, NOON, NOON + ABSOLUTE, False),
    ],
)
def test_a_session_holds_until_it_is_ended_idle_or_old(
    created: dt.datetime, seen: dt.datetime, ended: dt.datetime | None, holds: bool
) -> None:
    assert alive(created, seen, ended, NOON) is holds


def test_the_night_of_the_clock_change_makes_no_session_longer() -> None:
    """Moments are counted in UTC: an hour that comes twice is two."""
    from tenants.calendar import DENMARK

    began = dt.datetime(2026, 10, 25, 1, 30, tzinfo=DENMARK)
    later = dt.datetime(2026, 10, 25, 3, 0, tzinfo=DENMARK).astimezone(dt.UTC)
    assert later - began.astimezone(dt.UTC) == dt.timedelta(hours=2, minutes=30)
    assert not alive(began.astimezone(dt.UTC), began.astimezone(dt.UTC), None, later)


@pytest.mark.parametrize(
    ("places", "chosen", "acts"),
    [
        ([HERE], None, "0580"),
        ([HERE, RolePlace(Role.MANAGER, "0580")], None, "0580"),
        ([HERE, THERE], None, None),
        ([HERE, THERE], "0550", "0550"),
        ([HERE, THERE], "0101", None),
        ([HERE], "0101", "0580"),
        ([HERE], "0550", "0580"),
        ([], "0550", None),
        ([RolePlace(Role.SECRETARIAT)], None, None),
        ([RolePlace(Role.SECRETARIAT), HERE], None, "0580"),
    ],
)
def test_whom_one_acts_for(places: list[RolePlace], chosen: str | None, acts: str | None) -> None:
    """The chosen one where one belongs, else the only one, else none: never one where one does not belong."""
    assert acts_for(places, chosen) == acts
