"""`python -m tests.migrations.declare`: write down in `migrations/schema/` what each revision changes of the schema."""

from __future__ import annotations

import sys
import tempfile
from collections.abc import Callable
from typing import Any

from alembic import command
from flask import Flask

from config.settings import load_settings
from service.app import create_app
from tenants import schema
from tests.support.servers import create_database, drop_database, test_servers
from tests.support.telling import SECRET


def declared(app: Flask) -> dict[str, str]:
    """What each revision changes, as its file should have it, by going through them all on an empty database."""
    found: dict[str, str] = {}
    before: frozenset[str] = frozenset()
    for revision, after in through(app, command.upgrade, "head"):
        found[revision] = "".join(f"{line}\n" for line in schema.changes(before, after))
        before = after
    return found


def through(app: Flask, move: Callable[[Any, str], None], to: str) -> list[tuple[str, frozenset[str]]]:
    """Go through the revisions, up or down: each that was applied or taken back, and what the schema was then."""
    passed: list[tuple[str, frozenset[str]]] = []

    def note(ctx: Any, step: Any, **_rest: Any) -> None:
        passed.append((step.up_revision_id, schema.read(ctx.connection, app.extensions["settings"].service_role)))

    with app.app_context():
        config = app.extensions["migrate"].migrate.get_config()
        config.attributes["declares"] = note
        move(config, to)
    return passed


def main() -> None:
    """Write the files of all revisions; those that are as they should be stay as they are."""
    place = create_database(test_servers(), "declare")
    with tempfile.TemporaryDirectory() as var:
        found = declared(create_app(load_settings({**place.environment(), "VAR": var, "SECRET_KEY": SECRET})))
    drop_database(place)
    for revision, text in found.items():
        file = schema.FOLDER / f"{revision}.txt"
        if not file.exists() or file.read_text() != text:
            file.write_text(text)
            print(f"{file}: {len(text.splitlines())} changes", file=sys.stderr)


if __name__ == "__main__":
    main()
