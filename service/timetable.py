"""The timetable: wakes workers for what is due, and asks what is owed. Run as `python -m service.timetable`; two of them do no harm.

It keeps nothing but what is set aside (`service.platform.rounds`): each round asks the database anew, so a round that was missed, a
Redis that was emptied or a worker that was killed is made good by the next one. What waits is woken for before anything new is asked for.
"""

from __future__ import annotations

import gc
import signal
import threading
import time
from typing import Any

import structlog
from redis.exceptions import RedisError

from config.logging import configure
from config.settings import load_settings
from service.app import create_app
from service.platform.feature import Step, features
from service.platform.rounds.operations import run
from service.platform.web.health import TIMETABLE_BEAT
from service.platform.work import waking

log = structlog.get_logger()
EVERY_SECONDS = 30


def do(step: Step) -> list[Any]:
    """Do a step, and return what it said. Where the database or Redis is away it is nothing, and the next round asks again."""
    try:
        return run(step)
    except Exception as error:
        log.error("step_waits", step=step.name, error=type(error).__name__)
        return []


def wake_for_what_is_due() -> int:
    """Wake a worker for all work that waits and that nobody holds. Returns how many wakeups."""
    return waking.wake_each(wakeup for step in features().wakeups for found in do(step) for wakeup in found)


def tick() -> None:
    """One round. What raises is told, and the rest of the round goes on."""
    wake_for_what_is_due()
    for step in features().steps:
        do(step)
    try:
        waking.connection().set(TIMETABLE_BEAT, str(time.time()), ex=600)
    except RedisError:
        log.warning("timetable_beat_lost")


def main() -> None:
    """Tick every half minute until told to stop."""
    settings = load_settings()
    configure(settings.log_level, settings.production)
    app = create_app(settings)
    gc.freeze()  # it stays
    stopping = threading.Event()
    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, lambda *_: stopping.set())
    with app.app_context():
        while not stopping.is_set():
            tick()
            stopping.wait(EVERY_SECONDS)


if __name__ == "__main__":
    main()
