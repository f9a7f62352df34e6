"""What has been woken for."""

from __future__ import annotations

from service.platform.work import waking


def woken(queue: str = waking.WORK) -> list[tuple[str, tuple[str | int, ...]]]:
    """The wakeups that wait in a queue: the function and its arguments."""
    wakeups = [waking.read(word, queue) for word in waking.queue(queue).job_ids]
    return [(wakeup.function, wakeup.arguments) for wakeup in wakeups if wakeup is not None]
