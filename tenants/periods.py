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


class LongerPeriod(ValueError):
    """A period that goes on after the last day of the new one stands in the way. It is that of `agreement_id`."""

    def __init__(self, agreement_id: UUID) -> None:
        super().__init__(f"the period of {agreement_id} goes on after the last day of the new one")
        self.agreement_id = agreement_id


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
    partnership, earlier = _touched(code, scope.starts_on)
    for period in earlier:
        if period.valid_from >= scope.starts_on:
            raise _later(period, scope)
    for period in earlier:
        period.valid_to = scope.starts_on
    return _begin(
        partnership, scope, agreement_id, scope.ends_on + dt.timedelta(days=1), next(iter(history(code)), None)
    )


def put_among(code: str, scope: Scope, agreement_id: UUID) -> ScopePeriod:
    """Let `scope` be in force for its term, of which others have known nothing until now: periods that begin later stay as they are.

    It takes over from the one before it and gives way to the next, as agreements do that are made one after the other (`validity`).
    Raises LaterPeriod when a period begins on the first day of the term, and LongerPeriod when the one before it goes on after the
    last: what is in force after the term is not ended by it.
    """
    after = scope.ends_on + dt.timedelta(days=1)
    partnership, touched = _touched(code, scope.starts_on)
    for period in touched:
        if period.valid_from == scope.starts_on:
            raise _later(period, scope)
        if period.valid_from > scope.starts_on:
            after = min(after, period.valid_from)
        elif period.valid_to > after:
            raise LongerPeriod(period.agreement_id)
        else:
            period.valid_to = scope.starts_on
    before = next((period for period in history(code) if period.valid_from < scope.starts_on), None)
    return _begin(partnership, scope, agreement_id, after, before)


def _later(period: ScopePeriod, scope: Scope) -> LaterPeriod:
    return LaterPeriod(f"a period that begins {period.valid_from} stands in the way of one from {scope.starts_on}")


def _touched(code: str, first: dt.date) -> tuple[Partnership, Sequence[ScopePeriod]]:
    """The partnership of a municipality, and its periods in force on a day or after it, oldest first; both held."""
    db.session.execute(
        insert(Partnership)
        .values(municipality_code=code, id=uuid7())
        .on_conflict_do_nothing(index_elements=["municipality_code"])
    )
    partnership = db.session.scalars(
        select(Partnership).where(Partnership.municipality_code == code).with_for_update()
    ).one()
    touched = select(ScopePeriod).where(ScopePeriod.municipality_code == code, ScopePeriod.valid_to > first)
    return partnership, _locked(touched)


def _begin(
    partnership: Partnership, scope: Scope, agreement_id: UUID, after: dt.date, before: ScopePeriod | None
) -> ScopePeriod:
    """A period from the first day of a scope to the day before `after`; whoever has come after a contact of `before` is taken over."""
    db.session.flush()
    period = ScopePeriod(
        municipality_code=partnership.municipality_code,
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
