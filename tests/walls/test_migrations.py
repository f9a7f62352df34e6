"""Migrations: up, down and up again on a database with data; one head; and tables as the models say."""

from __future__ import annotations

from pathlib import Path

import psycopg
import pytest
from alembic.autogenerate import compare_metadata
from alembic.config import Config
from alembic.migration import MigrationContext
from alembic.script import ScriptDirectory
from flask import Flask
from flask_migrate import downgrade, upgrade
from sqlalchemy import Column, MetaData, String, Table

from config.embedded import Servers
from tenants.database import Base, db
from tests.support.servers import engine
from tests.support.world import EMPTY, person

BOTH_WORK = "cd8f40a056aa"  # the code before and after passes (docs/operations.md)


def differences(place: Servers, metadata: MetaData) -> list[object]:
    """What the models say and the database does not, or the other way round."""
    with engine(place.database_owner_url).connect() as connection:
        context = MigrationContext.configure(connection, opts={"compare_type": True})
        return list(compare_metadata(context, metadata))


def test_up_down_up_on_a_database_with_data(fresh: tuple[Flask, Servers]) -> None:
    """A step that cannot be taken back, or not be taken again, is found here and not in production."""
    from tenants.acting import acting_for
    from tenants.database import transaction
    from tenants.reach import clock

    app, place = fresh
    with app.app_context():
        upgrade(directory="migrations")
        app.test_cli_runner().invoke(args=["register", "load"], catch_exceptions=False)
        with acting_for(clock([EMPTY])), transaction():
            person("en@kommune.example", ("manager", EMPTY, None))
        db.session.remove()
        downgrade(directory="migrations", revision="base")
        with psycopg.connect(place.database_owner_url) as connection:
            left = connection.execute("SELECT tablename FROM pg_tables WHERE schemaname = 'public'").fetchall()
            assert left == [("alembic_version",)]
        upgrade(directory="migrations")
        result = app.test_cli_runner().invoke(args=["register", "load"], catch_exceptions=False)
        assert "98 municipalities" in result.output
    assert differences(place, Base.metadata) == []


def test_a_model_that_no_migration_knows_is_found(fresh: tuple[Flask, Servers]) -> None:
    """The control: a table added to the models alone."""
    app, place = fresh
    with app.app_context():
        upgrade(directory="migrations")
    metadata = MetaData()
    for table in Base.metadata.tables.values():
        table.to_metadata(metadata)
    Table("forgotten", metadata, Column("code", String, primary_key=True))
    found = differences(place, metadata)
    assert [entry[0] for entry in found] == ["add_table"]  # type: ignore[index]


def test_there_is_one_head(root: Path) -> None:
    """Two heads would leave it to chance which migration comes first."""
    config = Config()
    config.set_main_option("script_location", str(root / "migrations"))
    assert len(ScriptDirectory.from_config(config).get_heads()) == 1


def test_code_from_before_passes_works_while_it_is_replaced(fresh: tuple[Flask, Servers]) -> None:
    """It says who it is unsigned, writes into the ledger itself and reads hashes: on `-x rolling`, up to where its way is closed."""
    app, place = fresh

    def as_before(statement: str) -> int:
        with psycopg.connect(place.database_url) as connection:
            connection.execute(
                "SELECT set_config('app.office', 'clock', true), set_config('app.reach', '{0580}', true)"
            )
            return connection.execute(statement.encode()).rowcount

    writes = "INSERT INTO national_ledger_heads (id, number, hash) VALUES (1, 0, '0') ON CONFLICT (id) DO UPDATE SET hash = '0'"
    with app.app_context():
        upgrade(directory="migrations", revision=BOTH_WORK, x_arg=["rolling"])
        app.test_cli_runner().invoke(args=["register", "load"], catch_exceptions=False)  # as the code of today does
        assert as_before(writes) == 1
        assert as_before("SELECT email, password_hash FROM persons") == 0
        assert as_before("SELECT code FROM municipalities") == 98
        upgrade(directory="migrations")
        assert as_before("SELECT code FROM municipalities") == 98
        app.test_cli_runner().invoke(args=["walls", "close"], catch_exceptions=False)
        assert as_before("SELECT code FROM municipalities") == 0
    for gone in (writes, "SELECT password_hash FROM persons"):
        with pytest.raises((psycopg.errors.InsufficientPrivilege, psycopg.errors.UndefinedColumn)):
            as_before(gone)


def test_the_service_cannot_migrate(fresh: tuple[Flask, Servers]) -> None:
    """Migrations run as the owner: the service's own role may not make a table."""
    app, place = fresh
    with app.app_context():
        upgrade(directory="migrations")
    with psycopg.connect(place.database_url) as connection, pytest.raises(psycopg.errors.InsufficientPrivilege):
        connection.execute("CREATE TABLE loose (id int)")
