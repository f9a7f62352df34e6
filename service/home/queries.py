"""The lists of the start pages."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass

from sqlalchemy import select

from service.agreements import queries as agreements
from service.agreements.models import Agreement
from service.agreements.rules import State
from service.statements.models import Statement
from service.work import leases
from tenants.database import db
from tenants.models import ScopePeriod

ENDS_WITHIN = dt.timedelta(days=90)


@dataclass(frozen=True, slots=True)
class Ending:
    """A partnership that ends soon with nothing agreed after it."""

    municipality_code: str
    last_day: dt.date


def endings(day: dt.date) -> list[Ending]:
    """The partnerships within reach that end within 90 days and that nothing follows or is about to, the soonest first."""
    rows = db.session.execute(
        select(ScopePeriod.municipality_code, ScopePeriod.valid_to)
        .where(ScopePeriod.valid_to > day)
        .order_by(ScopePeriod.valid_to)
    ).all()
    underway = set(
        db.session.scalars(
            select(Agreement.municipality_code).where(
                Agreement.state.in_((State.PREPARING, State.OFFERED, State.ACCEPTED))
            )
        )
    )
    last = {row[0]: row[1] for row in rows if row[0] not in underway}
    return [
        Ending(code, to - dt.timedelta(days=1))
        for code, to in sorted(last.items(), key=lambda item: item[1])
        if to - day <= ENDS_WITHIN
    ]


def failed_statements() -> Sequence[Statement]:
    """The statements within reach that were given up."""
    return db.session.scalars(
        select(Statement).where(Statement.work_state == leases.FAILED).order_by(Statement.month)
    ).all()


def waiting(*states: State) -> Sequence[Agreement]:
    """The agreements within reach in one of the states, oldest first."""
    return db.session.scalars(
        agreements.agreements().where(Agreement.state.in_(states)).order_by(Agreement.created_at)
    ).all()


def in_force_now(day: dt.date) -> dict[str, ScopePeriod]:
    """The periods in force on a day within reach, by municipality."""
    rows = db.session.scalars(select(ScopePeriod).where(ScopePeriod.valid_from <= day, ScopePeriod.valid_to > day))
    return {row.municipality_code: row for row in rows}
