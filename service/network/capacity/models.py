"""What groups have to give now, and what changed when.

The numbers are seen by a municipality where a share shows capacity and its scope opens it: PostgreSQL holds them back by itself.
What changed, and by whom, is DRC's.
"""

from __future__ import annotations

import datetime as dt
from uuid import UUID

from sqlalchemy import CheckConstraint, ForeignKey, Index
from sqlalchemy.orm import Mapped, mapped_column

from service.network.shares.rules import Aspect
from tenants.database import Model, uuid7
from tenants.ownership import National, Shared
from tenants.personal import Data, Holds


class Capacity(Shared, Model):
    """How many of a kind a group has free. None is a number as well: the group was asked and has none."""

    __tablename__ = "capacities"
    __holds__ = Holds()
    __shared_by__ = f"SELECT app.groups_in_sight('{Aspect.CAPACITY}')"
    __shared_column__ = "group_id"
    __table_args__ = (
        CheckConstraint("free BETWEEN 0 AND 999", name="free"),
        Index("uq_capacities_kind", "group_id", "kind", unique=True),
        Index("ix_capacities_kind", "kind", "group_id"),
    )

    group_id: Mapped[UUID] = mapped_column(ForeignKey("groups.id"))
    kind: Mapped[str] = mapped_column(ForeignKey("activity_types.code"))
    free: Mapped[int]
    noted_on: Mapped[dt.date]  # when the group last said so; what is taken or given back since does not make it newer


class CapacityChange(National, Model):
    """A number that changed: from what to what, when, by whom and why."""

    __tablename__ = "capacity_changes"
    __holds__ = Holds(kind=Data.NOBODY, by=Data.DOER)
    __immutable__ = True
    __table_args__ = (
        CheckConstraint("cause IN ('noted', 'taken', 'given_back')", name="cause"),
        Index("ix_capacity_changes_group", "group_id", "at"),
    )

    id: Mapped[UUID] = mapped_column(primary_key=True, default=uuid7)
    group_id: Mapped[UUID] = mapped_column(ForeignKey("groups.id"))
    kind: Mapped[str]
    at: Mapped[dt.datetime]
    by: Mapped[UUID | None]  # None: unattended work
    cause: Mapped[str]
    before: Mapped[int]
    after: Mapped[int]
