"""Migrations run as the owner of the tables, in one transaction, and give up rather than make the service wait.

Whoever migrates says with which SECRET_KEY the service signs, as the owner alone can (`tenants.passes`).
"""

from __future__ import annotations

from alembic import context
from flask import current_app
from sqlalchemy import create_engine, text
from sqlalchemy.pool import NullPool

from tenants import passes
from tenants.database import Base

config = context.config
OURS = {"app"}


def ours(name: str | None, kind: str, parents: object) -> bool:
    """Compare our tables alone."""
    return not (kind == "schema" and name in OURS)


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
        connection.execute(text("SET lock_timeout = '5s'; SET statement_timeout = '15min'; SET row_security = off"))
        connection.commit()
        context.configure(
            connection=connection,
            target_metadata=Base.metadata,
            compare_type=True,
            compare_server_default=False,
            transaction_per_migration=True,
            include_name=ours,
        )
        with context.begin_transaction():
            context.run_migrations()
        # With nothing to migrate, a transaction is open that only read where the schema stands.
        passes.accept(connection, current_app.config["PASS_KEY"])
        connection.commit()


run()
