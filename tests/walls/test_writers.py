"""Who writes what, tried in SQL as the service's role: every office, every table, every command, every column, and the steps.

Read with `May` in `tenants/ownership.py`. What is tried is asked of the declarations, and what PostgreSQL then does is compared.
"""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import Any
from uuid import UUID, uuid4

import psycopg
import pytest
from flask import Flask
from psycopg.errors import InsufficientPrivilege

from config.embedded import Servers
from tenants.database import Base
from tenants.ownership import May, Ownership
from tenants.reach import Office
from tests.support.telling import tell
from tests.support.world import HERE, THERE, World
from tests.walls.seldom import what_few_have

MODELS = {mapper.class_.__tablename__: mapper.class_ for mapper in Base.registry.mappers}
OWNED = sorted(table for table, model in MODELS.items() if model.__ownership__ is Ownership.OWNED)
NOT_OURS = sorted(
    table for table, model in MODELS.items() if model.__ownership__ not in (Ownership.OWNED, Ownership.PERSONAL)
)
OTHERS = (Office.MUNICIPALITY, Office.LINK, Office.DOOR)
ANOTHER = {  # another value of a column than the one that is there
    "text": "coalesce({0}, '') || 'x'",
    "character varying": "coalesce({0}, '') || 'x'",
    "uuid": "gen_random_uuid()",
    "integer": "coalesce({0}, 0) + 1",
    "boolean": "NOT coalesce({0}, false)",
    "date": "coalesce({0}, '2026-01-01') + 1",
    "timestamp with time zone": "coalesce({0}, now()) + interval '1 day'",
    "jsonb": """'{{"another": 1}}'""",
    "ARRAY": "'{{x}}'",
    "bytea": r"coalesce({0}, '') || '\x00'",
}


@pytest.fixture
def world(world: World, app: Flask) -> World:
    """The world, with what few have."""
    what_few_have(app, world)
    return world


@pytest.fixture
def service(world: World, place: Servers) -> Iterator[psycopg.Connection]:
    """A bare connection of the service's role. Nothing that is tried is kept."""
    with psycopg.connect(place.database_url) as connection:
        yield connection
        connection.rollback()


@pytest.fixture
def owner(app: Flask, place: Servers) -> Iterator[psycopg.Connection]:
    """The owner, who loosens a part."""
    with psycopg.connect(place.database_owner_url, autocommit=True) as connection:
        yield connection


def may(table: str, office: Office) -> May:
    """What is declared."""
    return dict(getattr(MODELS[table], "__others_may__", {})).get(office, May())


BY_LINK: dict[str, dict[str, Any]] = {"cooperation_decisions": {"party": "group", "way": "link", "person_id": None}}
ANSWERED = ("answered_by", "answered_name", "answered_title", "answered_at")


def sample(connection: psycopg.Connection, table: str) -> dict[str, Any]:
    """A row of HERE's, as unattended work sees it; what tells whose step it is tells the municipality's."""
    connection.rollback()
    tell(connection, "clock", HERE, THERE)
    where = "WHERE municipality_code = %(code)s" if table in OWNED else ""
    found = connection.execute(
        f'SELECT to_jsonb(t) FROM "{table}" t {where} LIMIT 1'.encode(), {"code": HERE}
    ).fetchone()
    own: dict[str, dict[str, Any]] = {
        "decisions": {"party": "municipality"},
        "need_events": {"side": "municipality"},
        "agreement_ends": {"party": "municipality", "state": "proposed"} | dict.fromkeys(ANSWERED),
    }
    return {**found[0], **own.get(table, {})} if found else {}


def tried(connection: psycopg.Connection, office: Office, person: UUID, statement: str, *values: object) -> bool:
    """Whether the office gets past the wall with a statement: something is written, or refused for another reason than that."""
    connection.rollback()
    tell(connection, office, HERE, person=person)
    try:
        return connection.execute(statement.encode(), values).rowcount > 0
    except InsufficientPrivilege:
        return False
    except psycopg.errors.IntegrityError:
        return True  # it stumbled over a key or a check, which comes after the wall
    finally:
        connection.rollback()


