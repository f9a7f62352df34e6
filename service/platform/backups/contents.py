"""What a database holds, read past the walls by the backup's role: nobody else sees all of it."""

from __future__ import annotations

from typing import Any

import psycopg
from psycopg import sql

from service.platform.backups.rules import Contents, Unusable

TABLES = """SELECT n.nspname, c.relname FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace
            WHERE c.relkind IN ('r', 'p', 'v', 'm', 'f', 'S') AND n.nspname !~ '^pg_' AND n.nspname <> 'information_schema'"""
HEADS = """SELECT municipality_code, number, hash FROM public.ledger_heads
           UNION ALL SELECT 'drc', number, hash FROM public.national_ledger_heads"""
DAMAGED = """SELECT municipality_code, number FROM public.documents
             WHERE encode(sha256(content), 'hex') <> sha256 OR octet_length(content) <> size ORDER BY 1, 2"""
Connection = psycopg.Connection[Any]


def sees_all(connection: Connection) -> None:
    """Raise Unusable unless this role reads past row security: what it does not see is in no dump, and nothing says so."""
    row = connection.execute(
        "SELECT rolname, rolbypassrls OR rolsuper FROM pg_roles WHERE rolname = current_user"
    ).fetchone()
    if row is None or not row[1]:
        who = row[0] if row else "?"
        raise Unusable(f"{who} does not read past row security: DATABASE_BACKUP_URL must be the backup's role")


def contents(connection: Connection) -> Contents:
    """What there is, as the present transaction sees it. Raises Unusable where it is no database of ours."""
    tables = connection.execute(f"{TABLES} AND c.relkind IN ('r', 'p')").fetchall()
    if ("public", "alembic_version") not in tables:
        raise Unusable("the database holds no schema of ours")
    revision = connection.execute("SELECT version_num FROM public.alembic_version").fetchone()
    rows = {}
    for schema, name in sorted(tables):
        count = connection.execute(sql.SQL("SELECT count(*) FROM {}").format(sql.Identifier(schema, name))).fetchone()
        rows[f"{schema}.{name}"] = count[0] if count else 0
    heads = {chain: f"{number}:{told}" for chain, number, told in connection.execute(HEADS)}
    return Contents(revision[0] if revision else "none", rows, heads)


def is_empty(connection: Connection) -> bool:
    """Whether a database holds nothing yet."""
    return connection.execute(f"SELECT NOT EXISTS ({TABLES})").fetchone() == (True,)


def damaged_papers(connection: Connection) -> list[str]:
    """The papers whose bytes are not those that were issued, by number."""
    return [f"{number} of {code}" for code, number in connection.execute(DAMAGED)]
