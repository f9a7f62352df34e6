"""Migrations: up, down and up again on a database with data; one head; and tables as the models say."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import psycopg
import pytest
from alembic.autogenerate import compare_metadata
from alembic.config import Config
from alembic.migration import MigrationContext
from alembic.script import ScriptDirectory
from flask import Flask
from flask_migrate import downgrade, upgrade
from sqlalchemy import Column, MetaData, String, Table, create_engine
from sqlalchemy.pool import NullPool

from config.embedded import Servers
from config.settings import load_settings
from service.app import create_app
from tenants.database import Base, db
from tests.support.servers import create_database, drop_database, test_servers
from tests.support.world import EMPTY, person


@pytest.fixture
def fresh(tmp_path: Path) -> Iterator[tuple[Flask, Servers]]:
    """An application on a database of its own, with nothing in it."""
    place = create_database(test_servers(), "migrations")
    app = create_app(load_settings({**place.environment(), "VAR": str(tmp_path), "SECRET_KEY": "m" * 40}))
    yield app, place
    with app.app_context():
        db.engine.dispose()
    drop_database(place)


def differences(place: Servers, metadata: MetaData) -> list[object]:
    """What the models say and the database does not, or the other way round."""
    engine = create_engine("postgresql+psycopg://" + place.database_owner_url.split("://", 1)[1], poolclass=NullPool)
    with engine.connect() as connection:
        context = MigrationContext.configure(connection, opts={"compare_type": True})
        return list(compare_metadata(context, metadata))


def test_up_down_up_on_a_database_with_data(fresh: tuple[Flask, Servers]) -> None:
    """A step that cannot be taken back, or not be taken again, is found here and not in production."""
    from tenants.database import transaction
    from tenants.reach import acting_for, clock

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


def test_the_service_cannot_migrate(fresh: tuple[Flask, Servers]) -> None:
    """Migrations run as the owner: the service's own role may not make a table."""
    app, place = fresh
    with app.app_context():
        upgrade(directory="migrations")
    with psycopg.connect(place.database_url) as connection, pytest.raises(psycopg.errors.InsufficientPrivilege):
        connection.execute("CREATE TABLE loose (id int)")