def add(connection: psycopg.Connection, office: Office, person: UUID, table: str, row: dict[str, Any]) -> bool:
    """Whether the office may add a row like this."""
    fresh = json.dumps({**row, **({"id": str(uuid4())} if isinstance(row.get("id"), str) else {})})
    names = ", ".join(f'"{column.name}"' for column in Base.metadata.tables[table].columns if column.computed is None)
    statement = f'INSERT INTO "{table}" ({names}) SELECT {names} FROM jsonb_populate_record(NULL::"{table}", %s)'
    return tried(connection, office, person, statement, fresh)


def written(connection: psycopg.Connection, world: World, office: Office, tables: list[str]) -> set[tuple[str, str]]:
    """What an office with HERE in reach writes of HERE's rows, and of tables that are not by municipality."""
    found = set()
    for table in tables:
        row = sample(connection, table)
        assert row, f"the world has no row in {table}"
        if office is Office.LINK:
            row |= BY_LINK.get(table, {})
        person = UUID(row.get("person_id") or str(world.here.manager))
        where = "WHERE municipality_code = %s" if table in OWNED else "WHERE %s <> ''"
        column = next(iter(row))
        if add(connection, office, person, table, row):
            found.add((table, "add"))
        if tried(connection, office, person, f'UPDATE "{table}" SET {column} = {column} {where}', HERE):
            found.add((table, "change"))
        if tried(connection, office, person, f'DELETE FROM "{table}" {where}', HERE):
            found.add((table, "remove"))
    return found


def declared(office: Office) -> set[tuple[str, str]]:
    """The same, as the models have it."""
    return {
        (table, command)
        for table in OWNED
        for command in ("add", "change", "remove")
        if getattr(may(table, office), command)
    }


@pytest.mark.parametrize("office", OTHERS)
def test_an_office_writes_what_is_declared_and_nothing_else(
    service: psycopg.Connection, world: World, owner: psycopg.Connection, office: Office
) -> None:
    """With HERE in reach, whatever the office. The control: a policy too many is met."""
    found = written(service, world, office, OWNED)
    assert found == declared(office)
    owner.execute("CREATE POLICY easy ON statements USING (municipality_code = ANY ((SELECT app.reach())::text[]))")
    try:
        assert written(service, world, office, ["statements"]) == {
            ("statements", "add"),
            ("statements", "change"),
            ("statements", "remove"),
        }
    finally:
        owner.execute("DROP POLICY easy ON statements")


@pytest.mark.parametrize("office", OTHERS)
def test_what_is_no_municipalitys_nobody_else_writes(service: psycopg.Connection, world: World, office: Office) -> None:
    """Networks, volunteers, reference data: DRC's and unattended work's."""
    there = [table for table in NOT_OURS if sample(service, table)]
    assert len(there) >= 8
    assert written(service, world, office, there) == set()


def test_unattended_work_writes_what_is_not_kept_for_ever(service: psycopg.Connection, world: World) -> None:
    """The control: each of the tables can be written."""
    found = written(service, world, Office.CLOCK, OWNED)
    for table in OWNED:
        wanted = {"add", "change", "remove"}
        if MODELS[table].__by_function__:
            wanted = set()
        elif MODELS[table].__immutable__:
            wanted = {"add"}
        assert {command for name, command in found if name == table} == wanted, table


@pytest.mark.gate("8.4.1")
@pytest.mark.parametrize("office", [*OTHERS, Office.DRC, Office.CLOCK])
def test_nothing_of_the_neighbours_is_written(service: psycopg.Connection, world: World, office: Office) -> None:
    """Every table: nothing changed, removed or added, and none of one's own moved over. The control stands above."""
    for table in OWNED:
        row, person = sample(service, table), world.here.manager
        assert not add(service, office, person, table, {**row, "municipality_code": THERE}), table
        for statement in (
            f'UPDATE "{table}" SET municipality_code = municipality_code WHERE municipality_code = %s',
            f'DELETE FROM "{table}" WHERE municipality_code = %s',
            f'UPDATE "{table}" SET municipality_code = %s',
        ):
            assert not tried(service, office, person, statement, THERE), statement


