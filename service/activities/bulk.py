"""Many sessions at once, as plain JSON: for files that come in and go out. The rules are those of `operations.record`."""

from __future__ import annotations

import datetime as dt
from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from sqlalchemy import delete, select, tuple_

from service.activities.models import Activity, ActivitySession
from service.work import rows
from tenants.database import db, now, uuid7

Json = dict[str, Any]
COUNTS = ("volunteers", "volunteer_minutes", "adults", "children")


@dataclass(frozen=True, slots=True)
class Known:
    """An activity that sessions can be of."""

    id: UUID
    code: str
    name: str
    place: str
    starts_on: dt.date
    ends_on: dt.date | None


def activities(codes: Collection[str]) -> list[Known]:
    """The activities of some municipalities, as far as they are within reach."""
    row = Activity
    found = db.session.execute(
        select(row.id, row.municipality_code, row.name, row.place, row.starts_on, row.ends_on)
        .where(row.municipality_code.in_(codes))
        .order_by(row.municipality_code, row.name, row.id)
    )
    return [Known(*each) for each in found]


def of_days(days: Collection[tuple[UUID, dt.date]]) -> dict[tuple[UUID, dt.date], UUID]:
    """The sessions of those activities on those days: their ids."""
    row = ActivitySession
    activity_ids, dates = {key for key, _day in days}, {day for _key, day in days}
    found = db.session.execute(
        select(row.activity_id, row.held_on, row.id).where(row.activity_id.in_(activity_ids), row.held_on.in_(dates))
    )
    return {(key, day): session_id for key, day, session_id in found}


def told(ids: Collection[UUID], *, lock: bool = False) -> dict[UUID, Json]:
    """The sessions with those ids, whole. Locked, nobody changes them before the transaction ends."""
    row = ActivitySession
    columns = [getattr(row, name) for name in COUNTS]
    query = (
        select(row.id, row.municipality_code, row.activity_id, row.held_on, row.cancelled, row.recorded_at, *columns)
        .where(row.id.in_(ids))
        .order_by(row.id)
    )
    found = db.session.execute(query.with_for_update() if lock else query) if ids else ()
    return {
        each.id: {
            "municipality_code": each.municipality_code,
            "activity_id": str(each.activity_id),
            "held_on": each.held_on.isoformat(),
            "cancelled": each.cancelled,
            "recorded_at": each.recorded_at.isoformat(),
            **{name: getattr(each, name) for name in COUNTS},
        }
        for each in found
    }


def record(sessions: Sequence[Json]) -> list[UUID]:
    """Record new sessions."""
    ids, moment = [uuid7() for _each in sessions], now()
    rows.add(ActivitySession, [_columns(key, each, moment) for key, each in zip(ids, sessions, strict=True)])
    return ids


def correct(sessions: Mapping[UUID, Json], *, as_told: bool = False) -> None:
    """Give sessions other counts. Put back as they were told, they keep the moment they were recorded at."""
    moment = now()
    rows.change(
        ActivitySession,
        [_columns(key, each, each["recorded_at"] if as_told else moment) for key, each in sessions.items()],
    )


def remove(ids: Collection[UUID]) -> None:
    """Take sessions away."""
    db.session.execute(delete(ActivitySession).where(ActivitySession.id.in_(ids)))


def all_told(
    code: str | None = None, first: dt.date | None = None, last: dt.date | None = None, batch: int = 1000
) -> Iterator[Json]:
    """The sessions within reach, of a municipality, from a day to a day, with their activities' names; read some at a time."""
    row, of = ActivitySession, Activity
    same = (of.municipality_code == row.municipality_code) & (of.id == row.activity_id)
    keys = (row.municipality_code, row.held_on, row.id)
    query = select(*keys, of.name, of.place, row.cancelled, *(getattr(row, name) for name in COUNTS)).join(of, same)
    if code is not None:
        query = query.where(row.municipality_code == code)
    if first is not None:
        query = query.where(row.held_on >= first)
    if last is not None:
        query = query.where(row.held_on <= last)
    query = query.order_by(*keys).limit(batch)
    after: tuple[Any, ...] | None = None
    while True:
        listed = db.session.execute(query if after is None else query.where(tuple_(*keys) > tuple_(*after))).all()
        yield from ({**each._mapping, "held_on": each.held_on.isoformat()} for each in listed)  # noqa: SLF001 - the row as a mapping
        if len(listed) < batch:
            return
        after = tuple(listed[-1][:3])


def _columns(key: UUID, session: Json, moment: dt.datetime | str) -> Json:
    of = {name: session[name] for name in ("municipality_code", "activity_id", "held_on", "cancelled", *COUNTS)}
    return {"id": key, **of, "recorded_at": moment}
