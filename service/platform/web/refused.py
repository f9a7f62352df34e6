"""What is refused is noted though nothing of it is done: once the request's own transaction is over, whatever became of it.

At most one note of a kind, of whoever was refused, in a quarter of an hour, so that nobody fills a chain of the ledger by being
refused. The log tells of each (`trail`).
"""

from __future__ import annotations

from collections.abc import Callable

from flask import g, has_request_context
from limits import parse
from werkzeug.exceptions import TooManyRequests

from service.platform.web import tries

ONCE = parse("1 per 15 minutes")
Note = Callable[[], object]


def note(what: str, whose: str, write: Note) -> None:
    """Have `write` called when the request is over, in no reach and no transaction. Where nobody asks there is nobody to refuse."""
    if has_request_context():
        g.setdefault("refused", []).append((what, whose, write))


def noted() -> bool:
    """Whether something of the present request is to be noted."""
    return bool(g.get("refused"))


def write_notes() -> None:
    """Note what was refused. What that raises is the answer instead: what cannot be noted is no answer either."""
    for what, whose, write in g.pop("refused", []):
        try:
            tries.begin(ONCE, f"{what} refused to", whose)
        except TooManyRequests:
            continue
        write()
