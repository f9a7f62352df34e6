"""What has drifted, how often what is open is used, and the papers about it. DRC's alone."""

from __future__ import annotations

import datetime as dt
from typing import Any
from uuid import UUID

from sqlalchemy import CheckConstraint, Index
from sqlalchemy.orm import Mapped, mapped_column

from service.platform.work.leases import Leased
from tenants.database import Model
from tenants.ownership import National, Owned
from tenants.personal import Data, Holds, nobodys


class CapabilityUse(Owned, Model):
    """How often a municipality's people used what their agreement opens, by day. Who did is kept nowhere."""

    __tablename__ = "capability_uses"
    __holds__ = Holds(**nobodys("capability"))
    __drc_only__ = True
    __table_args__ = (
        Index("uq_capability_uses_day", "municipality_code", "capability", "day", unique=True),
        CheckConstraint("times > 0", name="times"),
    )

    capability: Mapped[str]
    day: Mapped[dt.date]
    times: Mapped[int]


class UseCounting(National, Model):
    """Since when uses are counted. Of the time before, nothing is known."""

    __tablename__ = "use_counting"
    __holds__ = Holds()
    __table_args__ = (CheckConstraint("id = 1", name="one"),)

    id: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    since: Mapped[dt.date]


class DriftFinding(Owned, Model):
    """Something that has drifted, as it was found on the newest day that was looked."""

    __tablename__ = "drift_findings"
    __holds__ = Holds(**nobodys("subject"))
    __drc_only__ = True
    __table_args__ = (
        Index("uq_drift_findings_once", "municipality_code", "kind", "subject", unique=True),
        CheckConstraint("kind IN ('never_ran', 'stopped', 'outside', 'unused', 'behind')", name="kind"),
    )

    kind: Mapped[str]
    subject: Mapped[str]  # an activity type, a capability, or a measure and its type: attendances:language_cafe
    found_on: Mapped[dt.date]  # the first day of those in a row on which it was found


class DriftCheck(Owned, Model):
    """The newest day on which a municipality was looked at."""

    __tablename__ = "drift_checks"
    __holds__ = Holds()
    __drc_only__ = True
    __table_args__ = (Index("uq_drift_checks_once", "municipality_code", unique=True),)

    checked_on: Mapped[dt.date]


class DriftPaper(Owned, Leased, Model):
    """The consultant's paper before a status meeting: the facts as they were when it was asked for, then its bytes."""

    __tablename__ = "drift_papers"
    __holds__ = Holds(Data.PAPER, asked_by=Data.DOER)
    __drc_only__ = True
    __table_args__ = (
        Index("ix_drift_papers_list", "municipality_code", "asked_at", "id"),
        Index("uq_drift_papers_number", "municipality_code", "number", unique=True),
        CheckConstraint("(work_state = 'done') = (content IS NOT NULL)", name="done_has_content"),
        CheckConstraint("num_nonnulls(content, sha256) IN (0, 2)", name="sha256"),
    )

    number: Mapped[str]  # 0580-status-2026-11-24-1: of no series of the municipality's, which it is not to miss
    title: Mapped[str]
    facts: Mapped[dict[str, Any]] = mapped_column(deferred=True)
    issued_on: Mapped[dt.date]
    content: Mapped[bytes | None] = mapped_column(deferred=True)
    sha256: Mapped[str | None]
    asked_by: Mapped[UUID]
    asked_at: Mapped[dt.datetime]
