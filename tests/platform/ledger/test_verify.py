"""`flask --app wsgi ledger verify`: every chain is read, and what is broken in one is no reason to leave the others unread."""

from __future__ import annotations

import threading

import psycopg
import pytest
from click.testing import Result
from flask import Flask
from sqlalchemy import Select

from config.embedded import Servers
from service.platform.ledger import queries
from service.platform.ledger.models import LedgerEntry
from service.platform.ledger.operations import record
from tenants.database import one_moment
from tenants.reach import clock
from tests.network.shares.stage import acting
from tests.support.world import HERE, THERE, World


def verify(app: Flask, *more: str) -> Result:
    return app.test_cli_runner().invoke(args=["ledger", "verify", *more])


def entries(app: Flask, *codes: str | None) -> int:
    with acting(app, clock([code for code in codes if code])):
        return sum(queries.chain(code).entries for code in codes)


@pytest.fixture
def written(app: Flask, world: World) -> None:
    with acting(app, clock([HERE, THERE])):
        for _each in range(3):
            record("duty.done", "thing:1", HERE, count=1)
            record("duty.done", "thing:1", THERE, count=1)
            record("duty.done", "thing:1", count=1)


def test_whole_chains_are_counted(app: Flask, written: None) -> None:
    found = verify(app)
    assert found.exit_code == 0, found.output
    assert found.output == f"99 chains with {entries(app, HERE, THERE, None)} entries are whole, 0 are broken.\n"
    found = verify(app, "--municipality", HERE)
    assert found.output == f"1 chains with {entries(app, HERE)} entries are whole, 0 are broken.\n"
    assert verify(app, "--municipality", "0000").exit_code == 2


def test_broken_chains_are_named_and_the_others_read(app: Flask, written: None, place: Servers) -> None:
    with psycopg.connect(place.database_owner_url, autocommit=True) as owner:
        for table in ("ledger_entries", "national_ledger_entries"):
            owner.execute(f"ALTER TABLE {table} NO FORCE ROW LEVEL SECURITY")
            owner.execute(f"UPDATE {table} SET act = 'test.forged' WHERE number = 2")
            owner.execute(f"ALTER TABLE {table} FORCE ROW LEVEL SECURITY")
    found = verify(app)
    assert found.exit_code == 1
    assert found.output.splitlines() == [
        f"{THERE}: broken at entry 2 of {entries(app, THERE)}",
        f"{HERE}: broken at entry 2 of {entries(app, HERE)}",
        f"drc: broken at entry 2 of {entries(app, None)}",
        "96 chains with 0 entries are whole, 3 are broken.",
    ]


def test_a_chain_that_cannot_be_read_is_told(app: Flask, written: None, monkeypatch: pytest.MonkeyPatch) -> None:
    read = queries.chain

    def chain(code: str | None) -> queries.Chain:
        if code == HERE:
            raise LookupError("nothing that was written is told")
        return read(code)

    monkeypatch.setattr(queries, "chain", chain)
    found = verify(app)
    assert found.exit_code == 1
    assert found.output.splitlines()[0] == f"{HERE}: cannot be read: LookupError"
    assert "98 chains" in found.output


@pytest.mark.parametrize("at_one_moment", [True, False])
def test_what_is_written_meanwhile_breaks_nothing(
    app: Flask, written: None, monkeypatch: pytest.MonkeyPatch, at_one_moment: bool
) -> None:
    """Between the head and the entries another is written. The control: without one moment for both, the chain seems broken."""

    def write() -> None:
        with acting(app, clock([HERE])):
            record("duty.done", "thing:1", HERE)

    def meanwhile(code: str) -> Select[LedgerEntry]:
        writer = threading.Thread(target=write)
        writer.start()
        writer.join(30)
        return ask(code)

    ask = queries.entries
    monkeypatch.setattr(queries, "entries", meanwhile)
    with acting(app, clock([HERE])):
        if at_one_moment:
            one_moment()
        assert (queries.chain(HERE).fault is None) == at_one_moment
