"""Rows that the code cannot read, planted where the database would not take them: its checks and keys to others are lifted for a test."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

import psycopg

from config.embedded import Servers

Plant = Callable[..., None]


@contextmanager
def unchecked(place: Servers) -> Iterator[Plant]:
    """Gives a function that changes rows as the owner: of which table, what, and the values. The checks come back with the table empty."""
    lifted: dict[str, list[tuple[str, str]]] = {}
    with psycopg.connect(place.database_owner_url, autocommit=True) as owner:

        def plant(table: str, change: str, *values: Any) -> None:
            found = owner.execute(
                "SELECT conname, pg_get_constraintdef(oid) FROM pg_constraint WHERE contype IN ('c', 'f') AND conrelid = %s::regclass",
                [table],
            ).fetchall()
            lifted.setdefault(table, []).extend(found)
            for name, _check in found:
                owner.execute(f'ALTER TABLE "{table}" DROP CONSTRAINT "{name}"')
            owner.execute(f'ALTER TABLE "{table}" NO FORCE ROW LEVEL SECURITY')
            changed = owner.execute(f'UPDATE "{table}" SET {change}', values).rowcount
            owner.execute(f'ALTER TABLE "{table}" FORCE ROW LEVEL SECURITY')
            assert changed, "nothing was planted"

        try:
            yield plant
        finally:
            for table, checks in lifted.items():
                owner.execute(f'TRUNCATE "{table}" CASCADE')
                for name, check in checks:
                    owner.execute(f'ALTER TABLE "{table}" ADD CONSTRAINT "{name}" {check}')
