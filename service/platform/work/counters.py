"""What is counted in every process, and told of them all together: answers of the web, papers laid out.

Each process gathers, and hands on soon after: it adds what it has to one file of this machine's (VAR/counters.json), which holds the
sums. So the file is as large as there are kinds, however many processes came and went (each job of a worker is one), whoever is
asked says the same, and nothing stands still for it: where the file cannot be had just now, the counts stay in the process.
A process that is killed takes the last second's with it. The web begins anew from nothing when it starts.
"""

from __future__ import annotations

import atexit
import fcntl
import json
import os
import threading
import time
from collections import Counter
from collections.abc import Mapping, Sequence
from pathlib import Path

import structlog
from flask import Flask, current_app, has_app_context

log = structlog.get_logger()
FILE = "counters.json"
AFTER = 1.0  # seconds after which a process hands on what it has counted
MAX_KINDS = 5_000  # each route with each status it answers, and room
TRIES, PAUSE = 20, 0.01  # of and between looks whether somebody else is writing
REQUESTS, RENDERED, RENDER_SECONDS = "requests", "rendered", "render_seconds"
BUCKETS = (0.25, 0.5, 1.0, 2.0, 4.0, 8.0, 16.0, 32.0)  # seconds
Key = tuple[str, ...]  # what is counted, and of which kind


class Counters:
    """The counts of this process that are not handed on yet, and the file with the sums of all."""

    def __init__(self, file: Path) -> None:
        self.file = file
        self._begin()
        os.register_at_fork(after_in_child=self._begin)
        atexit.register(self.hand_on)

    def _begin(self) -> None:
        """A process begins with nothing: what its parent has counted, its parent hands on."""
        self._counts: Counter[Key] = Counter()
        self._counting, self._handing = threading.Lock(), threading.Lock()
        self._waits = False  # whether a thread is going to hand on

    def add(self, key: Key, amount: float = 1) -> None:
        """Count. It waits for nobody."""
        with self._counting:
            if key not in self._counts and len(self._counts) >= MAX_KINDS:
                return
            self._counts[key] += amount  # type: ignore[assignment] # seconds are no whole numbers
            first, self._waits = not self._waits, True
        if first:
            waits = threading.Timer(AFTER, self.hand_on)
            waits.daemon = True
            waits.start()

    def hand_on(self) -> None:
        """Add the counts to those in the file. They stay here while another is writing for long, or the disk is full."""
        with self._handing:
            with self._counting:
                told, self._counts, self._waits = self._counts, Counter(), False
            if not told:
                return
            try:
                kept = self._add_to_file(told)
            except OSError as error:
                log.info("counters_wait", error=type(error).__name__)
                kept = False
            if not kept:
                with self._counting:
                    self._counts.update(told)

    def _add_to_file(self, told: Mapping[Key, float]) -> bool:
        self.file.parent.mkdir(exist_ok=True)
        lock = os.open(self.file.with_suffix(".lock"), os.O_RDWR | os.O_CREAT, 0o600)
        try:
            if not _held(lock):
                return False
            sums = self.sums()
            for key, amount in told.items():
                if key in sums or len(sums) < MAX_KINDS:
                    sums[key] = sums.get(key, 0) + amount
            aside = self.file.with_suffix(".new")
            aside.write_text(json.dumps([[*key, amount] for key, amount in sums.items()], ensure_ascii=False))
            aside.rename(self.file)
        finally:
            os.close(lock)
        return True

    def sums(self) -> dict[Key, float]:
        """The sums of all processes, as far as they have handed them on; nothing where the file is none."""
        try:
            return {tuple(key): amount for *key, amount in json.loads(self.file.read_text())}
        except (FileNotFoundError, ValueError):
            return {}


def _held(lock: int) -> bool:
    """Whether the lock could be had: whoever has it needs a moment, unless it stands still."""
    for _each in range(TRIES):
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            time.sleep(PAUSE)
        else:
            return True
    return False


def init(app: Flask, var: Path) -> None:
    """Let the application count."""
    app.extensions["counters"] = Counters(var / FILE)


def begin_anew(var: Path) -> None:
    """Forget what was counted before."""
    (var / FILE).unlink(missing_ok=True)


def here() -> Counters:
    """The application's."""
    counters: Counters = current_app.extensions["counters"]
    return counters


def rendered(template: str, seconds: float) -> None:
    """Count a paper that was laid out. It is handed on at once: the process of a job is gone in a moment."""
    if not has_app_context():  # a paper of nobody's
        return
    counters = here()
    bucket = next((f"{limit:g}" for limit in BUCKETS if seconds <= limit), "+Inf")
    counters.add((RENDERED, template, bucket))
    counters.add((RENDER_SECONDS, template), seconds)
    counters.hand_on()


def buckets(sums: Mapping[Key, float]) -> dict[str, tuple[list[tuple[str, float]], float]]:
    """The papers laid out, by template: how many took at most so many seconds, and how many seconds all of them took."""
    found = {}
    for template in sorted({key[1] for key in sums if key[0] == RENDERED}):
        total, steps = 0.0, []
        for limit in (*(f"{each:g}" for each in BUCKETS), "+Inf"):
            total += sums.get((RENDERED, template, limit), 0)
            steps.append((limit, total))
        found[template] = (steps, sums.get((RENDER_SECONDS, template), 0.0))
    return found


def of(sums: Mapping[Key, float], what: str) -> list[tuple[Sequence[str], float]]:
    """The sums of one thing, by kind."""
    return sorted((key[1:], amount) for key, amount in sums.items() if key[0] == what)
