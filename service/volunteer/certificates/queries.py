"""Reads of verifications, and the question of what is due. DRC's alone."""

from __future__ import annotations

import datetime as dt
from collections.abc import Collection, Iterable, Sequence
from uuid import UUID

from sqlalchemy import Select, func, or_, select

from service.network.networks.models import GroupArea
from service.platform.web.errors import NotFound
from service.volunteer.certificates.models import ChildCertificate
from service.volunteer.volunteers import queries as volunteers
from service.volunteer.volunteers.models import Volunteer, VolunteerRole
from service.volunteer.volunteers.rules import NOTICE, Certificate
from tenants.database import db

# What the due are ordered by: those that are missing first, then those that expired or expire the earliest.
URGENCY = func.coalesce(Volunteer.verified_until, dt.date.min).label("urgency")


def certificates(volunteer_id: UUID) -> Sequence[ChildCertificate]:
    """The verifications of a volunteer's certificate, newest first."""
    query = select(ChildCertificate).where(ChildCertificate.volunteer_id == volunteer_id)
    return db.session.scalars(query.order_by(ChildCertificate.verified_on.desc(), ChildCertificate.id.desc())).all()


def certificate(volunteer_id: UUID, certificate_id: UUID) -> ChildCertificate:
    """A verification of a volunteer. Raises NotFound."""
    found = next((row for row in certificates(volunteer_id) if row.id == certificate_id), None)
    if found is None:
        raise NotFound
    return found


def due(
    codes: Collection[str], today: dt.date, standing: Certificate | None = None, *, called_in: str | None = None
) -> Select[Volunteer]:
    """Those in the municipalities whose certificate is called for and missing, has expired or soon will; to be listed by page.

    `called_in` narrows to those whom a group at home in that municipality calls for it, as the Monday list counts them.
    """
    query = (
        volunteers.volunteers(certificate=standing) if standing else select(Volunteer).where(volunteers.wanting(today))
    )
    soon = today + dt.timedelta(days=NOTICE)
    until = Volunteer.verified_until
    if called_in is not None:
        calls = _calls(today).subquery()
        query = query.where(
            Volunteer.id.in_(select(calls.c.volunteer_id).where(calls.c.municipality_code == called_in))
        )
    return query.where(or_(until.is_(None), until <= soon), volunteers.near(codes, today))


def calling_municipalities(ids: Iterable[UUID], today: dt.date) -> dict[UUID, list[str]]:
    """Where the groups are at home that call for volunteers' certificates, by volunteer; every volunteer asked for is a key."""
    found: dict[UUID, list[str]] = {key: [] for key in ids}
    query = _calls(today).where(VolunteerRole.volunteer_id.in_(found)).distinct()
    for volunteer_id, code in db.session.execute(query.order_by(GroupArea.municipality_code)):
        found[volunteer_id].append(code)
    return found


def _calls(today: dt.date) -> Select[UUID, str]:
    """The roles that call for a certificate: whose, and where the group is at home."""
    return (
        select(VolunteerRole.volunteer_id, GroupArea.municipality_code)
        .join(GroupArea, GroupArea.group_id == VolunteerRole.group_id)
        .where(GroupArea.home.is_(True), volunteers.on(today), volunteers.calling())
    )
