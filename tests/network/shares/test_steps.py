"""What PostgreSQL lets a municipality's own people do to a share and to a scope in force, whatever the service forgets."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator
from uuid import UUID

import psycopg
import pytest
from flask import Flask

from config.embedded import Servers
from service.network.networks import operations as networks
from service.network.shares import operations, queries
from service.network.shares.operations import Given
from tenants.calendar import day_of
from tenants.database import now
from tenants.reach import clock
from tests.network.shares.stage import acting
from tests.support.telling import tell
from tests.support.world import HERE, SHOWN, World, group_of


@pytest.fixture
def service(place: Servers) -> Iterator[psycopg.Connection]:
    """The service's role, as the people of HERE. Each use ends with a rollback."""
    with psycopg.connect(place.database_url) as connection:
        yield connection
        connection.rollback()


@pytest.fixture
def share_id(app: Flask, world: World) -> UUID:
    """A group that is offered with its consent, for ever."""
    today = day_of(now())
    with acting(app, clock([HERE])):
        group = networks.create(group_of("Nykomlingen", HERE))
        row = operations.offer(HERE, title=group.name, shows=SHOWN, valid_from=today, valid_to=None, group_id=group.id)
        operations.consent(row, group.id, Given("Gruppens kontakt", today, "phone", SHOWN))
        return row.id


def within(connection: psycopg.Connection, office: str) -> None:
    """Begin a transaction of that office, for HERE."""
    connection.rollback()
    tell(connection, office, HERE)


def refused(connection: psycopg.Connection, statement: str) -> bool:
    """Whether a municipality's people cannot do that: it is an error, or nothing of what they see is theirs to remove."""
    within(connection, "municipality")
    try:
        return connection.execute(statement.encode()).rowcount == 0
    except psycopg.errors.InsufficientPrivilege:
        return True


FORBIDDEN = {
    "offered": [
        "shows = '{contact}'",
        "valid_from = valid_from - 100",
        "valid_to = app.today() + 1",
        "title = 'et andet navn'",
        "state = 'ended'",
        "group_id = NULL, network_id = gen_random_uuid()",
    ],
    "accepted": ["state = 'offered'", "valid_to = NULL", "valid_to = valid_to + 1", "valid_from = valid_from - 1"],
    "ended": ["state = 'accepted'", "valid_to = NULL", "tells_neighbours = true"],
    "declined": ["state = 'accepted'", "state = 'offered'"],
    "withdrawn": ["state = 'accepted'"],
}


def test_a_municipality_can_write_no_more_of_a_share_than_its_answer(
    app: Flask, service: psycopg.Connection, share_id: UUID
) -> None:
    with acting(app, clock([HERE])):
        queries.share(share_id).valid_to = day_of(now()) + dt.timedelta(days=9)
    for state, changes in FORBIDDEN.items():
        with acting(app, clock([HERE])):
            queries.share(share_id).state = state
        for change in changes:
            statement = f"UPDATE shares SET {change} WHERE id = '{share_id}'"
            assert refused(service, statement), statement
    copied = "municipality_code, group_id, network_id, title, shows, valid_from, valid_to, state, tells_neighbours, offered_at"
    beside = "municipality_code, share_id, group_id, network_id, shows, valid_from"
    for statement in (
        f"DELETE FROM shares WHERE id = '{share_id}'",
        f"INSERT INTO shares (id, {copied}) SELECT gen_random_uuid(), {copied} FROM shares WHERE id = '{share_id}'",
        f"INSERT INTO sights (id, {beside}) SELECT gen_random_uuid(), {beside} FROM sights WHERE share_id = '{share_id}'",
    ):
        assert refused(service, statement), statement
    within(service, "municipality")
    assert service.execute("UPDATE sights SET valid_to = NULL, shows = '{contact}'").rowcount == 0


def test_the_control_what_a_municipality_may_is_let_through_and_drc_may_more(
    app: Flask, service: psycopg.Connection, share_id: UUID
) -> None:
    for office, changes in (
        (
            "municipality",
            ("state = 'accepted'", "tells_neighbours = true", "valid_to = app.today() + 3", "state = 'ended'"),
        ),
        ("drc", ("state = 'accepted'", "valid_to = NULL", "shows = '{contact}'")),
    ):
        within(service, office)
        for change in changes:
            statement = f"UPDATE shares SET {change} WHERE id = '{share_id}'"
            assert service.execute(statement.encode()).rowcount == 1


def test_a_municipality_can_end_its_scope_and_never_widen_or_prolong_it(
    world: World, service: psycopg.Connection
) -> None:
    copied = "municipality_code, partnership_id, agreement_id, scope"
    for statement in (
        "UPDATE scope_periods SET scope = jsonb_set(scope, '{capabilities}', '[\"all_groups\"]')",
        "UPDATE scope_periods SET valid_to = valid_to + 1",
        "UPDATE scope_periods SET valid_from = valid_from - 1",
        "DELETE FROM scope_periods",
        f"""INSERT INTO scope_periods (id, valid_from, valid_to, {copied})
            SELECT gen_random_uuid(), valid_to, valid_to + 9, {copied} FROM scope_periods""",
    ):
        assert refused(service, statement), statement
    for office, change in (
        ("municipality", "valid_to = valid_to - 1"),
        ("drc", "valid_to = valid_to + 1"),
    ):  # the control
        within(service, office)
        assert service.execute(f"UPDATE scope_periods SET {change}".encode()).rowcount == 1


def test_the_service_cannot_become_the_owner_who_reads_past_the_wall(
    world: World, service: psycopg.Connection, place: Servers
) -> None:
    """The policies named `neighbours` are the owner's alone: by them nobody else reads a row, and neighbours_of tells codes only."""
    owner = psycopg.conninfo.conninfo_to_dict(place.database_owner_url)["user"]
    with pytest.raises(psycopg.errors.InsufficientPrivilege):
        service.execute(f'SET ROLE "{owner}"'.encode())
    within(service, "municipality")
    for table in ("shares", "sights", "scope_periods"):
        found = service.execute(f"SELECT DISTINCT municipality_code FROM {table}".encode()).fetchall()
        assert found == [(HERE,)], table
    assert service.execute("SELECT app.neighbours_of(%s)", [world.shared_group]).fetchall() == []
