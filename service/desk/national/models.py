"""DRC's national year: the row is the work that is owed, then the frozen figures and the paper's bytes."""

from __future__ import annotations

import datetime as dt
from typing import Any
from uuid import UUID

from sqlalchemy import CheckConstraint, Index
from sqlalchemy.orm import Mapped, mapped_column

from service.platform.work.leases import Leased
from tenants.database import Model, uuid7
from tenants.ownership import National
from tenants.personal import Data, Holds


class NationalYear(National, Leased, Model):
    """The figures of a year in all of Denmark as a paper, in an edition. DRC's own: it stands in no municipality's row of numbers."""

    __tablename__ = "national_years"
    __holds__ = Holds(Data.PAPER, asked_by=Data.DOER)
    __table_args__ = (
        Index("uq_national_years_once", "year", "revision", unique=True),
        CheckConstraint("(work_state = 'done') = (content IS NOT NULL)", name="done_has_content"),
        CheckConstraint("num_nonnulls(facts, content, sha256, issued_on) IN (0, 4)", name="whole"),
    )

    id: Mapped[UUID] = mapped_column(primary_key=True, default=uuid7)
    year: Mapped[int]
    revision: Mapped[int]
    asked_at: Mapped[dt.datetime]
    asked_by: Mapped[UUID | None]  # null where the clock did
    issued_on: Mapped[dt.date | None]
    facts: Mapped[dict[str, Any] | None] = mapped_column(deferred=True)
    content: Mapped[bytes | None] = mapped_column(deferred=True)
    sha256: Mapped[str | None]

    @property
    def number(self) -> str:
        """Its number, of no municipality's series: DRC-2026-1."""
        return f"DRC-{self.year}-{self.revision}"

    @property
    def title(self) -> str:
        """What it is called."""
        return f"Landstal {self.year}"
