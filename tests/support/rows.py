"""The tests' own hand on the rows: every table emptied, or put back as it was kept aside, in a message or two to PostgreSQL.

The hand is a role that bypasses row security: under FORCE even the owner's DELETE removes nothing and says nothing. It works as a
replica does, so that no foreign key and no trigger of what is only added to stands in its way. Nothing but this uses it.

DELETE, and not TRUNCATE, which makes every table's files anew: 300 ms for 70 tables, at each test. What is deleted stays in the
files until it is swept out: where it was much, at once, as the next test would have to read past it.
"""

from __future__ import annotations

import psycopg
from psycopg import Connection, sql

from tenants.database import Base

SEEDED = ("municipalities", "region_periods", "activity_types", "text_versions")
ASIDE = "aside"
MUCH = 1000  # rows
OFTEN = 50  # times that rows were removed


def tables() -> list[str]:
    """The tables that tests write, each after those it refers to."""
    return [table.name for table in Base.metadata.sorted_tables if table.name not in SEEDED]


class Rows:
    """The rows of one database, all of them but the seeded ones. `tester_url` is of a role that may bypass row security."""

    def __init__(self, tester_url: str) -> None:
        self._url = tester_url
        self._connection: Connection | None = None
        self._kept: list[str] = []
        self._times = 0

    def empty(self) -> None:
        """Remove every row."""
        self._run([])

    def keep_aside(self) -> None:
        """Copy every table's rows aside."""
        hand = self._hand()
        hand.execute(sql.SQL("CREATE SCHEMA {}").format(sql.Identifier(ASIDE)))
        for name in tables():
            there, here = sql.Identifier(ASIDE, name), sql.Identifier("public", name)
            if hand.execute(sql.SQL("SELECT EXISTS (SELECT FROM {})").format(here)).fetchone() == (True,):
                hand.execute(sql.SQL("CREATE TABLE {} AS SELECT * FROM {}").format(there, here))
                self._kept.append(name)

    def put_back(self) -> None:
        """Remove every row, and put back those that were kept aside."""
        self._run([f'INSERT INTO public."{name}" SELECT * FROM {ASIDE}."{name}"' for name in self._kept])

    def close(self) -> None:
        """Leave the database, which else cannot be dropped."""
        if self._connection is not None:
            self._connection.close()

    def _run(self, inserts: list[str]) -> None:
        """Remove every row in one message, sweep, and insert in another. Swept while it is empty, a table takes rows in their order."""
        names = [*(f'public."{name}"' for name in tables()), "app.tries"]
        done = self._hand().execute("; ".join(f"DELETE FROM {name}" for name in names))
        much = [name for name, result in zip(names, done.results(), strict=True) if result.rowcount > MUCH]
        self._times += 1
        for name in names if self._times % OFTEN == 0 else much:
            self._hand().execute(f"VACUUM {name}")
        if inserts:
            self._hand().execute("; ".join(inserts))

    def _hand(self) -> Connection:
        if self._connection is None:
            self._connection = psycopg.connect(self._url, autocommit=True)
            self._connection.execute("SET session_replication_role = replica; SET lock_timeout = '20s'")
        return self._connection
