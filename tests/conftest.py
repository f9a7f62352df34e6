"""What every test stands on: real servers, the real migrations, and a world of two municipalities of the same shape."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import psycopg
import pytest
import structlog
from flask import Flask
from flask.testing import FlaskClient

from config.embedded import Servers
from config.settings import Settings, load_settings
from tenants.database import Base, db
from tests.support.servers import create_database, drop_database, test_servers
from tests.support.telling import SECRET
from tests.support.world import World, build

SEEDED = ("municipalities", "region_periods", "activity_types", "text_versions")


@pytest.fixture(scope="session", autouse=True)
def plain_logs() -> None:
    """Tracebacks without the colours and local variables that structlog's own default paints for seconds on end."""
    plain = structlog.dev.ConsoleRenderer(colors=False, exception_formatter=structlog.dev.plain_traceback)
    structlog.configure(processors=[structlog.processors.add_log_level, plain])


@pytest.fixture(scope="session")
def place(worker_id: str) -> Iterator[Servers]:
    """This test process's own database and Redis."""
    found = create_database(test_servers(), worker_id)
    yield found
    drop_database(found)


@pytest.fixture(scope="session")
def settings(place: Servers, tmp_path_factory: pytest.TempPathFactory) -> Settings:
    """Settings as a place would have them."""
    var = tmp_path_factory.mktemp("var")
    return load_settings(
        {
            **place.environment(),
            "VAR": str(var),
            "SECRET_KEY": SECRET,
            "PUBLIC_URL": "http://localhost",
            "LEASE_SECONDS": "60",
        }
    )


@pytest.fixture(scope="session")
def migrated(settings: Settings) -> Iterator[Flask]:
    """The application on a migrated database with the register and the catalogue."""
    from flask_migrate import upgrade

    from service.app import create_app

    app = create_app(settings)
    with app.app_context():
        upgrade(directory="migrations")
    runner = app.test_cli_runner()
    result = runner.invoke(args=["register", "load"])
    assert result.exit_code == 0, result.output
    yield app
    with app.app_context():
        db.engine.dispose()


@pytest.fixture
def app(migrated: Flask, place: Servers, settings: Settings) -> Iterator[Flask]:
    """The application; whatever the test writes is gone afterwards."""
    from service.web.security import limiter

    with migrated.app_context():
        from service.web import usage
        from service.work.doorbell import connection

        usage.take()  # what an earlier test left in this process
        connection().flushdb()
        limiter.reset()
    yield migrated
    with migrated.app_context():
        db.session.remove()
    _empty(place.database_owner_url)
    for mail in (settings.var / "mail").glob("*.eml"):
        mail.unlink()


def _tables() -> list[str]:
    """The tables that tests write, each after those it refers to."""
    return [table.name for table in Base.metadata.sorted_tables if table.name not in SEEDED]


def _empty(owner_url: str) -> None:
    with psycopg.connect(owner_url, autocommit=True) as connection:
        connection.execute("TRUNCATE " + ", ".join(f'"{name}"' for name in _tables()))


def keep_aside(owner_url: str) -> None:
    """Copy every table's rows aside. FORCE holds the owner too, so it is lifted for the moment."""
    with psycopg.connect(owner_url) as connection:
        connection.execute("CREATE SCHEMA aside")
        for name in _tables():
            connection.execute(f'ALTER TABLE "{name}" NO FORCE ROW LEVEL SECURITY')
            connection.execute(f'CREATE TABLE aside."{name}" AS SELECT * FROM public."{name}"')
            connection.execute(f'ALTER TABLE "{name}" FORCE ROW LEVEL SECURITY')


def put_back(owner_url: str) -> None:
    """Put the rows that were kept aside back."""
    with psycopg.connect(owner_url) as connection:
        for name in _tables():
            connection.execute(f'ALTER TABLE "{name}" NO FORCE ROW LEVEL SECURITY')
            connection.execute(f'INSERT INTO public."{name}" SELECT * FROM aside."{name}"')
            connection.execute(f'ALTER TABLE "{name}" FORCE ROW LEVEL SECURITY')


@pytest.fixture
def client(app: Flask) -> FlaskClient:
    """A browser that nobody has signed in with."""
    return app.test_client()


@pytest.fixture(scope="session")
def built(migrated: Flask, place: Servers) -> World:
    """The world, built once by the real operations and kept aside."""
    with migrated.app_context():
        world = build()
        db.session.remove()
    keep_aside(place.database_owner_url)
    return world


@pytest.fixture
def world(built: World, app: Flask, place: Servers) -> World:
    """Two municipalities of the same shape, DRC's people, and one municipality without a partnership; anew for each test."""
    _empty(place.database_owner_url)
    put_back(place.database_owner_url)
    return built


@pytest.fixture(scope="session")
def root() -> Path:
    """The project's root."""
    return Path(__file__).parent.parent
