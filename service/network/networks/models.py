"""Networks and their groups.

What a municipality sees of a group is spread over tables by what a share can show (`service.network.shares`), so that PostgreSQL holds
each part back by itself: `groups` and what stands beside them by its presence, `group_contacts` by the contact, `group_places`
by the activities.
"""

from __future__ import annotations

import datetime as dt
from uuid import UUID

from sqlalchemy import CheckConstraint, ForeignKey, Index, Text
from sqlalchemy.dialects.postgresql import ARRAY
from sqlalchemy.orm import Mapped, mapped_column

from service.network.shares.rules import Aspect
from tenants.database import Model
from tenants.ownership import National, OfNetwork, Shared
from tenants.personal import Data, Holds, nobodys

C_TEXT = Text(collation="C")


def _in_sight(aspect: Aspect) -> str:
    return f"SELECT app.groups_in_sight('{aspect}')"


class Group(Shared, Model):
    """A volunteer group by its public face: what anyone who sees that it is there may know."""

    __tablename__ = "groups"
    __holds__ = Holds(name=Data.FREE_TEXT, sort_key=Data.FREE_TEXT, cvr=Data.NOBODY, themes=Data.NOBODY)
    __shared_by__ = _in_sight(Aspect.PRESENCE)
    __table_args__ = (
        CheckConstraint("kind IN ('association', 'loose')", name="kind"),
        CheckConstraint("status IN ('forming', 'active', 'resting', 'closed')", name="status"),
        CheckConstraint("cvr ~ '^([0-9]{8})?$'", name="cvr"),
        Index("ix_groups_list", "sort_key", "id"),
    )

    name: Mapped[str]
    sort_key: Mapped[str] = mapped_column(C_TEXT)
    kind: Mapped[str]  # a registered association, or people who simply meet
    cvr: Mapped[str]  # empty where it has none
    themes: Mapped[list[str]] = mapped_column(ARRAY(Text))  # codes of activity types, in the catalogue's order
    meets_children: Mapped[bool]  # whether it meets children under 15 in what does so only at some groups
    status: Mapped[str]


class GroupWord(Shared, Model):
    """A folded word of a group's name, to find it by."""

    __tablename__ = "group_words"
    __holds__ = Holds(word=Data.FREE_TEXT)
    __shared_by__ = _in_sight(Aspect.PRESENCE)
    __shared_column__ = "group_id"
    __table_args__ = (Index("ix_group_words_word", "word", "group_id"), Index("ix_group_words_group", "group_id"))

    group_id: Mapped[UUID] = mapped_column(ForeignKey("groups.id"))
    word: Mapped[str] = mapped_column(C_TEXT)


class GroupContact(Shared, Model):
    """The public contact of a group: each part only as the group has agreed to publish it."""

    __tablename__ = "group_contacts"
    __holds__ = Holds(Data.GROUP_CONTACT)
    __shared_by__ = _in_sight(Aspect.CONTACT)
    __shared_column__ = "group_id"
    __table_args__ = (Index("uq_group_contacts_group", "group_id", unique=True),)

    group_id: Mapped[UUID] = mapped_column(ForeignKey("groups.id"))
    name: Mapped[str]
    phone: Mapped[str]
    email: Mapped[str]


class GroupStatusChange(National, Model):
    """A step in the life of a group."""

    __tablename__ = "group_status_changes"
    __holds__ = Holds(**nobodys("status"))

    group_id: Mapped[UUID] = mapped_column(ForeignKey("groups.id"), primary_key=True)
    valid_from: Mapped[dt.date] = mapped_column(primary_key=True)
    status: Mapped[str]
    recorded_at: Mapped[dt.datetime]


class GroupArea(OfNetwork, Model):
    """That a group serves a municipality, all of it or a named part. One of a group's areas is its home."""

    __tablename__ = "group_areas"
    __holds__ = Holds(part=Data.FREE_TEXT)
    __shared_by__ = _in_sight(Aspect.PRESENCE)
    __table_args__ = (
        Index("uq_group_areas_one", "municipality_code", "group_id", unique=True),
        Index("ix_group_areas_group", "group_id"),
    )

    group_id: Mapped[UUID] = mapped_column(ForeignKey("groups.id"))
    part: Mapped[str]  # the old municipality of Tinglev; empty is all of it
    home: Mapped[bool]


class GroupPlace(OfNetwork, Model):
    """Where a group meets in a municipality."""

    __tablename__ = "group_places"
    __holds__ = Holds(name=Data.FREE_TEXT, address=Data.FREE_TEXT)
    __shared_by__ = _in_sight(Aspect.ACTIVITIES)
    __table_args__ = (Index("ix_group_places_group", "group_id", "municipality_code"),)

    group_id: Mapped[UUID] = mapped_column(ForeignKey("groups.id"))
    name: Mapped[str]
    address: Mapped[str]


class Network(Shared, Model):
    """A network of groups: of a region or about a theme."""

    __tablename__ = "networks"
    __holds__ = Holds(name=Data.FREE_TEXT, sort_key=Data.FREE_TEXT, about=Data.FREE_TEXT)
    __shared_by__ = "SELECT app.networks_in_sight()"
    __table_args__ = (
        CheckConstraint("kind IN ('regional', 'theme')", name="kind"),
        Index("ix_networks_list", "sort_key", "id"),
    )

    name: Mapped[str]
    sort_key: Mapped[str] = mapped_column(C_TEXT)
    kind: Mapped[str]
    about: Mapped[str]


class NetworkMember(National, Model):
    """A group's time in a network, from a day until (not including) another."""

    __tablename__ = "network_members"
    __holds__ = Holds()
    __table_args__ = (
        CheckConstraint("valid_to IS NULL OR valid_to >= valid_from", name="term"),
        Index("ix_network_members_group", "group_id"),
    )

    network_id: Mapped[UUID] = mapped_column(ForeignKey("networks.id"), primary_key=True)
    group_id: Mapped[UUID] = mapped_column(ForeignKey("groups.id"), primary_key=True)
    valid_from: Mapped[dt.date] = mapped_column(primary_key=True)
    valid_to: Mapped[dt.date | None]
