"""What a schema is, fact by fact: as declared, as PostgreSQL tells it, and what is said of the difference."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from alembic import command
from flask import Flask
from flask.testing import FlaskClient
from flask_migrate import upgrade
from sqlalchemy import Connection, text

from config.embedded import Servers
from config.settings import Settings
from service.platform.web import health
from tenants import schema
from tests.migrations.declare import declared, through
from tests.support.servers import engine

WALL = "policy a.wall: ALL TO service USING (true)"


def test_what_is_declared_is_what_the_migrations_do(fresh: tuple[Flask, Servers]) -> None:
    """Revision by revision, and back again. After a new migration: `make schema`, and read what it says."""
    app, _place = fresh
    there = {file.stem: file.read_text() for file in schema.FOLDER.glob("*.txt")}
    found = declared(app)
    stale = sorted(name for name in there.keys() | found.keys() if there.get(name) != found.get(name))
    assert stale == [], "run `make schema`: these files of migrations/schema are not what their revisions do"
    lineage = list(found)
    for revision, left in through(app, command.downgrade, "base"):
        before = schema.wanted(lineage[: lineage.index(revision)])
        assert schema.differences(before, left) == [], f"{revision} taken back leaves another schema than was before it"


def test_differences_are_told_by_what_they_are_of() -> None:
    should = frozenset({"table a: of owner, row security, forced", "column a.b: text NOT NULL", WALL})
    found = frozenset({"table a: of owner, row security", "column a.b: text NOT NULL", "column a.c: text"})
    assert schema.differences(should, found) == [
        f"missing: {WALL}",
        "otherwise: table a: of owner, row security (should be: table a: of owner, row security, forced)",
        "too much: column a.c: text",
    ]
    assert schema.differences(should, should) == []


def test_an_index_of_the_operators_own_is_no_difference() -> None:
    assert schema.differences(frozenset(), frozenset({"index a.fast: CREATE INDEX fast ON a (b)"})) == []
    assert (
        schema.differences(frozenset(), frozenset({"unique index a.oracle: CREATE UNIQUE INDEX oracle ON a (b)"})) != []
    )


def test_many_differences_are_told_in_short() -> None:
    told = schema.in_short([f"missing: column a.c{number}: text" for number in range(40)])
    assert told.splitlines()[-1] == "  and 28 more"


def test_what_a_revision_changes_undoes_itself() -> None:
    before, after = frozenset({"column a.b: text", WALL}), frozenset({"column a.b: text NOT NULL", WALL})
    assert schema.changes(before, after) == ["- column a.b: text", "+ column a.b: text NOT NULL"]


@pytest.fixture
def owner(migrated: Flask, place: Servers) -> Iterator[Connection]:
    """The owner's connection, in a transaction that is rolled back."""
    with engine(place.database_owner_url).connect() as connection:
        yield connection
        connection.rollback()


def test_whoever_serves_reads_the_same_facts(owner: Connection, place: Servers, settings: Settings) -> None:
    """And whatever the day's zone is where it is read."""
    owner.execute(text("SET timezone = 'Pacific/Auckland'"))
    found = schema.read(owner, settings.service_role)
    with engine(place.database_url).connect() as connection:
        assert schema.read(connection, settings.service_role) == found


@pytest.mark.parametrize(
    ("change", "told"),
    [
        ("DROP TABLE steps_set_aside", "missing: table steps_set_aside"),
        ("CREATE TABLE loose (id int)", "too much: table loose: of owner"),
        ("ALTER TABLE persons ADD remark text", "too much: column persons.remark: text"),
        ("ALTER TABLE persons RENAME name TO names", "missing: column persons.name: character varying NOT NULL"),
        ("CREATE VIEW everything AS SELECT 1 AS one", "too much: relation v everything"),
        ("ALTER TABLE documents NO FORCE ROW LEVEL SECURITY", "otherwise: table documents: of owner, row security (sh"),
        ("ALTER TABLE persons ALTER email DROP NOT NULL", "otherwise: column persons.email: character varying (should"),
        ("ALTER TABLE persons ALTER email SET DEFAULT ''", "otherwise: column persons.email"),
        ("ALTER TABLE documents ALTER number TYPE text", "otherwise: column documents.number: text"),
        ('ALTER TABLE volunteers ALTER name_key TYPE varchar COLLATE "POSIX"', "otherwise: column volunteers.name_key"),
        (
            "ALTER TABLE set_aside DROP CONSTRAINT ck_set_aside_times",
            "missing: constraint set_aside.ck_set_aside_times",
        ),
        ("DROP INDEX ix_documents_sha256", "missing: index documents.ix_documents_sha256"),
        ("CREATE UNIQUE INDEX oracle ON documents (number)", "too much: unique index documents.oracle"),
        ("DROP POLICY wall_read ON agreements", "missing: policy agreements.wall_read"),
        ("ALTER POLICY wall_add ON decisions WITH CHECK (true)", "otherwise: policy decisions.wall_add"),
        ("ALTER POLICY wall_read ON decisions TO PUBLIC", "otherwise: policy decisions.wall_read: SELECT TO public"),
        ("CREATE POLICY easy ON statements FOR SELECT TO PUBLIC USING (true)", "too much: policy statements.easy"),
        ("ALTER TABLE agreements DISABLE TRIGGER step", "otherwise: trigger agreements.step"),
        ("DROP TRIGGER step ON decisions", "missing: trigger decisions.step"),
        (
            "CREATE OR REPLACE FUNCTION app.passed() RETURNS boolean LANGUAGE sql STABLE PARALLEL SAFE AS 'SELECT true'",
            "otherwise: function app.passed()",
        ),
        ("ALTER FUNCTION app.record(uuid, text, text, text, jsonb) RESET ALL", "otherwise: function app.record"),
        ("GRANT UPDATE ON documents TO PUBLIC", "too much: grant on documents to public: UPDATE"),
        ("GRANT SELECT (hash) ON passwords TO PUBLIC", "too much: grant on passwords.hash to public: SELECT"),
        ("GRANT EXECUTE ON FUNCTION app.password() TO PUBLIC", "too much: grant on function app.password() to public"),
        ("GRANT CREATE ON SCHEMA app TO PUBLIC", "too much: grant on schema app to public: CREATE"),
    ],
)
def test_a_change_by_hand_is_told(owner: Connection, settings: Settings, change: str, told: str) -> None:
    """The controls: of every kind of fact, one that is not as it was."""
    before = schema.read(owner, settings.service_role)
    owner.execute(text(change))
    found = schema.differences(before, schema.read(owner, settings.service_role))
    assert any(each.startswith(told) for each in found), found


