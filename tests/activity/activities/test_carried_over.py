"""Sessions recorded before there were parts have theirs, and the months of statements that were made are closed."""

from __future__ import annotations

import datetime as dt
import hashlib
from collections.abc import Iterator
from pathlib import Path
from uuid import uuid4

import psycopg
import pytest
from flask import Flask
from flask_migrate import downgrade, upgrade
from psycopg.types.json import Jsonb

from config.embedded import Servers
from config.settings import load_settings
from service.activity.activities.rules import Included, MonthTotals
from service.app import create_app
from tenants.calendar import month_after
from tenants.database import db
from tests.support.servers import create_database, drop_database, test_servers
from tests.support.telling import SECRET, tell

CODE, MONTH = "0580", dt.date(2026, 9, 1)
BEFORE_INCLUDED = "0017"  # the step before closed months kept what they count
TABLES = ("activities", "sessions", "statements", "documents")


@pytest.fixture
def before(tmp_path: Path) -> Iterator[tuple[Flask, Servers]]:
    """A database as it was just before, with two sessions and a statement of their month."""
    place = create_database(test_servers(), "carried")
    app = create_app(load_settings({**place.environment(), "VAR": str(tmp_path), "SECRET_KEY": SECRET}))
    with app.app_context():
        upgrade(directory="migrations", revision="0007")
        app.test_cli_runner().invoke(args=["register", "load"], catch_exceptions=False)
        downgrade(directory="migrations", revision="-1")
        db.session.remove()
    activity, document = uuid4(), uuid4()
    with psycopg.connect(place.database_owner_url) as connection:
        for table in TABLES:
            connection.execute(f"ALTER TABLE {table} NO FORCE ROW LEVEL SECURITY")
        connection.execute(
            "INSERT INTO activities (municipality_code, id, activity_type, name, place, starts_on) VALUES (%s, %s, 'mentor', 'A', 'B', %s)",
            [CODE, activity, MONTH],
        )
        for day, cancelled, adults in ((1, False, 7), (8, True, 0)):
            connection.execute(
                "INSERT INTO sessions (municipality_code, id, activity_id, held_on, cancelled, volunteers, volunteer_minutes, adults,"
                " children, recorded_at) VALUES (%s, %s, %s, %s, %s, 0, 0, %s, 0, now())",
                [CODE, uuid4(), activity, MONTH.replace(day=day), cancelled, adults],
            )
        connection.execute(
            "INSERT INTO documents (municipality_code, id, kind, number, title, subject, issued_on, content, sha256, size, facts,"
            " template, template_version, renderer_version) VALUES"
            " (%s, %s, 'statement', '1', '', '', %s, '', %s, 0, '{}', '', '', '')",
            [CODE, document, MONTH, hashlib.sha256(b"").hexdigest()],
        )
        connection.execute(
            "INSERT INTO statements (municipality_code, id, month, revision, document_id, asked_at, issued_at, work_state, attempts,"
            " due_from) VALUES (%s, %s, %s, 1, %s, now(), now(), 'done', 1, now())",
            [CODE, uuid4(), MONTH, document],
        )
        for table in TABLES:
            connection.execute(f"ALTER TABLE {table} FORCE ROW LEVEL SECURITY")
    yield app, place
    with app.app_context():
        db.engine.dispose()
    drop_database(place)


def carried(place: Servers) -> tuple[object, object, object]:
    """The parts, how many months are closed, and what was counted in the last of them, as unattended work sees it."""
    with psycopg.connect(place.database_url.replace("+psycopg", "")) as connection:
        tell(connection, "clock", CODE)
        parts = connection.execute(
            "SELECT held_on, home, shared, cancelled, activity_type, adults FROM session_parts ORDER BY held_on"
        ).fetchall()
        months = connection.execute("SELECT count(*), min(month), max(month) FROM closed_months").fetchone()
        counted = connection.execute("SELECT counted FROM closed_months WHERE month = %s", [MONTH]).fetchone()
        return parts, months, counted


def test_up_down_and_up_again_nothing_recorded_is_lost(before: tuple[Flask, Servers]) -> None:
    app, place = before
    with app.app_context():
        for _time in range(2):
            upgrade(directory="migrations", revision="0007")
            parts, months, counted = carried(place)
            assert parts == [
                (MONTH, True, False, False, "mentor", 7),
                (MONTH.replace(day=8), True, False, True, "mentor", 0),
            ]
            assert months == (13, dt.date(2025, 9, 1), MONTH)
            assert counted is not None
            (row,) = counted[0]  # type: ignore[index]
            assert MonthTotals(MONTH, **row) == MonthTotals(MONTH, "mentor", sessions=1, cancelled=1, attendances=7)
            downgrade(directory="migrations", revision="-1")
            db.session.remove()
    with psycopg.connect(place.database_owner_url) as connection:
        unforced = connection.execute(
            "SELECT relname FROM pg_class WHERE relrowsecurity AND NOT relforcerowsecurity AND relkind = 'r'"
        ).fetchall()
        assert unforced == []


def test_a_closed_month_keeps_what_the_scopes_of_it_let_count(before: tuple[Flask, Servers]) -> None:
    """Those of the month itself, and none that came into force after it."""
    app, place = before
    wanted = {"activities": [{"activity_type": "mentor"}], "capabilities": ["capacity"]}
    later = {"activities": [{"activity_type": "language_cafe"}], "capabilities": ["all_groups"]}
    with app.app_context():
        upgrade(directory="migrations", revision=BEFORE_INCLUDED)
    with psycopg.connect(place.database_owner_url) as connection:
        for table in ("partnerships", "scope_periods"):
            connection.execute(f"ALTER TABLE {table} NO FORCE ROW LEVEL SECURITY")
        partnership = uuid4()
        connection.execute("INSERT INTO partnerships (municipality_code, id) VALUES (%s, %s)", [CODE, partnership])
        for kept, first, after in (
            (wanted, MONTH, month_after(MONTH)),
            (later, month_after(MONTH), dt.date(2027, 1, 1)),
        ):
            connection.execute(
                "INSERT INTO scope_periods (municipality_code, id, partnership_id, agreement_id, valid_from, valid_to, scope)"
                " VALUES (%s, %s, %s, %s, %s, %s, %s)",
                [CODE, uuid4(), partnership, uuid4(), first, after, Jsonb(kept)],
            )
        for table in ("partnerships", "scope_periods"):
            connection.execute(f"ALTER TABLE {table} FORCE ROW LEVEL SECURITY")
    with app.app_context():
        upgrade(directory="migrations")
    with psycopg.connect(place.database_owner_url) as connection:
        connection.execute("ALTER TABLE closed_months NO FORCE ROW LEVEL SECURITY")
        rows = connection.execute("SELECT month, included FROM closed_months ORDER BY month").fetchall()
    found = {month: Included.from_plain(kept) for month, kept in rows}
    assert found.pop(MONTH) == Included(frozenset({"mentor"}), everything=False, waiting=True)
    assert set(found.values()) == {Included(frozenset(), everything=False, waiting=False)}, "before any was in force"
