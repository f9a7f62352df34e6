"""How the chains are read again and again, a part at a time: decisions, pure.

Each week a chain is read on from the head that was last found whole, and that head is the hash which the next entry must hang on: a
past that was written anew, whole in itself, does not fit it. Each month it is read from its first entry.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass, replace

from service.platform.ledger.rules import BEGINNING, ChainEntry, Head, chained
from tenants.stored import Unreadable

WEEK = dt.timedelta(days=7)
MONTH = dt.timedelta(days=28)
LATE = dt.timedelta(days=8)  # since when a chain that nobody has read is told of


class Broken(Unreadable):
    """A chain is not as it was written, from this entry on."""

    def __init__(self, number: int) -> None:
        super().__init__(f"entry {number} of the ledger is not as it was written")
        self.number = number


@dataclass(frozen=True, slots=True)
class Progress:
    """What has been read of a chain: the head that was last found whole, and how far the reading since has come."""

    whole: Head = BEGINNING
    checked_at: dt.datetime | None = None  # when that head was reached
    read: Head = BEGINNING
    from_first: bool = True  # whether this reading began with the first entry
    reread_at: dt.datetime | None = None  # when one that did last came to the end


def due(kept: Progress, at: dt.datetime) -> Progress | None:
    """Where to read on; None where it is not time yet."""
    if kept.from_first or kept.read != kept.whole:
        return kept  # it is under way
    if kept.checked_at is not None and at - kept.checked_at < WEEK:
        return None
    if kept.reread_at is not None and at - kept.reread_at < MONTH:
        return kept
    return replace(kept, read=BEGINNING, from_first=True)


def read_on(
    kept: Progress, entries: Sequence[tuple[ChainEntry, str]], head: Head, at: dt.datetime, *, more: bool
) -> Progress:
    """What has been read when the next entries have been, each with the hash it was stored with, and before them the last that was read.

    `head` is the chain's, seen at the same moment, and `more` whether there are others after these. Raises Broken.
    """
    last = kept.read
    if last != BEGINNING:
        if not entries or (entries[0][0].number, entries[0][1]) != (last.number, last.hash):
            raise Broken(last.number)
        entries = entries[1:]
    for entry, stored in entries:
        number = last.number + 1
        rewritten = number == kept.whole.number and stored != kept.whole.hash
        if entry.number != number or chained(entry, last.hash) != stored or rewritten:
            raise Broken(number)
        last = Head(number, stored)
    if more:
        return replace(kept, read=last)
    if last != head or last.number < kept.whole.number:
        raise Broken(last.number + 1)
    return Progress(last, at, last, False, at if kept.from_first else kept.reread_at)