def test_an_upgrade_that_ends_with_another_schema_says_so_and_fails(fresh: tuple[Flask, Servers]) -> None:
    app, place = fresh
    owner = engine(place.database_owner_url)
    with app.app_context():
        upgrade(directory="migrations")
        with owner.begin() as connection:
            connection.execute(text("DROP POLICY wall_read ON agreements"))
        with pytest.raises(
            SystemExit, match=r"not what that revision should have made of it:\n  missing: policy agreem"
        ):
            upgrade(directory="migrations")
        looked = app.test_cli_runner().invoke(args=["db", "current"])
    assert (looked.exit_code, looked.exception) == (0, None)


@pytest.fixture
def at_each_look(app: Flask, monkeypatch: pytest.MonkeyPatch) -> Iterator[FlaskClient]:
    """A monitor, for which the schema is compared at each look."""
    monkeypatch.setattr(health, "LOOK_SECONDS", 0.0)
    yield app.test_client()
    app.extensions["looked"].clear()


@pytest.mark.parametrize(
    ("change", "back", "found"),
    [
        (
            "ALTER TABLE documents NO FORCE ROW LEVEL SECURITY",
            "ALTER TABLE documents FORCE ROW LEVEL SECURITY",
            ("different", 503),
        ),
        (
            "UPDATE alembic_version SET version_num = '0017'",
            "UPDATE alembic_version SET version_num = '{head}'",
            ("behind", 503),
        ),
        # A newer version has upgraded it: what this one stands on is there, or is not.
        (
            "UPDATE alembic_version SET version_num = 'later'",
            "UPDATE alembic_version SET version_num = '{head}'",
            ("ahead", 200),
        ),
        (
            "UPDATE alembic_version SET version_num = 'later'; ALTER TABLE posters RENAME fault TO blame",
            "UPDATE alembic_version SET version_num = '{head}'; ALTER TABLE posters RENAME blame TO fault",
            ("different", 503),
        ),
    ],
)
def test_readiness_compares_the_schema(
    at_each_look: FlaskClient, place: Servers, change: str, back: str, found: tuple[str, int]
) -> None:
    def ready() -> tuple[str, int]:
        answer = at_each_look.get("/readyz")
        return answer.get_json()["migrations"], answer.status_code

    assert ready() == ("ok", 200)
    owner = engine(place.database_owner_url)
    with owner.begin() as connection:
        head = connection.scalar(text("SELECT version_num FROM alembic_version"))
        connection.execute(text(change))
    try:
        assert ready() == found
    finally:
        with owner.begin() as connection:
            connection.execute(text(back.format(head=head)))
    assert ready() == ("ok", 200)


def test_readiness_reads_the_whole_schema_once_a_minute(app: Flask, monkeypatch: pytest.MonkeyPatch) -> None:
    monitor = app.test_client()
    reads: list[object] = []

    def read(connection: Connection, *_rest: object) -> frozenset[str]:
        reads.append(connection)
        return frozenset()

    monkeypatch.setattr(schema, "read", read)
    app.extensions.get("looked", {}).clear()
    assert [monitor.get("/readyz").get_json()["migrations"] for _each in range(3)] == ["different"] * 3
    assert len(reads) == 1
    app.extensions["looked"].clear()