def test_an_office_changes_its_own_columns_and_no_others(
    service: psycopg.Connection, world: World, owner: psycopg.Connection
) -> None:
    """Every column of every table that somebody else than DRC changes. The control: without the trigger it is changed."""

    def changed(table: str, office: Office, column: str, kind: str) -> bool:
        value = ANOTHER[kind].format(f'"{column}"')
        statement = f'UPDATE "{table}" SET "{column}" = {value} WHERE municipality_code = %s'
        return tried(service, office, world.here.manager, statement, HERE)

    held = [(table, office) for table in OWNED for office in OTHERS if may(table, office).change]
    assert len(held) >= 9
    for table, office in held:
        columns = owner.execute(
            """SELECT column_name, data_type FROM information_schema.columns
               WHERE table_schema = 'public' AND table_name = %s AND is_generated = 'NEVER'""",
            [table],
        ).fetchall()
        others = [(column, kind) for column, kind in columns if column not in may(table, office).change]
        assert [column for column, kind in others if changed(table, office, column, kind)] == []
    owner.execute("ALTER TABLE feeds DISABLE TRIGGER columns_of_municipality")
    try:
        assert changed("feeds", Office.MUNICIPALITY, "title", "text")
    finally:
        owner.execute("ALTER TABLE feeds ENABLE TRIGGER columns_of_municipality")


NOT_AFTER = {  # what an office makes of an agreement that stands so, where the steps lead nowhere else
    (Office.MUNICIPALITY, "concluded"): (
        "offered",
        "accepted",
        "concluded again",
        "declined",
        "withdrawn",
        "preparing",
    ),
    (Office.DRC, "concluded"): ("offered", "accepted", "declined", "withdrawn", "preparing"),
    (Office.MUNICIPALITY, "offered"): ("concluded", "withdrawn", "terminated"),
    (Office.DRC, "offered"): ("accepted", "concluded", "declined", "terminated"),
}


@pytest.mark.gate("2.3.1")
def test_nobody_takes_an_agreement_further_than_their_own_step(service: psycopg.Connection, world: World) -> None:
    """Nobody concludes alone, prolongs, reopens, or changes what was offered. The control: giving notice is either's."""
    ids = {"concluded": world.here.agreement, "offered": world.here.offered}
    for (office, state), others in NOT_AFTER.items():
        for other in others:
            statement = f"UPDATE agreements SET state = '{other}' WHERE id = %s AND state = '{state}'"
            service.rollback()
            tell(service, office, HERE, person=world.here.manager)
            with pytest.raises(InsufficientPrivilege):
                service.execute(statement.encode(), [ids[state]])
    for office in (Office.MUNICIPALITY, Office.DRC):
        for change in ("ends_on = ends_on + 1", "ends_on = ends_on - 1", "scope = '{}'", "facts = '{}'"):
            assert not tried(service, office, world.here.manager, f"UPDATE agreements SET {change}")
        notice = "UPDATE agreements SET state = 'terminated', ends_on = ends_on - 1 WHERE state = 'concluded'"
        assert tried(service, office, world.here.manager, notice)


def test_a_decision_is_ones_own(service: psycopg.Connection, world: World) -> None:
    """Of one's own party, in one's own name; a municipality's people cannot decide as DRC. The control: as themselves they can."""
    row = sample(service, "decisions")
    person = UUID(row["person_id"])
    assert add(service, Office.MUNICIPALITY, person, "decisions", row)
    assert not add(service, Office.MUNICIPALITY, person, "decisions", {**row, "party": "drc"})
    assert not add(service, Office.MUNICIPALITY, world.here.staff, "decisions", row), "in another's name"
    assert not add(service, Office.DRC, world.secretariat, "decisions", row), "DRC for the municipality"
    assert not add(service, Office.LINK, person, "decisions", row)


