"""Sessions in time, and for whom one acts. Pure."""

from __future__ import annotations

import datetime as dt

import pytest

from service.platform.accounts.rules import ABSOLUTE, IDLE, RolePlace, acts_for, alive, device_of, key_holds, waits
from service.platform.web.identity import KeyPurpose, Role

NOON = dt.datetime(2026, 10, 25, 12, tzinfo=dt.UTC)
SECOND = dt.timedelta(seconds=1)
HERE, THERE = RolePlace(Role.STAFF, "0580"), RolePlace(Role.MANAGER, "0550")


@pytest.mark.gate("7.3.1", "7.3.2")
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


@pytest.mark.parametrize(
    ("created", "ended", "proved", "holds"),
    [
        (NOON - dt.timedelta(minutes=10) + SECOND, None, None, True),
        (NOON - dt.timedelta(minutes=10), None, None, False),
        (NOON, NOON, None, False),
        (NOON, None, NOON, False),
    ],
)
def test_a_session_waits_ten_minutes_for_its_second_step(
    created: dt.datetime, ended: dt.datetime | None, proved: dt.datetime | None, holds: bool
) -> None:
    assert waits(created, ended, proved, NOON) is holds


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


WINDOWS = (
    "Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/143.0.0.0 Safari/537.36"
)


@pytest.mark.parametrize(
    ("said", "device"),
    [
        (WINDOWS, "Chrome, Windows"),
        (f"{WINDOWS} Edg/143.0.0.0", "Edge, Windows"),
        (f"{WINDOWS} OPR/120.0", "Opera, Windows"),
        ("Mozilla/5.0 (X11; Linux x86_64; rv:145.0) Gecko/20100101 Firefox/145.0", "Firefox, Linux"),
        ("Mozilla/5.0 (Linux; Android 15) AppleWebKit/537.36 Chrome/143.0 Mobile Safari/537.36", "Chrome, Android"),
        (
            "Mozilla/5.0 (iPhone; CPU iPhone OS 18_1 like Mac OS X) Version/18.1 Mobile/15E148 Safari/604.1",
            "Safari, iPhone",
        ),
        ("Mozilla/5.0 (iPad; CPU OS 18_1 like Mac OS X) Version/18.1 Safari/604.1", "Safari, iPad"),
        ("Mozilla/5.0 (Macintosh; Intel Mac OS X 10_15_7) Version/18.1 Safari/605.1.15", "Safari, Mac"),
        ("Mozilla/5.0 (X11; CrOS x86_64 14541.0.0) Chrome/143.0 Safari/537.36", "Chrome, Chromebook"),
        ("curl/8.5.0", ""),
        ("", ""),
    ],
)
def test_a_device_is_named_by_what_its_browser_says(said: str, device: str) -> None:
    assert device_of(said) == device


def test_a_key_holds_until_its_time_or_its_end() -> None:
    at = dt.datetime(2026, 11, 30, 12, tzinfo=dt.UTC)
    second = dt.timedelta(seconds=1)
    assert key_holds(at + second, None, at)
    assert not key_holds(at, None, at)
    assert not key_holds(at + second, at, at)


@pytest.mark.parametrize("sends", [True, False])
@pytest.mark.parametrize("figures", [True, False])
def test_what_a_key_lets(sends: bool, figures: bool) -> None:
    assert KeyPurpose.EVERYTHING.lets(sends=sends, figures=figures)
    assert KeyPurpose.READ.lets(sends=sends, figures=figures) is not sends
    assert KeyPurpose.FIGURES.lets(sends=sends, figures=figures) is (figures and not sends)
