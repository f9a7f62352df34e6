"""Reads of the national figures. Summed in the database: a breakdown is one query, with as many rows as it has keys."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from typing import Any
from uuid import UUID

from sqlalchemy import ColumnElement, Select, and_, func, literal, not_, or_, select, true
from sqlalchemy.orm import undefer

from service.activity.activities.models import SessionPart
from service.desk.national.models import NationalYear
from service.desk.national.rules import Breakdown, NationalSums
from service.partnership.catalogue.models import ActivityType
from service.platform.accounts.models import TerritoryMunicipality
from service.platform.web.finding import find
from service.platform.work import leases
from tenants.calendar import month_after
from tenants.database import db, now

MAX_YEARS = 40


def sums(by: Breakdown, first: dt.date, last: dt.date) -> list[NationalSums]:
    """What was held from one month to another, as recorded by now, by the keys that have anything; in order of the keys."""
    query, key = _keyed(by)
    rows = db.session.execute(_summed(query, key, first, last).group_by(key).order_by(key)).all()
    return [NationalSums(*row) for row in rows]


def whole(first: dt.date, last: dt.date) -> NationalSums:
    """The same of all of Denmark: each session once, and each of its parts once."""
    return NationalSums(*db.session.execute(_summed(select(SessionPart), literal(""), first, last)).one())


def _summed(query: Select[Any], key: ColumnElement[Any], first: dt.date, last: dt.date) -> Select[Any]:
    part, times = SessionPart, func.count()
    added = (part.adults + part.children, part.volunteers, part.volunteer_minutes)
    return query.with_only_columns(
        key,
        times.filter(part.home, not_(part.cancelled)),
        times.filter(part.home, part.cancelled),
        *(func.coalesce(func.sum(each), 0) for each in added),
    ).where(part.held_on >= first, part.held_on < month_after(last))


def _keyed(by: Breakdown) -> tuple[Select[Any], ColumnElement[Any]]:
    """The parts, beside what is needed to tell them by their keys."""
    part = SessionPart
    match by:
        case Breakdown.MONTH:
            return select(part), func.to_char(part.held_on, "YYYY-MM")
        case Breakdown.MUNICIPALITY:
            return select(part), part.municipality_code.expression
        case Breakdown.TYPE:
            return select(part), part.activity_type.expression
        case Breakdown.TERRITORY:
            row = TerritoryMunicipality
            on_the_day = and_(
                row.municipality_code == part.municipality_code,
                row.valid_from <= part.held_on,
                or_(row.valid_to.is_(None), row.valid_to > part.held_on),
            )
            return select(part).outerjoin(row, on_the_day), row.territory.expression
        case Breakdown.EFFECT:
            effect = (
                func.jsonb_array_elements_text(ActivityType.outcomes).table_valued("code").render_derived().lateral()
            )
            of_type = ActivityType.code == part.activity_type
            return select(part).join(ActivityType, of_type).join(effect, true()), effect.c.code


def years() -> Sequence[NationalYear]:
    """The papers of national years, the newest first, made or asked for."""
    newest_first = (NationalYear.year.desc(), NationalYear.revision.desc())
    return db.session.scalars(select(NationalYear).order_by(*newest_first).limit(MAX_YEARS)).all()


def newest_year(year: int) -> NationalYear | None:
    """The newest edition of a year's paper, made or asked for."""
    mine = select(NationalYear).where(NationalYear.year == year)
    return db.session.scalar(mine.order_by(NationalYear.revision.desc()).limit(1))


def year(year_id: UUID) -> NationalYear:
    """A paper that is made, with its figures and bytes. Raises NotFound."""
    made = select(NationalYear).where(NationalYear.id == year_id, NationalYear.content.is_not(None))
    return find(made.options(undefer(NationalYear.content), undefer(NationalYear.facts)))


def years_due() -> list[UUID]:
    """The editions that wait to be made."""
    return list(db.session.scalars(select(NationalYear.id).where(leases.is_due(NationalYear, now())).limit(MAX_YEARS)))
