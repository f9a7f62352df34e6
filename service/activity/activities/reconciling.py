"""How what a municipality's own sessions counted becomes what is the municipality's, where sessions are shared."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from typing import Any

from sqlalchemy import ColumnElement, func, select

from service.activity.activities.models import ActivitySession, SessionPart
from tenants.database import db


@dataclass(frozen=True, slots=True)
class Reconciled:
    """How the attendances of the sessions that belong to a municipality become those that are the municipality's."""

    whole: int  # of its own sessions, whomever they were for
    own: int  # its part of them
    from_others: int  # its part of the sessions of others
    sessions_of_others: int

    @property
    def counted(self) -> int:
        """What the municipality has in all."""
        return self.own + self.from_others


def reconciled(code: str, first: dt.date | None, last: dt.date | None) -> Reconciled:
    """That, of a municipality from a day to a day. DRC's alone, as the whole of a shared session is."""
    part, row = SessionPart, ActivitySession
    attendances = func.sum(part.adults + part.children)
    own, from_others, others = db.session.execute(
        select(attendances.filter(part.home), attendances.filter(~part.home), func.count().filter(~part.home)).where(
            part.municipality_code == code, *_between(part.held_on, first, last)
        )
    ).one()
    whole = db.session.scalar(
        select(func.sum(row.adults + row.children)).where(
            row.municipality_code == code, *_between(row.held_on, first, last)
        )
    )
    return Reconciled(whole or 0, own or 0, from_others or 0, others)


def _between(day: Any, first: dt.date | None, last: dt.date | None) -> list[ColumnElement[bool]]:
    return [*([day >= first] if first else []), *([day <= last] if last else [])]
