"""The doorbell: tell a worker, after the commit, that there is something to do. A bell that nobody hears loses nothing.

The job's function is named by text, as the features stand above this module.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from itertools import takewhile

import structlog
from flask import Flask, current_app
from redis import Redis
from redis.backoff import NoBackoff
from redis.exceptions import RedisError
from redis.retry import Retry
from rq import Queue
from rq.serializers import JSONSerializer
from sqlalchemy import event
from sqlalchemy.orm import Session

from tenants.database import db

log = structlog.get_logger()
QUEUE = "partnerskab"
JOB_SECONDS = 300


@dataclass(frozen=True, slots=True)
class Bell:
    """A job to wake: the dotted name of its function and its plain arguments."""

    function: str
    arguments: tuple[str | int, ...]


def init(app: Flask, redis_url: str) -> None:
    """Connect the application to its Redis. Nothing is sent yet."""
    # One more try at once and no waiting: nobody's page, and no round of the timetable, is to hang on a bell.
    patience = Retry(NoBackoff(), 1)
    app.extensions["redis"] = Redis.from_url(redis_url, socket_timeout=5, socket_connect_timeout=2, retry=patience)


def connection() -> Redis:
    """The application's Redis."""
    redis: Redis = current_app.extensions["redis"]
    return redis


def queue() -> Queue:
    """The queue that the workers listen to."""
    return Queue(QUEUE, connection=connection(), serializer=JSONSerializer, default_timeout=JOB_SECONDS)


def ring(function: str, *arguments: str | int) -> None:
    """Wake a worker for this job when, and only when, the present transaction commits."""
    db.session.info.setdefault("bells", []).append(Bell(function, arguments))


@event.listens_for(Session, "after_commit")
def _ring_all(session: Session) -> None:
    ring_each(dict.fromkeys(session.info.pop("bells", [])))


@event.listens_for(Session, "after_rollback")
def _forget_all(session: Session) -> None:
    session.info.pop("bells", None)


def ring_now(bell: Bell) -> bool:
    """Ring at once. Returns False when Redis does not answer: the timetable's sweep finds the work all the same."""
    try:
        queue().enqueue(bell.function, args=bell.arguments, result_ttl=0, failure_ttl=86400)
    except RedisError as error:
        log.warning("doorbell_silent", function=bell.function, error=type(error).__name__)
        return False
    return True


def ring_each(bells: Iterable[Bell]) -> int:
    """Ring them one by one, until one is not heard. Returns how many were."""
    return sum(1 for _heard in takewhile(ring_now, bells))
