"""Which kinds of paper there are, how a paper's file is named, and what counts as the hash of one. Plain values in, plain values out."""

from __future__ import annotations

import re
import unicodedata
from enum import StrEnum

_DANISH = str.maketrans({"æ": "ae", "ø": "oe", "å": "aa", "Æ": "Ae", "Ø": "Oe", "Å": "Aa"})
MOST_NAME = 80


class PaperKind(StrEnum):
    """What papers are, as they are filed and listed."""

    AGREEMENT = "agreement"
    STATEMENT = "statement"
    DECLARATION = "declaration"
    DRIFT = "drift"  # what has come apart between what was agreed and what runs
    POSTER = "poster"


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
