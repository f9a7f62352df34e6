"""The cooperation agreements of groups, as they were signed. They are DRC's and the group's: no municipality reads them."""

from __future__ import annotations

import datetime as dt
from uuid import UUID

from sqlalchemy import CheckConstraint, ForeignKey, Index, text
from sqlalchemy.orm import Mapped, mapped_column

from tenants.database import Model, uuid7
from tenants.ownership import National
from tenants.personal import Data, Holds


class CooperationAgreement(National, Model):
    """That a group and DRC have signed a cooperation agreement, and the days on which it holds, the last one included."""

    __tablename__ = "cooperation_agreements"
    __holds__ = Holds(noted_by=Data.DOER)
    __table_args__ = (
        CheckConstraint("ends_on IS NULL OR ends_on >= starts_on", name="term"),
        CheckConstraint("signed_on <= starts_on", name="signed"),
        Index("uq_cooperation_agreements_start", "group_id", "starts_on", unique=True),
        # One at a time is until further notice.
        Index("uq_cooperation_agreements_open", "group_id", unique=True, postgresql_where=text("ends_on IS NULL")),
    )

    id: Mapped[UUID] = mapped_column(primary_key=True, default=uuid7)
    group_id: Mapped[UUID] = mapped_column(ForeignKey("groups.id"))
    signed_on: Mapped[dt.date]
    starts_on: Mapped[dt.date]
    ends_on: Mapped[dt.date | None]  # None: until further notice
    noted_at: Mapped[dt.datetime]
    noted_by: Mapped[UUID | None]  # None: unattended work
