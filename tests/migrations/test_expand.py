"""Expand, then contract: the code of the version before works on the schema after a migration. Each check has a control.

A migration that takes something away, or demands what was not demanded, says so itself (docs/decisions/0036-expand-then-contract.md):

    CONTRACTS = ("6b30acbde013", "persons.password_hash: the hashes lie in passwords since then")

The revision is the newest of a released version whose code no longer needs what is taken away.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from typing import Any

import psycopg
import pytest
from alembic.script import Script
from flask import Flask
from flask_migrate import upgrade

from config.embedded import Servers
from tenants import schema
from tests.migrations.dumps import lineage, released, restore
from tests.support import servers

COLUMN = re.compile(r"(?P<type>.*?)(?P<strict> NOT NULL)?(?P<default> (?:DEFAULT|GENERATED) .*)?")


def narrowing(changes: Sequence[str]) -> list[str]:
    """Of what a revision changes, what the code before it may not survive."""
    gone = {schema.subject(line[2:]): line[2:].partition(": ")[2] for line in changes if line.startswith("- ")}
    come = {schema.subject(line[2:]): line[2:].partition(": ")[2] for line in changes if line.startswith("+ ")}
    new = {name.removeprefix("table ") for name in come.keys() - gone.keys() if name.startswith("table ")}
    found = [f"takes away {name}" for name in gone.keys() - come.keys() if name.startswith(TAKEN)]
    found += [f"changes {name}" for name in gone.keys() & come.keys() if not _as_wide(name, gone[name], come[name])]
    for name in come.keys() - gone.keys():
        kind, _, place = name.rpartition(" ")
        table, _, _part = place.rpartition(".")
        if table not in new and _demands(kind, table, come[name], come):
            found.append(f"demands {name}")
    return sorted(found)


TAKEN = ("table ", "column ", "function ", "policy ", "grant ")


def _as_wide(name: str, before: str, after: str) -> bool:
    """Whether what was written and read before is so still."""
    if name.startswith("column "):
        was, is_now = COLUMN.fullmatch(before), COLUMN.fullmatch(after)
        assert was
        assert is_now
        stricter = is_now["strict"] and not (was["strict"] and (is_now["default"] or not was["default"]))
        return was["type"] == is_now["type"] and not stricter
    if name.startswith("function "):
        return before.partition(", body ")[0] == after.partition(", body ")[0]
    if name.startswith("grant "):
        return set(before.split(", ")) <= set(after.split(", "))
    return name.startswith(("table ", "index "))


def _demands(kind: str, table: str, said: str, come: Mapping[str, str]) -> bool:
    """Whether something new on a table that was there asks for what the code before did not know to give."""
    if kind == "column":
        column = COLUMN.fullmatch(said)
        assert column
        return bool(column["strict"] and not column["default"])
    if kind not in ("constraint", "unique index", "trigger"):
        return False
    columns = [name.rpartition(".")[2] for name in come if name.startswith(f"column {table}.")]
    return not any(re.search(rf"\b{column}\b", said) for column in columns)  # of a new column, nobody wrote any


def undeclared(scripts: Sequence[Script], changes: Mapping[str, Sequence[str]]) -> Iterator[str]:
    """What migrations since the newest release narrow and do not say, or say of a version that was never released."""
    for script in scripts:
        found = narrowing(changes[script.revision])
        since, why = getattr(script.module, "CONTRACTS", (None, None))
        if found and not why:
            yield f"{script.revision} {', '.join(found)}: let a version be released that does without, and say so in CONTRACTS"
        elif why and since not in released():
            yield f"{script.revision} contracts what no released version does without: {since} is none"


def test_migrations_since_the_newest_release_only_expand_or_say_that_they_contract() -> None:
    scripts = lineage()
    newer = scripts[[script.revision for script in scripts].index(released()[-1]) + 1 :]
    changes = {one.revision: (schema.FOLDER / f"{one.revision}.txt").read_text().splitlines() for one in newer}
    assert list(undeclared(newer, changes)) == []


def test_what_was_narrowed_in_the_past_is_found() -> None:
    """The controls that history gives: passwords moved, the ledger closed, checks added. (What is history stays as it is.)"""
    found = {
        script.revision: narrowing((schema.FOLDER / f"{script.revision}.txt").read_text().splitlines())
        for script in lineage()
    }
    assert "takes away column persons.password_hash" in found["e2906a627d4c"]
    assert "takes away policy ledger_entries.wall" in found["e741922641d5"]
    assert "changes grant on ledger_heads to service" in found["e741922641d5"]
    assert "demands constraint sessions.ck_sessions_days_readable" in found["6b30acbde013"]
    assert found["0003"] == found["72fb51aa9545"] == found["14e2f0d8658c"] == []


T = "+ table a: of owner"


@pytest.mark.parametrize(
    ("changes", "found"),
    [
        (["- column a.b: text"], ["takes away column a.b"]),
        (["- column a.b: text", "+ column a.c: text"], ["takes away column a.b"]),  # a rename
        (["- column a.b: integer", "+ column a.b: bigint"], ["changes column a.b"]),
        (["- column a.b: text", "+ column a.b: text NOT NULL"], ["changes column a.b"]),
        (["- column a.b: text NOT NULL DEFAULT ''::text", "+ column a.b: text NOT NULL"], ["changes column a.b"]),
        (["- column a.b: text NOT NULL", "+ column a.b: text"], []),
        (
            ["- column a.b: text", "+ column a.b: text NOT NULL DEFAULT ''::text"],
            ["changes column a.b"],
        ),  # NULL was written
        (["- column a.b: text NOT NULL", "+ column a.b: text NOT NULL DEFAULT ''::text"], []),
        (["+ column a.b: text NOT NULL"], ["demands column a.b"]),
        (["+ column a.b: text NOT NULL DEFAULT ''::text"], []),
        (["+ column a.b: text"], []),
        ([T, "+ column a.b: text NOT NULL", "+ constraint a.pk_a: PRIMARY KEY b"], []),
        (["- table a: of owner"], ["takes away table a"]),
        (["+ constraint a.ck_b: CHECK b > 0"], ["demands constraint a.ck_b"]),
        (["+ column a.c: integer", "+ constraint a.ck_c: CHECK c > 0"], []),
        (["- constraint a.ck_b: CHECK b > 0"], []),
        (["- constraint a.ck_b: CHECK b > 0", "+ constraint a.ck_b: CHECK b > 1"], ["changes constraint a.ck_b"]),
        (["+ unique index a.uq_b: CREATE UNIQUE INDEX uq_b ON a b"], ["demands unique index a.uq_b"]),
        (["+ trigger a.step: CREATE TRIGGER step"], ["demands trigger a.step"]),
        (["- policy a.wall: ALL TO service USING (true)"], ["takes away policy a.wall"]),
        (["- function app.f(text): of owner, returns text, body 1"], ["takes away function app.f(text)"]),
        (["- function app.f(): returns text, body 1", "+ function app.f(): returns text, body 2"], []),
        (
            ["- grant on a to service: INSERT, SELECT", "+ grant on a to service: SELECT"],
            ["changes grant on a to service"],
        ),
        (["- index a.ix_b: CREATE INDEX ix_b ON a b"], []),
    ],
)
def test_the_rule(changes: list[str], found: list[str]) -> None:
    assert narrowing(changes) == found


def test_who_contracts_says_since_which_release() -> None:
    def one(**said: Any) -> Script:
        module = type("module", (), said)
        return type("script", (), {"revision": "later", "module": module})()

    changes = {"later": ["- column a.b: text"]}
    assert len(list(undeclared([one()], changes))) == 1
    assert len(list(undeclared([one(CONTRACTS=("nowhere", "because"))], changes))) == 1
    assert list(undeclared([one(CONTRACTS=(released()[-1], "because"))], changes)) == []


def refused(hand: psycopg.Connection) -> list[str]:
    """The tables that do not take the rows that the code before wrote, with the columns that it knew and that are still there."""
    found = []
    query = """SELECT b.table_name, string_agg(format('%I', column_name), ', ') FROM information_schema.columns b
               JOIN information_schema.columns a USING (column_name) WHERE b.table_schema = 'before' AND a.table_schema = 'public'
               AND a.table_name = b.table_name AND a.is_generated = 'NEVER' GROUP BY 1 ORDER BY 1"""
    for table, columns in hand.execute(query).fetchall():
        try:
            with hand.transaction():
                hand.execute(f'DELETE FROM public."{table}"'.encode())
                insert = f'INSERT INTO public."{table}" ({columns}) SELECT {columns} FROM before."{table}"'
                hand.execute(insert.encode())
        except psycopg.errors.IntegrityError as error:
            found.append(f"{table}: {error.diag.column_name or error.diag.constraint_name}")
    return found


def test_what_the_code_before_writes_is_still_taken(fresh: tuple[Flask, Servers]) -> None:
    """The rows of the newest released version, written as that version knew its tables, after the upgrade."""
    app, place = fresh
    restore(released()[-1], place)
    with psycopg.connect(servers.tester_url(place), autocommit=True) as hand:
        # As a replica no key of another table is asked for: all is written anew, table by table.
        hand.execute("SET session_replication_role = replica; CREATE SCHEMA before")
        for (table,) in hand.execute("SELECT tablename FROM pg_tables WHERE schemaname = 'public'").fetchall():
            hand.execute(f'CREATE TABLE before."{table}" AS SELECT * FROM public."{table}"'.encode())
        with app.app_context():
            upgrade(directory="migrations")
        assert refused(hand) == []
        with psycopg.connect(place.database_owner_url) as owner:
            owner.execute(
                "ALTER TABLE groups ADD remark text NOT NULL DEFAULT ''; ALTER TABLE groups ALTER remark DROP DEFAULT"
            )
            owner.execute("ALTER TABLE needs ADD CONSTRAINT few CHECK (number < 5) NOT VALID")
        assert refused(hand) == ["groups: remark", "needs: few"]
