"""What a test leaves in the database is gone before the next: whatever it did to the rows, and though most tables are let stand."""

from __future__ import annotations

from collections.abc import Iterator

import psycopg
import pytest
from psycopg import Connection

from config.embedded import Servers
from tests.support import servers
from tests.support.rows import Rows, tables
from tests.support.world import Things, World


@pytest.fixture
def hand(place: Servers) -> Iterator[Connection]:
    """Somebody who may do anything to the rows, as a test with all its operations."""
    with psycopg.connect(servers.tester_url(place), autocommit=True) as found:
        found.execute("SET session_replication_role = replica")
        yield found


def held(hand: Connection) -> dict[str, list[str]]:
    """Every row of every table."""
    return {
        name: sorted(text for (text,) in hand.execute(f'SELECT t::text FROM public."{name}" t')) for name in tables()
    }


def written_by(hand: Connection) -> dict[str, set[str]]:
    """Which transactions wrote the rows of each table."""
    return {name: {text for (text,) in hand.execute(f'SELECT xmin FROM public."{name}"')} for name in tables()}


FIRST = "(SELECT min(id::text)::uuid FROM persons)"
ANOTHER = """INSERT INTO persons SELECT (json_populate_record(p, '{"id": "01890a5d-ac96-774b-bcce-b302099a8057", "email": "a@b.dk"}')).*
    FROM persons p LIMIT 1"""


@pytest.mark.parametrize(
    "done",
    [
        "DELETE FROM persons",
        f"DELETE FROM persons WHERE id = {FIRST}",
        "UPDATE persons SET name = 'En anden'",
        f"UPDATE persons SET name = 'En anden' WHERE id = {FIRST}",
        ANOTHER,
        f"{ANOTHER}; DELETE FROM persons WHERE id = {FIRST}",
        "INSERT INTO app.tries VALUES ('x', 1, now())",
    ],
)
def test_whatever_was_done_is_gone(world: World, rows: Rows, hand: Connection, done: str) -> None:
    before = held(hand)
    assert len(before["persons"]) > 5
    hand.execute(done)
    rows.put_back("built")
    assert held(hand) == before
    assert hand.execute("SELECT FROM app.tries").fetchall() == []


def test_a_table_that_is_as_it_was_put_there_is_let_stand(world: World, rows: Rows, hand: Connection) -> None:
    rows.put_back("built")
    before = written_by(hand)
    hand.execute("UPDATE persons SET name = name")
    rows.put_back("built")
    after = written_by(hand)
    assert {name for name in before if before[name] != after[name]} == {"persons"}
    assert all(len(by) <= 1 for by in after.values())


def test_each_name_has_its_own_rows(things: Things, rows: Rows, hand: Connection) -> None:
    furnished = held(hand)
    rows.put_back("built")
    built = held(hand)
    rows.empty()
    assert not any(held(hand).values())
    rows.put_back("built")
    assert held(hand) == built
    rows.put_back("furnished")
    assert held(hand) == furnished != built
