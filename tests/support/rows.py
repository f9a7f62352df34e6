"""The tests' own hand on the rows: every table emptied, or put back as it was kept aside once, by a function or two in PostgreSQL.

The hand is a role that bypasses row security: under FORCE even the owner's DELETE removes nothing and says nothing. It works as a
replica does, so that no foreign key and no trigger of what is only added to stands in its way. Nothing but this uses it.

A test writes few tables. The others are let stand: every row says which transaction wrote it and whether another has touched it
since, so that a table holds what was put there as long as it has as many rows, all of the hand's own transaction, untouched.

DELETE, and not TRUNCATE, which makes every table's files anew: 300 ms for 70 tables, at each test. What is deleted stays in the
files until it is swept out: where it was much, at once, as the next test would have to read past it. Functions, and not statements:
PostgreSQL then plans each of them once, and not at each of two thousand tests.
"""

from __future__ import annotations

import psycopg
from psycopg import Connection, sql

from tenants.database import Base

SEEDED = ("municipalities", "region_periods", "activity_types", "text_versions")
ASIDE = "aside"  # where the function that empties is; what is kept has a schema of its own by each name
MUCH = 1000  # rows
OFTEN = 50  # times that rows were removed
ANY_ROW = "EXISTS (SELECT FROM {table})"
ALTERED = "(SELECT count(*) <> {count} OR bool_and(xmin = put[{place}] AND xmax = 0) IS NOT TRUE FROM {table})"
CLEAR = """IF {altered} THEN
        DELETE FROM {table};
        GET DIAGNOSTICS gone = ROW_COUNT;
        cleared := array_append(cleared, {place});
        IF gone > {much} THEN much := array_append(much, {place}); END IF;
    END IF;
    """
# Clears the tables that do not hold what was put there, by the transaction that did for each; tells which, and which had many rows.
CLEARED = """CREATE FUNCTION {schema}.cleared(put xid[], OUT cleared int[], OUT much int[]) LANGUAGE plpgsql AS $$
DECLARE gone bigint;
BEGIN
    cleared := '{{}}'; much := '{{}}';
    {clears}
END $$"""
# Fills those of the tables that it is told, and tells by which transaction.
FILLED = """CREATE FUNCTION {schema}.filled(cleared int[]) RETURNS text LANGUAGE plpgsql AS $$
BEGIN
    {fills}
    RETURN pg_current_xact_id()::xid;
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
        self._put: dict[str, list[str | None]] = {}  # by each name, the transaction that put it into each table last

    def empty(self) -> None:
        """Remove every row."""
        self._clear(ASIDE)

    def keep_aside(self, kept_as: str) -> None:
        """Copy every table's rows aside, under a name."""
        hand, counts = self._hand(), {}
        hand.execute(sql.SQL("CREATE SCHEMA {}").format(sql.Identifier(kept_as)))
        for name in tables():
            there, here = sql.Identifier(kept_as, name), sql.Identifier("public", name)
            (count,) = hand.execute(sql.SQL("SELECT count(*) FROM {}").format(here)).fetchone() or (0,)
            if count:
                hand.execute(sql.SQL("CREATE TABLE {} AS SELECT * FROM {}").format(there, here))
                counts[f'public."{name}"'] = count
        self._make_cleared(kept_as, counts)
        fills = "".join(
            f'IF {place} = ANY(cleared) THEN INSERT INTO {table} SELECT * FROM {kept_as}."{name}"; END IF;\n    '
            for place, (table, name) in enumerate(zip(_named(), tables(), strict=False), 1)
            if table in counts
        )
        hand.execute(FILLED.format(schema=kept_as, fills=fills))

    def put_back(self, kept_as: str) -> None:
        """Let every table have the rows that were kept aside under a name, and no others."""
        cleared = self._clear(kept_as)
        (put,) = self._hand().execute(f"SELECT {kept_as}.filled(%s::int[])", [cleared]).fetchone() or (None,)
        for place in cleared:
            self._put[kept_as][place - 1] = put

    def close(self) -> None:
        """Leave the database, which else cannot be dropped."""
        if self._connection is not None:
            self._connection.close()

    def _clear(self, kept_as: str) -> list[int]:
        """Empty the tables that hold anything else, and sweep: while they are empty, so that a table takes rows in their order."""
        hand, named = self._hand(), _named()
        self._times += 1
        if all_of_them := self._times % OFTEN == 0:
            self._put.clear()
        put = self._put.setdefault(kept_as, [None for _name in named])
        found = hand.execute(f"SELECT cleared, much FROM {kept_as}.cleared(%s::text[]::xid[])", [put])
        cleared, much = found.fetchone() or ([], [])
        for place in range(1, len(named) + 1) if all_of_them else much:
            hand.execute(f"VACUUM {named[place - 1]}")
        return list(cleared)

    def _make_cleared(self, schema: str, counts: dict[str, int]) -> None:
        """Make the function that clears what does not hold so many rows as were put there: none, where nothing is said."""
        clears = ""
        for place, table in enumerate(_named(), 1):
            altered = ALTERED if table in counts else ANY_ROW
            told = {"table": table, "place": place, "count": counts.get(table)}
            clears += CLEAR.format(altered=altered.format(**told), much=MUCH, **told)
        self._hand().execute(CLEARED.format(schema=schema, clears=clears))

    def _hand(self) -> Connection:
        if self._connection is None:
            self._connection = psycopg.connect(self._url, autocommit=True)
            self._connection.execute("SET session_replication_role = replica; SET lock_timeout = '20s'")
            self._connection.execute(f"CREATE SCHEMA {ASIDE}")
            self._make_cleared(ASIDE, {})
        return self._connection


def _named() -> list[str]:
    return [*(f'public."{name}"' for name in tables()), "app.tries"]
