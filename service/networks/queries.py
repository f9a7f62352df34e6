"""Reads of groups, through the shares."""

from __future__ import annotations

import datetime as dt
from collections.abc import Collection, Sequence
from uuid import UUID

from sqlalchemy import Select, or_, select

from service.networks.models import Group, GroupShare
from service.web.errors import NotFound
from tenants.calendar import day_of
from tenants.database import db, now


def groups_of(code: str, day: dt.date) -> Sequence[Group]:
    """The groups shared with a municipality on a day, in Danish order."""
    return db.session.scalars(_shared_with({code}, day).order_by(Group.sort_key, Group.id)).all()


def _shared_with(codes: Collection[str], day: dt.date) -> Select[Group]:
    shared = select(GroupShare.group_id).where(
        GroupShare.municipality_code.in_(codes),
        GroupShare.valid_from <= day,
        or_(GroupShare.valid_to.is_(None), GroupShare.valid_to > day),
    )
    return select(Group).where(Group.id.in_(shared))


def groups_in_sight(codes: Collection[str] | None) -> Select[Group]:
    """The groups shared today with one of the municipalities, or, where `codes` is None, all: to be listed by page."""
    return select(Group) if codes is None else _shared_with(codes, day_of(now()))


def group_in_sight(group_id: UUID, codes: Collection[str] | None) -> Group:
    """The group with that id among those in sight. Raises NotFound."""
    found = db.session.scalar(groups_in_sight(codes).where(Group.id == group_id))
    if found is None:
        raise NotFound
    return found


def shares(codes: Collection[str] | None, code: str | None = None) -> Select[GroupShare]:
    """The shares with the municipalities, all within reach where `codes` is None, or with one of them, to be listed by page."""
    query = select(GroupShare) if codes is None else select(GroupShare).where(GroupShare.municipality_code.in_(codes))
    return query if code is None else query.where(GroupShare.municipality_code == code)


def share(share_id: UUID, codes: Collection[str] | None) -> GroupShare:
    """The share with that id among those. Raises NotFound."""
    found = db.session.scalar(shares(codes).where(GroupShare.id == share_id))
    if found is None:
        raise NotFound
    return found


def names(ids: Sequence[UUID]) -> dict[UUID, str]:
    """The names of the groups within sight, by id."""
    return {row.id: row.name for row in db.session.scalars(select(Group).where(Group.id.in_(ids)))} if ids else {}
