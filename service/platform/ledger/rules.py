"""How entries of the ledger hang together. Plain values in, plain values out."""

from __future__ import annotations

import datetime as dt
import hashlib
import json
import re
from collections.abc import Iterable, Mapping
from dataclasses import asdict, dataclass
from typing import Any

FIRST = "0" * 64  # what the first entry of a chain hangs on
MARK = 16  # signs of a hash that are printed and compared: 64 bits, which nobody hits by trying
_HEAD = re.compile(r"([0-9]{1,12}):([0-9a-f]{16,64})")


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


@dataclass(frozen=True, slots=True)
class Head:
    """How far a chain had come: the number of its last entry, and that one's hash, or what is printed of it."""

    number: int
    hash: str

    @property
    def mark(self) -> str:
        """The hash as it is printed: its first signs, in groups of four."""
        return " ".join(self.hash[at : at + 4] for at in range(0, MARK, 4))

    def is_of(self, stored: str | None) -> bool:
        """Whether the entry that is stored at its place, by its hash, is the one that it tells of."""
        return stored is not None and stored.startswith(self.hash)


BEGINNING = Head(0, FIRST)  # of a chain in which nothing stands yet


def head_of(text: str) -> Head:
    """A head as somebody has read it off a paper: `1234: 3f2a 9c1b 04de 77aa`. Raises ValueError for what is none."""
    found = _HEAD.fullmatch("".join(text.split()).replace(".", "").lower())
    if found is None:
        raise ValueError("a head is a number, a colon and at least 16 signs from 0 to 9 and a to f")
    return Head(int(found[1]), found[2])
