"""The counts, month by month."""

from __future__ import annotations

import datetime as dt

from sqlalchemy import CheckConstraint, Index
from sqlalchemy.orm import Mapped

from tenants.database import Model
from tenants.ownership import Owned
from tenants.personal import Holds


class RecruitmentMonth(Owned, Model):
    """How many volunteers a municipality's own groups had at the end of a month, and how many had come and left.

    The municipality's people can read the row, so it holds no more than they may know (`rules.shown`): None is kept back. It is
    written once, as things were recorded by then.
    """

    __tablename__ = "recruitment_months"
    __holds__ = Holds()
    __immutable__ = True
    __table_args__ = (
        Index("uq_recruitment_months_once", "municipality_code", "month", unique=True),
        CheckConstraint('"volunteers" = 0 OR "volunteers" >= 3', name="volunteers"),
        CheckConstraint('"came" = 0 OR "came" >= 3', name="came"),
        CheckConstraint('"left" = 0 OR "left" >= 3', name="left"),
        CheckConstraint('(came IS NULL) = ("left" IS NULL)', name="movements"),
        CheckConstraint("came IS NULL OR volunteers IS NOT NULL", name="ends"),
    )

    month: Mapped[dt.date]
    volunteers: Mapped[int | None]
    came: Mapped[int | None]
    left: Mapped[int | None]
    counted_at: Mapped[dt.datetime]
