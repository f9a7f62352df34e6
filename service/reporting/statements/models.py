"""Statements: the row is the work that is owed, and then the statement itself."""

from __future__ import annotations

import datetime as dt
from uuid import UUID

from sqlalchemy import CheckConstraint, ForeignKeyConstraint, Index
from sqlalchemy.orm import Mapped

from service.platform.work.leases import Leased
from tenants.database import Model
from tenants.ownership import Owned
from tenants.personal import Holds


class Statement(Owned, Leased, Model):
    """The statement of one municipality for one month, in one revision. Three keys that exist once make a second run harmless."""

    __tablename__ = "statements"
    __holds__ = Holds()
    __table_args__ = (
        Index("uq_statements_once", "municipality_code", "month", "revision", unique=True),
        Index("ix_statements_month", "month", "municipality_code"),
        ForeignKeyConstraint(["municipality_code", "document_id"], ["documents.municipality_code", "documents.id"]),
        CheckConstraint("extract(day FROM month) = 1", name="month"),
        CheckConstraint("(work_state = 'done') = (document_id IS NOT NULL)", name="done_has_paper"),
    )

    month: Mapped[dt.date]
    revision: Mapped[int]
    document_id: Mapped[UUID | None]
    asked_at: Mapped[dt.datetime]
    issued_at: Mapped[dt.datetime | None]

    @property
    def status(self) -> str:
        """waiting, issued or failed."""
        return {"due": "waiting", "done": "issued", "failed": "failed"}[self.work_state]
