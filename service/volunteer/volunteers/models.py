"""Volunteers. Every table here is DRC's own: no municipality's people can read a row of them, whatever is shared.

Each row beside a person has an id of its own, so that two persons can be merged, and parted again, without a row losing itself.
"""

from __future__ import annotations

import datetime as dt
from uuid import UUID

from sqlalchemy import CheckConstraint, ForeignKey, Index, Text, text
from sqlalchemy.dialects.postgresql import ARRAY
from sqlalchemy.orm import Mapped, mapped_column

from tenants.database import Model, uuid7
from tenants.ownership import National
from tenants.personal import Data, Holds

C_TEXT = Text(collation="C")


class Volunteer(National, Model):
    """A person who helps, has helped or would like to."""

    __tablename__ = "volunteers"
    __holds__ = Holds(Data.VOLUNTEER, verified_until=Data.CERTIFICATE)
    __table_args__ = (
        CheckConstraint("status IN ('interested', 'introduced', 'active', 'resting', 'left')", name="status"),
        CheckConstraint("ended_on IS NULL OR ended_on >= started_on", name="term"),
        CheckConstraint(
            "erased_on IS NULL OR status = 'left' AND name || sort_key || name_key || email || phone || phone_digits = ''",
            name="erased",
        ),
        Index("ix_volunteers_list", "sort_key", "id"),
        Index("ix_volunteers_status", "status", "sort_key", "id"),
        Index("ix_volunteers_home", "home_code"),
        Index("ix_volunteers_name_key", "name_key"),
        Index("ix_volunteers_email", "email", postgresql_where=text("email <> ''")),
        Index("ix_volunteers_phone_digits", "phone_digits", postgresql_where=text("phone_digits <> ''")),
        Index("ix_volunteers_heard", "heard_on", postgresql_where=text("status <> 'left'")),
    )

    id: Mapped[UUID] = mapped_column(primary_key=True, default=uuid7)
    name: Mapped[str]
    sort_key: Mapped[str] = mapped_column(C_TEXT)
    name_key: Mapped[str] = mapped_column(C_TEXT)  # the folded words, sorted: what two spellings of a name share
    email: Mapped[str] = mapped_column(C_TEXT)  # small letters; empty where there is none
    phone: Mapped[str]
    phone_digits: Mapped[str] = mapped_column(C_TEXT)
    languages: Mapped[list[str]] = mapped_column(ARRAY(Text))
    home_code: Mapped[str | None] = mapped_column(
        ForeignKey("municipalities.code")
    )  # where one lives or would like to help
    status: Mapped[str]
    started_on: Mapped[dt.date]
    ended_on: Mapped[dt.date | None]
    agreement_on: Mapped[dt.date | None]  # when the agreement between volunteer and DRC was signed
    introduced_on: Mapped[dt.date | None]
    verified_until: Mapped[dt.date | None]  # the last day of the newest verification of a child certificate
    heard_on: Mapped[dt.date]  # when something was last recorded or confirmed
    erased_on: Mapped[dt.date | None]  # when the person was forgotten: the row stays for the figures, and is nobody's


class VolunteerWord(National, Model):
    """A folded word of a volunteer's name or address of mail, to find the person by."""

    __tablename__ = "volunteer_words"
    __holds__ = Holds(Data.VOLUNTEER)
    __table_args__ = (
        Index("ix_volunteer_words_word", "word", "volunteer_id"),
        Index("ix_volunteer_words_volunteer", "volunteer_id"),
    )

    id: Mapped[UUID] = mapped_column(primary_key=True, default=uuid7)
    volunteer_id: Mapped[UUID] = mapped_column(ForeignKey("volunteers.id"))
    word: Mapped[str] = mapped_column(C_TEXT)


class VolunteerRole(National, Model):
    """What a volunteer is in a group, from a day until (not including) another."""

    __tablename__ = "volunteer_roles"
    __holds__ = Holds(Data.VOLUNTEER)
    __table_args__ = (
        CheckConstraint("role IN ('member', 'contact', 'leader', 'treasurer')", name="role"),
        CheckConstraint("children IN ('as_group', 'yes', 'no')", name="children"),
        CheckConstraint("valid_to IS NULL OR valid_to >= valid_from", name="term"),
        Index("ix_volunteer_roles_volunteer", "volunteer_id"),
        Index("ix_volunteer_roles_group", "group_id", "role"),
        # One has a role in a group once at a time.
        Index(
            "uq_volunteer_roles_open",
            "volunteer_id",
            "group_id",
            "role",
            unique=True,
            postgresql_where=text("valid_to IS NULL"),
        ),
    )

    id: Mapped[UUID] = mapped_column(primary_key=True, default=uuid7)
    volunteer_id: Mapped[UUID] = mapped_column(ForeignKey("volunteers.id"))
    group_id: Mapped[UUID] = mapped_column(ForeignKey("groups.id"))
    role: Mapped[str]
    children: Mapped[str]  # whether the role meets children under 15: yes, no, or as the group does
    valid_from: Mapped[dt.date]
    valid_to: Mapped[dt.date | None]


class VolunteerStatusChange(National, Model):
    """A step in the life of a volunteer."""

    __tablename__ = "volunteer_status_changes"
    __holds__ = Holds(Data.VOLUNTEER)
    __table_args__ = (Index("uq_volunteer_status_changes_day", "volunteer_id", "valid_from", unique=True),)

    id: Mapped[UUID] = mapped_column(primary_key=True, default=uuid7)
    volunteer_id: Mapped[UUID] = mapped_column(ForeignKey("volunteers.id"))
    valid_from: Mapped[dt.date]
    status: Mapped[str]
    recorded_at: Mapped[dt.datetime]


class VolunteerConsent(National, Model):
    """A consent to one purpose, and when it was withdrawn."""

    __tablename__ = "volunteer_consents"
    __holds__ = Holds(Data.VOLUNTEER_CONSENT)
    __table_args__ = (
        CheckConstraint("purpose IN ('news', 'photos', 'public_contact')", name="purpose"),
        CheckConstraint("withdrawn_on IS NULL OR withdrawn_on >= given_on", name="term"),
        Index("ix_volunteer_consents_volunteer", "volunteer_id"),
    )

    id: Mapped[UUID] = mapped_column(primary_key=True, default=uuid7)
    volunteer_id: Mapped[UUID] = mapped_column(ForeignKey("volunteers.id"))
    purpose: Mapped[str]
    given_on: Mapped[dt.date]
    withdrawn_on: Mapped[dt.date | None]


class VolunteerCourse(National, Model):
    """A course that a volunteer has taken."""

    __tablename__ = "volunteer_courses"
    __holds__ = Holds(Data.VOLUNTEER)
    __table_args__ = (Index("ix_volunteer_courses_volunteer", "volunteer_id"),)

    id: Mapped[UUID] = mapped_column(primary_key=True, default=uuid7)
    volunteer_id: Mapped[UUID] = mapped_column(ForeignKey("volunteers.id"))
    name: Mapped[str]
    taken_on: Mapped[dt.date]
