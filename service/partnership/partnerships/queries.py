"""Reads of drafts, partnerships and what is in force, within the reach."""

from __future__ import annotations

import datetime as dt
from collections.abc import Collection, Sequence
from typing import Any
from uuid import UUID

from sqlalchemy import Select, select

from service.partnership.partnerships.models import ScopeDraft
from service.platform.web.finding import find
from tenants.database import db, held
from tenants.models import Municipality, Partnership, RegionPeriod, ScopePeriod


def draft(code: str, *, lock: bool = False) -> ScopeDraft | None:
    """The draft for a municipality, or None. Only DRC sees one."""
    query = drafts(code).execution_options(populate_existing=True)  # it may have been kept anew in this transaction
    return db.session.scalar(held(query) if lock else query)


def as_sent(found: ScopeDraft | None) -> dict[str, Any] | None:
    """A draft as its form has it, whole or not."""
    return dict(found.form) if found is not None else None


def drafts(code: str | None = None) -> Select[ScopeDraft]:
    """The draft for a municipality, or all within reach, to be listed by page. Only DRC sees any."""
    query = select(ScopeDraft)
    return query if code is None else query.where(ScopeDraft.municipality_code == code)


def draft_with(draft_id: UUID) -> ScopeDraft | None:
    """The draft with that id, or None. Only DRC sees one."""
    return db.session.scalar(drafts().where(ScopeDraft.id == draft_id))


def municipalities(codes: Collection[str]) -> Select[Municipality]:
    """The municipalities with those codes, to be listed by page."""
    return select(Municipality).where(Municipality.code.in_(codes))


def partnerships(code: str | None = None) -> Select[Partnership]:
    """The partnership of a municipality, or all within reach, to be listed by page."""
    query = select(Partnership)
    return query if code is None else query.where(Partnership.municipality_code == code)


def partnership(partnership_id: UUID) -> Partnership:
    """The partnership with that id. Raises NotFound when there is none within reach."""
    return find(partnerships().where(Partnership.id == partnership_id))


def periods_of(codes: Collection[str]) -> Sequence[ScopePeriod]:
    """All periods of those municipalities, oldest first."""
    return db.session.scalars(
        select(ScopePeriod)
        .where(ScopePeriod.municipality_code.in_(codes))
        .order_by(ScopePeriod.municipality_code, ScopePeriod.valid_from)
    ).all()


def in_force(codes: Collection[str], day: dt.date) -> dict[str, ScopePeriod]:
    """The periods in force on a day, by municipality."""
    return {
        period.municipality_code: period for period in periods_of(codes) if period.valid_from <= day < period.valid_to
    }


def regions(codes: Collection[str], day: dt.date) -> dict[str, str]:
    """The regions that those municipalities belong to on a day, by code."""
    rows = db.session.execute(
        select(RegionPeriod.municipality_code, RegionPeriod.region_name)
        .where(RegionPeriod.municipality_code.in_(codes), RegionPeriod.valid_from <= day)
        .order_by(RegionPeriod.valid_from)
    )
    return {code: name for code, name in rows}  # noqa: C416 - a row is no pair to mypy
