"""Turns: heavy work that is done one at a time in a process, and for which so many may wait, so that others are not kept from theirs."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from contextlib import contextmanager

from service.platform.web.errors import Busy


class Turns:
    """Who may work, and who may wait for it."""

    def __init__(self, max_waiting: int, seconds: float) -> None:
        self._seconds = seconds
        self._turn, self._room = threading.Lock(), threading.BoundedSemaphore(1 + max_waiting)

    @contextmanager
    def mine(self) -> Iterator[None]:
        """Wait for one's turn, and have it. Raises Busy where too many wait already, or when it has taken too long."""
        if not self._room.acquire(blocking=False):
            raise Busy
        try:
            if not self._turn.acquire(timeout=self._seconds):
                raise Busy
            try:
                yield
            finally:
                self._turn.release()
        finally:
            self._room.release()
