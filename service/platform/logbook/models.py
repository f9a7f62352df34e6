"""Samples of the ledger: which entries were drawn, and who has looked them through."""

from __future__ import annotations

import datetime as dt
from typing import Any
from uuid import UUID

from sqlalchemy import CheckConstraint, Index
from sqlalchemy.orm import Mapped, mapped_column

from tenants.database import Model, uuid7
from tenants.ownership import National
from tenants.personal import Data, Holds


class LedgerSample(National, Model):
    """Entries of a period, drawn at random from all chains: `entries` has the chain, the number and the hash of each."""

    __tablename__ = "ledger_samples"
    __holds__ = Holds(entries=Data.NOBODY, drawn_by=Data.DOER, signed_by=Data.DOER, remark=Data.FREE_TEXT)
    __table_args__ = (
        CheckConstraint("(signed_at IS NULL) = (signed_by IS NULL)", name="signed"),
        Index("ix_ledger_samples_drawn", "drawn_at", "id"),
    )

    id: Mapped[UUID] = mapped_column(primary_key=True, default=uuid7)
    first_day: Mapped[dt.date]
    last_day: Mapped[dt.date]
    entries: Mapped[list[Any]]
    drawn_at: Mapped[dt.datetime]
    drawn_by: Mapped[UUID]
    signed_at: Mapped[dt.datetime | None]
    signed_by: Mapped[UUID | None]
    remark: Mapped[str] = mapped_column(server_default="")
