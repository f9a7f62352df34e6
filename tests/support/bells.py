"""What has been rung for."""

from __future__ import annotations

from service.platform.work import doorbell


def rung(queue: str = doorbell.WORK) -> list[tuple[str, tuple[str | int, ...]]]:
    """The bells that wait in a queue: the function and its arguments."""
    bells = [doorbell.read(word, queue) for word in doorbell.queue(queue).job_ids]
    return [(bell.function, bell.arguments) for bell in bells if bell is not None]
