"""How often a municipality's people use what the agreement opens: counts by capability and day, never by person.

Reading a page writes nothing in the database, and waits for nobody. The counts are gathered in the process; a thread hands them
on to Redis now and then, and at the process's end; and the timetable takes them over from there
(`service.reporting.drift.operations.take_uses`). While Redis is away they wait. What it loses is lost, and nobody is worse off.
"""

from __future__ import annotations

import atexit
import os
import threading
import time
from collections import Counter
from collections.abc import Collection, Iterable
from dataclasses import dataclass
from datetime import date

import structlog
from flask import Flask, current_app
from redis import Redis
from redis.exceptions import RedisError

from service.platform.work import waking
from tenants.calendar import day_of
from tenants.database import now
from tenants.scope import Capability
from tenants.stored import Unreadable

log = structlog.get_logger()
COUNTS = "uses"
EVERY_SECONDS = 15.0
MAX_KINDS = 10_000  # of counts that wait in a process: some days of every capability in every municipality


@dataclass(frozen=True, slots=True)
class Uses:
    """How often a capability was used in a municipality on a day."""

    municipality_code: str
    capability: Capability
    day: date
    times: int


class GatheredUse:
    """The counts of this process that have not been handed on yet."""

    def __init__(self) -> None:
        self.counts: Counter[str] = Counter()
        self._counting, self._handing = threading.Lock(), threading.Lock()
        self._pid: int | None = None  # the process whose thread hands them on: threads do not live on in a fork

    def add(self, key: str, redis: Redis) -> None:
        """Count one, and see to it that it is handed on. A kind that is new where there is no room for more is told and not kept."""
        with self._counting:
            kept = key in self.counts or len(self.counts) < MAX_KINDS
            if kept:
                self.counts[key] += 1
            first, self._pid = self._pid != os.getpid(), os.getpid()
        if not kept:
            log.warning("use_not_counted")
        if first:
            self._hand_on_henceforth(redis)

    def hand_on(self, redis: Redis) -> None:
        """Add the counts to those in Redis. They stay when it does not answer; when it only answers too late, they count twice."""
        with self._handing:
            with self._counting:
                told, self.counts = self.counts, Counter()
            pipe = redis.pipeline(transaction=True)
            for key, times in told.items():
                pipe.hincrby(COUNTS, key, times)
            try:
                pipe.execute()
            except RedisError as error:
                log.info("uses_wait", kinds=len(told), error=type(error).__name__)
                with self._counting:
                    self.counts.update(told)

    def _hand_on_henceforth(self, redis: Redis) -> None:
        """Hand the counts of this process on now and then, and when it ends."""
        pid = os.getpid()

        def now_and_then() -> None:
            while True:
                time.sleep(EVERY_SECONDS)
                self.hand_on(redis)

        def at_the_end() -> None:
            if pid == os.getpid():
                self.hand_on(redis)

        threading.Thread(target=now_and_then, name="uses", daemon=True).start()
        atexit.register(at_the_end)


def init(app: Flask) -> None:
    """Let the application gather counts."""
    app.extensions["uses"] = GatheredUse()


def note(code: str, capability: Capability) -> None:
    """Count one use. It waits for nobody."""
    _gathered().add(_key(code, capability, day_of(now())), waking.connection())


def _gathered() -> GatheredUse:
    gathered: GatheredUse = current_app.extensions["uses"]
    return gathered


def take(codes: Collection[str] | None = None) -> list[Uses]:
    """The counts of municipalities, or of all, since they were last taken, which are then no longer there: two who take get none twice.

    Raises Unreadable for a count that this version does not know, as where a newer one has counted; then all are there still.
    """
    redis = waking.connection()
    _gathered().hand_on(redis)
    found: dict[bytes, bytes] = redis.hgetall(COUNTS)  # type: ignore[assignment] # our Redis decodes nothing
    mine = [key for key in found if codes is None or key.partition(b":")[0].decode(errors="replace") in codes]
    if not mine:
        return []
    for key in mine:
        _read(key, found[key])
    pipe = redis.pipeline(transaction=True)
    pipe.hmget(COUNTS, mine)
    pipe.hdel(COUNTS, *mine)
    taken = zip(mine, pipe.execute()[0], strict=True)
    return [_read(key, times) for key, times in taken if times is not None]


def _read(key: bytes, times: bytes) -> Uses:
    try:
        code, capability, day = key.decode().split(":")
        return Uses(code, Capability(capability), date.fromisoformat(day), int(times))
    except ValueError as error:
        raise Unreadable("a use is counted as this version does not count") from error


def give_back(counts: Iterable[Uses]) -> None:
    """Put counts that could not be kept back to the others."""
    pipe = waking.connection().pipeline(transaction=True)
    for use in counts:
        pipe.hincrby(COUNTS, _key(use.municipality_code, use.capability, use.day), use.times)
    pipe.execute()


def _key(code: str, capability: Capability, day: date) -> str:
    return f"{code}:{capability.value}:{day}"
