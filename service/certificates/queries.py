"""Reads of verifications, and the question of what is due. DRC's alone."""

from __future__ import annotations

import datetime as dt
from collections.abc import Collection, Sequence
from uuid import UUID

from sqlalchemy import Select, or_, select

from service.certificates.models import ChildCertificate
from service.volunteers import queries as volunteers
from service.volunteers.models import Volunteer
from service.volunteers.rules import NOTICE, Certificate
from service.web.errors import NotFound
from tenants.database import db


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


def due(codes: Collection[str], today: dt.date, standing: Certificate | None = None) -> Select[Volunteer]:
    """Those in the municipalities whose certificate is called for and missing, has expired or soon will; to be listed by page."""
    query = (
        volunteers.volunteers(certificate=standing) if standing else select(Volunteer).where(volunteers.wanting(today))
    )
    soon = today + dt.timedelta(days=NOTICE)
    until = Volunteer.verified_until
    return query.where(or_(until.is_(None), until <= soon), volunteers.near(codes, today))
