"""What a municipality sees of a group, put together from the features that hold it."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from uuid import UUID

from sqlalchemy import func, select

from service.activity.activities.models import Activity, SessionPart
from service.activity.activities.queries import activities_seen
from service.network.capacity import queries as capacity
from service.network.capacity.models import Capacity
from service.network.networks import queries as networks
from service.network.networks.models import Group, GroupArea, GroupContact, GroupPlace, Network
from service.network.shares import queries as shares
from service.network.shares.rules import Aspect
from service.platform.web.errors import NotFound
from tenants import register
from tenants.calendar import first_of, month_after, month_before, months_back
from tenants.database import db
from tenants.scope import Scope

MONTHS = 13


@dataclass(frozen=True, slots=True)
class SeenGroup:
    """A group as a municipality sees it: what of it is shown, and its contact and free capacity where they are among it."""

    group: Group
    aspects: frozenset[Aspect]
    area: GroupArea | None  # where it serves the municipality, if it does
    contact: GroupContact | None
    free: Sequence[Capacity] = ()


def seen(code: str, scope: Scope | None, today: dt.date) -> list[SeenGroup]:
    """The groups that a municipality sees today, in Danish order."""
    return _as_seen(code, shares.in_sight(code, scope.capabilities, today) if scope else {})


def _as_seen(code: str, aspects: Mapping[UUID, frozenset[Aspect]]) -> list[SeenGroup]:
    free = capacity.of_groups([key for key, found in aspects.items() if Aspect.CAPACITY in found])
    return [
        SeenGroup(
            row, aspects[row.id], area, contact if Aspect.CONTACT in aspects[row.id] else None, free.get(row.id, ())
        )
        for row, contact, area in networks.faces(aspects, code)
    ]


def networks_seen(code: str, scope: Scope | None, today: dt.date) -> Sequence[Network]:
    """The networks that a municipality sees today, in Danish order."""
    return networks.networks_by(shares.networks_in_sight(code, scope.capabilities, today)) if scope else []


def one(code: str, scope: Scope | None, group_id: UUID, today: dt.date) -> SeenGroup:
    """One of those. Raises NotFound."""
    aspects = shares.in_sight(code, scope.capabilities, today) if scope else {}
    found = _as_seen(code, {group_id: aspects[group_id]}) if group_id in aspects else []
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


@dataclass(frozen=True, slots=True)
class Running:
    """What a group runs in a municipality, and where it meets there."""

    activities: Sequence[Activity]
    opened: frozenset[UUID]  # those whose pages the reader may open
    places: Sequence[GroupPlace]


@dataclass(frozen=True, slots=True)
class GroupPage:
    """A group's page as a municipality reads it, and DRC with it. What is not shared is None."""

    seen: SeenGroup
    running: Running | None
    held: Mapping[dt.date, int] | None  # the sessions of each of 13 months that are over, oldest first
    neighbours: Sequence[str]  # the municipalities by name that see the group too, as far as the reader is told


def group_page(code: str, scope: Scope | None, group_id: UUID, today: dt.date, *, drc: bool) -> GroupPage:
    """The page of a group that a municipality sees. Raises NotFound."""
    face = one(code, scope, group_id, today)
    months = months_back(month_before(first_of(today)), MONTHS)
    figures, running = Aspect.FIGURES in face.aspects, Aspect.ACTIVITIES in face.aspects
    neighbours = [] if drc else shares.neighbours(group_id)
    names = {row.code: row.name for row in register.municipalities()} if neighbours else {}
    return GroupPage(
        face,
        _running(code, scope, group_id, today, drc=drc) if running else None,
        dict(zip(months, held(code, group_id, months), strict=True)) if figures else None,
        [names[each] for each in neighbours],
    )


def _running(code: str, scope: Scope | None, group_id: UUID, today: dt.date, *, drc: bool) -> Running:
    found = activities(code, group_id, today)
    places = [place for place in networks.places(group_id) if place.municipality_code == code]
    return Running(found, opened(code, drc, scope, found), places)


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
