"""A paper as plain values: all that its PDF is made from."""

from __future__ import annotations

import csv
import datetime as dt
import hashlib
import io
import json
import unicodedata
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from service.platform.documents.rules import PaperKind

FINGERPRINT = 16  # signs
Json = Any  # None, bool, int, str, and lists and dictionaries of these


@dataclass(frozen=True, slots=True)
class Table:
    """A table of a paper, embedded in it as `name.csv`. `title` tells a reader of the file list what it is."""

    name: str
    header: tuple[str, ...]
    rows: tuple[tuple[str | int, ...], ...]
    title: str = ""

    def csv(self) -> bytes:
        """The table as a Danish spreadsheet opens it: semicolons, UTF-8 with a mark, no cell that runs as a formula.

        Raises ValueError for a row that is not as long as the header.
        """
        out = io.StringIO()
        writer = csv.writer(out, delimiter=";", lineterminator="\r\n")
        for row in (self.header, *self.rows):
            if len(row) != len(self.header):
                raise ValueError(f"{self.name}: a row has {len(row)} cells, the header {len(self.header)}")
            writer.writerow([cell if isinstance(cell, int) else harmless(_text(cell)) for cell in row])
        return out.getvalue().encode("utf-8-sig")


@dataclass(frozen=True, slots=True)
class Paper:
    """What is printed: the template and its version, the facts, the tables, and how the paper is filed.

    `facts` are JSON values without fractions. The same paper and renderer give the same bytes. `supersedes` is the number of the paper
    that it takes the place of. `check_page` is the address of the page that tells whether a paper is genuine, for the code at its end.
    """

    kind: PaperKind
    template: str
    template_version: str
    title: str
    subject: str
    document_number: str
    issued_on: dt.date
    facts: Mapping[str, Json]
    tables: tuple[Table, ...] = ()
    revision: int = 1
    supersedes: str | None = None
    check_page: str = ""

    @property
    def fingerprint(self) -> str:
        """What is printed on it to be compared: 64 bits of the hash of all that it says. No paper can hold the hash of its own bytes."""
        said = {
            "number": self.document_number,
            "kind": self.kind,
            "title": self.title,
            "issued_on": self.issued_on.isoformat(),
            "template": f"{self.template} {self.template_version}",
            "facts": self.facts,
        }
        return sha256(canonical(said).encode())[:FINGERPRINT]

    @property
    def check_address(self) -> str:
        """Where the paper is checked: what its code leads to; empty where no code is printed."""
        if not self.check_page:
            return ""
        return f"{self.check_page}?nummer={self.document_number}&fingeraftryk={self.fingerprint}"

    def facts_json(self) -> bytes:
        """The facts as embedded: sorted, composed letters, readable."""
        return canonical(self.facts).encode()


def plain(value: Json) -> Json:
    """The value as JSON keeps it: composed letters, lists for tuples, dictionaries with sorted text keys.

    Raises TypeError for anything that is not a text, a whole number, a truth value, nothing, a list or a dictionary of these.
    Fractions are refused as well: money is øre, and a fraction is written differently from place to place.
    """
    match value:
        case None | bool() | int():
            return value
        case str():
            return _text(value)
        case list() | tuple():
            return [plain(item) for item in value]
        case Mapping():
            if not all(isinstance(key, str) for key in value):
                raise TypeError("the names of facts are texts")
            return {_text(key): plain(value[key]) for key in sorted(value)}
    raise TypeError(f"facts are plain values, not {type(value).__name__}")


def canonical(facts: Mapping[str, Json]) -> str:
    """Facts as one JSON text, the same for equal facts. Raises TypeError for anything that is not a plain value."""
    return json.dumps(plain(facts), ensure_ascii=False, sort_keys=True, indent=1)


def _text(value: str) -> str:
    """The text with composed letters. Raises TypeError for half a letter, which no file can keep."""
    try:
        value.encode()
    except UnicodeEncodeError as error:
        raise TypeError("a text holds half a letter") from error
    return unicodedata.normalize("NFC", value)


def harmless(cell: str) -> str:
    """A cell that a spreadsheet shows and does not run. A phone number (+45 ...) stays as it is."""
    lead = unicodedata.normalize("NFKC", cell.lstrip())[:1]
    rest = cell.lstrip()[1:]
    if lead in ("+", "-") and rest and all(c.isdigit() or c in " .," for c in rest):
        return cell
    return "'" + cell if lead in ("=", "+", "-", "@") or cell[:1] in ("\t", "\r", "\n") else cell


def in_groups(hexadecimal: str) -> str:
    """The first signs of a hash as one compares them by eye, in groups of four."""
    return " ".join(hexadecimal[at : at + 4] for at in range(0, FINGERPRINT, 4))


def sha256(content: bytes) -> str:
    """The hash that a paper is known by."""
    return hashlib.sha256(content).hexdigest()
