"""Telling PostgreSQL, on a bare connection of the service's role, whose rows a transaction may see: signed, as the service does."""

from __future__ import annotations

from uuid import UUID

import psycopg

from tenants import passes
from tenants.database import Base
from tenants.reach import Office, Reach

SECRET = "t" * 40  # SECRET_KEY of every application that tests make
KEY = passes.key_of(SECRET)


def tell(connection: psycopg.Connection, office: str, *codes: str, person: UUID | None = None) -> None:
    """Let the present transaction, or one that begins now, be of that office, for those municipalities."""
    told = passes.pass_for(Reach(Office(office), frozenset(codes), person), began(connection), KEY)
    connection.execute(passes.TELL, told)


def readable() -> list[str]:
    """The tables that the service's role may read at all, by name."""
    models = (mapper.class_ for mapper in Base.registry.mappers)
    return sorted(model.__tablename__ for model in models if not getattr(model, "__sealed__", False))


def began(connection: psycopg.Connection) -> str:
    """When the present transaction began."""
    row = connection.execute(passes.BEGAN).fetchone()
    assert row
    return str(row[0])


def tells(statement: str) -> bool:
    """Whether a statement only says whose rows are in reach: no page is to be charged with it."""
    return statement == passes.BEGAN or "set_config" in statement
