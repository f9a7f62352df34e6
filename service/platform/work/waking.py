"""Wakeups: tell a worker, after the commit, that there is something to do. A wakeup that nobody hears loses nothing.

Redis may wake, and never command. What stands in a queue is the name of a job and its plain arguments and nothing else, and a
worker does the jobs that the features have named (`service.platform.work.listener`). The job's function is named by text, as the features
stand above this module. A wakeup that waits already is not queued twice.
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
MAX_WAKEUP = 500  # letters
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
class Wakeup:
    """A job to wake: the dotted name of its function, its plain arguments, and the queue that it waits in."""

    function: str
    arguments: tuple[str | int, ...]
    queue: str = WORK

    @property
    def id(self) -> str:
        """The whole wakeup as the one word that stands in its queue."""
        parts = json.dumps([self.function, *self.arguments], separators=(",", ":"))
        return base64.urlsafe_b64encode(parts.encode()).decode().rstrip("=")


def wakeups_for(function: str, due: Iterable[tuple[str, Any]]) -> list[Wakeup]:
    """A wakeup for each piece of work that waits, by its municipality and id."""
    return [Wakeup(function, (code, str(key))) for code, key in due]


def read(word: str | bytes, queue: str) -> Wakeup | None:
    """The wakeup that a word in a queue means; None where it means none."""
    try:
        text = word if isinstance(word, str) else word.decode("ascii")
        parts = json.loads(base64.urlsafe_b64decode(text + "=" * (-len(text) % 4))) if len(text) <= MAX_WAKEUP else None
    except ValueError:
        return None
    match parts:
        case [str() as function, *arguments] if all(type(each) in (str, int) for each in arguments):
            wakeup = Wakeup(function, tuple(arguments), queue)
            return wakeup if wakeup.id == text else None
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


def wake(function: str, *arguments: str | int, queue: str = WORK) -> None:
    """Wake a worker for this job when, and only when, the present transaction commits."""
    db.session.info.setdefault("wakeups", []).append(Wakeup(function, arguments, queue))


@event.listens_for(Session, "after_commit")
def _wake_all(session: Session) -> None:
    if not session.in_nested_transaction():  # what a part of a transaction asked for waits for the whole of it
        wake_each(session.info.pop("wakeups", []))


@event.listens_for(Session, "after_rollback")
def _forget_all(session: Session) -> None:
    if (
        not session.in_nested_transaction()
    ):  # a part was taken back: the rest goes on, and who is woken for that part finds nothing
        session.info.pop("wakeups", None)


def wake_each(wakeups: Iterable[Wakeup]) -> int:
    """Wake at once. Returns how many did not wait in their queue already.

    Where Redis does not answer, none is sent after that: the timetable's sweep finds the work all the same.
    """
    by_queue: dict[str, list[str]] = {}
    for wakeup in wakeups:
        by_queue.setdefault(wakeup.queue, []).append(wakeup.id)
    new = 0
    try:
        for name, words in by_queue.items():
            new += connection().eval(ADD_NEW, 1, Queue.redis_queue_namespace_prefix + name, *words)
    except RedisError as error:
        log.warning("wakeup_silent", wakeups=sum(map(len, by_queue.values())), error=type(error).__name__)
    return new
