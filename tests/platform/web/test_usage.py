"""Counts of use wait in the process, for nobody, and are handed on later."""

from __future__ import annotations

import subprocess
import sys
import time

import pytest
from flask import Flask
from redis import Redis

from config.settings import Settings
from service.platform.web import usage
from service.platform.web.usage import GatheredUse, Uses
from service.platform.work import waking
from service.platform.work.patience import Patience
from tenants.calendar import day_of
from tenants.database import now
from tenants.scope import Capability

ONE, OTHER, THIRD = (f"0580:calendar:2026-01-0{day}" for day in (1, 2, 3))
AWAY = Redis(host="127.0.0.1", port=1, retry=Patience())


def kept(redis: Redis) -> dict[str, int]:
    return {key.decode(): int(times) for key, times in redis.hgetall(usage.COUNTS).items()}  # type: ignore[union-attr]


@pytest.fixture
def redis(app: Flask) -> Redis:
    with app.app_context():
        return waking.connection()


def test_to_count_asks_no_redis(app: Flask, redis: Redis) -> None:
    with app.app_context():
        usage.note("0580", Capability.CALENDAR)
        assert kept(redis) == {}
        assert usage.take() == [Uses("0580", Capability.CALENDAR, day_of(now()), 1)]


def test_counts_wait_while_redis_is_away(redis: Redis) -> None:
    gathered = GatheredUse()
    for _each in range(3):
        gathered.add(ONE, AWAY)
        gathered.hand_on(AWAY)
    gathered.add(OTHER, AWAY)
    gathered.hand_on(redis)
    assert kept(redis) == {ONE: 3, OTHER: 1}
    gathered.hand_on(redis)
    assert kept(redis) == {ONE: 3, OTHER: 1}, "what is handed on is not handed on again"


def test_they_take_no_more_room_than_so_much(redis: Redis, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(usage, "MAX_KINDS", 2)
    gathered = GatheredUse()
    for key in (ONE, OTHER, THIRD, ONE, OTHER):
        gathered.add(key, AWAY)
    assert dict(gathered.counts) == {ONE: 2, OTHER: 2}


def test_a_process_that_has_counted_hands_on_by_itself(monkeypatch: pytest.MonkeyPatch, redis: Redis) -> None:
    monkeypatch.setattr(usage, "EVERY_SECONDS", 0.01)
    GatheredUse().add(ONE, redis)
    until = time.monotonic() + 30
    while not kept(redis) and time.monotonic() < until:
        time.sleep(0.01)
    assert kept(redis) == {ONE: 1}


ENDING = """
import sys
from redis import Redis
from service.platform.web.usage import GatheredUse
GatheredUse().add(sys.argv[2], Redis.from_url(sys.argv[1]))
"""


def test_nothing_is_lost_when_a_process_ends(settings: Settings, redis: Redis) -> None:
    subprocess.run([sys.executable, "-c", ENDING, settings.redis_url, ONE], check=True)
    assert kept(redis) == {ONE: 1}
