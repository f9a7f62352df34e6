"""Declarations: the row is the question, then the group's answer, then the work of making its paper."""

from __future__ import annotations

import datetime as dt
from typing import Any, ClassVar
from uuid import UUID

from sqlalchemy import CheckConstraint, ForeignKey, ForeignKeyConstraint, Index
from sqlalchemy.orm import Mapped, mapped_column

from service.platform.work.leases import Leased
from tenants.database import Model
from tenants.ownership import May, Owned
from tenants.personal import Data, Holds
from tenants.reach import Office


class Declaration(Owned, Leased, Model):
    """What one group declares to one municipality about one year.

    The municipality's people can read the row, so that it holds no more than they may know: `states` is what is left of the
    numbers when small ones have been kept back (`rules.stated`). Its paper is due once the group's contact has confirmed.
    """

    __tablename__ = "declarations"
    __holds__ = Holds(ask_id=Data.NOBODY, group_name=Data.FREE_TEXT, states=Data.NOBODY)
    __others_may__: ClassVar = {Office.LINK: May(change=("confirmed_at", "due_from"))}
    __table_args__ = (
        Index("uq_declarations_once", "municipality_code", "group_id", "year", unique=True),
        Index("ix_declarations_asked", "ask_id"),
        ForeignKeyConstraint(["municipality_code", "document_id"], ["documents.municipality_code", "documents.id"]),
        CheckConstraint("(work_state = 'done') = (document_id IS NOT NULL)", name="done_has_paper"),
        CheckConstraint("document_id IS NULL OR confirmed_at IS NOT NULL", name="confirmed_before_paper"),
    )

    group_id: Mapped[UUID] = mapped_column(ForeignKey("groups.id"))
    year: Mapped[int]
    ask_id: Mapped[UUID]  # the same in every municipality that the group serves: one link answers them all
    group_name: Mapped[str]
    states: Mapped[dict[str, Any]]
    asked_at: Mapped[dt.datetime]
    confirmed_at: Mapped[dt.datetime | None]
    document_id: Mapped[UUID | None]
