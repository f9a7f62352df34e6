"""A lease: one worker at a time holds a piece of work, and a worker that dies lets go of it by itself.

A table of work takes the columns of `Leased`. A worker claims a row by one UPDATE, does the work, and writes the result in one
transaction that begins with `still_held`: a worker that was too slow finds that another has taken over, and writes nothing.
"""

from __future__ import annotations

import datetime as dt
import time
from collections.abc import Callable
from typing import Any, ClassVar
from uuid import UUID, uuid4

import structlog
from sqlalchemy import CheckConstraint, ColumnElement, and_, case, func, or_, select, update
from sqlalchemy.exc import SQLAlchemyError
from sqlalchemy.orm import Mapped, Session, mapped_column

from config.discretion import described as told_of
from service.platform.work.faults import PERMANENT, Fault, fault_of
from tenants.database import db, now, transaction
from tenants.personal import Holds, nobodys

log = structlog.get_logger()
DUE, DONE, FAILED = "due", "done", "failed"
MAX_LEASE = dt.timedelta(hours=2)  # LEASE_SECONDS is an hour at most
AWAY_SECONDS = 60  # how long work waits before it looks whether what was away is back
PAUSES = (0, 1, 2, 4, 8, 16)  # seconds, while PostgreSQL does not take what went wrong


class Lost(Exception):
    """Another has taken the work over."""


class Leased:
    """The columns of a piece of work."""

    __holds__ = Holds(
        **nobodys("work_state", "lease_token", "lease_until", "attempts", "fault", "last_error", "due_from")
    )

    __most_attempts__: ClassVar = 5  # then it is given up, until somebody says `again`

    work_state: Mapped[str] = mapped_column(default=DUE, server_default=DUE)  # due, done or failed
    lease_token: Mapped[UUID | None]
    lease_until: Mapped[dt.datetime | None]
    attempts: Mapped[int] = mapped_column(default=0, server_default="0")
    fault: Mapped[str | None] = mapped_column(  # what kind of fault the last try met with, and that people are told of
        CheckConstraint(f"fault IN ({', '.join(repr(each.value) for each in Fault)})", name="fault")
    )
    last_error: Mapped[str | None]  # what went wrong last, for the one who looks into it
    due_from: Mapped[dt.datetime] = mapped_column(default=now)  # not before this moment: a failed try waits


def is_due(model: Any, moment: dt.datetime) -> ColumnElement[bool]:
    """The condition for work that waits and that nobody holds.

    How long it is held PostgreSQL's own clock says, which is one for all hosts. What is held for longer than any work can be, as when
    that clock was wrong, is held by nobody.
    """
    until, clock = model.lease_until, func.now()
    free = or_(until.is_(None), until < clock, until > clock + MAX_LEASE)
    return and_(model.work_state == DUE, model.due_from <= moment, free)


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
            lease_until=case((spent, None), else_=func.now() + dt.timedelta(seconds=seconds)),
            fault=case((spent, Fault.LOST), else_=model.fault),
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

    Whatever goes wrong is logged as `failed`, with `about`, and kept with the row (`went_wrong`); it stops no other work. Only a
    database that does not even take that raises.
    """
    with transaction():
        lease = claim(model, key, seconds)
    if lease is None:
        return False
    try:
        return do(lease)
    except Exception as error:
        put_down(model, key, lease, error, failed, **about)
        return False


def put_down(
    model: Any,
    key: ColumnElement[bool],
    token: UUID,
    error: Exception,
    failed: str,
    *,
    fault: Fault | None = None,
    detail: str | None = None,
    **about: Any,
) -> None:
    """Let go of work that a try met a fault with: log it as `failed`, with `about`, and keep it with the row if it is still held.

    A PostgreSQL that is away is waited for a little, so that the try does not count as one that was lost.
    """
    fault, detail = fault or fault_of(error), detail or told_of(error)
    if fault is Fault.AWAY:
        log.warning(failed, fault=fault.value, error=type(error).__name__, **about)
    else:
        log.error(failed, fault=fault.value, exc_info=error, **about)
    for pause in PAUSES:
        time.sleep(pause)
        try:
            with transaction():
                held = still_held(model, key, token)
                if held is not None:
                    went_wrong(held, fault, detail)
            return
        except SQLAlchemyError as another:
            if fault_of(another) is not Fault.AWAY or pause == PAUSES[-1]:
                raise


def report_progress(model: Any, key: ColumnElement[bool], token: UUID, seconds: int, **values: Any) -> None:
    """Say how far long work is, in a transaction of its own beside it, and hold the lease longer. Raises Lost when it is another's."""
    until = func.now() + dt.timedelta(seconds=seconds)
    with Session(db.engine) as session, session.begin():
        told = update(model).where(key, model.lease_token == token).values(lease_until=until, **values)
        found = session.execute(told.execution_options(synchronize_session=False))
    if not found.rowcount:  # type: ignore[attr-defined]
        raise Lost


def done(row: Any) -> None:
    """The work is done."""
    row.work_state, row.lease_token, row.lease_until, row.fault, row.last_error = DONE, None, None, None, None


def went_wrong(row: Any, fault: Fault, error: str) -> None:
    """The try met a fault. One of ours ends the work until somebody says `again`; for what is away it waits, and no try is used up;
    one of which nobody knows comes back after a while, longer each time, and is given up after the most attempts.
    """
    row.lease_token, row.lease_until, row.fault, row.last_error = None, None, fault, error[:500]
    if fault is Fault.AWAY:
        row.attempts = max(0, row.attempts - 1)
        row.due_from = now() + dt.timedelta(seconds=AWAY_SECONDS)
        return
    row.due_from = now() + dt.timedelta(seconds=10 * 4 ** min(row.attempts, 6))
    if fault in PERMANENT or row.attempts >= row.__most_attempts__:
        row.work_state = FAILED


def can_be_hurried(row: Any) -> bool:
    """Whether it helps to say `again`: the work was given up, or waits since a try went wrong and nobody is at it."""
    return row.work_state == FAILED or (row.work_state == DUE and row.fault is not None and row.lease_token is None)


def again(row: Any) -> None:
    """Let work be tried anew, at once."""
    row.work_state, row.attempts, row.due_from = DUE, 0, now()
    row.lease_token, row.lease_until, row.fault = None, None, None
