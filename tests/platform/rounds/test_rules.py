"""When something that was set aside is tried again."""

from __future__ import annotations

import datetime as dt

from service.platform.rounds.rules import pause, waits

NOW = dt.datetime(2026, 11, 24, 12, tzinfo=dt.UTC)
MINUTE = dt.timedelta(minutes=1)


def test_the_pause_doubles_from_a_minute_to_an_hour_and_stays_there() -> None:
    assert [pause(times) // MINUTE for times in (1, 2, 3, 6, 7, 12, 1_000_000)] == [1, 2, 4, 32, 60, 60, 60]


def test_it_is_left_alone_until_its_moment_and_never_longer_than_a_pause() -> None:
    later = [dt.timedelta(), MINUTE, 60 * MINUTE, 61 * MINUTE]
    assert [waits(NOW + each, NOW) for each in later] == [False, True, True, False]
