"""Activities and their sessions. People are counts, never rows."""

from __future__ import annotations

import datetime as dt
from uuid import UUID

from sqlalchemy import CheckConstraint, ForeignKey, ForeignKeyConstraint, Index
from sqlalchemy.orm import Mapped, mapped_column

from tenants.database import Model
from tenants.ownership import Owned


class Activity(Owned, Model):
    """Something that a group runs in a municipality."""

    __tablename__ = "activities"
    __table_args__ = (
        CheckConstraint("ends_on IS NULL OR ends_on >= starts_on", name="term"),
        Index("ix_activities_list", "municipality_code", "name", "id"),
    )

    activity_type: Mapped[str] = mapped_column(ForeignKey("activity_types.code"))
    group_id: Mapped[UUID | None] = mapped_column(ForeignKey("groups.id"))
    name: Mapped[str]
    place: Mapped[str]
    starts_on: Mapped[dt.date]
    ends_on: Mapped[dt.date | None]


class ActivitySession(Owned, Model):
    """One time an activity was held, or cancelled."""

    __tablename__ = "sessions"
    __table_args__ = (
        ForeignKeyConstraint(["municipality_code", "activity_id"], ["activities.municipality_code", "activities.id"]),
        Index("uq_sessions_day", "municipality_code", "activity_id", "held_on", unique=True),
        Index("ix_sessions_month", "municipality_code", "held_on", "id"),
        CheckConstraint(
            "volunteers BETWEEN 0 AND 500 AND volunteer_minutes BETWEEN 0 AND 300000 AND adults BETWEEN 0 AND 5000"
            " AND children BETWEEN 0 AND 5000",
            name="counts",
        ),
        CheckConstraint(
            "NOT cancelled OR volunteers + volunteer_minutes + adults + children = 0", name="cancelled_counts_nothing"
        ),
    )

    activity_id: Mapped[UUID]
    held_on: Mapped[dt.date]
    cancelled: Mapped[bool]
    volunteers: Mapped[int]
    volunteer_minutes: Mapped[int]  # the volunteers' time together
    adults: Mapped[int]  # participants aged 15 and over
    children: Mapped[int]
    recorded_at: Mapped[dt.datetime]
