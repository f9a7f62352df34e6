"""The service's own processes, started and killed by tests: workers, and commands beside them."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path

from config.settings import Settings

ROOT = Path(__file__).parents[2]
PATIENCE = 150.0  # seconds: for a machine with much else to do


def environment(settings: Settings, place: Mapping[str, str], **changes: str) -> dict[str, str]:
    """What a process of its own is told, to work for the same place as the test."""
    return {
        "PATH": os.environ["PATH"],
        "LC_ALL": "C.UTF-8",
        "VAR": str(settings.var),
        "SECRET_KEY": settings.secret_key,
        "PUBLIC_URL": settings.public_url,
        "LEASE_SECONDS": str(settings.lease_seconds),
        **place,
        **changes,
    }


class Worker:
    """A worker as a process, and everything that it has forked."""

    def __init__(self, environ: Mapping[str, str]) -> None:
        command = [sys.executable, "-m", "service.worker"]
        self.process = subprocess.Popen(command, cwd=ROOT, env=dict(environ), stdin=subprocess.DEVNULL)

    def descendants(self) -> list[int]:
        """The processes below this one: the render process, and the job at hand."""
        found, waiting = [], [self.process.pid]
        while waiting:
            pid = waiting.pop()
            try:
                children = [int(each) for each in Path(f"/proc/{pid}/task/{pid}/children").read_text().split()]
            except OSError:  # it has ended meanwhile
                continue
            found += children
            waiting += children
        return found

    def kill(self) -> None:
        """End it as a power cut does: no process of it gets to say goodbye."""
        for pid in (self.process.pid, *self.descendants()):
            with _gone():
                os.kill(pid, signal.SIGKILL)
        self.process.wait(10)

    def stop(self) -> None:
        """Ask it to end, and insist when it does not."""
        if self.process.poll() is None:
            self.process.terminate()
            try:
                self.process.wait(10)
            except subprocess.TimeoutExpired:
                self.kill()


@contextmanager
def _gone() -> Iterator[None]:
    try:
        yield
    except ProcessLookupError:
        pass


@contextmanager
def workers(environ: Mapping[str, str], count: int = 1) -> Iterator[list[Worker]]:
    """So many workers at once; none is left at the end."""
    started = [Worker(environ) for _each in range(count)]
    try:
        yield started
    finally:
        for worker in started:
            worker.stop()


def wait_until(true: Callable[[], bool], what: str, patience: float = PATIENCE) -> None:
    """Wait until something is true, and fail when it does not become so."""
    end = time.monotonic() + patience
    while not true():
        if time.monotonic() > end:
            raise AssertionError(f"waited {patience:.0f} seconds in vain: {what}")
        time.sleep(0.1)
