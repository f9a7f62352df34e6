"""Ask the process that looks at seals (`service.platform.documents.seal_process`)."""

from __future__ import annotations

from service.platform.documents.rules import Seal
from service.platform.work.keeper import Keeper, Unanswered

SECONDS = 10
MEMORY_BYTES = 700_000_000
MAX_ANSWER_BYTES = 100_000

process = Keeper("service.platform.documents.seal_process", {}, MAX_ANSWER_BYTES)


class SealUnread(RuntimeError):
    """The seal of a file cannot be looked at: it takes too much time or memory."""


def seal_of(content: bytes) -> Seal | None:
    """The seal of a file; None where it has none. Raises SealUnread."""
    try:
        told, _nothing = process.ask(content, SECONDS, MEMORY_BYTES)
    except Unanswered as error:
        raise SealUnread(str(error)) from error
    if "error" in told:
        raise SealUnread(told["error"])
    return Seal.from_plain(told["seal"]) if told["seal"] else None
