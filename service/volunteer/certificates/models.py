"""Child certificates, as little of them as there can be."""

from __future__ import annotations

import datetime as dt
from uuid import UUID

from sqlalchemy import CheckConstraint, ForeignKey, Index
from sqlalchemy.orm import Mapped, mapped_column

from tenants.database import Model, uuid7
from tenants.ownership import National
from tenants.personal import Data, Holds


class ChildCertificate(National, Model):
    """That somebody at DRC has seen a child certificate without remarks. Never the certificate, its result or a CPR number."""

    __tablename__ = "child_certificates"
    __holds__ = Holds(Data.CERTIFICATE, verified_by=Data.DOER)
    __table_args__ = (
        CheckConstraint("renew_by > verified_on", name="term"),
        Index("ix_child_certificates_volunteer", "volunteer_id", "verified_on"),
    )

    id: Mapped[UUID] = mapped_column(primary_key=True, default=uuid7)
    volunteer_id: Mapped[UUID] = mapped_column(ForeignKey("volunteers.id"))
    verified_on: Mapped[dt.date]
    verified_by: Mapped[UUID | None]  # no key: a person of DRC's may be forgotten, what was done is not
    renew_by: Mapped[dt.date]  # the last day that it holds


class CertificateReminder(National, Model):
    """That a consultant has been told of one due certificate: once for each reason and day that it is due from."""

    __tablename__ = "certificate_reminders"
    __holds__ = Holds(Data.CERTIFICATE)

    volunteer_id: Mapped[UUID] = mapped_column(ForeignKey("volunteers.id"), primary_key=True)
    due: Mapped[str] = mapped_column(primary_key=True)  # missing, or the day it expires
    told_at: Mapped[dt.datetime]
