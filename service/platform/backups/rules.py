"""What a backup says of itself, and what must hold of one. Plain values in, plain values out."""

from __future__ import annotations

import datetime as dt
import json
import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import asdict, dataclass
from typing import Any

FORMAT = 1
MANIFEST = "manifest.json"
NAME = re.compile(r"partnerskab-\d{8}T\d{6}Z")
PART = ".part"  # what a name ends with until all of it is there
COPY = re.compile(rb"COPY (\w+\.\w+) \([^)]*\) FROM stdin;\n")
END = b"\\.\n"


class Unusable(RuntimeError):
    """A backup cannot be made, or cannot be put back. The message says why, and what to do."""


@dataclass(frozen=True, slots=True)
class Contents:
    """What a database holds at one moment."""

    revision: str  # of the schema
    rows: Mapping[str, int]  # by table
    heads: Mapping[str, str]  # of the ledger: the number and the hash of the last entry, by chain


@dataclass(frozen=True, slots=True)
class Manifest:
    """What a backup says of itself. It names no person, and lies beside the dump unencrypted."""

    made_at: str  # the moment that it holds
    server: int  # the version of PostgreSQL
    code: str  # the version of ours
    file: str
    size: int
    sha256: str
    contents: Contents

    def to_json(self) -> str:
        """The manifest as it is stored."""
        return json.dumps({"format": FORMAT, **asdict(self)}, indent=1, sort_keys=True) + "\n"

    @classmethod
    def from_json(cls, text: str) -> Manifest:
        """The other way. Raises Unusable for what is none."""
        try:
            told: dict[str, Any] = json.loads(text)
            if told.pop("format") != FORMAT:
                raise Unusable(f"{MANIFEST} is of another version's form")
            contents = Contents(**told.pop("contents"))
            found = cls(**told, contents=contents)
            whole = all(type(each) is int for each in (found.server, found.size, *contents.rows.values()))
        except (ValueError, TypeError, KeyError, AttributeError) as error:
            raise Unusable(f"{MANIFEST} cannot be read: {type(error).__name__}") from error
        if not whole or "/" in found.file:
            raise Unusable(f"{MANIFEST} says what cannot be")
        return found


def name_of(moment: dt.datetime) -> str:
    """What a backup of that moment is called: names in order are backups in order."""
    return f"partnerskab-{moment.astimezone(dt.UTC):%Y%m%dT%H%M%SZ}"


def rows_in(script: Iterable[bytes]) -> dict[str, int]:
    """How many rows of each table stand in a dump that is written out as SQL."""
    counts: dict[str, int] = {}
    table: str | None = None
    for line in script:
        if table is not None and line != END:
            counts[table] += 1
        elif table is not None:
            table = None
        elif found := COPY.fullmatch(line):
            table = found[1].decode()
            counts[table] = 0
    return counts


def lacking(wanted: Mapping[str, int], there: Mapping[str, int]) -> Iterator[str]:
    """The tables that do not hold as many rows as they should."""
    for table in sorted(wanted.keys() | there.keys()):
        if wanted.get(table) != there.get(table):
            yield f"{table} {there.get(table, 'missing')} instead of {wanted.get(table, 'none')}"


def differences(wanted: Contents, there: Contents) -> Iterator[str]:
    """What a database holds and should not, or the other way round."""
    if wanted.revision != there.revision:
        yield f"the schema is {there.revision} instead of {wanted.revision}"
    yield from (f"rows: {each}" for each in lacking(wanted.rows, there.rows))
    for chain in sorted(wanted.heads.keys() | there.heads.keys()):
        if wanted.heads.get(chain) != there.heads.get(chain):
            yield f"ledger: the head of {chain} is another"
