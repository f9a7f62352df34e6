"""The pass, tried by one who can put SQL of their own into a transaction of the service: as the service's role, in SQL.

Read with `tenants/passes.py`. Each attack is tried a second time with the door open, where it must succeed: else it would prove nothing.
"""

from __future__ import annotations

import hashlib
import hmac
from collections.abc import Iterator
from uuid import UUID

import psycopg
import pytest
from flask import Flask
from flask.testing import FlaskClient
from hypothesis import given, settings
from hypothesis import strategies as st
from psycopg.errors import InsufficientPrivilege

from config.embedded import Servers
from tenants import passes
from tenants.reach import Office, Reach
from tests.support.telling import KEY, began, readable, tell
from tests.support.world import HERE, THERE, World

REACH, OFFICE, PERSON, PASS = "app.reach", "app.office", "app.person", "app.pass"
OWN = "with a key of one's own"
BOTH = f"{{{HERE},{THERE}}}"
# What an injected statement sets in a transaction of a municipality's own people, with the pass of that transaction in its hands.
ATTACKS: dict[str, dict[str, str]] = {
    "a neighbour more": {REACH: BOTH},
    "the neighbour instead": {REACH: f"{{{THERE}}}"},
    **{f"the office {office}": {OFFICE: office} for office in Office if office is not Office.MUNICIPALITY},
    "DRC everywhere": {OFFICE: "drc", REACH: BOTH},
    "somebody else": {PERSON: "00000000-0000-7000-8000-000000000000"},
    "the parts cut elsewhere": {OFFICE: f"municipality/{{{HERE}}}", REACH: ""},
    "no pass": {PASS: ""},
    "a pass of zeros": {PASS: "0" * 64},
    "a pass of one's own": {OFFICE: "drc", PASS: OWN},
}


@pytest.fixture
def service(app: Flask, place: Servers) -> Iterator[psycopg.Connection]:
    """A bare connection of the service's role."""
    with psycopg.connect(place.database_url) as connection:
        yield connection


@pytest.fixture
def owner(app: Flask, place: Servers) -> Iterator[psycopg.Connection]:
    """The owner, who alone writes keys; those of the tests are put back."""
    with psycopg.connect(place.database_owner_url, autocommit=True) as connection:
        kept = connection.execute("SELECT inner_pad, outer_pad FROM app.keys").fetchall()
        try:
            yield connection
        finally:
            connection.execute("DELETE FROM app.keys")
            connection.cursor().executemany("INSERT INTO app.keys VALUES (%s, %s)", kept)


def put(connection: psycopg.Connection, settings: dict[str, str]) -> None:
    """Set what an attacker sets."""
    forged = passes.pass_for(Reach(Office.DRC, frozenset({HERE})), began(connection), b"a key of one's own")[
        "signature"
    ]
    for name, value in settings.items():
        connection.execute("SELECT set_config(%s, %s, true)", [name, forged if value == OWN else value])


def seen(connection: psycopg.Connection) -> set[str]:
    """The tables that show a row."""
    return {
        table
        for table in readable()
        if connection.execute(f'SELECT EXISTS (SELECT FROM "{table}")'.encode()).fetchone() == (True,)
    }


def succeeded(connection: psycopg.Connection, world: World) -> set[str]:
    """The attacks by which anything at all is seen."""
    found = set()
    for name, changed in ATTACKS.items():
        connection.rollback()
        tell(connection, "municipality", HERE, person=world.here.manager)
        put(connection, changed)
        if seen(connection):
            found.add(name)
    connection.rollback()
    return found


def test_a_pass_cannot_be_changed(world: World, service: psycopg.Connection, owner: psycopg.Connection) -> None:
    """Whoever changes a part of it has none. The control: with the door open, each of them sees something."""
    assert succeeded(service, world) == set()
    owner.execute("INSERT INTO app.keys DEFAULT VALUES")
    assert succeeded(service, world) == set(ATTACKS)


