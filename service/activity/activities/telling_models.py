"""The work of telling closed months anew."""

from __future__ import annotations

import datetime as dt

from sqlalchemy import CheckConstraint, Index
from sqlalchemy.orm import Mapped, mapped_column

from service.platform.work.leases import Leased
from tenants.database import Model
from tenants.ownership import Owned
from tenants.personal import Holds


class MonthTelling(Owned, Leased, Model):
    """The work of telling a closed month anew that something has come late to: what it was asked about last, and the answer.

    DRC's alone: a municipality is told what it may be told, and not that there is more.
    """

    __tablename__ = "month_tellings"
    __holds__ = Holds()
    __drc_only__ = True
    __table_args__ = (
        Index("uq_month_tellings_one", "municipality_code", "month", unique=True),
        CheckConstraint("extract(day FROM month) = 1", name="month"),
        CheckConstraint("entries >= 0", name="entries"),
    )

    month: Mapped[dt.date]
    asked_at: Mapped[dt.datetime]
    answered_at: Mapped[dt.datetime | None]
    entries: Mapped[int] = mapped_column(
        default=0, server_default="0"
    )  # late entries that the month had when it was asked about last
    moved: Mapped[bool | None]  # the answer: whether it was told otherwise; null before the first
