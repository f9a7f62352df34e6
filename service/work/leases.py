"""A lease: one worker at a time holds a piece of work, and a worker that dies lets go of it by itself.

A table of work takes the columns of `Leased`. A worker claims a row by one UPDATE, does the work, and writes the result in one
transaction that begins with `still_held`: a worker that was too slow finds that another has taken over, and writes nothing.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable
from typing import Any, ClassVar
from uuid import UUID, uuid4

import structlog
from sqlalchemy import ColumnElement, and_, case, or_, select, update
from sqlalchemy.orm import Mapped, Session, mapped_column

from tenants.database import db, now, transaction

log = structlog.get_logger()
DUE, DONE, FAILED = "due", "done", "failed"
LOST = "Den, der sidst prøvede, nåede ikke at sige, hvad der gik galt."


class Lost(Exception):
    """Another has taken the work over."""


class Leased:
    """The columns of a piece of work."""

    __most_attempts__: ClassVar = 5  # then it is given up, until somebody says `again`

    work_state: Mapped[str] = mapped_column(default=DUE, server_default=DUE)  # due, done or failed
    lease_token: Mapped[UUID | None]
    lease_until: Mapped[dt.datetime | None]
    attempts: Mapped[int] = mapped_column(default=0, server_default="0")
    last_error: Mapped[str | None]  # what went wrong last, for the one who looks into it
    due_from: Mapped[dt.datetime] = mapped_column(default=now)  # not before this moment: a failed try waits


def is_due(model: Any, moment: dt.datetime) -> ColumnElement[bool]:
    """The condition for work that waits and that nobody holds."""
    return and_(
        model.work_state == DUE, model.due_from <= moment, or_(model.lease_until.is_(None), model.lease_until < moment)
    )


def claim(model: Any, key: ColumnElement[bool], seconds: int) -> UUID | None:
    """Claim the work with that key for so many seconds. Returns the lease, or None when it is done or another holds it.

    Work whose last possible try was lost without a word, as when its worker is killed, is given up instead: it may be the reason.
    """
    moment, token = now(), uuid4()
    spent = model.attempts >= model.__most_attempts__
    state = db.session.scalar(
        update(model)
        .where(key, is_due(model, moment))
        .values(
            work_state=case((spent, FAILED), else_=DUE),
            lease_token=case((spent, None), else_=token),
            lease_until=case((spent, None), else_=moment + dt.timedelta(seconds=seconds)),
            last_error=case((spent, LOST), else_=model.last_error),
            attempts=model.attempts + case((spent, 0), else_=1),
        )
        .returning(model.work_state)
        .execution_options(synchronize_session=False)
    )
    return token if state == DUE else None


def still_held(model: Any, key: ColumnElement[bool], token: UUID) -> Any | None:
    """The row, locked for the rest of the transaction, when the lease still holds; None when another has taken over."""
    query = select(model).where(key, model.lease_token == token, model.work_state == DUE).with_for_update()
    return db.session.scalar(query.execution_options(populate_existing=True))


def once(
    model: Any, key: ColumnElement[bool], seconds: int, do: Callable[[UUID], bool], failed: str, **about: Any
) -> bool:
    """Do the work with that key, unless it is done or another holds it. Returns what `do` does, which is told the lease; else False.

    Whatever goes wrong is logged as `failed`, with `about`, and kept with the row: it is tried again later, and stops no other work.
    Only a database that does not even take that raises.
    """
    with transaction():
        lease = claim(model, key, seconds)
    if lease is None:
        return False
    try:
        return do(lease)
    except Exception as error:
        log.exception(failed, **about)
        with transaction():
            held = still_held(model, key, lease)
            if held is not None:
                gave_up(held, f"{type(error).__name__}: {error}")
        return False


def tell(model: Any, key: ColumnElement[bool], token: UUID, seconds: int, **values: Any) -> None:
    """Say how far long work is, in a transaction of its own beside it, and hold the lease longer. Raises Lost when it is another's."""
    until = now() + dt.timedelta(seconds=seconds)
    with Session(db.engine) as session, session.begin():
        told = update(model).where(key, model.lease_token == token).values(lease_until=until, **values)
        found = session.execute(told.execution_options(synchronize_session=False))
    if not found.rowcount:  # type: ignore[attr-defined]
        raise Lost


def done(row: Any) -> None:
    """The work is done."""
    row.work_state, row.lease_token, row.lease_until, row.last_error = DONE, None, None, None


def gave_up(row: Any, error: str) -> None:
    """The try failed. It comes back after a while, longer each time, and is given up after the most attempts."""
    row.lease_token, row.lease_until, row.last_error = None, None, error[:500]
    row.due_from = now() + dt.timedelta(seconds=10 * 4 ** min(row.attempts, 6))
    if row.attempts >= row.__most_attempts__:
        row.work_state = FAILED


def again(row: Any) -> None:
    """Let work that was given up be tried anew."""
    row.work_state, row.attempts, row.due_from, row.lease_token, row.lease_until = DUE, 0, now(), None, None
