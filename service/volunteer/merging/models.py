"""Merges, and what is kept of the two persons while a merge can be undone."""

from __future__ import annotations

import datetime as dt
from typing import Any
from uuid import UUID

from sqlalchemy import Index, text
from sqlalchemy.orm import Mapped, mapped_column

from tenants.database import Model, uuid7
from tenants.ownership import National
from tenants.personal import Data, Holds


class VolunteerMerge(National, Model):
    """Two persons made one. What both were is kept for as long as it can be undone, and then forgotten."""

    __tablename__ = "volunteer_merges"
    __holds__ = Holds(Data.MERGED, merged_by=Data.DOER)
    __table_args__ = (
        Index("ix_volunteer_merges_kept", "kept_id"),
        Index("ix_volunteer_merges_merged_at", "merged_at", postgresql_where=text("before IS NOT NULL")),
    )

    id: Mapped[UUID] = mapped_column(primary_key=True, default=uuid7)
    kept_id: Mapped[UUID]  # no keys: either may be gone by other ways
    lost_id: Mapped[UUID]
    merged_at: Mapped[dt.datetime]
    merged_by: Mapped[UUID | None]
    undone_at: Mapped[dt.datetime | None]
    before: Mapped[dict[str, Any] | None]  # the rows of both, and of the merged person, as they were
