"""Where a word stands: in every column of every table, read past the walls, in Redis, and in every file of a folder."""

from __future__ import annotations

import io
import zipfile
from collections.abc import Iterable, Iterator
from pathlib import Path

import psycopg
from psycopg import sql

from service.platform.work.waking import connection

TEXTS = ("text", "character varying", "json", "jsonb", "ARRAY", "bytea")


def columns(database: psycopg.Connection) -> list[tuple[str, str, str]]:
    """Every column that can hold a word: table, column and type, as PostgreSQL lists them."""
    found = database.execute(
        "SELECT c.table_name, c.column_name, c.data_type FROM information_schema.columns c"
        " JOIN information_schema.tables t USING (table_schema, table_name)"
        " WHERE table_schema = 'public' AND table_type = 'BASE TABLE' AND data_type = ANY (%s)",
        [list(TEXTS)],
    )
    return [(str(table), str(column), str(kind)) for table, column, kind in found]


def in_tables(database: psycopg.Connection, words: Iterable[str]) -> set[str]:
    """The tables and columns, as `table.column`, that hold one of the words; in a file that is packed as well."""
    marks = [word.lower() for word in words]
    found = set()
    for table, column, kind in columns(database):
        names = {"column": sql.Identifier(column), "table": sql.Identifier(table)}
        if kind == "bytea":
            rows = database.execute(sql.SQL("SELECT {column} FROM {table} WHERE {column} IS NOT NULL").format(**names))
            held = any(_in_bytes(bytes(row[0]), marks) for row in rows)
        else:
            asked = sql.SQL("SELECT EXISTS (SELECT FROM {table} WHERE lower({column}::text) LIKE ANY (%s))")
            row = database.execute(asked.format(**names), [[f"%{mark}%" for mark in marks]]).fetchone()
            held = row is not None and row[0]
        if held:
            found.add(f"{table}.{column}")
    return found


def in_redis(words: Iterable[str]) -> set[str]:
    """The keys of Redis that hold one of the words, or are one."""
    marks, redis = [word.lower().encode() for word in words], connection()
    return {
        key.decode(errors="replace")
        for key in redis.scan_iter()
        if any(mark in (key + (redis.dump(key) or b"")).lower() for mark in marks)
    }


def in_files(folder: Path, words: Iterable[str]) -> set[str]:
    """The files below a folder that hold one of the words, by the first part of their path there."""
    marks = [word.lower() for word in words]
    files = (path for path in folder.rglob("*") if path.is_file())
    return {path.relative_to(folder).parts[0] for path in files if _in_bytes(path.read_bytes(), marks)}


def _in_bytes(content: bytes, marks: list[str]) -> bool:
    return any(mark.encode() in part.lower() for part in _parts(content) for mark in marks)


def _parts(content: bytes) -> Iterator[bytes]:
    yield content
    if content.startswith(b"PK"):
        with zipfile.ZipFile(io.BytesIO(content)) as packed:
            yield from (packed.read(name) for name in packed.namelist())
