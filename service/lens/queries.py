"""What a municipality sees of a group, put together from the features that hold it."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from uuid import UUID

from sqlalchemy import func, select

from service.activities.models import Activity, SessionPart
from service.activities.queries import activities_seen
from service.capacity import queries as capacity
from service.capacity.models import Capacity
from service.networks import queries as networks
from service.networks.models import Group, GroupArea, GroupContact, Network
from service.shares import queries as shares
from service.shares.rules import Aspect
from service.web.errors import NotFound
from tenants.calendar import month_after
from tenants.database import db
from tenants.scope import Scope


@dataclass(frozen=True, slots=True)
class Seen:
    """A group as a municipality sees it: what of it is shown, and its contact and free capacity where they are among it."""

    group: Group
    aspects: frozenset[Aspect]
    area: GroupArea | None  # where it serves the municipality, if it does
    contact: GroupContact | None
    free: Sequence[Capacity] = ()


def seen(code: str, scope: Scope | None, today: dt.date) -> list[Seen]:
    """The groups that a municipality sees today, in Danish order."""
    return _told(code, shares.in_sight(code, scope.capabilities, today) if scope else {})


def _told(code: str, aspects: Mapping[UUID, frozenset[Aspect]]) -> list[Seen]:
    free = capacity.of_groups([key for key, found in aspects.items() if Aspect.CAPACITY in found])
    return [
        Seen(row, aspects[row.id], area, contact if Aspect.CONTACT in aspects[row.id] else None, free.get(row.id, ()))
        for row, contact, area in networks.faces(aspects, code)
    ]


def networks_seen(code: str, scope: Scope | None, today: dt.date) -> Sequence[Network]:
    """The networks that a municipality sees today, in Danish order."""
    return networks.networks_by(shares.networks_in_sight(code, scope.capabilities, today)) if scope else []


def one(code: str, scope: Scope | None, group_id: UUID, today: dt.date) -> Seen:
    """One of those. Raises NotFound."""
    aspects = shares.in_sight(code, scope.capabilities, today) if scope else {}
    found = _told(code, {group_id: aspects[group_id]}) if group_id in aspects else []
    if not found:
        raise NotFound
    return found[0]


def activities(code: str, group_id: UUID, today: dt.date) -> Sequence[Activity]:
    """What a group runs in a municipality today."""
    query = select(Activity).where(
        Activity.municipality_code == code,
        Activity.group_id == group_id,
        func.coalesce(Activity.ends_on >= today, True),
    )
    return db.session.scalars(query.order_by(Activity.name, Activity.id)).all()


def opened(code: str, drc: bool, scope: Scope | None, found: Sequence[Activity]) -> frozenset[UUID]:
    """Which of the activities found have a page that the reader may open."""
    if not found:
        return frozenset()
    theirs = activities_seen(code, drc, scope).where(Activity.id.in_([row.id for row in found]))
    return frozenset(row.id for row in db.session.scalars(theirs))


def held(code: str, group_id: UUID, months: Sequence[dt.date]) -> list[int]:
    """How many sessions of a group's were held in a municipality in each of some consecutive months.

    Times and never persons: how many took part is counted over the municipality, where a small count can be kept back.
    """
    month = func.to_char(SessionPart.held_on, "YYYY-MM")
    rows = db.session.execute(
        select(month, func.count())
        .where(
            SessionPart.municipality_code == code,
            SessionPart.group_id == group_id,
            SessionPart.held_on >= months[0],
            SessionPart.held_on < month_after(months[-1]),
            SessionPart.cancelled.is_(False),
        )
        .group_by(month)
    )
    counts = {name: count for name, count in rows}  # noqa: C416 - a row is no pair to mypy
    return [counts.get(f"{each:%Y-%m}", 0) for each in months]
