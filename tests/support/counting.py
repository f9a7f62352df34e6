"""How many queries a page costs."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from flask import Flask
from sqlalchemy import event

from tenants.database import db
from tests.support.telling import tells

REACH_OF_THE_SECRETARIAT = "SELECT municipalities.code FROM municipalities"
AT_THE_DOOR = ("login_sessions", "persons", "memberships", "api_tokens", "territory_municipalities")


@contextmanager
def counted(app: Flask) -> Iterator[list[str]]:
    """The queries that are made meanwhile. Who asks and within what reach is said at every page: that is not counted."""
    found: list[str] = []

    def note(_connection: Any, _cursor: Any, statement: str, *_more: Any) -> None:
        door = tells(statement) or " ".join(statement.split()) == REACH_OF_THE_SECRETARIAT
        if not door and not any(
            f"FROM {table}" in statement or statement.startswith(f"UPDATE {table}") for table in AT_THE_DOOR
        ):
            found.append(statement)

    with app.app_context():
        engine = db.engine
    event.listen(engine, "before_cursor_execute", note)
    try:
        yield found
    finally:
        event.remove(engine, "before_cursor_execute", note)
