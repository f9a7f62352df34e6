"""Which kinds of paper there are, what a seal says, how a paper's file is named, and what counts as the hash of one.

Plain values in, plain values out.
"""

from __future__ import annotations

import datetime as dt
import re
import unicodedata
from collections.abc import Mapping
from dataclasses import asdict, dataclass
from enum import StrEnum
from typing import Any

_DANISH = str.maketrans({"æ": "ae", "ø": "oe", "å": "aa", "Æ": "Ae", "Ø": "Oe", "Å": "Aa"})
MOST_NAME = 80


class PaperKind(StrEnum):
    """What papers are, as they are filed and listed."""

    AGREEMENT = "agreement"
    ENDING = "ending"  # that an agreement ends before its term
    STATEMENT = "statement"
    DECLARATION = "declaration"
    DRIFT = "drift"  # what has come apart between what was agreed and what runs
    POSTER = "poster"
    SCAN = "scan"  # a picture of a paper that was signed outside the service


class SealState(StrEnum):
    """Whether a seal holds."""

    WHOLE = "whole"  # every byte is as it was sealed
    ADDED = "added"  # what was sealed is there unchanged, and something was added after it
    BROKEN = "broken"  # what was sealed has been changed


@dataclass(frozen=True, slots=True)
class Seal:
    """The seal of a file, as the file has it."""

    state: SealState
    by: str  # as its certificate calls itself, which anyone can write
    fingerprint: str  # the SHA-256 of that certificate
    at: dt.datetime | None
    stamped: bool  # whether a time stamp authority says when, and not the sealer alone
    covers: (
        str  # the SHA-256 of what was sealed, as the seal says: by it the paper is found whatever became of the file
    )

    def to_plain(self) -> dict[str, Any]:
        """It as JSON keeps it."""
        return {**asdict(self), "at": self.at.isoformat() if self.at else None}

    @classmethod
    def from_plain(cls, said: Mapping[str, Any]) -> Seal:
        """The other way."""
        at = dt.datetime.fromisoformat(said["at"]) if said["at"] else None
        return cls(**{**said, "state": SealState(said["state"]), "at": at})


def file_name(number: str, title: str) -> str:
    """The name to file a paper under: its number and title in letters that every system can keep, whatever the title holds."""
    composed = unicodedata.normalize("NFC", title).translate(_DANISH)
    plain = unicodedata.normalize("NFKD", composed).encode("ascii", "ignore").decode()
    words = re.sub(r"[^A-Za-z0-9]+", "-", plain).lstrip("-")[:MOST_NAME].rstrip("-")
    return f"{number}-{words}.pdf" if words else f"{number}.pdf"


def hash_typed(text: str) -> str | None:
    """The SHA-256 that somebody has typed or pasted, in groups or not, or None when it is something else."""
    joined = "".join(text.split()).lower()
    return joined if re.fullmatch(r"[0-9a-f]{64}", joined) else None
