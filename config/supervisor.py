"""Keeps processes running, and leaves nothing of them behind.

A process that dies is started again after a pause that grows to a minute, and it is said: a worker killed in the middle of its
work is a thing that happens, and what it held is taken over by another. One that keeps dying takes no other with it.

Each process has a session of its own and hears from the kernel when this one is gone, so that none outlives it: not after a
second TERM, not after a KILL. Ctrl-C reaches this process alone, which asks the others to finish what they are at.
"""

from __future__ import annotations

import os
import select
import signal
import subprocess
import threading
import time
from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from types import FrameType

PATIENCE = 25.0  # seconds for a process to finish what it is at: a little more than Gunicorn gives its requests
FIRST_PAUSE, MAX_PAUSE = 0.5, 60.0  # seconds before what has died is started again
STEADY = 120.0  # who has lived for so long has not died in a row


class Stop(Exception):
    """Somebody asked us to stop."""


def say(text: str, who: str = "run") -> None:
    """Lines of our own, or of a process, each with the name before it. Where nobody listens any more, we go on without."""
    try:
        print("\n".join(f"{who:9} | {line}" for line in text.splitlines() or [""]), flush=True)
    except OSError:
        return


@dataclass
class Process:
    """One of the processes that we keep running; with `then`, until it has ended well, whereupon those others begin."""

    name: str
    command: tuple[str, ...]
    env: Mapping[str, str]
    then: Sequence[Process] | None = None
    child: subprocess.Popen[bytes] | None = None
    reader: threading.Thread | None = None
    sessions: list[int] = field(default_factory=list)  # all it has had: a killed worker's job may be at work still
    fails: Callable[[], None] = lambda: None  # called when it has died twice in a row or more
    deaths: int = 0  # in a row
    started: float = 0.0
    next_start: float = 0.0

    def start(self) -> None:
        """Start it; what it says is printed with its name before each line."""
        # setpriv tells it of our death; it has a group of its own, so that Ctrl-C is ours to hand on.
        self.child = subprocess.Popen(  # noqa: S603 - a fixed command
            ("setpriv", "--pdeathsig", "TERM", "--", *self.command),
            env=self.env, stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, start_new_session=True,
        )  # fmt: skip
        self.started = time.monotonic()
        self.sessions.append(self.child.pid)
        self.reader = threading.Thread(target=self._read, args=(self.child,), daemon=True)
        self.reader.start()

    def _read(self, child: subprocess.Popen[bytes]) -> None:
        assert child.stdout is not None  # noqa: S101 - it was opened with a pipe
        with child.stdout as lines:
            for line in lines:
                say(line.decode(errors="replace").rstrip(), self.name)

    def ask_to_end(self) -> None:
        """Ask it, and nothing that it has started, to finish."""
        if self.child is not None and self.child.poll() is None:
            self.child.terminate()

    def end(self) -> None:
        """Kill it if it is still there, and whatever it has started and left behind."""
        for pid in _members(self.sessions):
            try:
                os.kill(pid, signal.SIGKILL)
            except ProcessLookupError:
                continue
        if self.child is not None:
            self.child.wait()
        if self.reader is not None:
            self.reader.join(2)

    def ended(self) -> int | None:
        """Its exit status when it has ended."""
        return None if self.child is None else self.child.poll()


class Supervisor:
    """What runs, and what has been asked of us meanwhile."""

    def __init__(self) -> None:
        self.processes: list[Process] = []
        self.asked = 0
        self._wake, wake = os.pipe()
        os.set_blocking(wake, False)
        signal.set_wakeup_fd(wake)
        for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
            signal.signal(number, self._ask)
        signal.signal(signal.SIGCHLD, lambda *_: None)  # only to wake us

    def _ask(self, _number: int, _frame: FrameType | None) -> None:
        self.asked += 1

    def wait(self, seconds: float) -> None:
        """Sleep until something happens, at most so long."""
        if select.select([self._wake], [], [], seconds)[0]:
            os.read(self._wake, 4096)

    def step(self, name: str, command: tuple[str, ...], env: Mapping[str, str]) -> None:
        """Run something to its end before we go on. Raises SystemExit when it fails, Stop when we are asked to stop."""
        process = Process(name, command, env)
        self.processes.append(process)
        process.start()
        while (status := process.ended()) is None:
            if self.asked:
                raise Stop
            self.wait(1)
        self.processes.remove(process)
        if process.reader:
            process.reader.join(5)
        if status:
            raise SystemExit(f"`{' '.join(command[1:])}` failed with status {status}: what it said is above")

    def keep(self, check: Callable[[], None]) -> None:
        """Keep every process running until we are asked to stop."""
        while not self.asked:
            for process in list(self.processes):
                self._revive(process)
            check()
            self.wait(1)

    def _revive(self, process: Process) -> None:
        now = time.monotonic()
        if process.then is not None and process.ended() == 0:
            self.processes.remove(process)
            self.processes += process.then
            return
        if process.child is not None and (status := process.ended()) is not None:
            process.child = None
            process.deaths = process.deaths + 1 if now - process.started < STEADY else 1
            how = f"status {status}" if status >= 0 else signal.Signals(-status).name
            pause = pause_after(process.deaths)
            process.next_start = now + pause
            often = f", {process.deaths} times in a row" if process.deaths > 1 else ""
            say(f"{process.name} ended with {how}{often}; it is started again in {pause:g} s")
            if process.deaths > 1:
                process.fails()
        if process.child is None and now >= process.next_start:
            process.start()

    def stop(self) -> None:
        """Ask everything to finish; kill what does not within its time, or when we are asked once more."""
        asked, until = self.asked, time.monotonic() + PATIENCE
        for process in self.processes:
            process.ask_to_end()
        while any(process.ended() is None for process in self.processes if process.child):
            if time.monotonic() > until or self.asked > asked:
                break
            self.wait(0.2)
        for process in self.processes:
            process.end()


def pause_after(deaths: int) -> float:
    """How many seconds what has died so many times in a row waits."""
    return min(FIRST_PAUSE * 2.0 ** min(deaths - 1, 16), MAX_PAUSE)


def _members(sessions: Collection[int]) -> list[int]:
    """Every process of these sessions, whatever groups they have made in them."""
    found = []
    for stat in Path("/proc").glob("[0-9]*/stat"):
        try:
            fields = stat.read_text().rpartition(")")[2].split()  # the name before may hold anything
        except OSError:  # it has ended meanwhile
            continue
        if int(fields[3]) in sessions:
            found.append(int(stat.parent.name))
    return found
