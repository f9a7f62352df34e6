"""Which scope is in force, and how one takes over from another."""

from __future__ import annotations

import datetime as dt
from collections.abc import Collection, Sequence
from uuid import UUID

from sqlalchemy import Select, select
from sqlalchemy.dialects.postgresql import insert

from tenants.contacts import carried
from tenants.database import db, uuid7
from tenants.models import Partnership, ScopePeriod
from tenants.scope import Scope


class LaterPeriod(ValueError):
    """A period that begins on the same day or later stands in the way."""


def in_force(code: str, day: dt.date) -> ScopePeriod | None:
    """The period in force in a municipality on a day, or None."""
    return db.session.scalar(
        select(ScopePeriod).where(
            ScopePeriod.municipality_code == code, ScopePeriod.valid_from <= day, ScopePeriod.valid_to > day
        )
    )


def scopes_in_force(codes: Collection[str], day: dt.date) -> dict[str, Scope]:
    """The scopes in force on a day in those municipalities, by code; one without a partnership then, or with one that cannot be read,
    is not there.
    """
    if not codes:
        return {}
    query = select(ScopePeriod).where(
        ScopePeriod.municipality_code.in_(codes), ScopePeriod.valid_from <= day, ScopePeriod.valid_to > day
    )
    found = {period.municipality_code: period.readable for period in db.session.scalars(query)}
    return {code: scope for code, scope in found.items() if scope is not None}


def touching(first: dt.date, after: dt.date, code: str | None = None) -> Sequence[ScopePeriod]:
    """The periods in force on any day from `first` to the day before `after`, within reach, by municipality and start."""
    query = select(ScopePeriod).where(ScopePeriod.valid_from < after, ScopePeriod.valid_to > first)
    if code is not None:
        query = query.where(ScopePeriod.municipality_code == code)
    return db.session.scalars(query.order_by(ScopePeriod.municipality_code, ScopePeriod.valid_from)).all()


def history(code: str) -> Sequence[ScopePeriod]:
    """All periods of a municipality, newest first."""
    return db.session.scalars(
        select(ScopePeriod).where(ScopePeriod.municipality_code == code).order_by(ScopePeriod.valid_from.desc())
    ).all()


def put_in_force(code: str, scope: Scope, agreement_id: UUID) -> ScopePeriod:
    """Let `scope` be in force for its term and end the one before it on the day before.

    Raises LaterPeriod when a period of the municipality begins on the first day of the term or after it.
    """
    after = scope.ends_on + dt.timedelta(days=1)
    db.session.execute(
        insert(Partnership)
        .values(municipality_code=code, id=uuid7())
        .on_conflict_do_nothing(index_elements=["municipality_code"])
    )
    partnership = db.session.scalars(
        select(Partnership).where(Partnership.municipality_code == code).with_for_update()
    ).one()
    in_the_way = select(ScopePeriod).where(
        ScopePeriod.municipality_code == code, ScopePeriod.valid_to > scope.starts_on
    )
    earlier = _locked(in_the_way)
    for period in earlier:
        if period.valid_from >= scope.starts_on:
            raise LaterPeriod(
                f"a period that begins {period.valid_from} stands in the way of one from {scope.starts_on}"
            )
    for period in earlier:
        period.valid_to = scope.starts_on
    before = next(iter(history(code)), None)
    db.session.flush()
    period = ScopePeriod(
        municipality_code=code,
        partnership_id=partnership.id,
        agreement_id=agreement_id,
        valid_from=scope.starts_on,
        valid_to=after,
        stored_scope=scope.to_plain(),
        contacts=carried(before.stored_scope, before.contacts, scope.to_plain()) if before else {},
    )
    db.session.add(period)
    db.session.flush()
    return period


def end(code: str, agreement_id: UUID, last_day: dt.date) -> ScopePeriod | None:
    """Let the period of an agreement end with `last_day`. None when it has no period; an earlier end stays."""
    of_agreement = select(ScopePeriod).where(
        ScopePeriod.municipality_code == code, ScopePeriod.agreement_id == agreement_id
    )
    period = next(iter(_locked(of_agreement)), None)
    if period is not None:
        period.valid_to = min(period.valid_to, max(last_day, period.valid_from) + dt.timedelta(days=1))
    return period


def _locked(query: Select[ScopePeriod]) -> Sequence[ScopePeriod]:
    """The periods of a query, oldest first, held until the transaction ends, as they are once nobody else holds them."""
    held = query.order_by(ScopePeriod.valid_from).with_for_update().execution_options(populate_existing=True)
    return db.session.scalars(held).all()
