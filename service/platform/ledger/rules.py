"""How entries of the ledger hang together. Plain values in, plain values out."""

from __future__ import annotations

import datetime as dt
import hashlib
import json
from collections.abc import Iterable, Mapping
from dataclasses import asdict, dataclass
from typing import Any

FIRST = "0" * 64  # what the first entry of a chain hangs on


@dataclass(frozen=True, slots=True)
class ChainEntry:
    """One act: its number in the chain, when, in what capacity and by whom, what was done to what, and plain facts about it.

    An entry names acts, never contents: no name of a volunteer, no word that was searched for.
    """

    chain: str  # a municipality's code, or "drc"
    number: int
    at: dt.datetime  # in UTC, to the microsecond
    office: str
    person_id: str  # empty for unattended work and for holders of links
    act: str  # share.accepted
    subject: str  # share:0199..., empty where the act says it all
    details: Mapping[str, Any]


def chained(entry: ChainEntry, previous: str) -> str:
    """The hash of an entry that follows the one with the hash `previous`."""
    plain = {
        **asdict(entry),
        "at": entry.at.astimezone(dt.UTC).isoformat(timespec="microseconds"),
        "previous": previous,
    }
    return hashlib.sha256(json.dumps(plain, ensure_ascii=False, sort_keys=True).encode()).hexdigest()


def first_fault(entries: Iterable[tuple[ChainEntry, str]], head: tuple[int, str]) -> int | None:
    """The number of the first entry that does not hang on the one before, or None when the chain is whole.

    `entries` are those of one chain in order, each with the hash it was stored with; `head` is the number and the hash of the last.
    """
    previous, count = FIRST, 0
    for entry, stored in entries:
        count += 1
        if entry.number != count or chained(entry, previous) != stored:
            return count
        previous = stored
    return None if (count, previous) == head else count + 1
