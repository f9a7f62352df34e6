"""What every test stands on: real servers, the real migrations, and a world of two municipalities of the same shape."""

from __future__ import annotations

import gc
import sys
from collections.abc import Iterator
from pathlib import Path
from types import MappingProxyType
from typing import TYPE_CHECKING

import pytest
import structlog
from argon2 import PasswordHasher
from flask import Flask
from flask.testing import FlaskClient
from hypothesis import settings as examples

from config.embedded import Servers
from config.settings import Settings, load_settings
from service.platform.accounts import operations as accounts
from tenants.database import db
from tests.support.gates import Tally
from tests.support.loading import load_share
from tests.support.order import ordered
from tests.support.papers import laid_out_once
from tests.support.rows import Rows
from tests.support.servers import create_database, drop_database, test_servers, tester_url
from tests.support.telling import SECRET
from tests.support.world import Things, World, build
from tests.walls.gates import GATES, NOT_YET

if TYPE_CHECKING:
    from playwright.sync_api import Browser

# How long an example takes says how much else the machine has to do, and nothing of the code.
examples.register_profile("ours", deadline=None)
examples.load_profile("ours")


def pytest_addoption(parser: pytest.Parser) -> None:
    """`--shuffle SEED`: what one test leaves for the next is found by another order."""
    parser.addoption(
        "--shuffle", type=int, metavar="SEED", help="run the files, and the tests in each, in a random order"
    )


def pytest_configure(config: pytest.Config) -> None:
    """At the end of a run: how many of the gates stand."""
    config.pluginmanager.register(Tally(GATES, NOT_YET), "gates")


def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    """What takes longest first, or with `--shuffle` in a random order."""
    items[:] = ordered(items, config.getoption("--shuffle"))


@pytest.hookimpl(tryfirst=True)
def pytest_collection(session: pytest.Session) -> None:
    """Begin with what the other processes do not begin with."""
    load_share(session.config)


def pytest_collection_finish() -> None:
    """What is loaded and collected stays until the end: it need not be looked through at each sweep."""
    gc.collect()
    gc.freeze()


@pytest.fixture(scope="session", autouse=True)
def plain_logs() -> None:
    """Tracebacks without the colours and local variables that structlog's own default paints for seconds on end.

    They go where no command of a test prints: a thread that logs at that moment must not stand in what the command said.
    """
    plain = structlog.dev.ConsoleRenderer(colors=False, exception_formatter=structlog.dev.plain_traceback)
    structlog.configure(
        processors=[structlog.processors.add_log_level, plain],
        logger_factory=structlog.PrintLoggerFactory(sys.__stderr__),
    )


@pytest.fixture(scope="session", autouse=True)
def own_hasher() -> PasswordHasher:
    """The service's own hasher of passwords. Tests have a light one: at full cost each sign-in takes a tenth of a second."""
    own = accounts._hasher
    accounts._hasher = PasswordHasher(time_cost=1, memory_cost=8, parallelism=1)
    accounts.NOBODY = accounts._hasher.hash("nobody's")
    return own


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
def fresh(tmp_path: Path) -> Iterator[tuple[Flask, Servers]]:
    """An application on a database of its own, with nothing in it: for what is done to the schema."""
    from service.app import create_app

    place = create_database(test_servers(), "migrations")
    app = create_app(
        load_settings(
            {**place.environment(), "VAR": str(tmp_path), "SECRET_KEY": SECRET, "PUBLIC_URL": "http://localhost"}
        )
    )
    yield app, place
    with app.app_context():
        db.engine.dispose()
    drop_database(place)


@pytest.fixture(scope="session")
def rows(place: Servers) -> Iterator[Rows]:
    """The rows of this test process's database."""
    found = Rows(tester_url(place))
    yield found
    found.close()


@pytest.fixture
def app(migrated: Flask, rows: Rows, settings: Settings, request: pytest.FixtureRequest) -> Iterator[Flask]:
    """The application, with nothing in its database but the register, the catalogue and, where the test asks for it, the world."""
    if "things" in request.fixturenames:
        request.getfixturevalue("furnished")
        rows.put_back("furnished")
    elif "world" in request.fixturenames:
        request.getfixturevalue("built")
        rows.put_back("built")
    else:
        rows.empty()
    with migrated.app_context():
        from service.platform.work.waking import connection

        migrated.extensions["uses"].counts.clear()  # what an earlier test left in this process
        migrated.extensions.pop("looked", None)  # /readyz looks at the schema once a minute
        connection().flushdb()
    yield migrated
    with migrated.app_context():
        db.session.remove()
    for mail in (settings.var / "mail").glob("*.eml"):
        mail.unlink()


@pytest.fixture
def client(app: Flask) -> FlaskClient:
    """A browser that nobody has signed in with."""
    return app.test_client()


@pytest.fixture(scope="session")
def browser() -> Iterator[Browser]:
    """A real browser, one for all tests of this process: each visits in a context of its own."""
    from tests.support.browser import chromium

    with chromium() as found:
        yield found


@pytest.fixture(scope="session")
def built(migrated: Flask, rows: Rows) -> World:
    """The world, built once by the real operations and kept aside."""
    rows.empty()
    with migrated.app_context(), laid_out_once():
        world = build()
        db.session.remove()
    rows.keep_aside("built")
    return world


@pytest.fixture
def world(built: World, app: Flask) -> World:
    """Two municipalities of the same shape, DRC's people, and one municipality without a partnership; anew for each test."""
    return built


@pytest.fixture(scope="session")
def furnished(migrated: Flask, built: World, rows: Rows) -> Things:
    """The world with what can stand in an address, of both its municipalities, kept aside as well."""
    from tests.walls.ways import ids_of

    rows.put_back("built")
    theirs, mine = (ids_of(migrated, built, place) for place in (built.there, built.here))
    rows.keep_aside("furnished")
    return Things(MappingProxyType(mine), MappingProxyType(theirs))


@pytest.fixture
def things(furnished: Things, app: Flask, world: World) -> Things:
    """Ids of all that can stand in an address, of `HERE` and `THERE`, in the world; anew for each test."""
    return furnished


@pytest.fixture(scope="session")
def root() -> Path:
    """The project's root."""
    return Path(__file__).parent.parent
