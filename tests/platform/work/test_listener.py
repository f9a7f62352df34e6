"""Redis may wake, never command: a worker does what features have named, and believes nothing else that stands in Redis."""

from __future__ import annotations

import ast
import base64
import json
import zlib
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
import structlog
from flask import Flask
from redis import Redis
from rq import Callback, Queue, Worker
from rq.job import Job
from rq.serializers import JSONSerializer

from config.settings import Settings
from service.features import FEATURES
from service.platform.notices.operations import JOB as MAILS
from service.platform.work import waking
from service.platform.work.listener import JOB_SECONDS, Listener, Woken, listener
from service.platform.work.waking import Wakeup

ROOT = Path(__file__).parents[3]
DONE: list[tuple[object, ...]] = []


def harmless(*arguments: object) -> None:
    """What the tests' worker may do."""
    DONE.append(arguments)


def forbidden(*arguments: object) -> None:
    """What nobody has named."""
    DONE.append(("forbidden", *arguments))


HARMLESS = f"{__name__}.harmless"


@pytest.fixture(autouse=True)
def inside(app: Flask) -> Iterator[None]:
    DONE.clear()
    with app.app_context():
        yield


@pytest.fixture
def here(settings: Settings, inside: None) -> Listener:
    """A worker that does its jobs in this process, so that one sees what was done."""
    found = listener(Redis.from_url(settings.redis_url), {HARMLESS: harmless})

    def in_this_process(job: Job, queue: Queue) -> None:
        execution = found.prepare_execution(job)
        found.perform_job(job, queue, execution)

    found.fork_work_horse = in_this_process  # type: ignore[method-assign]
    found.monitor_work_horse = lambda *_arguments: None  # type: ignore[method-assign]
    return found


def run(here: Listener) -> list[dict[str, Any]]:
    """Let the worker empty its queues. Returns what it refused."""
    with structlog.testing.capture_logs() as logs:
        here.work(burst=True, logging_level="CRITICAL")
    return [dict(entry) for entry in logs if entry["event"] == "job_refused"]


def push(word: str | bytes, queue: str = waking.WORK) -> None:
    """Put a word into a queue by hand."""
    waking.connection().rpush(Queue.redis_queue_namespace_prefix + queue, word)


def word(told: object) -> str:
    """What anybody could write as a wakeup."""
    return base64.urlsafe_b64encode(json.dumps(told, separators=(",", ":")).encode()).decode().rstrip("=")


def test_what_a_feature_has_named_is_done(here: Listener) -> None:
    waking.wake_each([Wakeup(HARMLESS, ("0101", 1)), Wakeup(HARMLESS, ("0101", 2), waking.MAIL)])
    assert not run(here)
    assert sorted(DONE) == [("0101", 1), ("0101", 2)]
    assert not waking.connection().keys("rq:job:*"), "and nothing of it is left"


@pytest.mark.parametrize(
    "function",
    [
        "os.system",
        "subprocess.run",
        "builtins.eval",
        "rq.utils.import_attribute",
        "rq.job.Job.fetch",
        f"{__name__}.forbidden",
        f"{HARMLESS}.__globals__",
        f"{HARMLESS}.__call__",
        "harmless",
        "",
    ],
)
def test_a_name_that_no_feature_has_given_is_dropped_and_logged(here: Listener, function: str, tmp_path: Path) -> None:
    push(word([function, f"touch {tmp_path}/was-here"]))
    waking.wake_each([Wakeup(HARMLESS, ("after",))])
    refused = run(here)
    assert [entry["word"] for entry in refused] == [function]
    assert DONE == [("after",)], "and the next is done"
    assert not list(tmp_path.iterdir())


@pytest.mark.parametrize(
    "told",
    [
        [HARMLESS, {"an": "object"}],
        [HARMLESS, ["a list"]],
        [HARMLESS, None],
        [HARMLESS, True],
        [HARMLESS, 1.5],
        {"func": HARMLESS},
        [None, "x"],
        [],
        "text",
        [HARMLESS, "x" * 600],
    ],
)
def test_any_other_kind_of_call_is_dropped_and_logged(here: Listener, told: object) -> None:
    push(word(told))
    assert len(run(here)) == 1
    assert not DONE


@pytest.mark.parametrize(
    "spoilt", [b"\xff\xfe", b"", b"a:b", b"../../etc", b"6dcd5f2e-0000-7000-8000-000000000000", b"W10=", b"["]
)
def test_what_is_no_bell_at_all_ends_no_worker(here: Listener, spoilt: bytes) -> None:
    push(spoilt)
    waking.wake_each([Wakeup(HARMLESS, ("after",))])
    assert len(run(here)) == 1
    assert DONE == [("after",)]


def in_rqs_own_way(connection: Any, **extra: Any) -> Job:
    """A job as RQ itself writes it: everything in a hash."""
    plain = Queue(waking.WORK, connection=connection, serializer=JSONSerializer)
    return plain.enqueue(f"{__name__}.forbidden", args=("x",), **extra)


def test_a_job_that_rq_itself_has_written_is_not_done(here: Listener) -> None:
    in_rqs_own_way(waking.connection())
    assert len(run(here)) == 1
    assert not DONE


