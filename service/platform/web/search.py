"""Finding names however they are typed: "aero" finds Ærø, "Jorgen" and "Joergen" find Jørgen.

Names are kept a second time as folded words, one a row, which a prefix finds by a plain range of bytes: under row security an
operator that PostgreSQL does not trust with hidden rows (LIKE, full text) would use no index.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable
from typing import Any

from sqlalchemy import ColumnElement, Select, and_, select
from sqlalchemy.orm import InstrumentedAttribute

_LETTERS = str.maketrans(
    {"ø": "o", "æ": "ae", "å": "a", "ö": "o", "ä": "ae", "ü": "u", "ß": "ss", "ð": "d", "þ": "th", "ł": "l"}
)
_LAST = "\U0010ffff"
MOST_WORDS = 6


def fold(text: str) -> str:
    """The text in small letters without marks; oe as ø and aa as å are written with one letter as well."""
    plain = text.casefold()
    if not text.isascii():  # most words are, and a file has a hundred thousand of them
        plain = unicodedata.normalize("NFC", text).casefold().translate(_LETTERS)
        plain = "".join(c for c in unicodedata.normalize("NFKD", plain) if not unicodedata.combining(c))
    return plain.replace("oe", "o").replace("aa", "a")


def words(*texts: str) -> tuple[str, ...]:
    """The folded words of some texts, each once, in order: letters and digits of any script."""
    return tuple(dict.fromkeys(re.findall(r"\w+", fold(" ".join(texts)))))


def finds(
    key: InstrumentedAttribute[Any], word_key: InstrumentedAttribute[Any], word: InstrumentedAttribute[str], asked: str
) -> ColumnElement[bool]:
    """The condition that every word of `asked` begins a word of the row `key`, by a table of words (`word_key`, `word`)."""
    wanted: Iterable[str] = words(asked)[:MOST_WORDS]
    return and_(*(key.in_(_beginning(word_key, word, each)) for each in wanted))


def _beginning(word_key: InstrumentedAttribute[Any], word: InstrumentedAttribute[str], start: str) -> Select[Any]:
    return select(word_key).where(word >= start, word < start + _LAST)
