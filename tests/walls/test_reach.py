"""The reach, in the ORM and in raw SQL under the service's own role."""

from __future__ import annotations

from collections.abc import Iterator

import psycopg
import pytest
from flask import Flask
from sqlalchemy import select, text

from config.embedded import Servers
from service.activity.activities.models import Activity, ActivitySession
from tenants.acting import ReachChanged, acting_for
from tenants.database import Base, db, transaction
from tenants.ownership import Ownership
from tenants.reach import NoReach, Office, Reach
from tests.support.telling import readable, tell
from tests.support.world import HERE, THERE, World
from tests.walls.seldom import what_few_have

OWNED = sorted(m.class_.__tablename__ for m in Base.registry.mappers if m.class_.__ownership__ is Ownership.OWNED)


@pytest.fixture
def world(world: World, app: Flask) -> World:
    """The world, with what few have."""
    what_few_have(app, world)
    return world


@pytest.fixture
def service(app: Flask, place: Servers) -> Iterator[psycopg.Connection]:
    """A bare connection of the service's role."""
    with psycopg.connect(place.database_url) as connection:
        yield connection


def within(connection: psycopg.Connection, office: str, *codes: str) -> None:
    """Begin a transaction that reaches those municipalities."""
    connection.rollback()
    tell(connection, office, *codes)


def count(connection: psycopg.Connection, table: str, code: str) -> int:
    """How many rows of a municipality the connection sees in a table."""
    row = connection.execute(f'SELECT count(*) FROM "{table}" WHERE municipality_code = %s', [code]).fetchone()
    assert row
    return int(row[0])


@pytest.mark.gate("8.4.1")
@pytest.mark.parametrize("table", OWNED)
def test_raw_sql_sees_its_own_and_nothing_of_the_neighbour(
    world: World, service: psycopg.Connection, table: str
) -> None:
    """With the reach set to one municipality, SQL with the other in mind returns nothing; with none set, nothing at all."""
    within(service, "drc", HERE)
    assert count(service, table, HERE) > 0, "the world has rows to see"
    assert count(service, table, THERE) == 0
    within(service, "drc", HERE, THERE)
    assert count(service, table, THERE) > 0, "the control: with both in reach the neighbour's rows are there"
    service.rollback()
    assert count(service, table, HERE) == count(service, table, THERE) == 0


def test_no_table_shows_anything_where_no_reach_is_set(world: World, service: psycopg.Connection) -> None:
    """Not the register, not the catalogue, not people: nothing set is nothing seen, also after a commit that emptied the setting."""
    tables = readable()
    for committed_before in (False, True):
        service.rollback()
        if committed_before:
            within(service, "drc", HERE)
            service.commit()
        seen = {table: service.execute(f'SELECT count(*) FROM "{table}"').fetchone() for table in tables}
        assert set(seen.values()) == {(0,)}, seen


@pytest.mark.gate("8.4.1")
def test_a_row_cannot_be_written_moved_or_removed_across_the_wall(world: World, service: psycopg.Connection) -> None:
    """WITH CHECK holds for what is written as USING does for what is read."""
    within(service, "drc", HERE)
    assert service.execute("UPDATE activities SET name = 'x' WHERE municipality_code = %s", [THERE]).rowcount == 0
    assert service.execute("DELETE FROM sessions WHERE municipality_code = %s", [THERE]).rowcount == 0
    with pytest.raises(psycopg.errors.InsufficientPrivilege):
        service.execute("UPDATE activities SET municipality_code = %s WHERE municipality_code = %s", [THERE, HERE])
    within(service, "drc", HERE)
    with pytest.raises(psycopg.errors.InsufficientPrivilege):
        service.execute("INSERT INTO partnerships (municipality_code, id) VALUES (%s, gen_random_uuid())", [THERE])


def test_issued_papers_and_decisions_cannot_be_changed_or_removed(world: World, service: psycopg.Connection) -> None:
    """Not even by the service, with everything in reach."""
    for statement in (
        "UPDATE documents SET title = 'x'",
        "DELETE FROM documents",
        "UPDATE decisions SET words = 'x'",
        "DELETE FROM decisions",
        "TRUNCATE documents",
    ):
        within(service, "clock", HERE, THERE)
        with pytest.raises(psycopg.errors.InsufficientPrivilege):
            service.execute(statement)


def test_a_municipality_sees_no_draft_no_mail_and_no_other_person(world: World, service: psycopg.Connection) -> None:
    """DRC's own rows about a municipality are not the municipality's to see; and a person sees themselves alone."""
    tell(service, "municipality", HERE, person=world.here.manager)
    assert count(service, "scope_drafts", HERE) == count(service, "notices", HERE) == 0
    assert service.execute("SELECT id FROM persons").fetchall() == [(world.here.manager,)]
    within(service, "drc", HERE)
    assert count(service, "scope_drafts", HERE) > 0, "the control"


def test_a_shared_group_is_seen_while_its_share_lasts(world: World, service: psycopg.Connection) -> None:
    """A group is seen through a dated share, and the day the share ends sight ends."""

    def seen() -> list[tuple[object, ...]]:
        return service.execute("SELECT id FROM groups").fetchall()

    within(service, "municipality", HERE)
    assert seen() == [(world.shared_group,)]
    within(service, "municipality", "0860")
    assert seen() == []
    within(service, "drc", HERE)
    service.execute("UPDATE shares SET valid_to = app.today()")
    service.commit()
    within(service, "municipality", HERE)
    assert seen() == []
    within(service, "municipality", THERE)
    assert seen() == [(world.shared_group,)]


def test_a_query_outside_a_reach_is_an_error(app: Flask) -> None:
    """Nothing set is never a default."""
    with app.app_context(), pytest.raises(NoReach):
        db.session.execute(text("SELECT 1"))


def test_one_session_has_one_reach(app: Flask) -> None:
    """A second reach cannot begin while rows of the first are held."""
    with app.app_context(), acting_for(Reach(Office.DRC, frozenset({HERE}))):
        db.session.execute(text("SELECT 1"))
        with pytest.raises(ReachChanged), acting_for(Reach(Office.DRC, frozenset({THERE}))):
            pass


def test_no_row_outlives_its_reach_in_the_session(app: Flask, world: World) -> None:
    """The identity map is emptied between reaches: a row of one municipality is not found again from another's."""
    with app.app_context():
        with acting_for(Reach(Office.DRC, frozenset({HERE}))), transaction():
            row = db.session.scalars(select(Activity)).one()
            key = (HERE, row.id)
        with acting_for(Reach(Office.DRC, frozenset({THERE}))), transaction():
            assert db.session.get(Activity, key) is None
            assert (
                db.session.scalars(select(ActivitySession).where(ActivitySession.municipality_code == HERE)).all() == []
            )


@pytest.mark.parametrize("code", ["580", "05800", "058O", "0580,0550", "*", ""])
def test_a_reach_holds_nothing_but_codes(code: str) -> None:
    """What goes into the setting cannot be anything else than codes."""
    with pytest.raises(ValueError, match="not a municipality code"):
        Reach(Office.DRC, frozenset({code}))
