"""The counts, month by month."""

from __future__ import annotations

import datetime as dt

from sqlalchemy import CheckConstraint, Index
from sqlalchemy.orm import Mapped

from service.reporting.recruitment.program import Range, ToldMonth
from tenants.database import Model
from tenants.ownership import Owned
from tenants.personal import Holds

YEAR = ("came_in_year_least", "came_in_year_most", "left_in_year_least", "left_in_year_most")
NONE = " AND ".join(f"{name} IS NULL" for name in YEAR)
RANGES = " AND ".join(
    f"0 <= {name}_in_year_least AND {name}_in_year_least <= {name}_in_year_most" for name in ("came", "left")
)


class RecruitmentMonth(Owned, Model):
    """How many volunteers a municipality's own groups had at the end of a month, and how many had come and left.

    The municipality's people can read the row, so it holds no more than they may know (`program.told`): None is kept back. It is
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
        CheckConstraint(f"({NONE}) OR (num_nulls({', '.join(YEAR)}) = 0 AND {RANGES})", name="year"),
    )

    month: Mapped[dt.date]
    volunteers: Mapped[int | None]
    came: Mapped[int | None]
    left: Mapped[int | None]
    # Of the twelve months up to its end, as ranges: the number itself where the two are one. Null where nothing may be told.
    came_in_year_least: Mapped[int | None]
    came_in_year_most: Mapped[int | None]
    left_in_year_least: Mapped[int | None]
    left_in_year_most: Mapped[int | None]
    counted_at: Mapped[dt.datetime]

    @property
    def told(self) -> ToldMonth:
        """What it tells."""
        came, left = (
            None if least is None or most is None else Range(least, most)
            for least, most in (
                (self.came_in_year_least, self.came_in_year_most),
                (self.left_in_year_least, self.left_in_year_most),
            )
        )
        return ToldMonth(self.month, self.volunteers, self.came, self.left, came, left)
