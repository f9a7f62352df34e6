"""Reads for merging two entries of one person. DRC's alone."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping, Sequence
from typing import Any
from uuid import UUID

from sqlalchemy import Table, select

from service.platform.web.errors import NotFound
from service.platform.web.finding import find
from service.volunteer.merging import keeping, rules
from service.volunteer.merging.models import VolunteerMerge
from service.volunteer.merging.rules import Whole
from service.volunteer.volunteers.models import (
    Volunteer,
)
from tenants.database import Base, db, now


def table(name: str) -> Table:
    """A table by its name."""
    return Base.metadata.tables[name]


def whole(volunteer_id: UUID) -> Whole:
    """A volunteer with all that is recorded, as plain values. Raises NotFound."""
    people = table(Volunteer.__tablename__)
    row = db.session.execute(select(people).where(people.c.id == volunteer_id)).mappings().first()
    if row is None:
        raise NotFound
    beside: dict[str, dict[str, dict[str, Any]]] = {}
    for name in rules.BESIDE:
        rows = db.session.execute(select(table(name)).where(table(name).c.volunteer_id == volunteer_id)).mappings()
        beside[name] = {str(found["id"]): plain(dict(found)) for found in rows}
    return Whole(plain(dict(row)), beside)


def plain(row: Mapping[str, Any]) -> dict[str, Any]:
    """A row's values as JSON keeps them."""
    return {name: _plain(value) for name, value in row.items()}


def _plain(value: Any) -> Any:
    if isinstance(value, dt.datetime):
        return value.astimezone(dt.UTC).isoformat()
    if isinstance(value, dt.date):
        return value.isoformat()
    return str(value) if isinstance(value, UUID) else value


def stored(name: str, row: Mapping[str, Any]) -> dict[str, Any]:
    """The other way: a plain row as its table takes it."""
    columns = table(name).c
    return {key: _stored(columns[key].type.python_type, value) for key, value in row.items()}


def _stored(kind: type, value: Any) -> Any:
    if not isinstance(value, str) or kind is str:
        return value
    return kind.fromisoformat(value) if hasattr(kind, "fromisoformat") else kind(value)


def merge(merge_id: UUID, *, lock: bool = False) -> VolunteerMerge:
    """The merge with that id. Raises NotFound."""
    return find(select(VolunteerMerge).where(VolunteerMerge.id == merge_id), lock=lock)


def merges_of(volunteer_id: UUID) -> Sequence[VolunteerMerge]:
    """The merges into a volunteer that can still be undone, newest first."""
    return db.session.scalars(
        select(VolunteerMerge)
        .where(
            VolunteerMerge.kept_id == volunteer_id,
            VolunteerMerge.undone_at.is_(None),
            VolunteerMerge.before.is_not(None),
            VolunteerMerge.merged_at > now() - keeping.BEFORE.time,
        )
        .order_by(VolunteerMerge.merged_at.desc())
    ).all()
