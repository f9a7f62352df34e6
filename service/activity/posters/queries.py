"""Reads of public activities and of posters, within the reach."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from uuid import UUID

from sqlalchemy import ColumnElement, select, text
from sqlalchemy.orm import aliased

from service.activity.activities.models import Activity
from service.activity.posters.models import Poster
from service.platform.web.finding import find
from service.platform.work import leases
from tenants.database import db, now

MOST_SHOWN = 10


@dataclass(frozen=True, slots=True)
class Face:
    """An activity's public face: where it is kept, the group by name, and the contact that the group publishes."""

    municipality_code: str
    activity_id: UUID
    group: str
    contact: dict[str, str]  # name, phone and email, those that there are


def face(public_id: str) -> Face | None:
    """The public face of the activity with that address, or None when none is public there. For anyone."""
    row = db.session.execute(text("SELECT * FROM app.public_activity(:address)"), {"address": public_id}).first()
    if row is None:
        return None
    contact = {"name": row.contact_name, "phone": row.contact_phone, "email": row.contact_email}
    return Face(
        row.municipality_code,
        row.activity_id,
        row.group_name,
        {part: value for part, value in contact.items() if value},
    )


def posters(code: str, activity_id: UUID) -> Sequence[Poster]:
    """The newest posters of an activity."""
    query = select(Poster).where(Poster.municipality_code == code, Poster.activity_id == activity_id)
    return db.session.scalars(query.order_by(Poster.asked_at.desc(), Poster.id).limit(MOST_SHOWN)).all()


def poster(activity: Activity, poster_id: UUID) -> Poster:
    """One poster of an activity. Raises NotFound."""
    here = select(Poster).where(Poster.municipality_code == activity.municipality_code)
    return find(here.where(Poster.activity_id == activity.id, Poster.id == poster_id))


def waiting(code: str, activity_id: UUID) -> Poster | None:
    """The poster of an activity that is under way, or None."""
    query = select(Poster).where(
        Poster.municipality_code == code, Poster.activity_id == activity_id, Poster.work_state == leases.DUE
    )
    return db.session.scalar(query)


def latest() -> ColumnElement[bool]:
    """The condition for a poster that no later one has taken the place of."""
    later = aliased(Poster)
    newer = select(later.id).where(
        later.municipality_code == Poster.municipality_code,
        later.activity_id == Poster.activity_id,
        later.asked_at > Poster.asked_at,
    )
    return ~newer.exists()


def activity_name(poster: Poster) -> str:
    """What the activity is called that a poster leads to."""
    return db.session.get_one(Activity, (poster.municipality_code, poster.activity_id)).name


def due() -> list[tuple[str, UUID]]:
    """The posters that wait and that nobody makes, within reach."""
    query = select(Poster.municipality_code, Poster.id).where(leases.is_due(Poster, now()))
    return [(code, key) for code, key in db.session.execute(query.order_by(Poster.asked_at))]