@pytest.mark.gate("1.2.4")
def test_sql_alone_becomes_nobody(world: World, service: psycopg.Connection, owner: psycopg.Connection) -> None:
    """In a transaction that nobody has told anything, whatever is set. The control: the door open."""

    def offices() -> dict[str, bool]:
        found = {}
        for office in Office:
            service.rollback()
            put(service, {OFFICE: office, REACH: BOTH, PERSON: str(world.secretariat)})
            found[office.value] = bool(seen(service))
        service.rollback()
        return found

    assert set(offices().values()) == {False}
    owner.execute("INSERT INTO app.keys DEFAULT VALUES")
    assert set(offices().values()) == {True}


def test_a_pass_is_good_for_one_transaction(world: World, service: psycopg.Connection) -> None:
    """One that was read by an injected SELECT is of no use in the next; in its own it holds after a savepoint is rolled back."""
    tell(service, "drc", HERE)
    names = (REACH, OFFICE, PERSON, PASS)
    stolen = {name: service.execute("SELECT current_setting(%s)", [name]).fetchone()[0] for name in names}  # type: ignore[index]
    service.execute("SAVEPOINT here")
    put(service, {PASS: "", OFFICE: "municipality"})
    assert seen(service) == set()
    service.execute("ROLLBACK TO SAVEPOINT here")
    assert "persons" in seen(service), "the control"
    for end in (service.rollback, service.commit):
        end()
        put(service, stolen)
        assert seen(service) == set()


def test_the_service_reads_and_writes_no_key_and_changes_no_check(app: Flask, service: psycopg.Connection) -> None:
    for statement in (
        "SELECT * FROM app.keys",
        "SELECT count(*) FROM app.keys",
        "INSERT INTO app.keys DEFAULT VALUES",
        "UPDATE app.keys SET inner_pad = NULL",
        "DELETE FROM app.keys",
        "TRUNCATE app.keys",
        "ALTER TABLE app.keys OWNER TO CURRENT_USER",
        "GRANT SELECT ON app.keys TO CURRENT_USER",
        "CREATE OR REPLACE FUNCTION app.passed() RETURNS boolean LANGUAGE sql AS 'SELECT true'",
        "ALTER FUNCTION app.passed() SECURITY INVOKER",
        "DROP FUNCTION app.passed() CASCADE",
        "CREATE FUNCTION public.sha256(bytea) RETURNS bytea LANGUAGE sql AS 'SELECT $1'",
        "CREATE TABLE pg_temp.keys (inner_pad bytea, outer_pad bytea)",
    ):
        service.rollback()
        tell(service, "drc", HERE)
        with pytest.raises(InsufficientPrivilege):
            service.execute(statement.encode())
    service.rollback()
    assert service.execute("SELECT count(*) FROM pg_stats WHERE schemaname = 'app'").fetchone() == (0,)


def test_what_is_found_first_in_a_search_path_changes_no_check(world: World, service: psycopg.Connection) -> None:
    """The check is pinned: a path that the attacker chooses does not reach it."""
    tell(service, "municipality", HERE)
    service.execute("SET LOCAL search_path = public, pg_catalog, app")
    assert service.execute("SELECT app.passed()").fetchone() == (True,)
    put(service, {OFFICE: "drc"})
    assert service.execute("SELECT app.passed()").fetchone() == (False,)


def test_two_keys_count_while_one_takes_over(
    app: Flask, service: psycopg.Connection, owner: psycopg.Connection
) -> None:
    """A new SECRET_KEY is made known, the processes start with it one by one, and then the former one is closed."""

    def counts(key: bytes) -> bool:
        service.rollback()
        service.execute(passes.TELL, passes.pass_for(Reach(Office.DRC), began(service), key))
        return service.execute("SELECT app.office()").fetchone() == ("drc",)

    new = passes.key_of("n" * 40)
    assert (counts(KEY), counts(new)) == (True, False)
    _as_owner(app, passes.accept, new)
    assert (counts(KEY), counts(new)) == (True, True)
    _as_owner(app, passes.accept, new)
    assert owner.execute("SELECT count(*) FROM app.keys").fetchone() == (2,), "told twice, kept once"
    _as_owner(app, passes.accept_only, new)
    assert (counts(KEY), counts(new)) == (False, True)


