"""Reads of links to one's own data, and of what their holders ask for. DRC's alone."""

from __future__ import annotations

from collections.abc import Sequence
from uuid import UUID

from sqlalchemy import select

from service.platform.web.finding import find
from service.platform.work import leases
from service.volunteer.own_data.models import OwnDataLink, OwnDataWish
from service.volunteer.own_data.rules import MAX_OF_ONE_ADDRESS
from service.volunteer.volunteers.models import Volunteer
from tenants.database import db, now


def who_have(email: str) -> Sequence[Volunteer]:
    """The volunteers who have an address of mail, such as a couple."""
    query = select(Volunteer).where(Volunteer.email == email, Volunteer.email != "")
    return db.session.scalars(query.order_by(Volunteer.id).limit(MAX_OF_ONE_ADDRESS)).all()


def due() -> list[UUID]:
    """The links that wait to be mailed."""
    waiting = select(OwnDataLink.id).where(leases.is_due(OwnDataLink, now()))
    return list(db.session.scalars(waiting.order_by(OwnDataLink.asked_at).limit(100)))


def wishes(volunteer_id: UUID) -> Sequence[OwnDataWish]:
    """What a volunteer has asked for: what waits first, then the newest."""
    row = OwnDataWish
    query = select(row).where(row.volunteer_id == volunteer_id)
    return db.session.scalars(query.order_by(row.settled_at.is_not(None), row.asked_at.desc())).all()


def wish(volunteer_id: UUID, wish_id: UUID) -> OwnDataWish:
    """One of a volunteer's wishes, to be settled. Raises NotFound."""
    return find(
        select(OwnDataWish).where(OwnDataWish.id == wish_id, OwnDataWish.volunteer_id == volunteer_id), lock=True
    )