def planted(wakeup: Wakeup) -> None:
    """Plant, beside a wakeup that counts, a hash that says all that RQ would believe."""
    connection = waking.connection()
    job = Job.create(
        f"{__name__}.forbidden",
        args=("x",),
        connection=connection,
        serializer=JSONSerializer,
        id=wakeup.id,
        origin=wakeup.queue,
        on_success=Callback(f"{__name__}.forbidden"),
        on_failure=Callback(f"{__name__}.forbidden"),
        on_stopped=Callback(f"{__name__}.forbidden"),
        meta={"any": "thing"},
        result_ttl=-1,
    )
    job.save()
    connection.hset(job.key, "data", zlib.compress(b'["os.system", null, ["true"], {}]'))
    connection.hset(job.key, "webhooks", json.dumps([{"url": "http://127.0.0.1:1/", "job_status": "finished"}]))
    connection.hset(job.key, mapping={"repeats_left": 3, "repeat_intervals": "[0]", "retries_left": 3, "timeout": -1})


def test_a_hash_beside_a_bell_is_not_believed(here: Listener) -> None:
    wakeup = Wakeup(HARMLESS, ("0101",))
    planted(wakeup)
    waking.wake_each([wakeup])
    assert not run(here)
    assert DONE == [("0101",)], "neither another function, nor a callback, nor again"
    assert not waking.connection().keys("rq:job:*")


def test_control_rq_itself_believes_that_hash(app: Flask) -> None:
    """The same plant, read by RQ's own job: were it read here, the tests above would see it."""
    wakeup = Wakeup(HARMLESS, ("0101",))
    planted(wakeup)
    found = Job.fetch(wakeup.id, connection=waking.connection(), serializer=JSONSerializer)
    assert found.func_name == "os.system"
    assert found.success_callback is not None
    assert found.webhooks
    mine = Woken.fetch(wakeup.id, connection=waking.connection(), serializer=JSONSerializer)
    assert (mine.func_name, mine.success_callback, mine.webhooks, mine.func) == (HARMLESS, None, [], None)


def test_a_job_that_breaks_leaves_nothing_in_redis_and_the_next_is_done(here: Listener) -> None:
    def broken(*_arguments: object) -> None:
        raise RuntimeError("Kirsten Nielsen")

    here.doors = {HARMLESS: harmless, "broken": broken}
    waking.wake_each([Wakeup("broken", ("x",)), Wakeup(HARMLESS, ("after",))])
    run(here)
    assert DONE == [("after",)]
    connection = waking.connection()
    assert not [key for key in connection.keys("rq:*") if b"Kirsten" in (connection.dump(key) or b"")]
    assert not connection.keys("rq:job:*")


def test_workers_take_no_orders_over_redis(here: Listener) -> None:
    connection = waking.connection()
    connection.set("rq:suspended", 1)
    waking.wake_each([Wakeup(HARMLESS, ("all the same",))])
    run(here)
    assert DONE == [("all the same",)]
    here.subscribe()
    assert here.pubsub is None
    assert not connection.pubsub_channels()


def test_a_worker_says_that_it_is_there_in_a_redis_that_was_emptied_too(here: Listener) -> None:
    here.heartbeat()
    waking.connection().flushdb()
    assert not Worker.all(connection=waking.connection())
    here.heartbeat()
    assert [each.name for each in Worker.all(connection=waking.connection())] == [here.name]


def test_what_a_killed_worker_left_behind_is_cleared_away(here: Listener) -> None:
    wakeup = Wakeup(HARMLESS, ("0101",))
    waking.wake_each([wakeup])
    found = here.dequeue_job_and_maintain_ttl(None)
    assert found is not None
    job, _queue = found
    here.prepare_execution(job)
    here.prepare_job_execution(job)
    registry = job.started_job_registry
    assert registry.count == 1
    registry.connection.zadd(registry.key, {registry.connection.zrange(registry.key, 0, 0)[0]: 1})  # long ago
    here.run_maintenance_tasks()
    assert registry.count == 0
    left = waking.connection().keys("rq:job:*")
    assert all(0 < waking.connection().ttl(key) <= 2 * JOB_SECONDS for key in left), "and what is left ends by itself"


# The list of what may be woken for


def test_every_job_is_named_and_every_wakeup_is_for_one() -> None:
    """A job that nobody names is never done, and its wakeup is dropped: the code itself is asked which there are."""
    doors, wakeups = set(), set()
    for file in (ROOT / "service").rglob("*.py"):
        tree = ast.parse(file.read_text())
        if file.name == "jobs.py":
            doors |= {f"{_module(file)}.{each.name}" for each in tree.body if isinstance(each, ast.FunctionDef)}
        texts = (
            node.value for node in ast.walk(tree) if isinstance(node, ast.Constant) and isinstance(node.value, str)
        )
        wakeups |= {text for text in texts if text.startswith("service.") and ".jobs." in text and " " not in text}
    assert {f"{door.__module__}.{door.__name__}" for door in FEATURES.jobs.values()} == doors
    assert set(FEATURES.jobs) == wakeups
    assert MAILS in wakeups


def _module(file: Path) -> str:
    return ".".join(file.relative_to(ROOT).with_suffix("").parts)


def test_a_name_says_what_is_done() -> None:
    """It stays as it is once it is in wakeups that wait, wherever its function goes: the last word of it at least is the function's."""
    doors: dict[str, Callable[..., object]] = dict(FEATURES.jobs)
    assert {name: door.__name__ for name, door in doors.items()} == {name: name.rpartition(".")[2] for name in doors}
