"""Sessions are written here and nowhere else: many at once, and one as a batch of one. As plain JSON, for files that come and go too.

A session told so is all that was recorded of it; each municipality's part is counted anew from that whenever it is written. What is
written has been judged before, by `faults`.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import asdict
from typing import Any
from uuid import UUID

from sqlalchemy import ColumnElement, Select, delete, select, tuple_
from sqlalchemy.orm import InstrumentedAttribute

from service.activity.activities import late, queries
from service.activity.activities.fields import FIELDS, KEPT
from service.activity.activities.lateness import LateWay
from service.activity.activities.models import Activity, ActivitySession, SessionPart
from service.activity.activities.rules import COUNTS, Counts, counts_of, parts_of
from service.platform.web.declared import blank
from service.platform.work import rows
from tenants.database import db, now, uuid7

Json = dict[str, Any]
RECORDED = (
    *("municipality_code", "activity_id", *KEPT),
    *("serves", "by_municipality", "recorded_at", "changed_at"),
    *COUNTS,
)
UNTOLD: Json = {  # what is said of a session that says nothing of it
    **blank(FIELDS),
    "serves": (),
    "by_municipality": None,
    "changed_at": None,
    **asdict(Counts()),
}

OWN_PART: Mapping[
    str, ColumnElement[int] | InstrumentedAttribute[int]
] = {  # what the municipality that a session belongs to has of it, which its figures count
    "own_participants": SessionPart.adults + SessionPart.children,
    "own_volunteers": SessionPart.volunteers,
    "own_volunteer_minutes": SessionPart.volunteer_minutes,
}


def activities(codes: Collection[str]) -> Sequence[Activity]:
    """The activities of some municipalities, as far as they are within reach."""
    query = select(Activity).where(Activity.municipality_code.in_(codes))
    return db.session.scalars(query.order_by(Activity.municipality_code, Activity.name, Activity.id)).all()


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
    query = select(row.id, *(getattr(row, name) for name in RECORDED)).where(row.id.in_(ids)).order_by(row.id)
    found = db.session.execute(query.with_for_update() if lock else query) if ids else ()
    return {each.id: {name: _plain(getattr(each, name)) for name in RECORDED} for each in found}


def create(sessions: Sequence[Json]) -> list[UUID]:
    """Record new sessions. They serve what their activities serve now."""
    serves = queries.all_serve(_activities_of(sessions))
    moment, made = now(), {uuid7(): each for each in sessions}
    add(
        {
            key: {**each, "serves": serves[UUID(each["activity_id"])], "recorded_at": moment}
            for key, each in made.items()
        }
    )
    return list(made)


def add(sessions: Mapping[UUID, Json], way: LateWay = LateWay.CORRECTED) -> None:
    """Add sessions as they are told: with whom they served, and when they were recorded."""
    whole = {key: {**UNTOLD, **session} for key, session in sessions.items()}
    rows.add(ActivitySession, [{"id": key, **session} for key, session in whole.items()])
    late.follow((), _put_parts(whole), way)


def change(sessions: Mapping[UUID, Json], way: LateWay = LateWay.CORRECTED) -> None:
    """Give sessions what is told in place of what was recorded. They serve what they served."""
    moment = now()
    _put({key: {**session, "changed_at": moment} for key, session in sessions.items()}, way)


def restore(sessions: Mapping[UUID, Json]) -> None:
    """Put sessions back as they were told."""
    _put(sessions, LateWay.CORRECTED)


def remove(ids: Collection[UUID]) -> None:
    """Take sessions away, and with them what each municipality has of them."""
    before = late.parts_of(ids)
    db.session.execute(delete(SessionPart).where(SessionPart.session_id.in_(ids)))
    db.session.execute(delete(ActivitySession).where(ActivitySession.id.in_(ids)))
    late.follow(before, (), LateWay.CORRECTED)


def listing(
    code: str | None = None, first: dt.date | None = None, last: dt.date | None = None
) -> Select[ActivitySession]:
    """The sessions within reach, of a municipality, from a day to a day."""
    row = ActivitySession
    query = select(row)
    if code is not None:
        query = query.where(row.municipality_code == code)
    if first is not None:
        query = query.where(row.held_on >= first)
    if last is not None:
        query = query.where(row.held_on <= last)
    return query


def all_told(listing: Select[Any], batch: int = 1000) -> Iterator[tuple[UUID, Json]]:
    """The sessions of a listing, with their activities' names and the part of the municipality they belong to; read some at a time."""
    row, of, part = ActivitySession, Activity, SessionPart
    same = (of.municipality_code == row.municipality_code) & (of.id == row.activity_id)
    own = (part.municipality_code == row.municipality_code) & (part.session_id == row.id)
    keys = (row.municipality_code, row.held_on, row.id)
    rest = (getattr(row, name) for name in (*KEPT, "serves", "by_municipality", *COUNTS) if name != "held_on")
    parts = (value.label(name) for name, value in OWN_PART.items())
    joined = listing.join(of, same).join(part, own)
    query = joined.with_only_columns(*keys, of.name, of.place, *rest, *parts).order_by(*keys).limit(batch)
    after: tuple[Any, ...] | None = None
    while True:
        listed = db.session.execute(query if after is None else query.where(tuple_(*keys) > tuple_(*after))).all()
        yield from (
            (each.id, {name: _plain(value) for name, value in each._mapping.items()})  # noqa: SLF001 - the row as a mapping
            for each in listed
        )
        if len(listed) < batch:
            return
        after = tuple(listed[-1][:3])


def _put(sessions: Mapping[UUID, Json], way: LateWay) -> None:
    if sessions:
        before = late.parts_of(sessions)
        rows.change(ActivitySession, [{"id": key, **session} for key, session in sessions.items()])
        db.session.execute(delete(SessionPart).where(SessionPart.session_id.in_(sessions)))
        late.follow(before, _put_parts(sessions), way)


def _activities_of(sessions: Iterable[Json]) -> Sequence[Activity]:
    keys = {UUID(session["activity_id"]) for session in sessions}
    return db.session.scalars(select(Activity).where(Activity.id.in_(keys))).all()


def _put_parts(sessions: Mapping[UUID, Json]) -> Sequence[Json]:
    of = {str(row.id): row for row in _activities_of(sessions.values())}
    parts = (_parts(key, session, of[session["activity_id"]]) for key, session in sessions.items())
    written = [part for each in parts for part in each]
    rows.add(SessionPart, written)
    return written


def _parts(session_id: UUID, session: Json, activity: Activity) -> Iterator[Json]:
    """What each municipality has of a session."""
    codes = [session["municipality_code"], *session["serves"]]
    for code, counts in parts_of(counts_of(session), codes, session["by_municipality"]).items():
        home = code == session["municipality_code"]
        yield {
            "municipality_code": code,
            "id": uuid7(),
            "session_id": session_id,
            "activity_id": session["activity_id"] if home else None,
            "activity_type": activity.activity_type,
            "group_id": activity.group_id,
            "held_on": session["held_on"],
            "home": home,
            "shared": len(codes) > 1,
            "cancelled": session["cancelled"],
            **asdict(counts),
        }


def _plain(value: Any) -> Any:
    if isinstance(value, UUID):
        return str(value)
    return value.isoformat() if hasattr(value, "isoformat") else value
