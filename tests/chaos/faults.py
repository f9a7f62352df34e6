"""What is done to the place. Each fault ends with the place as it was, as far as that is an operator's to do."""

from __future__ import annotations

import signal
import time
from collections.abc import Callable, Iterable
from contextlib import suppress

from config import embedded_host
from config.embedded_programs import binaries
from tests.chaos.place import Place, kill

HUNG = DOWN = 7.0  # seconds: longer than any patience in the service
RENDERS = "service.platform.documents.render_process"
Fault = Callable[[Place], bool]


def _one(place: Place, pids: Iterable[int]) -> bool:
    found = sorted(pids)
    return bool(found) and kill(place.chance.choice(found))


def _of(place: Place, *names: str) -> dict[int, str]:
    return {pid: command for name in names for pid, command in place.kept[name].members().items()}


def _first(place: Place, *names: str) -> set[int]:
    return {child.pid for name in names if (child := place.kept[name].child) is not None}


def web_killed(place: Place) -> bool:
    """Any process of the web: the one above or one below it."""
    return _one(place, _of(place, "web"))


def worker_killed(place: Place) -> bool:
    """A worker, in the middle of whatever it does."""
    return _one(place, _first(place, "worker 1", "worker 2"))


def horse_killed(place: Place) -> bool:
    """The fork of a worker that does a job. Waits for one that does."""
    workers = ("worker 1", "worker 2")
    for _patience in range(50):
        horses = {pid for pid, command in _of(place, *workers).items() if RENDERS not in command}
        if _one(place, horses - _first(place, *workers)):
            return True
        time.sleep(0.1)
    return False


def renderer_killed(place: Place) -> bool:
    """A render process: the one that keeps, or the one that lays out."""
    return _one(place, {pid for pid, command in _of(place, "worker 1", "worker 2").items() if RENDERS in command})


def timetable_killed(place: Place) -> bool:
    """One of the two."""
    return _one(place, _first(place, "timetable 1", "timetable 2"))


def redis_wiped(place: Place) -> bool:
    """Every key gone, while everybody uses it."""
    with place.redis() as client:
        return bool(client.flushall())


def redis_hung(place: Place) -> bool:
    """It accepts and does not answer."""
    return _hung([place.redis_pid()])


def redis_killed(place: Place) -> bool:
    """It is gone, and comes back empty."""
    done = kill(place.redis_pid())
    time.sleep(DOWN)
    place.servers_up()
    return done


def postgres_stopped(place: Place) -> bool:
    """It is stopped at once, as by a power cut."""
    data = place.var / "postgres"
    embedded_host.run([binaries() / "pg_ctl", "-D", data, "-m", "immediate", "stop"], data, allowed=(0, 1))
    time.sleep(DOWN)
    place.servers_up()
    return True


def postgres_hung(place: Place) -> bool:
    """It and all its children stand still."""
    return _hung(place.postgres_pids())


def _hung(pids: list[int]) -> bool:
    stopped = [pid for pid in pids if kill(pid, signal.SIGSTOP)]
    time.sleep(HUNG)
    for pid in stopped:
        kill(pid, signal.SIGCONT)
    return bool(stopped)


def disk_full(place: Place) -> bool:
    """No byte is left where the servers keep their data."""
    if not place.full_disk:
        return False
    filling = place.var / "filling"
    with filling.open("wb") as file, suppress(OSError):
        while True:
            file.write(b"\0" * 65536)
            file.flush()
    time.sleep(DOWN)
    filling.unlink()
    place.servers_up()
    return True


def mail_down(place: Place) -> bool:
    """Nobody listens where mail is to go."""
    place.box.close()
    time.sleep(DOWN)
    place.box.open()
    return True


FAULTS: dict[str, Fault] = {
    "web killed": web_killed,
    "worker killed": worker_killed,
    "work horse killed": horse_killed,
    "renderer killed": renderer_killed,
    "timetable killed": timetable_killed,
    "Redis wiped": redis_wiped,
    "Redis hung": redis_hung,
    "Redis killed": redis_killed,
    "PostgreSQL stopped": postgres_stopped,
    "PostgreSQL hung": postgres_hung,
    "disk full": disk_full,
    "mail server down": mail_down,
}
