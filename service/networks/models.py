"""Groups of DRC's network, and their shares with municipalities."""

from __future__ import annotations

import datetime as dt
from uuid import UUID

from sqlalchemy import CheckConstraint, ForeignKey, Index
from sqlalchemy.orm import Mapped, mapped_column

from tenants.database import Model
from tenants.ownership import Owned, Shared


class Group(Shared, Model):
    """A volunteer group: its public face, which is all that a municipality sees."""

    __tablename__ = "groups"
    __shared_by__ = (
        "SELECT group_id FROM group_shares WHERE municipality_code = ANY ((SELECT app.reach())::text[])"
        " AND valid_from <= app.today() AND (valid_to IS NULL OR valid_to > app.today())"
    )

    name: Mapped[str]
    sort_key: Mapped[str]
    public_contact: Mapped[str]  # what the group has agreed to publish; may be empty


class GroupShare(Owned, Model):
    """A group's time in a municipality's sight, from a day until (not including) another."""

    __tablename__ = "group_shares"
    __table_args__ = (
        CheckConstraint("valid_to IS NULL OR valid_to > valid_from", name="not_empty"),
        Index("uq_group_shares_start", "municipality_code", "group_id", "valid_from", unique=True),
    )

    group_id: Mapped[UUID] = mapped_column(ForeignKey("groups.id"))
    valid_from: Mapped[dt.date]
    valid_to: Mapped[dt.date | None]
