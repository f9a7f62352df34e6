"""Invitations, and other addresses that accounts are to have. Who writes them, and who may do what, stands in `writers.py` and
`address_writers.py`.
"""

from __future__ import annotations

import datetime as dt
from typing import ClassVar
from uuid import UUID

from sqlalchemy import CheckConstraint, ForeignKey, Index, text
from sqlalchemy.orm import Mapped, mapped_column

from service.platform.accounts.models import ROLE_AND_PLACE
from service.platform.work.leases import Leased
from tenants.database import Model, uuid7
from tenants.ownership import Personal
from tenants.personal import Data, Holds


class Invitation(Personal, Leased, Model):
    """A link that was, or is to be, mailed to a person: to take up a role, or to choose a new password. It opens once.

    The link's own secret is not kept, only its hash; it is worked out anew when the mail is sent (`rules.secret_of`). Whose
    address nobody here has is asked for a new password as anybody else, so that nothing tells them apart: that row is of no person.
    """

    __tablename__ = "invitations"
    __holds__ = Holds(Data.INVITATION, token_hash=Data.SECRET, reason=Data.FREE_TEXT, made_by=Data.DOER)
    __own_to_change__: ClassVar = False
    __most_attempts__ = 12  # as a notice
    __table_args__ = (
        CheckConstraint("purpose IN ('role', 'password')", name="purpose"),
        CheckConstraint(f"CASE purpose WHEN 'role' THEN {ROLE_AND_PLACE} ELSE role IS NULL END", name="role"),
        CheckConstraint("made_as IN ('clock', 'drc', 'municipality', 'door')", name="made_as"),
        Index("uq_invitations_token", "token_hash", unique=True),
        Index("ix_invitations_person_id", "person_id"),
        Index("ix_invitations_municipality", "municipality_code", "made_at"),
        Index("ix_invitations_due", "due_from", postgresql_where=text("work_state = 'due'")),
    )

    id: Mapped[UUID] = mapped_column(primary_key=True, default=uuid7)
    purpose: Mapped[str]
    person_id: Mapped[UUID | None] = mapped_column(ForeignKey("persons.id"))
    name: Mapped[str] = mapped_column(server_default="")  # as whoever invites has written it
    role: Mapped[str | None]
    municipality_code: Mapped[str | None] = mapped_column(ForeignKey("municipalities.code"))
    territory: Mapped[str | None]
    reason: Mapped[str] = mapped_column(server_default="")
    token_hash: Mapped[bytes | None]  # written by unattended work alone: whoever could choose it would hold the link
    made_as: Mapped[str]  # the office that made it, and by whom: what they may not give any more is not taken up either
    made_by: Mapped[UUID | None]
    made_at: Mapped[dt.datetime]
    expires_at: Mapped[dt.datetime]
    used_at: Mapped[dt.datetime | None]
    withdrawn_at: Mapped[dt.datetime | None]


class AddressChange(Personal, Leased, Model):
    """An address that an account is to have, once the link that is mailed there is opened. As with an invitation its secret is not kept."""

    __tablename__ = "address_changes"
    __holds__ = Holds(Data.INVITATION, token_hash=Data.SECRET, asked_by=Data.DOER)
    __own_to_change__: ClassVar = False
    __most_attempts__ = 12  # as a notice
    __table_args__ = (
        CheckConstraint("email = lower(email)", name="email_lower"),
        Index("uq_address_changes_token", "token_hash", unique=True),
        Index("ix_address_changes_person_id", "person_id"),
        Index("ix_address_changes_due", "due_from", postgresql_where=text("work_state = 'due'")),
    )

    id: Mapped[UUID] = mapped_column(primary_key=True, default=uuid7)
    person_id: Mapped[UUID] = mapped_column(ForeignKey("persons.id"))
    email: Mapped[str]
    token_hash: Mapped[bytes | None]
    asked_by: Mapped[UUID | None]
    made_at: Mapped[dt.datetime]
    expires_at: Mapped[dt.datetime]
    used_at: Mapped[dt.datetime | None]
    withdrawn_at: Mapped[dt.datetime | None]
