"""What a worker hears: RQ's worker, with all that RQ would believe of Redis taken away.

RQ imports and calls any dotted name that stands in a job's hash: the function, an attribute of an object, callbacks by name, an
address to send the result to. Here a job is the word in the queue (`wakeup.Wakeup`) and nothing beside it: its hash is never
read, and of the names only those that a feature has given are known. Whatever else stands in a queue is dropped and logged.
Nor does a worker take orders over Redis' channels, or stop because a key says so: an operator stops it by a signal.
"""

from __future__ import annotations

import signal
import time
from collections.abc import Callable, Iterable, Mapping
from types import MappingProxyType
from typing import Any, TypeAlias, cast

import structlog
from redis import Redis
from redis.exceptions import RedisError
from rq import Queue, Worker, worker_registration
from rq.exceptions import NoSuchJobError
from rq.job import Job
from rq.serializers import JSONSerializer
from rq.worker.base import DequeueStrategy

from service.platform.work import waking
from service.platform.work.waking import Wakeup

log = structlog.get_logger()
Door: TypeAlias = Callable[..., object]
JOB_SECONDS = 300
PAUSE = 2.0  # seconds before a worker looks for a Redis again that was away
LISTEN_SECONDS = 60  # how long a worker waits at a silent queue before it says again that it is there


class Woken(Job):
    """A job that was woken for. All of it stands in its id."""

    wakeup: Wakeup
    door: Door | None = None

    def refresh(self) -> None:
        """Read the id. Raises NoSuchJobError where it means no wakeup."""
        found = waking.read(self.id, self.origin)
        if found is None:
            raise NoSuchJobError(f"{self.id[:40]} is no wakeup")
        self.wakeup = found
        self._func_name, self._instance, self._args, self._kwargs = found.function, None, list(found.arguments), {}
        self.timeout, self.result_ttl = JOB_SECONDS, 0

    @property
    def func(self) -> Door | None:
        """The feature's own function, never one looked up by its name."""
        return self.door

    def cleanup(self, ttl: int | None = None, pipeline: Any = None, remove_from_queue: bool = True) -> None:
        """Forget that it ran."""
        pipeline.delete(self.key)

    def _handle_failure(self, exc_string: str, pipeline: Any, *_who: Any, **_when: Any) -> None:
        """Keep nothing of a failure in Redis: the row and the log have it."""
        self.cleanup(pipeline=pipeline)


class Heard(Queue):
    """The queues as a worker hears them."""

    @classmethod
    def dequeue_any(
        cls, queues: Iterable[Queue], timeout: int | None, connection: Redis, *_more: Any, **_classes: Any
    ) -> tuple[Job, Queue] | None:
        """The next wakeup; whatever else stands in a queue is dropped."""
        by_key = {queue.key: queue for queue in queues}
        while found := cls.lpop(list(by_key), timeout, connection=connection):
            key, word = found
            queue = by_key[key.decode() if isinstance(key, bytes) else key]
            if (wakeup := waking.read(word, queue.name)) is not None:
                job = Woken(wakeup.id, connection=connection, serializer=JSONSerializer)
                job.origin = queue.name
                job.refresh()
                return job, queue
            log.error("job_refused", queue=queue.name, word=str(word[:100]), why="no wakeup")
        return None


class Listener(Worker):
    """A worker that does what features have named, and takes no orders from Redis."""

    doors: Mapping[str, Door] = MappingProxyType({})

    @property
    def told_to_stop(self) -> bool:
        """Whether a signal has asked it to."""
        return self._shutdown_requested_date is not None

    def execute_job(self, job: Job, queue: Queue) -> None:
        """Do a job that a feature has named; refuse any other."""
        woken = cast("Woken", job)
        woken.door = self.doors.get(woken.wakeup.function)
        if woken.door is None:
            log.error("job_refused", queue=queue.name, word=woken.wakeup.function, why="no feature has named it")
            return
        super().execute_job(job, queue)

    def handle_exception(self, job: Job, *raised: Any) -> None:
        """Log what a job raised as everything is logged; RQ would print it, with all that it holds."""
        log.error("job_failed", function=cast("Woken", job).wakeup.function, exc_info=raised)

    def prepare_job_execution(self, job: Job, remove_from_intermediate_queue: bool = False) -> None:
        """Note that it runs, for as long as it can: of a worker that was killed nothing stays."""
        super().prepare_job_execution(job, remove_from_intermediate_queue)
        self.connection.expire(job.key, 2 * JOB_SECONDS)

    def subscribe(self) -> None:
        """Hear no commands."""

    def check_for_suspension(self, burst: bool) -> None:
        """Rest for no key in Redis."""

    def heartbeat(self, timeout: int | None = None, pipeline: Any = None) -> None:
        """Say that it is there; in a Redis that was emptied too."""
        super().heartbeat(timeout, pipeline)
        worker_registration.register(self, pipeline)


def listener(connection: Redis, doors: Mapping[str, Door]) -> Listener:
    """A worker for these jobs. It changes how long the connection waits: let it have one of its own."""
    queues = [
        Heard(name, connection=connection, serializer=JSONSerializer, job_class=Woken)
        for name in (waking.MAIL, waking.WORK)
    ]
    found = Listener(
        queues,
        connection=connection,
        serializer=JSONSerializer,
        job_class=Woken,
        queue_class=Heard,
        worker_ttl=LISTEN_SECONDS,
    )
    found.doors = doors
    return found


def listen(connect: Callable[[], Redis], doors: Mapping[str, Door]) -> None:
    """Take from the queues in turn until a signal says stop. A Redis that is away is waited for."""
    while True:
        worker = None
        try:
            worker = listener(connect(), doors)
            worker.work(logging_level="WARNING", dequeue_strategy=DequeueStrategy.ROUND_ROBIN)
        except RedisError as error:
            log.warning("worker_without_redis", error=type(error).__name__)
        if worker is not None and worker.told_to_stop:
            return
        for number in (signal.SIGINT, signal.SIGTERM):
            signal.signal(number, signal.SIG_DFL)  # RQ's own handlers ask Redis what to do
        time.sleep(PAUSE)
