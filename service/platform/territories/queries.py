"""Reads of territories: who is in which, and who looks after it."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass

from sqlalchemy import ColumnElement, and_, func, or_, select
from sqlalchemy.orm import aliased

from service.platform.accounts.models import Membership, Person, TerritoryMunicipality
from service.platform.accounts.queries import holds_on
from service.platform.territories.rules import Stay
from service.platform.web.identity import Role
from tenants.database import db
from tenants.models import Municipality, RegionPeriod
from tenants.register import danish_sort_key

MAX_PAST = 100


def names(day: dt.date) -> list[str]:
    """The territories that municipalities lie in on a day or later, in Danish order."""
    member = TerritoryMunicipality
    lasts = or_(member.valid_to.is_(None), member.valid_to > day)
    return sorted(db.session.scalars(select(member.territory).where(lasts).distinct()), key=danish_sort_key)


def stays(day: dt.date) -> list[Stay]:
    """Where each municipality is on a day and where it is to be, by municipality and day."""
    member = TerritoryMunicipality
    rows = db.session.scalars(
        select(member)
        .where(or_(member.valid_to.is_(None), member.valid_to > day))
        .order_by(member.municipality_code, member.valid_from)
    )
    return [Stay(row.municipality_code, row.territory, row.valid_from, row.valid_to) for row in rows]


def moves() -> Sequence[TerritoryMunicipality]:
    """The moves that somebody made, the newest first; not the territories as they were to begin with."""
    member = TerritoryMunicipality
    made = select(member).where(member.reason != "").order_by(member.valid_from.desc(), member.municipality_code)
    return db.session.scalars(made.limit(MAX_PAST)).all()


@dataclass(frozen=True, slots=True)
class TerritoryOnDay:
    """A territory on a day; "" is that of the municipalities which are in none."""

    name: str
    count: int  # of its municipalities
    consultants: tuple[str, ...]


def territories(day: dt.date) -> list[TerritoryOnDay]:
    """Every territory that holds, or is to hold, municipalities, or that somebody looks after, in Danish order; "" first, if need be."""
    member, held = TerritoryMunicipality, _on(day)
    rows = db.session.execute(
        select(func.coalesce(member.territory, ""), func.count())
        .select_from(Municipality)
        .outerjoin(member, and_(member.municipality_code == Municipality.code, held))
        .group_by(member.territory)
    )
    counts: dict[str, int] = {row[0]: row[1] for row in rows}
    look_after = _consultants(day)
    every = sorted(counts.keys() | look_after.keys() | set(names(day)), key=danish_sort_key)
    return [TerritoryOnDay(name, counts.get(name, 0), tuple(look_after.get(name, ()))) for name in every]


def there(name: str, day: dt.date) -> Sequence[Municipality]:
    """The municipalities of a territory on a day, in Danish order; of "" those that are in none."""
    member = TerritoryMunicipality
    inside = select(member.municipality_code).where(_on(day))
    found = Municipality.code.in_(inside.where(member.territory == name)) if name else Municipality.code.not_in(inside)
    return db.session.scalars(select(Municipality).where(found).order_by(Municipality.sort_key)).all()


def to_come(day: dt.date) -> dict[str, TerritoryMunicipality]:
    """Where municipalities are to be from a later day, by code: the first of what is planned."""
    member = TerritoryMunicipality
    rows = db.session.scalars(select(member).where(member.valid_from > day).order_by(member.valid_from.desc()))
    return {row.municipality_code: row for row in rows}


def _on(day: dt.date) -> ColumnElement[bool]:
    member = TerritoryMunicipality
    return and_(member.valid_from <= day, or_(member.valid_to.is_(None), member.valid_to > day))


def _consultants(day: dt.date) -> dict[str, list[str]]:
    rows = db.session.execute(
        select(Membership.territory, Person.name)
        .join(Person, Person.id == Membership.person_id)
        .where(Membership.role == Role.CONSULTANT.value, holds_on(day), Person.disabled_at.is_(None))
        .order_by(Person.name)
    )
    found: dict[str, list[str]] = {}
    for territory, name in rows:
        found.setdefault(territory or "", []).append(name)
    return found


def regions_to_come(day: dt.date) -> Sequence[tuple[dt.date, str, int]]:
    """The regions that municipalities are to belong to, as the register has it: from when, which, and how many municipalities."""
    earlier = aliased(RegionPeriod)
    before = select(earlier.region_name).where(earlier.valid_from <= day)
    rows = db.session.execute(
        select(RegionPeriod.valid_from, RegionPeriod.region_name, func.count())
        .where(RegionPeriod.valid_from > day, RegionPeriod.region_name.not_in(before))
        .group_by(RegionPeriod.valid_from, RegionPeriod.region_name)
        .order_by(RegionPeriod.valid_from, RegionPeriod.region_name)
    )
    return [(row[0], row[1], row[2]) for row in rows]
