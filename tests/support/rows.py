"""The tests' own hand on the rows: every table emptied, or put back as it was kept aside once, by a function or two in PostgreSQL.

The hand is a role that bypasses row security: under FORCE even the owner's DELETE removes nothing and says nothing. It works as a
replica does, so that no foreign key and no trigger of what is only added to stands in its way. Nothing but this uses it.

DELETE, and not TRUNCATE, which makes every table's files anew: 300 ms for 70 tables, at each test. What is deleted stays in the
files until it is swept out: where it was much, at once, as the next test would have to read past it. Functions, and not statements:
PostgreSQL then plans each of them once, and not at each of two thousand tests.
"""

from __future__ import annotations

import psycopg
from psycopg import Connection, sql

from tenants.database import Base

SEEDED = ("municipalities", "region_periods", "activity_types", "text_versions")
ASIDE = "aside"  # where these functions are; what is kept has a schema of its own by each name
MUCH = 1000  # rows
OFTEN = 50  # times that rows were removed
DELETE = f"""DELETE FROM {{name}};
    GET DIAGNOSTICS gone = ROW_COUNT;
    IF gone > {MUCH} THEN much := array_append(much, '{{name}}'); END IF;
"""
# Every row, and which tables had many.
EMPTIED = f"""CREATE FUNCTION {ASIDE}.emptied() RETURNS text[] LANGUAGE plpgsql AS $$
DECLARE gone bigint; much text[] := '{{{{}}}}';
BEGIN
    {{deletes}}RETURN much;
END $$"""


def tables() -> list[str]:
    """The tables that tests write, each after those it refers to."""
    return [table.name for table in Base.metadata.sorted_tables if table.name not in SEEDED]


class Rows:
    """The rows of one database, all of them but the seeded ones. `tester_url` is of a role that may bypass row security."""

    def __init__(self, tester_url: str) -> None:
        self._url = tester_url
        self._connection: Connection | None = None
        self._times = 0

    def empty(self) -> None:
        """Remove every row, and sweep: while it is empty, so that a table takes rows in their order."""
        (much,) = self._hand().execute(f"SELECT {ASIDE}.emptied()").fetchone() or ([],)
        self._times += 1
        for name in _named() if self._times % OFTEN == 0 else much:
            self._hand().execute(f"VACUUM {name}")

    def keep_aside(self, kept_as: str) -> None:
        """Copy every table's rows aside, under a name."""
        hand, kept = self._hand(), []
        hand.execute(sql.SQL("CREATE SCHEMA {}").format(sql.Identifier(kept_as)))
        for name in tables():
            there, here = sql.Identifier(kept_as, name), sql.Identifier("public", name)
            if hand.execute(sql.SQL("SELECT EXISTS (SELECT FROM {})").format(here)).fetchone() == (True,):
                hand.execute(sql.SQL("CREATE TABLE {} AS SELECT * FROM {}").format(there, here))
                kept.append(name)
        inserts = "".join(f'INSERT INTO public."{name}" SELECT * FROM {kept_as}."{name}";\n' for name in kept)
        hand.execute(f"CREATE FUNCTION {kept_as}.filled() RETURNS void LANGUAGE plpgsql AS $$ BEGIN\n{inserts}END $$")

    def put_back(self, kept_as: str) -> None:
        """Remove every row, and put back those that were kept aside under a name."""
        self.empty()
        self._hand().execute(f"SELECT {kept_as}.filled()")

    def close(self) -> None:
        """Leave the database, which else cannot be dropped."""
        if self._connection is not None:
            self._connection.close()

    def _hand(self) -> Connection:
        if self._connection is None:
            self._connection = psycopg.connect(self._url, autocommit=True)
            self._connection.execute("SET session_replication_role = replica; SET lock_timeout = '20s'")
            self._connection.execute(f"CREATE SCHEMA {ASIDE}")
            self._connection.execute(EMPTIED.format(deletes="".join(DELETE.format(name=name) for name in _named())))
        return self._connection


def _named() -> list[str]:
    return [*(f'public."{name}"' for name in tables()), "app.tries"]
