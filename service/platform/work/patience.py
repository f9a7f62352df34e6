"""How often Redis is asked: nobody's page, and no round of the timetable, is to hang on a wakeup."""

from __future__ import annotations

import time
from collections.abc import Callable
from typing import Any, Self, TypeVar

from redis.backoff import NoBackoff
from redis.exceptions import ConnectionError as NoConnection
from redis.exceptions import TimeoutError as NoAnswer
from redis.retry import Retry

ANSWERS_WITHIN = 1.0  # seconds for Redis to connect or to answer
AGAIN_AFTER = 3.0  # seconds before one that was silent is asked anew
T = TypeVar("T")


class Patience(Retry):
    """What a client of Redis is told to do when it is not heard.

    A line that is cut is tried once more at once, as Redis may only have been started anew. One that does not answer is not;
    and after either, nobody in this process asks for a while: all are told at once that there is no connection.
    """

    def __init__(self, clock: Callable[[], float] = time.monotonic) -> None:
        super().__init__(NoBackoff(), 1, (NoConnection,))
        self._clock, self._again = clock, 0.0

    def __deepcopy__(self, _memo: object) -> Self:
        return self  # the client gives each connection a copy; what one of them finds is for all to know

    def call_with_retry(self, do: Callable[[], T], *args: Any, **options: Any) -> T:
        """Ask Redis. Raises NoConnection at once when it was silent a moment ago."""
        if self._clock() < self._again:
            raise NoConnection("Redis did not answer a moment ago")
        try:
            return super().call_with_retry(do, *args, **options)
        except (NoConnection, NoAnswer):
            self._again = self._clock() + AGAIN_AFTER
            raise