def test_duties_and_needs_are_marked_by_the_side_that_did_it(service: psycopg.Connection, world: World) -> None:
    me = world.here.manager
    done = "UPDATE duties SET done_on = app.today(), done_party = '{}', done_by = '{}' WHERE side <> 'drc' AND done_on IS NULL"
    assert tried(service, Office.MUNICIPALITY, me, done.format("municipality", me)), "the control"
    assert not tried(service, Office.MUNICIPALITY, me, done.format("drc", me))
    assert not tried(service, Office.MUNICIPALITY, me, done.format("municipality", world.here.staff))
    assert not tried(
        service, Office.MUNICIPALITY, me, done.format("municipality", me).replace("side <> 'drc'", "side = 'drc'")
    )
    step = sample(service, "need_events")
    assert add(service, Office.MUNICIPALITY, me, "need_events", step), "the control"
    assert not add(service, Office.MUNICIPALITY, me, "need_events", {**step, "side": "drc"})
    over = "UPDATE needs SET state = 'open', over_at = NULL WHERE over_at IS NOT NULL"
    for office in (Office.MUNICIPALITY, Office.DRC):
        service.rollback()
        tell(service, "clock", HERE)
        service.execute("UPDATE needs SET state = 'withdrawn', over_at = now()")
        tell(service, office, HERE, person=me)
        with pytest.raises(InsufficientPrivilege):
            service.execute(over)


PERSONAL = sorted(
    table for table, model in MODELS.items() if model.__ownership__ is Ownership.PERSONAL and not model.__sealed__
)


@pytest.mark.parametrize("office", [*OTHERS, Office.DRC])
def test_of_a_person_that_person_alone_writes(service: psycopg.Connection, world: World, office: Office) -> None:
    """Whatever the office, DRC's too: no session, key or role is made for another, and nobody gives themselves a role."""
    me, other = world.here.manager, world.here.staff
    rows: dict[str, dict[str, Any]] = {
        "persons": {
            "id": str(me),
            "email": "ny@kommune.example",
            "name": "Ny",
            "title": "",
            "phone": "",
            "created_at": "2026-01-01",
        },
        "memberships": {
            "id": str(uuid4()),
            "person_id": str(me),
            "role": "secretariat",
            "valid_from": "2026-01-01",
            "reason": "",
        },
        "login_sessions": {
            "token_hash": "\\x00",
            "person_id": str(me),
            "created_at": "2026-01-01",
            "last_seen_at": "2026-01-01",
        },
        "api_tokens": {
            "id": str(uuid4()),
            "person_id": str(me),
            "name": "n",
            "token_hash": "\\x00",
            "created_at": "2026-01-01",
        },
        "invitations": {
            "id": str(uuid4()),
            "person_id": str(me),
            "purpose": "role",
            "name": "",
            "role": "secretariat",
            "reason": "",
            "made_as": "clock",
            "made_at": "2026-01-01",
            "expires_at": "2026-01-08",
            "work_state": "due",
            "attempts": 0,
            "due_from": "2026-01-01",
        },
    }
    assert set(rows) <= set(PERSONAL)
    for table, row in rows.items():
        theirs = MODELS[table].__own_to_change__
        column = MODELS[table].__person_column__
        assert add(service, office, me, table, row) is theirs, table
        assert not add(service, office, other, table, row), f"{table} of another"
        whose = f'WHERE "{column}" = %s'
        for statement in (f'UPDATE "{table}" SET "{column}" = "{column}" {whose}', f'DELETE FROM "{table}" {whose}'):
            assert not tried(service, office, me, statement, other), statement
            assert not tried(service, office, me, statement, me) or theirs, statement


@pytest.mark.parametrize("table", sorted(t for t, m in MODELS.items() if m.__ownership__ is Ownership.COMMON))
def test_reference_data_is_unattended_works_to_write(service: psycopg.Connection, world: World, table: str) -> None:
    """DRC's people too only read it: who widens a territory widens what they see. The control: unattended work writes, where no
    function of the owner's does.
    """
    row, by_function = sample(service, table), getattr(MODELS[table], "__by_function__", False)
    for office in Office:
        assert add(service, office, world.secretariat, table, row) is (office is Office.CLOCK and not by_function)
        if not MODELS[table].__immutable__:
            change = f'UPDATE "{table}" SET {next(iter(row))} = {next(iter(row))}'
            assert tried(service, office, world.secretariat, change) is (office is Office.CLOCK)