def _as_owner(app: Flask, change: object, key: bytes) -> None:
    from sqlalchemy import create_engine
    from sqlalchemy.pool import NullPool

    with create_engine(app.config["MIGRATIONS_OWNER_URL"], poolclass=NullPool).begin() as connection:
        change(connection, key)  # type: ignore[operator]


def test_a_door_left_open_is_told_and_closed(app: Flask, client: FlaskClient, owner: psycopg.Connection) -> None:
    """`db upgrade -x rolling` leaves one to the code before passes; so does nothing else."""

    def walls() -> tuple[int, str]:
        answer = client.get("/readyz")
        return answer.status_code, answer.json["walls"]  # type: ignore[index]

    close = lambda: app.test_cli_runner().invoke(args=["walls", "close"], catch_exceptions=False).output  # noqa: E731
    assert walls() == (200, "ok")
    owner.execute("INSERT INTO app.keys DEFAULT VALUES")
    assert walls() == (200, "open")
    assert "1 former ways in are closed" in close()
    assert walls() == (200, "ok")
    owner.execute("DELETE FROM app.keys")
    assert walls() == (503, "deaf"), "nobody is let through where there is no key"
    assert "0 former" in close()
    assert walls() == (200, "ok")


def test_a_pass_for_the_shell_is_printed(app: Flask, world: World, service: psycopg.Connection) -> None:
    """As docs/walls.md has it tried."""
    given = ["walls", "pass", "municipality", HERE, "--began", began(service)]
    service.execute(app.test_cli_runner().invoke(args=given, catch_exceptions=False).output.encode())
    assert service.execute("SELECT DISTINCT municipality_code FROM scope_periods").fetchall() == [(HERE,)]


@settings(max_examples=20)
@given(st.text(min_size=1), st.text(alphabet="0123456789.", min_size=1))
def test_the_signature_is_hmac_as_everyone_makes_it(secret: str, moment: str) -> None:
    """The two halves of a key, put together as PostgreSQL does."""
    key = passes.key_of(secret)
    pads = passes._pads(key)
    signed = f"{moment}/drc/{{}}/".encode()
    ours = passes.pass_for(Reach(Office.DRC), moment, key)["signature"]
    assert ours == hmac.new(key, signed, hashlib.sha256).hexdigest()
    inner = hashlib.sha256(pads["inner_pad"] + signed).digest()
    assert ours == hashlib.sha256(pads["outer_pad"] + inner).hexdigest()


@pytest.mark.parametrize("office", Office)
def test_the_hash_of_a_password_is_told_of_the_one_in_the_pass(
    world: World, service: psycopg.Connection, office: Office
) -> None:
    """Of nobody else, whatever the office, and in no other way; nor does anybody set another's. The control: one's own is told."""
    me, other = world.here.manager, world.here.staff
    for statement in ("SELECT * FROM passwords", "DELETE FROM passwords", "UPDATE passwords SET hash = ''"):
        service.rollback()
        tell(service, office, HERE, person=me)
        with pytest.raises(InsufficientPrivilege):
            service.execute(statement.encode())
    told: dict[UUID | None, str | None] = {}
    for person in (me, None):
        service.rollback()
        tell(service, office, HERE, person=person)
        told[person] = service.execute("SELECT app.password()").fetchall()[0][0]
        with pytest.raises(InsufficientPrivilege):
            service.execute("SELECT app.set_password(%s, 'guessed', 'x')", [other])
        service.rollback()
        tell(service, office, HERE, person=person)
        if office is Office.CLOCK:
            assert service.execute("SELECT app.set_password(%s, NULL, 'x')", [other]).fetchone() == (False,)
            continue
        with pytest.raises(InsufficientPrivilege):
            service.execute("SELECT app.set_password(%s, NULL, 'x')", [other])
    assert str(told[me]).startswith("$argon2id$")
    assert told[None] is None
    service.rollback()
    tell(service, office, HERE, person=me)
    put(service, {PERSON: str(other)})
    assert service.execute("SELECT app.password()").fetchone() == (None,)
