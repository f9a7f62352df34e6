"""Where a word still is, of all that the service keeps: every column of every table, the files, what waits in Redis, and what was logged.

It reads past row security, as the hand does that puts rows back between tests. What is packed (spreadsheets, archives) is unpacked, and
papers are read as a person reads them.
"""

from __future__ import annotations

import gzip
import io
import zipfile
import zlib
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path

import psycopg
from psycopg import Connection, sql
from redis import Redis

from config.embedded import Servers
from tests.support.pages import pdf_text
from tests.support.servers import tester_url

SCHEMAS = ["public", "app"]
COLUMNS = """SELECT table_schema, table_name, column_name, data_type FROM information_schema.columns JOIN information_schema.tables
             USING (table_schema, table_name) WHERE table_schema = ANY (%s) AND table_type = 'BASE TABLE' ORDER BY 1, 2, 3"""
ENCODINGS = ("utf-8", "utf-16-le", "utf-16-be")


def left_over(word: str, place: Servers, var: Path, written: str = "") -> set[str]:
    """Where a word is: `table.column`, `file NAME`, `redis KEY` and, where it stands in what was `written` to the log, `log`.

    Upper and lower case are the same. The word is of letters from a to z, which a search key spells as a text does.
    """
    assert word.encode("ascii").isalpha(), "a word that is spelled alike wherever it stands"
    word = word.lower()
    with psycopg.connect(tester_url(place)) as connection:
        found = set(_columns(connection, word))
    found |= {
        f"file {file.relative_to(var)}" for file in var.rglob("*") if file.is_file() and holds(file.read_bytes(), word)
    }
    with Redis.from_url(place.redis_url) as redis:
        found |= {
            f"redis {key.decode()}" for key in redis.scan_iter() if holds(key + b"\n" + (redis.dump(key) or b""), word)
        }
    return found | ({"log"} if word in written.lower() else set())


def holds(data: bytes, word: str) -> bool:
    """Whether bytes hold a word, given in small letters, packed or not."""
    return any(word in text.lower() for text in _texts(data))


def _columns(connection: Connection, word: str) -> Iterator[str]:
    for schema, table, column, kind in connection.execute(COLUMNS, [SCHEMAS]).fetchall():
        here, name = sql.Identifier(schema, table), sql.Identifier(column)
        if kind == "bytea":
            rows = connection.execute(sql.SQL("SELECT {} FROM {} WHERE {} IS NOT NULL").format(name, here, name))
            there = any(holds(data, word) for (data,) in rows)
        else:
            asked = sql.SQL("SELECT EXISTS (SELECT FROM {} WHERE strpos(lower({}::text), %s) > 0)").format(here, name)
            there = connection.execute(asked, [word]).fetchone() == (True,)
        if there:
            yield f"{table}.{column}"


def _texts(data: bytes) -> Iterator[str]:
    for encoding in ENCODINGS:
        yield data.decode(encoding, "ignore")
    if data.startswith(b"%PDF"):
        yield pdf_text(data)
    elif data.startswith(b"PK"):
        with zipfile.ZipFile(io.BytesIO(data)) as archive:
            for name in archive.namelist():
                yield from _texts(archive.read(name))
    elif data.startswith(b"\x1f\x8b"):
        yield from _texts(gzip.decompress(data))
    elif data.startswith(b"\x78"):
        with suppress(zlib.error):
            yield from _texts(zlib.decompress(data))
