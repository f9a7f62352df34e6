"""Which kinds of paper there are, what a seal says, how a file is named, how a paper stands, and what is typed to check one.

Plain values in, plain values out.
"""

from __future__ import annotations

import datetime as dt
import hashlib
import re
import unicodedata
from collections.abc import Mapping
from dataclasses import asdict, dataclass
from enum import StrEnum
from typing import Any

_DANISH = str.maketrans({"æ": "ae", "ø": "oe", "å": "aa", "Æ": "Ae", "Ø": "Oe", "Å": "Aa"})
MOST_NAME = 80
MAX_EARLIER = 20  # hashes of what a file was before it was added to
_END = re.compile(rb"%%EOF(?:\r\n|\n|\r)?")  # of a PDF, and of what it was before


class PaperKind(StrEnum):
    """What papers are, as they are filed and listed."""

    AGREEMENT = "agreement"
    CERTIFICATE = "certificate"  # who approved an agreement, when and how
    COOPERATION = "cooperation"  # an agreement of DRC and a volunteer group
    ENDING = "ending"  # that an agreement ends before its term
    STATEMENT = "statement"
    DECLARATION = "declaration"
    DRIFT = "drift"  # what has come apart between what was agreed and what runs
    POSTER = "poster"
    YEAR_STATUS = "year_status"  # of a calendar year
    GRANT_REPORT = "grant_report"  # of a grant by section 18
    EVALUATION = "evaluation"  # of an agreement whose term is over
    YEAR_CASE = "year_case"  # a year for a committee
    NATIONAL_YEAR = "national_year"  # all of Denmark; kept by DRC, and no document of a municipality's
    SCAN = "scan"  # a picture of a paper that was signed outside the service


# DRC's own papers: they stand in a municipality's row of numbers, and none of its people reads them.
WITHHELD = frozenset({PaperKind.COOPERATION})


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


class StandingState(StrEnum):
    """How what a paper says stands today, as whoever holds the paper may know."""

    NOT_AGREED = "not_agreed"  # an agreement that nobody has concluded
    UNDER_NOTICE = "under_notice"
    ENDS_EARLY = "ends_early"  # as both agree, or for breach
    SUPERSEDED = "superseded"
    CHANGED = "changed"  # an agreement, by an addendum: all that it does not change stands
    OVER = "over"


@dataclass(frozen=True, slots=True)
class Standing:
    """How a paper stands where it is not simply in force: from or until which day, and the number of what takes its place."""

    state: StandingState
    day: dt.date | None = None
    number: str | None = None


class CheckFinding(StrEnum):
    """What is found of a file, or of what was typed."""

    GENUINE = "genuine"  # every byte is as it was issued
    KNOWN = "known"  # a paper was issued with that number and that fingerprint
    ALTERED = "altered"  # it was made of a paper of ours, and is no longer it
    UNKNOWN = "unknown"


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


def number_typed(text: str) -> str | None:
    """The number of a paper that somebody has typed, or None when it is something else."""
    joined = "".join(text.split())
    return joined if re.fullmatch(r"[0-9]{4}-[0-9]{4}-[0-9]{4,6}", joined) else None


def mark_typed(text: str) -> str | None:
    """The signs of a fingerprint or a hash that somebody has typed, two groups or more, or None when it is something else."""
    joined = "".join(text.split()).lower()
    return joined if re.fullmatch(r"[0-9a-f]{8,64}", joined) else None


def earlier(content: bytes) -> list[str]:
    """The hashes of what a PDF was before it was added to, each time: whoever adds to one leaves what was there in its place."""
    ends = [end for found in _END.finditer(content) for end in sorted({found.start() + 5, found.end()})]
    return [hashlib.sha256(content[:end]).hexdigest() for end in ends if end < len(content)][-MAX_EARLIER:]


def earlier_sent(text: str) -> list[str]:
    """Such hashes as a browser has sent them, with blanks between."""
    return [each for each in text.split()[:MAX_EARLIER] if hash_typed(each)]
