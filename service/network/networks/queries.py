"""Reads of groups and networks. The wall decides whose: DRC's people see all, a municipality what is shared with it."""

from __future__ import annotations

import datetime as dt
from collections.abc import Collection, Sequence
from typing import Any
from uuid import UUID

from sqlalchemy import ColumnElement, Select, any_, func, or_, select

from service.network.networks.fields import SENT
from service.network.networks.models import (
    Group,
    GroupArea,
    GroupContact,
    GroupPlace,
    GroupStatusChange,
    GroupWord,
    Network,
    NetworkMember,
)
from service.network.networks.rules import AroundGroup
from service.partnership.catalogue.queries import kinds
from service.partnership.catalogue.rules import BoundarySide, CatalogueType
from service.platform.web.finding import find
from service.platform.web.search import finds, words
from tenants.calendar import day_of
from tenants.database import db, now
from tenants.reach import present
from tenants.register import all_codes


def groups(
    asked: str = "",
    *,
    status: str | None = None,
    theme: str | None = None,
    code: str | None = None,
    network_id: UUID | None = None,
) -> Select[Group]:
    """The groups in sight whose names hold every word asked for, as far as the limits go; to be listed by page."""
    query = select(Group)
    if words(asked):
        query = query.where(finds(Group.id, GroupWord.group_id, GroupWord.word, asked))
    if status is not None:
        query = query.where(Group.status == status)
    if theme is not None:
        query = query.where(Group.themes.contains([theme]))
    if code is not None:
        # As an array, which is worked out first: joined under row security, the plan for any municipality walks through all groups.
        there = select(GroupArea.group_id).where(GroupArea.municipality_code == code).scalar_subquery()
        query = query.where(Group.id == any_(func.array(there)))
    if network_id is not None:
        query = query.where(Group.id.in_(_inside(network_id, day_of(now()))))
    return query


def group(group_id: UUID, *, lock: bool = False) -> Group:
    """The group with that id. Raises NotFound when it is not in sight."""
    return find(select(Group).where(Group.id == group_id), lock=lock)


def groups_by(ids: Collection[UUID]) -> Sequence[Group]:
    """The groups with those ids, as far as they are in sight, in Danish order."""
    query = select(Group).where(Group.id.in_(ids))
    return db.session.scalars(query.order_by(Group.sort_key, Group.id)).all() if ids else []


def faces(ids: Collection[UUID], code: str) -> list[tuple[Group, GroupContact | None, GroupArea | None]]:
    """The groups with those ids in Danish order, each with its public contact and where it serves a municipality, as far as they
    are in sight.
    """
    there = (GroupArea.group_id == Group.id) & (GroupArea.municipality_code == code)
    query = (
        select(Group, GroupContact, GroupArea)
        .outerjoin(GroupContact, GroupContact.group_id == Group.id)
        .outerjoin(GroupArea, there)
        .where(Group.id.in_(ids))
    )
    rows = db.session.execute(query.order_by(Group.sort_key, Group.id)) if ids else ()
    return [(group, contact, area) for group, contact, area in rows]


def names(ids: Collection[UUID]) -> dict[UUID, str]:
    """The names of the groups in sight, by id."""
    return {row.id: row.name for row in db.session.scalars(select(Group).where(Group.id.in_(ids)))} if ids else {}


def contact(group_id: UUID) -> GroupContact | None:
    """The public contact of a group, where it has one and it is in sight."""
    return contacts([group_id]).get(group_id)


def contacts(ids: Collection[UUID]) -> dict[UUID, GroupContact]:
    """The public contacts in sight, by group."""
    query = select(GroupContact).where(GroupContact.group_id.in_(ids))
    return {row.group_id: row for row in db.session.scalars(query)} if ids else {}


def areas(ids: Collection[UUID]) -> dict[UUID, list[GroupArea]]:
    """The municipalities that groups serve, the home first; for a municipality's own people its own alone."""
    found: dict[UUID, list[GroupArea]] = {key: [] for key in ids}
    query = select(GroupArea).where(GroupArea.group_id.in_(ids))
    for row in db.session.scalars(query.order_by(GroupArea.home.desc(), GroupArea.municipality_code)):
        found[row.group_id].append(row)
    return found


