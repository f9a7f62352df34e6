"""A database that cannot be upgraded is refused before anything is changed, and told what to do."""

from __future__ import annotations

import re

import pytest
from flask import Flask
from flask_migrate import downgrade, upgrade
from sqlalchemy import text

from config.embedded import Servers
from tenants import schema, upgrades
from tests.migrations.dumps import restore
from tests.support.servers import engine

KNOWN = ("0001", "0002", "0003", "0004")


def facts(*revisions: str) -> frozenset[str]:
    """What is there after these revisions."""
    return schema.wanted(revisions)


def test_what_is_of_this_line_of_versions_is_upgraded() -> None:
    assert upgrades.refusal((), KNOWN, frozenset()) is None
    assert upgrades.refusal(("0002",), KNOWN, facts("0001", "0002")) is None
    assert upgrades.fault("0002", KNOWN, facts("0001", "0002")) is None


def test_walls_that_are_not_as_they_were_do_not_stop_an_upgrade() -> None:
    """It is tables and columns that tell a stranger. What else is not right is told at the end."""
    found = frozenset(fact for fact in facts("0001", "0002") if not fact.startswith("policy sessions."))
    assert upgrades.refusal(("0002",), KNOWN, found) is None
    assert "missing: policy sessions.wall" in (upgrades.fault("0002", KNOWN, found) or "")


@pytest.mark.parametrize(
    ("heads", "found", "told"),
    [
        (("a1b2c3d4e5f6",), facts("0001"), "revision a1b2c3d4e5f6, which this version does not know"),
        (("0002", "0003"), facts("0001", "0002", "0003"), "stands at several revisions at once: 0002, 0003"),
        (("0002",), facts("0001"), "stands at revision 0002, but its tables are not those of 0002"),
        (("0001",), facts("0001", "0002"), "stands at revision 0001, but its tables are not those of 0001"),
        ((), facts("0001"), "has tables, but no revision"),
        (("0001",), facts("0001") | {"table own: of owner", "column own.id: integer"}, "too much: table own: of owner"),
    ],
)
def test_a_stranger_is_told_what_was_found_and_what_to_do(
    heads: tuple[str, ...], found: frozenset[str], told: str
) -> None:
    said = upgrades.refusal(heads, KNOWN, found)
    assert said is not None
    assert told in said
    assert "Nothing was changed. Install the version that made it" in said
    assert "put back a backup" in said


def test_of_a_table_that_is_missing_its_columns_are_not_told_one_by_one() -> None:
    told = schema.differences(schema.shape(facts("0001", "0002")), schema.shape(facts("0001")))
    assert "missing: table shares: of owner, row security, forced" in told
    assert not [line for line in told if "column shares." in line]


@pytest.mark.parametrize(
    ("name", "told"),
    [
        # Made by commits between two releases, whose revisions were numbered anew when they were merged. The first was "upgraded" to a
        # schema without four tables, with status 0; the second stopped in the middle.
        (
            "between-0016",
            r"stands at revision 0016, but its tables are not those of 0016:(.|\n)*missing: table exports",
        ),
        (
            "between-0013",
            r"stands at revision 0013, but its tables are not those of 0013:(.|\n)*too much: table exports",
        ),
    ],
)
def test_a_database_made_between_two_releases_is_refused_untouched(
    fresh: tuple[Flask, Servers], name: str, told: str
) -> None:
    app, place = fresh
    restore(name, place)
    role = app.extensions["settings"].service_role
    with app.app_context(), engine(place.database_owner_url).connect() as connection:
        before = connection.scalar(text("SELECT version_num FROM alembic_version")), schema.read(connection, role)
        connection.commit()
        for move in (lambda: upgrade(directory="migrations"), lambda: downgrade(directory="migrations")):
            with pytest.raises(SystemExit) as refused:
                move()
            assert re.search(told, str(refused.value)), refused.value
        assert before == (
            connection.scalar(text("SELECT version_num FROM alembic_version")),
            schema.read(connection, role),
        )


def test_a_database_of_a_newer_version_is_refused_and_can_be_looked_at(fresh: tuple[Flask, Servers]) -> None:
    app, place = fresh
    with app.app_context():
        upgrade(directory="migrations")
        with engine(place.database_owner_url).begin() as connection:
            connection.execute(text("UPDATE alembic_version SET version_num = 'a1b2c3d4e5f6'"))
        with pytest.raises(SystemExit, match=r"revision a1b2c3d4e5f6, which this version does not know"):
            upgrade(directory="migrations")
