"""Reads of second steps: one's own, and of another's what who may take them away is shown (`writers.py`)."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any
from uuid import UUID

from sqlalchemy import BigInteger, DateTime, LargeBinary, Text, Uuid, column, func, select

from service.platform.factors.models import FactorEvent
from service.platform.factors.rules import Kind
from service.platform.work import leases
from tenants.database import db, now

_OWN = (
    *(column("id", Uuid), column("kind", Text), column("name", Text)),
    *(column("made_at", DateTime(timezone=True)), column("used_at", DateTime(timezone=True))),
    *(column(name, LargeBinary) for name in ("credential_id", "public_key", "secret")),
    column("counter", BigInteger),
)
_ANOTHERS = (
    column("kind", Text),
    column("made_at", DateTime(timezone=True)),
    column("used_at", DateTime(timezone=True)),
)


@dataclass(frozen=True, slots=True)
class Held:
    """A second step of the present person."""

    id: UUID
    kind: Kind
    name: str
    made_at: dt.datetime
    used_at: dt.datetime | None
    credential_id: bytes = field(repr=False)
    public_key: bytes = field(repr=False)
    secret: bytes = field(repr=False)
    counter: int


def own() -> list[Held]:
    """The present person's second steps, the oldest first."""
    mine = func.app.own_factors().table_valued(*_OWN, name="mine")
    return [
        Held(
            id=row.id,
            kind=Kind(row.kind),
            name=row.name,
            made_at=row.made_at,
            used_at=row.used_at,
            credential_id=row.credential_id or b"",
            public_key=row.public_key or b"",
            secret=row.secret or b"",
            counter=row.counter,
        )
        for row in db.session.execute(select(mine).order_by(mine.c.made_at, mine.c.id))
    ]


def codes_left() -> int:
    """How many recovery codes the present person has left."""
    return db.session.scalar(select(func.app.codes_left())) or 0


def of(person_id: UUID) -> Sequence[Any]:
    """Another's second steps, by kind and moments: where the present person may take them away, else none."""
    return db.session.execute(select(func.app.factors_of(person_id).table_valued(*_ANOTHERS, name="theirs"))).all()


def due() -> Sequence[UUID]:
    """The events whose mail waits to be sent."""
    query = select(FactorEvent.id).where(leases.is_due(FactorEvent, now())).order_by(FactorEvent.due_from).limit(500)
    return db.session.scalars(query).all()