def places(group_id: UUID) -> Sequence[GroupPlace]:
    """Where a group meets, as far as it is in sight."""
    return _places([group_id])[group_id]


def _places(ids: Collection[UUID]) -> dict[UUID, list[GroupPlace]]:
    found: dict[UUID, list[GroupPlace]] = {key: [] for key in ids}
    query = select(GroupPlace).where(GroupPlace.group_id.in_(ids))
    for row in db.session.scalars(query.order_by(GroupPlace.municipality_code, GroupPlace.name, GroupPlace.id)):
        found[row.group_id].append(row)
    return found


def as_sent(found: Sequence[Group]) -> list[dict[str, Any]]:
    """What is edited of groups, as far as it is in sight, in the shape that it is sent in."""
    ids = [row.id for row in found]
    known, meet, where = contacts(ids), _places(ids), areas(ids)
    return [
        {
            **parts(row, *SENT),
            "areas": [parts(area, "municipality_code", "part", "home") for area in where[row.id]],
            "places": [parts(place, "municipality_code", "name", "address") for place in meet[row.id]],
            "contact": parts(known[row.id], "name", "phone", "email") if row.id in known else None,
        }
        for row in found
    ]


def parts(row: object, *names: str) -> dict[str, Any]:
    """Some of what a row holds, by name."""
    return {name: getattr(row, name) for name in names}


def life(group_id: UUID) -> Sequence[GroupStatusChange]:
    """The steps in the life of a group, newest first. DRC's alone."""
    query = select(GroupStatusChange).where(GroupStatusChange.group_id == group_id)
    return db.session.scalars(query.order_by(GroupStatusChange.valid_from.desc())).all()


def themes() -> dict[str, CatalogueType]:
    """The activity types that a group can work with, by code, in the catalogue's order: none that is a public duty."""
    return {code: kind for code, kind in kinds().items() if kind.side is not BoundarySide.STATUTORY}


def around() -> AroundGroup:
    """What the rules look at beside the groups, for the present person."""
    return AroundGroup(present().codes, all_codes(), tuple(themes()))


def networks() -> Select[Network]:
    """The networks in sight, to be listed by page."""
    return select(Network)


def networks_by(ids: Select[UUID | None]) -> Sequence[Network]:
    """The networks whose ids a query finds, as far as they are in sight, in Danish order."""
    return db.session.scalars(select(Network).where(Network.id.in_(ids)).order_by(Network.sort_key, Network.id)).all()


def network(network_id: UUID, *, lock: bool = False) -> Network:
    """The network with that id. Raises NotFound when it is not in sight."""
    return find(select(Network).where(Network.id == network_id), lock=lock)


def network_as_sent(found: Network) -> dict[str, Any]:
    """What is edited of a network, in the shape that it is sent in."""
    return parts(found, "name", "kind", "about")


def members(network_id: UUID, day: dt.date) -> Sequence[Group]:
    """The groups in a network on a day, in Danish order. DRC's alone: a municipality sees groups, never who else is beside them."""
    inside = _inside(network_id, day)
    return db.session.scalars(select(Group).where(Group.id.in_(inside)).order_by(Group.sort_key, Group.id)).all()


def _inside(network_id: UUID, day: dt.date) -> Select[UUID]:
    return select(NetworkMember.group_id).where(NetworkMember.network_id == network_id, _on(day))


def networks_of(group_id: UUID, day: dt.date) -> Sequence[Network]:
    """The networks that a group is in on a day. DRC's alone."""
    inside = select(NetworkMember.network_id).where(NetworkMember.group_id == group_id, _on(day))
    return db.session.scalars(select(Network).where(Network.id.in_(inside)).order_by(Network.sort_key)).all()


def membership(network_id: UUID, group_id: UUID, day: dt.date) -> NetworkMember | None:
    """A group's time in a network that holds a day, or None."""
    query = select(NetworkMember).where(
        NetworkMember.network_id == network_id, NetworkMember.group_id == group_id, _on(day)
    )
    return db.session.scalar(query)


def _on(day: dt.date) -> ColumnElement[bool]:
    return (NetworkMember.valid_from <= day) & or_(NetworkMember.valid_to.is_(None), NetworkMember.valid_to > day)
