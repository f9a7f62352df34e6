"""Activities and their sessions. People are counts, never rows."""

from __future__ import annotations

import datetime as dt
from uuid import UUID

from sqlalchemy import CheckConstraint, Date, ForeignKey, ForeignKeyConstraint, Index
from sqlalchemy.dialects.postgresql import ARRAY
from sqlalchemy.orm import Mapped, mapped_column

from tenants.database import Model
from tenants.ownership import Owned


class Activity(Owned, Model):
    """Something that a group runs in a municipality."""

    __tablename__ = "activities"
    __table_args__ = (
        CheckConstraint("ends_on IS NULL OR ends_on >= starts_on", name="term"),
        CheckConstraint("seats BETWEEN 1 AND 5000", name="seats"),
        CheckConstraint("NOT public OR public_id IS NOT NULL", name="public_has_address"),
        Index("ix_activities_list", "municipality_code", "name", "id"),
        Index("ix_activities_group", "group_id"),
        # Not unique, as a unique key without the municipality would tell of a neighbour's row. It is random.
        Index("ix_activities_public", "public_id"),
    )

    activity_type: Mapped[str] = mapped_column(ForeignKey("activity_types.code"))
    group_id: Mapped[UUID | None] = mapped_column(ForeignKey("groups.id"))
    name: Mapped[str]
    place: Mapped[str]
    starts_on: Mapped[dt.date]
    ends_on: Mapped[dt.date | None]
    address: Mapped[str] = mapped_column(default="", server_default="")
    target_group: Mapped[str] = mapped_column(default="", server_default="")
    languages: Mapped[str] = mapped_column(default="", server_default="")
    partners: Mapped[str] = mapped_column(default="", server_default="")
    seats: Mapped[int | None]
    children_under_15: Mapped[bool] = mapped_column(default=False, server_default="false")
    public_id: Mapped[str | None]  # its address outside, given when it first becomes public: printed posters lead there
    public: Mapped[bool] = mapped_column(default=False, server_default="false")
    public_contact: Mapped[bool] = mapped_column(
        default=False, server_default="false"
    )  # the group's, as it publishes it
    changed_at: Mapped[dt.datetime | None]
    ended_at: Mapped[dt.datetime | None]  # when its last day was decided, whatever day that is


class ActivitySchedule(Owned, Model):
    """When an activity meets from a day on, until the next row takes over: what was planned in a month that is over stays as it was."""

    __tablename__ = "activity_schedules"
    __table_args__ = (
        ForeignKeyConstraint(["municipality_code", "activity_id"], ["activities.municipality_code", "activities.id"]),
        Index("uq_activity_schedules_from", "municipality_code", "activity_id", "valid_from", unique=True),
        CheckConstraint("minutes BETWEEN 5 AND 1440", name="minutes"),
        CheckConstraint("length(rule) <= 200", name="rule"),
    )

    activity_id: Mapped[UUID]
    valid_from: Mapped[dt.date]
    rule: Mapped[str]  # RFC 5545 without an end, see `recurrence`; empty: on the extra days alone
    anchor: Mapped[
        dt.date
    ]  # where the counting of weeks or months began: every other week stays the same when the time changes
    starts: Mapped[dt.time | None]  # the clock on the wall in Denmark
    minutes: Mapped[int | None]
    without_holidays: Mapped[bool]
    without_breaks: Mapped[bool]
    extra: Mapped[list[dt.date]] = mapped_column(ARRAY(Date))
    left_out: Mapped[list[dt.date]] = mapped_column(ARRAY(Date))


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
