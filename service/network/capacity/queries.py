"""Reads of capacity. The wall decides whose: DRC's people see all, a municipality what is shown to it."""

from __future__ import annotations

import datetime as dt
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from sqlalchemy import select

from service.network.capacity import rules
from service.network.capacity.models import Capacity, CapacityChange
from service.network.networks import queries as networks
from service.network.networks.models import Group
from service.network.networks.rules import GroupStatus
from service.partnership.catalogue.models import ActivityType
from service.platform.accounts import queries as people
from tenants.database import db, held


def of_groups(ids: Collection[UUID]) -> dict[UUID, list[Capacity]]:
    """What groups have noted, by group, each in the catalogue's order; groups without a number are left out."""
    found: dict[UUID, list[Capacity]] = {}
    query = (
        select(Capacity).join(ActivityType, ActivityType.code == Capacity.kind).where(Capacity.group_id.in_(ids))
    ).order_by(ActivityType.sort_key)
    for row in db.session.scalars(query) if ids else ():
        found.setdefault(row.group_id, []).append(row)
    return found


def as_sent(group_id: UUID) -> dict[str, Any]:
    """What a group has noted, in the shape that it is sent in."""
    return {"free": [{"kind": row.kind, "free": row.free} for row in of_group(group_id)]}


def lock(group_id: UUID) -> None:
    """Hold all that a group has noted until the transaction ends."""
    query = select(Capacity).where(Capacity.group_id == group_id).order_by(Capacity.id)
    db.session.scalars(held(query)).all()


def of_group(group_id: UUID) -> list[Capacity]:
    """What a group has noted, in the catalogue's order."""
    return of_groups([group_id]).get(group_id, [])


def free(kind: str | None = None) -> list[tuple[Capacity, Group]]:
    """What is free now in groups that are active, of one kind or of all, with its group."""
    query = (
        select(Capacity, Group)
        .join(Group, Group.id == Capacity.group_id)
        .where(Capacity.free > 0, Group.status == GroupStatus.ACTIVE)
    )
    rows = db.session.execute(query if kind is None else query.where(Capacity.kind == kind))
    return [(row[0], row[1]) for row in rows]


def locked(group_id: UUID, kind: str) -> Capacity | None:
    """A group's number of a kind, held until the transaction ends, as it is once nobody else holds it; None where none is noted."""
    query = select(Capacity).where(Capacity.group_id == group_id, Capacity.kind == kind)
    return db.session.scalar(held(query))


def changes(group_id: UUID, most: int = 20) -> Sequence[CapacityChange]:
    """The newest changes of a group's numbers, newest first. DRC's alone."""
    query = select(CapacityChange).where(CapacityChange.group_id == group_id)
    return db.session.scalars(query.order_by(CapacityChange.at.desc(), CapacityChange.id.desc()).limit(most)).all()


@dataclass(frozen=True, slots=True)
class CapacityPage:
    """What a group has free, which of it is old, what changed of late and by whom, and the municipalities that it serves."""

    noted: Sequence[tuple[Capacity, bool]]
    changes: Sequence[CapacityChange]
    names: Mapping[UUID, str]
    codes: Sequence[str]


def capacity_page(group_id: UUID, today: dt.date) -> CapacityPage:
    """What the page of a group's capacity shows."""
    changed = changes(group_id)
    return CapacityPage(
        noted=[(row, rules.is_old(row.noted_on, today)) for row in of_group(group_id)],
        changes=changed,
        names=people.names([row.by for row in changed if row.by]),
        codes=[area.municipality_code for area in networks.areas([group_id])[group_id]],
    )
