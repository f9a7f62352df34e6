"""Migrations run as the owner of the tables, in one transaction, and give up rather than make the service wait.

Of two that migrate at once, one waits for the other (`-x wait=5min`: at most so long) and then finds its work done. A
database that is not of this line of versions is refused before anything is changed, and at the end the schema is compared with what
`migrations/schema/` says that it should be. Whoever migrates says with which SECRET_KEY the service signs, as the owner alone can (`tenants.passes`).
"""

from __future__ import annotations

import click
from alembic import context
from flask import current_app
from psycopg.errors import LockNotAvailable
from sqlalchemy import Connection, create_engine, text
from sqlalchemy.exc import OperationalError
from sqlalchemy.pool import NullPool

from tenants import passes, schema, upgrades
from tenants.database import Base

config = context.config
OURS = {"app"}
ONE_AT_A_TIME = 0x6D696772  # the key of a lock in PostgreSQL
MAX_WAIT = "20min"  # for another who migrates: longer than a statement of theirs may take
LIMITS = "SET lock_timeout = '5s'; SET statement_timeout = '15min'"


def ours(name: str | None, kind: str, parents: object) -> bool:
    """Compare our tables alone."""
    return not (kind == "schema" and name in OURS)


def alone(connection: Connection) -> None:
    """Wait until nobody else migrates this database. The lock is the session's, and ends with it."""
    if connection.scalar(text("SELECT pg_try_advisory_lock(:key)"), {"key": ONE_AT_A_TIME}):
        return
    patience = context.get_x_argument(as_dictionary=True).get("wait", MAX_WAIT)
    click.echo(f"Another host migrates this database: waiting for it, at most {patience}.", err=True)
    connection.execute(text("SELECT set_config('lock_timeout', :patience, true)"), {"patience": patience})
    try:
        connection.execute(text("SELECT pg_advisory_lock(:key)"), {"key": ONE_AT_A_TIME})
    except OperationalError as error:
        if not isinstance(error.orig, LockNotAvailable):
            raise
        raise SystemExit(
            f"Another host still migrates this database after {patience}, and nothing was changed by this one. See what it is at"
            " (pg_stat_activity), and run this again when it has ended."
        ) from error


def moves() -> bool:
    """Whether revisions are gone through. By `current`, `stamp` and the like one looks and mends: they are stopped by nothing."""
    return context.get_context().opts["fn"].__name__ in ("upgrade", "downgrade")


def stop(reason: str | None) -> None:
    """End with status 1 and a reason, where there is one."""
    if reason:
        raise SystemExit(reason)


def run() -> None:
    """Upgrade or downgrade the database of DATABASE_OWNER_URL."""
    url = config.attributes.get("owner_url") or current_app.config["MIGRATIONS_OWNER_URL"]
    if not url:
        raise SystemExit("DATABASE_OWNER_URL must be set to migrate: the service's own role owns nothing")
    settings = current_app.extensions["settings"]
    config.attributes["service_role"] = settings.service_role
    engine = create_engine(url, poolclass=NullPool, hide_parameters=True)
    with engine.connect() as connection:
        # A statement that the wall would filter must fail, not change no rows in silence.
        connection.execute(text("SET row_security = off; SET statement_timeout = 0"))
        alone(connection)
        connection.execute(text(LIMITS))
        connection.commit()
        context.configure(
            connection=connection,
            target_metadata=Base.metadata,
            compare_type=True,
            compare_server_default=False,
            transaction_per_migration=True,
            include_name=ours,
            on_version_apply=config.attributes.get("declares", ()),
        )
        standing = context.get_context()
        known = [script.revision for script in reversed(list(context.script.walk_revisions()))]
        judged = moves() and "declares" not in config.attributes
        if judged:
            stop(upgrades.refusal(standing.get_current_heads(), known, schema.read(connection, settings.service_role)))
            connection.commit()
        with context.begin_transaction():
            context.run_migrations()
        # With nothing to migrate, a transaction is open that only read where the schema stands.
        passes.accept(connection, current_app.config["PASS_KEY"])
        connection.commit()
        if judged:
            stop(upgrades.fault(standing.get_current_revision(), known, schema.read(connection, settings.service_role)))


run()
