"""Free capacity and other municipalities' needs behind the wall, asked for in raw SQL under the service's own role.

Each answer with nothing has its control: the same question from one who may see it.
"""

from __future__ import annotations

import json
from collections.abc import Iterator
from uuid import UUID

import psycopg
import pytest
from flask import Flask

from config.embedded import Servers
from service.network.capacity import operations as capacity
from service.network.networks import operations as networks
from tenants.acting import acting_for
from tenants.database import transaction
from tenants.reach import clock
from tenants.scope import Capability
from tests.network.needs.conftest import Border
from tests.support.telling import tell
from tests.support.world import HERE, THERE, World, group_of, share_with

FREE = "SELECT free FROM capacities WHERE group_id = %s"


@pytest.fixture
def groups(app: Flask, border: Border) -> dict[str, UUID]:
    """Groups shared with HERE: one with its capacity, one without; and one that nobody shares."""
    with app.app_context(), acting_for(clock([HERE, THERE])), transaction():
        found = {}
        for name, shows in (("open", ("contact", "capacity")), ("shut", ("contact",)), ("alone", None)):
            group = networks.create(group_of(name, THERE))
            capacity.note(group.id, {"mentor": 4})
            if shows is not None:
                share_with(HERE, group, shows=shows)
            found[name] = group.id
        return found


@pytest.fixture
def raw(app: Flask, place: Servers) -> Iterator[psycopg.Connection]:
    """A connection as the service's own role, rolled back at the end."""
    with psycopg.connect(place.database_url.replace("+psycopg", "")) as connection:
        yield connection
        connection.rollback()


def act_as(connection: psycopg.Connection, office: str, *codes: str) -> psycopg.Connection:
    if office:
        tell(connection, office, *codes)
    return connection


def ask(connection: psycopg.Connection, query: str, *values: object) -> list[tuple[object, ...]]:
    return connection.execute(query, values).fetchall()


def test_capacity_is_seen_where_the_share_shows_it(raw: psycopg.Connection, groups: dict[str, UUID]) -> None:
    act_as(raw, "municipality", HERE)
    assert ask(raw, FREE, groups["open"]) == [(4,)]
    assert ask(raw, FREE, groups["shut"]) == []
    assert ask(raw, FREE, groups["alone"]) == []
    assert ask(act_as(raw, "municipality", THERE), FREE, groups["open"]) == [], "shared with the neighbour, not with it"
    assert ask(act_as(raw, "drc"), FREE, groups["alone"]) == [(4,)]


@pytest.mark.parametrize(
    ("kept", "seen"),
    [
        ({"network", "capacity"}, True),
        ({"network", "offers_across"}, True),
        ({"network", "figures"}, False),
        ({"capacity", "offers_across"}, False),
        (set(), False),
    ],
)
def test_capacity_is_seen_where_the_scope_opens_it(
    raw: psycopg.Connection, place: Servers, groups: dict[str, UUID], kept: set[str], seen: bool
) -> None:
    assert kept <= set(Capability)
    act_as(raw, "clock", HERE)
    raw.execute(
        "UPDATE scope_periods SET scope = jsonb_set(scope, '{capabilities}', %s::jsonb)", [json.dumps(sorted(kept))]
    )
    act_as(raw, "municipality", HERE)
    assert ask(raw, FREE, groups["open"]) == ([(4,)] if seen else [])


def test_capacity_is_changed_by_no_municipality(raw: psycopg.Connection, groups: dict[str, UUID]) -> None:
    act_as(raw, "municipality", HERE)
    assert raw.execute("UPDATE capacities SET free = 99").rowcount == 0
    assert raw.execute("DELETE FROM capacities").rowcount == 0
    assert ask(raw, "SELECT * FROM capacity_changes") == ask(raw, "SELECT * FROM capacity_moves") == []
    act_as(raw, "drc")
    assert ask(raw, "SELECT count(*) > 0 FROM capacity_changes") == [(True,)]


def test_the_needs_of_others_are_not_there(raw: psycopg.Connection, world: World, border: Border) -> None:
    every = "SELECT municipality_code FROM needs"
    assert ask(act_as(raw, "municipality", HERE), every) == [(HERE,)]
    assert ask(raw, "SELECT DISTINCT municipality_code FROM need_events") == [(HERE,)]
    assert ask(act_as(raw, "drc", HERE), every) == [(HERE,)], (
        "a consultant of another territory does not read the words"
    )
    assert ask(act_as(raw, "drc"), every) == []
    assert sorted(ask(act_as(raw, "clock", HERE, THERE), every)) == [(THERE,), (HERE,)]


@pytest.mark.parametrize("office", ["municipality", "link", "door", ""])
def test_the_numbers_of_all_are_drcs_alone(raw: psycopg.Connection, border: Border, office: str) -> None:
    numbers = "SELECT municipality_code FROM app.needs_in_numbers()"
    assert ask(act_as(raw, office, HERE), numbers) == []
    assert sorted(ask(act_as(raw, "drc"), numbers)) == [(THERE,), (HERE,)]


def test_the_numbers_tell_no_word_of_what_was_written(raw: psycopg.Connection, world: World, border: Border) -> None:
    rows = ask(act_as(raw, "drc"), "SELECT row_to_json(n)::text FROM app.needs_in_numbers() n")
    assert rows
    assert not any(world.here.canary in str(row) or world.there.canary in str(row) for row in rows)
