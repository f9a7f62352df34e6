"""A comparison, and how its two sides are timed."""

from __future__ import annotations

import statistics
import time
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any


@dataclass(frozen=True, slots=True)
class Row:
    """A comparison: seconds of ours and of the reference, and how many times the reference ours may take."""

    name: str
    ours: float
    reference: float
    limit: float

    @property
    def ratio(self) -> float:
        """Ours over the reference."""
        return self.ours / self.reference

    @property
    def verdict(self) -> str:
        """Whether the row holds."""
        return "ok" if self.ratio <= self.limit else "FAIL"


def timed(work: Callable[[], Any]) -> tuple[float, Any]:
    """How long work takes, in seconds, and what it answers."""
    begin = time.perf_counter()
    answer = work()
    return time.perf_counter() - begin, answer


def in_turn(
    name: str, ours: Callable[[], Any], reference: Callable[[], Any], limit: float, *, rounds: int = 15, warm: int = 3
) -> Row:
    """Both sides in turn, so that a machine that grows slow is slow for both: the medians after `warm` rounds that do not count."""
    times: tuple[list[float], list[float]] = ([], [])
    for number in range(warm + rounds):
        for work, found in zip((ours, reference), times, strict=True):
            seconds, _ = timed(work)
            if number >= warm:
                found.append(seconds)
    return Row(name, statistics.median(times[0]), statistics.median(times[1]), limit)
