"""Second steps, and what was done about them. Who writes them stands in `writers.py`.

Nobody reads a second step but by a function that tells the one person in the pass their own. What an app makes its codes of is
encrypted besides, as it lies in every backup and opens as much as a password.
"""

from __future__ import annotations

import datetime as dt
from typing import ClassVar
from uuid import UUID

from sqlalchemy import BigInteger, CheckConstraint, ForeignKey, Index, text
from sqlalchemy.orm import Mapped, mapped_column

from service.platform.work.leases import Leased
from tenants.database import Model, uuid7
from tenants.ownership import Personal
from tenants.personal import Data, Holds

PARTS = (
    "CASE kind WHEN 'passkey' THEN credential_id IS NOT NULL AND public_key IS NOT NULL AND secret IS NULL"
    " WHEN 'totp' THEN credential_id IS NULL AND public_key IS NULL AND secret IS NOT NULL ELSE false END"
)


class Factor(Personal, Model):
    """A passkey, or an app that makes codes. It stands on a password, or on what a municipality's provider says."""

    __tablename__ = "factors"
    __holds__ = Holds(Data.SIGN_IN, public_key=Data.SECRET, secret=Data.SECRET)
    __sealed__: ClassVar = True
    __table_args__ = (
        CheckConstraint(PARTS, name="parts"),
        Index("ix_factors_person_id", "person_id"),
        Index("uq_factors_credential_id", "credential_id", unique=True),
    )

    id: Mapped[UUID] = mapped_column(primary_key=True, default=uuid7)
    person_id: Mapped[UUID] = mapped_column(ForeignKey("persons.id"))
    kind: Mapped[str]
    name: Mapped[str]
    made_at: Mapped[dt.datetime]
    used_at: Mapped[dt.datetime | None]
    credential_id: Mapped[bytes | None]
    public_key: Mapped[bytes | None]
    secret: Mapped[bytes | None]  # encrypted, for this person alone
    counter: Mapped[int] = mapped_column(
        BigInteger
    )  # how often a passkey says that it was used, or the last half minute whose code was taken


class RecoveryCode(Personal, Model):
    """A code for whoever has lost all else. Only its hash is kept."""

    __tablename__ = "recovery_codes"
    __holds__ = Holds(Data.SECRET)
    __sealed__: ClassVar = True

    person_id: Mapped[UUID] = mapped_column(ForeignKey("persons.id"), primary_key=True)
    hash: Mapped[bytes] = mapped_column(primary_key=True)
    used_at: Mapped[dt.datetime | None]


class FactorEvent(Personal, Leased, Model):
    """What was done about somebody's second step: kept, and the mail to that person that is owed for it."""

    __tablename__ = "factor_events"
    __holds__ = Holds(Data.SIGN_IN, reason=Data.FREE_TEXT, made_by=Data.DOER)
    __own_to_change__: ClassVar = False
    __most_attempts__ = 12  # as a notice
    __table_args__ = (
        CheckConstraint("act IN ('added', 'removed', 'taken', 'codes', 'recovered')", name="act"),
        CheckConstraint("kind IN ('passkey', 'totp')", name="kind"),
        Index("ix_factor_events_person_id", "person_id"),
        Index("ix_factor_events_due", "due_from", postgresql_where=text("work_state = 'due'")),
    )

    id: Mapped[UUID] = mapped_column(primary_key=True, default=uuid7)
    person_id: Mapped[UUID] = mapped_column(ForeignKey("persons.id"))
    act: Mapped[str]
    kind: Mapped[str | None]
    reason: Mapped[str] = mapped_column(server_default="")  # why somebody else took it away
    made_by: Mapped[UUID | None]
    made_at: Mapped[dt.datetime]
