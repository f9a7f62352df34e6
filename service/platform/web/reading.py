"""Reading writes nothing, whatever the method: HEAD and OPTIONS are asked and answered as GET is, and PostgreSQL refuses their writes.

Nothing else asks a request for its method (tests/walls/test_reading.py): a view that compares it takes HEAD for what is sent.
What reading is noted by is written beside it, each in a transaction of its own: in the ledger by `afterwards`, before the answer
leaves; that a session or a feed is in use by who is found at the door, before the reading begins; a use of what the agreement
opens in Redis.
"""

from __future__ import annotations

from collections.abc import Callable

from flask import g, has_request_context, request

from tenants.acting import acting_for
from tenants.database import is_only_reading, transaction
from tenants.reach import Reach

READS = frozenset({"GET", "HEAD", "OPTIONS"})
COMES_BACK = "look_again"  # in a form that comes back to whoever typed it, and is to be shown and not done
Note = Callable[[], None]


def reading() -> bool:
    """Whether the request only reads."""
    return request.method in READS


def sending() -> bool:
    """Whether the request sends something, as a form does."""
    return not reading()


def wants_json() -> bool:
    """Whether a program asks. It sends JSON, or a file as it is: to look for a form in that would use it up."""
    return request.path.startswith("/api/")


def comes_back() -> bool:
    """Whether the request is a form that comes back to whoever typed it: they are shown it, and PostgreSQL refuses its writes."""
    return has_request_context() and sending() and not wants_json() and COMES_BACK in request.form


def afterwards(note: Note) -> None:
    """Write a note of what is being read: once the reading is over where nothing can be written meanwhile, else at once."""
    if is_only_reading():
        g.setdefault("notes", []).append(note)
    else:
        note()


def write_notes(reach: Reach) -> None:
    """Write what was to be written afterwards. What it raises keeps the answer back: nobody reads unnoted."""
    notes: list[Note] = g.pop("notes", [])
    if notes:
        with acting_for(reach), transaction():
            for note in notes:
                note()
