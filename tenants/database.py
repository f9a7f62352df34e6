"""The one way to PostgreSQL: the session, and how a transaction begins and ends."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from typing import TYPE_CHECKING, Any, TypeVar
from uuid import UUID

from flask import current_app, has_app_context
from flask_sqlalchemy import SQLAlchemy
from psycopg.errors import ConnectionTimeout
from sqlalchemy import Connection, DateTime, Engine, ExceptionContext, MetaData, Select, event, text
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.dialects.postgresql import UUID as PG_UUID
from sqlalchemy.exc import DBAPIError, OperationalError
from sqlalchemy.exc import TimeoutError as NoConnection
from sqlalchemy.orm import DeclarativeBase, Session, SessionTransaction
from sqlalchemy.orm import registry as make_registry
from sqlalchemy.types import LargeBinary
from uuid_utils import compat

from tenants import passes
from tenants.reach import present
from tenants.waiting import ServerSilent

NAMING = {
    "pk": "pk_%(table_name)s",
    "fk": "fk_%(table_name)s_%(column_0_N_name)s",
    "uq": "uq_%(table_name)s_%(column_0_N_name)s",
    "ix": "ix_%(table_name)s_%(column_0_N_name)s",
    "ck": "ck_%(table_name)s_%(constraint_name)s",
}

# PostgreSQL cannot be asked now: it is gone, hangs, refuses, or all connections are taken.
AWAY = (OperationalError, NoConnection)
# What PostgreSQL says when it stops, starts, or is no longer the one that takes what is written.
NOT_WRITTEN_TO = "25006"
SWITCHES = frozenset({NOT_WRITTEN_TO, "57P01", "57P02", "57P03"})
FULL = "53300"

Row = TypeVar("Row")


def away(error: BaseException) -> bool:
    """Whether an error means that PostgreSQL cannot be asked just now, whatever was asked."""
    return isinstance(error, NoConnection) or _state(error) in (FULL, None, *SWITCHES)


def switched(error: BaseException) -> bool:
    """Whether an error means that a server was lost on the way, so that the same may be asked of it or its successor again."""
    hangs = isinstance(getattr(error, "orig", None), (ServerSilent, ConnectionTimeout))
    return away(error) and _state(error) != FULL and not isinstance(error, NoConnection) and not hangs


def _state(error: BaseException) -> str | None:
    """PostgreSQL's code for an error: None for a connection that was lost or not made, "" for what is no matter of connections."""
    if not isinstance(error, DBAPIError):
        return ""
    state: str | None = getattr(error.orig, "sqlstate", None)
    if state == NOT_WRITTEN_TO and is_only_reading():
        return ""  # we told it so: a fault of ours
    lost = error.connection_invalidated or (state or "").startswith("08")
    lost = lost or (state is None and isinstance(error, OperationalError))
    return state if state in (FULL, *SWITCHES) else None if lost else ""


@event.listens_for(Engine, "handle_error")
def _successor(told: ExceptionContext) -> None:
    """A server that takes nothing more has a successor: the connections to it are over, as those to one that is gone."""
    if getattr(told.original_exception, "sqlstate", None) == NOT_WRITTEN_TO and not is_only_reading():
        told.is_disconnect = True


class Base(DeclarativeBase):
    """The base of every table. Text is text, times have a zone, ids are random."""

    registry = make_registry(
        metadata=MetaData(naming_convention=NAMING),
        type_annotation_map={
            dt.datetime: DateTime(timezone=True),
            UUID: PG_UUID(as_uuid=True),
            dict[str, Any]: JSONB,
            list[Any]: JSONB,
            bytes: LargeBinary,
        },
    )


# Rows read stay usable after the commit: they are shown, never changed, and no lazy load may slip outside the transaction.
db = SQLAlchemy(model_class=Base, session_options={"expire_on_commit": False}, disable_autonaming=True)

if TYPE_CHECKING:

    class Model(Base):
        """What every table's model stands on."""

        __abstract__ = True
else:
    Model = db.Model


def uuid7() -> UUID:
    """A new id: random, and ordered by time so that indexes grow at one end."""
    return compat.uuid7()


def now() -> dt.datetime:
    """The present moment, in UTC. The one clock; rules are handed its answer."""
    return dt.datetime.now(dt.UTC)


ONLY_READING = ", set_config('transaction_read_only', 'on', true)"  # there is no way back within the transaction
_only_reading: ContextVar[bool] = ContextVar("only_reading", default=False)


@contextmanager
def only_reading() -> Iterator[None]:
    """Let PostgreSQL refuse every write of the transactions that begin inside: SQLSTATE 25006, which is then a fault of ours."""
    token = _only_reading.set(True)
    try:
        yield
    finally:
        _only_reading.reset(token)


def is_only_reading() -> bool:
    """Whether a transaction that begins now can only read, because it was told so and not because of its server."""
    return _only_reading.get()


@event.listens_for(Session, "after_begin")
def _set_pass(session: Session, transaction: SessionTransaction, connection: Connection) -> None:
    """Tell PostgreSQL whose rows this transaction may see, signed for this transaction alone, and whether it may write.

    What is told ends with it.
    """
    if connection.dialect.name != "postgresql":
        return
    reach = present()
    began: str = connection.exec_driver_sql(passes.BEGAN).scalar_one()
    tell = passes.TELL + ONLY_READING if is_only_reading() else passes.TELL
    connection.exec_driver_sql(tell, passes.pass_for(reach, began, current_app.config["PASS_KEY"]))


def vouch(*said: object) -> str:
    """The service's word that it does what is said, for a function of the owner's that asks for it: good in this transaction alone."""
    began = db.session.scalar(text(passes.BEGAN))
    return passes.word_for(":".join(map(str, said)), str(began), current_app.config["PASS_KEY"])


def one_moment() -> None:
    """Let the transaction that begins now see the database as it is at one moment, however many questions it asks."""
    db.session.connection(execution_options={"isolation_level": "REPEATABLE READ"})


def held(query: Select[Row]) -> Select[Row]:
    """The rows of a query as they are once nobody else holds them, whatever was read of them before, held until the transaction ends."""
    return query.with_for_update().execution_options(populate_existing=True)


def in_transaction() -> bool:
    """Whether the present session has an open transaction."""
    return has_app_context() and db.session.registry.has() and db.session().in_transaction()


def let_go() -> None:
    """End a transaction that has only read and give its connection back, before something that takes long. The rows stay usable."""
    if db.session.new or db.session.dirty or db.session.deleted:
        raise RuntimeError("what has been written would be committed")
    db.session.commit()


def forget_session() -> None:
    """Roll back what is open and drop every row held, so that nothing read in one reach lives into the next."""
    if has_app_context():
        db.session.remove()


@contextmanager
def transaction() -> Iterator[None]:
    """Commit at the end, or roll everything back when anything fails."""
    try:
        yield
        db.session.commit()
    except BaseException:
        db.session.rollback()
        raise
