"""Do in a thread of its own what runs an event loop, as pyHanko does: a thread that has one already can run no other."""

from __future__ import annotations

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from typing import TypeVar

Found = TypeVar("Found")


def apart(do: Callable[[], Found]) -> Found:
    """What `do` gives. Raises what it raises."""
    with ThreadPoolExecutor(1) as thread:
        return thread.submit(do).result()
