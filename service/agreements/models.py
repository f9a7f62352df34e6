"""Agreements and the decisions made on them."""

from __future__ import annotations

import datetime as dt
from typing import Any
from uuid import UUID

from sqlalchemy import CheckConstraint, ForeignKeyConstraint, Index
from sqlalchemy.orm import Mapped, mapped_column

from service.work.leases import Leased
from tenants.database import Model
from tenants.ownership import Owned


class Agreement(Owned, Leased, Model):
    """A partnership agreement. Its facts are frozen when it is offered; the work it waits for is the making of its paper."""

    __tablename__ = "agreements"
    __table_args__ = (
        ForeignKeyConstraint(["municipality_code", "document_id"], ["documents.municipality_code", "documents.id"]),
        CheckConstraint(
            "state IN ('preparing', 'offered', 'accepted', 'concluded', 'declined', 'withdrawn', 'terminated')",
            name="state",
        ),
        CheckConstraint(
            "state = 'preparing' OR state = 'withdrawn' OR document_id IS NOT NULL", name="offered_has_paper"
        ),
        # At most one offer is open at a time: two people who press at once make one.
        Index(
            "uq_agreements_open",
            "municipality_code",
            unique=True,
            postgresql_where="state IN ('preparing', 'offered', 'accepted')",
        ),
        Index("ix_agreements_list", "municipality_code", "created_at", "id"),
    )

    number: Mapped[str]  # the document number of its paper, given when it is offered
    state: Mapped[str]
    stored_scope: Mapped[dict[str, Any]] = mapped_column("scope")
    facts: Mapped[dict[str, Any]]
    starts_on: Mapped[dt.date]
    ends_on: Mapped[dt.date]  # the last day of the term, earlier once terminated
    document_id: Mapped[UUID | None]
    told_state: Mapped[str | None]  # the state that people were last told of by mail
    created_by: Mapped[UUID]
    created_at: Mapped[dt.datetime]


class Decision(Owned, Model):
    """An act by a named person on an agreement: who, in what role, when, on exactly which bytes, and in what words."""

    __tablename__ = "decisions"
    __immutable__ = True
    __table_args__ = (
        ForeignKeyConstraint(["municipality_code", "agreement_id"], ["agreements.municipality_code", "agreements.id"]),
        Index("uq_decisions_act", "municipality_code", "agreement_id", "party", "act", unique=True),
        CheckConstraint("party IN ('municipality', 'drc')", name="party"),
        CheckConstraint("act IN ('offered', 'approved', 'declined', 'withdrawn', 'terminated')", name="act"),
    )

    agreement_id: Mapped[UUID]
    party: Mapped[str]
    act: Mapped[str]
    person_id: Mapped[UUID]
    person_name: Mapped[str]  # as they were called then
    person_title: Mapped[str]
    words: Mapped[str]  # the consent text, or the reason given
    sha256: Mapped[str]  # of the paper as it was shown; empty where no paper was
    at: Mapped[dt.datetime]
