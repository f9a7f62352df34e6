"""The doorbell: tell a worker, after the commit, that there is something to do. A bell that nobody hears loses nothing.

Redis may ring, and never command. What stands in a queue is the name of a job and its plain arguments and nothing else, and a
worker does the jobs that the features have named (`service.platform.work.listener`). The job's function is named by text, as the features
stand above this module. A bell that waits already is not hung up twice.
"""

from __future__ import annotations

import base64
import json
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

import structlog
from flask import Flask, current_app
from redis import Redis
from redis.exceptions import RedisError
from rq import Queue
from rq.serializers import JSONSerializer
from sqlalchemy import event
from sqlalchemy.orm import Session

from service.platform.work.patience import ANSWERS_WITHIN, Patience
from tenants.database import db

log = structlog.get_logger()
WORK, MAIL = (
    "partnerskab",
    "partnerskab-mail",
)  # a mail does not wait behind a month's statements, nor they behind a thousand mails
MAX_BELL = 500  # letters
ADD_NEW = """
local waiting, new = {}, 0
for _, id in ipairs(redis.call('LRANGE', KEYS[1], 0, -1)) do waiting[id] = true end
for _, id in ipairs(ARGV) do
  if not waiting[id] then
    waiting[id], new = true, new + 1
    redis.call('RPUSH', KEYS[1], id)
  end
end
return new
"""


@dataclass(frozen=True, slots=True)
class Bell:
    """A job to wake: the dotted name of its function, its plain arguments, and the queue that it waits in."""

    function: str
    arguments: tuple[str | int, ...]
    queue: str = WORK

    @property
    def id(self) -> str:
        """The whole bell as the one word that stands in its queue."""
        told = json.dumps([self.function, *self.arguments], separators=(",", ":"))
        return base64.urlsafe_b64encode(told.encode()).decode().rstrip("=")


def bells(function: str, due: Iterable[tuple[str, Any]]) -> list[Bell]:
    """A bell for each piece of work that waits, by its municipality and id."""
    return [Bell(function, (code, str(key))) for code, key in due]


def read(word: str | bytes, queue: str) -> Bell | None:
    """The bell that a word in a queue means; None where it means none."""
    try:
        text = word if isinstance(word, str) else word.decode("ascii")
        told = json.loads(base64.urlsafe_b64decode(text + "=" * (-len(text) % 4))) if len(text) <= MAX_BELL else None
    except ValueError:
        return None
    match told:
        case [str() as function, *arguments] if all(type(each) in (str, int) for each in arguments):
            bell = Bell(function, tuple(arguments), queue)
            return bell if bell.id == text else None
    return None


def init(app: Flask, redis_url: str) -> None:
    """Connect the application to its Redis. Nothing is sent yet."""
    app.extensions["redis"] = Redis.from_url(
        redis_url, socket_timeout=ANSWERS_WITHIN, socket_connect_timeout=ANSWERS_WITHIN, retry=Patience()
    )


def connection() -> Redis:
    """The application's Redis."""
    redis: Redis = current_app.extensions["redis"]
    return redis


def queue(name: str = WORK) -> Queue:
    """A queue that the workers listen to."""
    return Queue(name, connection=connection(), serializer=JSONSerializer)


def ring(function: str, *arguments: str | int, queue: str = WORK) -> None:
    """Wake a worker for this job when, and only when, the present transaction commits."""
    db.session.info.setdefault("bells", []).append(Bell(function, arguments, queue))


@event.listens_for(Session, "after_commit")
def _ring_all(session: Session) -> None:
    ring_each(session.info.pop("bells", []))


@event.listens_for(Session, "after_rollback")
def _forget_all(session: Session) -> None:
    session.info.pop("bells", None)


def ring_each(bells: Iterable[Bell]) -> int:
    """Ring at once. Returns how many did not wait in their queue already.

    Where Redis does not answer, none is rung after that: the timetable's sweep finds the work all the same.
    """
    by_queue: dict[str, list[str]] = {}
    for bell in bells:
        by_queue.setdefault(bell.queue, []).append(bell.id)
    new = 0
    try:
        for name, words in by_queue.items():
            new += connection().eval(ADD_NEW, 1, Queue.redis_queue_namespace_prefix + name, *words)
    except RedisError as error:
        log.warning("doorbell_silent", bells=sum(map(len, by_queue.values())), error=type(error).__name__)
    return new
