"""Statements: the row is what is held for a look, then the work that is owed, and then the statement itself, an edition of it."""

from __future__ import annotations

import datetime as dt
from uuid import UUID

from sqlalchemy import CheckConstraint, ForeignKeyConstraint, Index, text
from sqlalchemy.orm import Mapped, mapped_column

from service.platform.work.leases import DUE, Leased
from service.reporting.statements.closing import Wait
from tenants.database import Model, now
from tenants.ownership import Owned
from tenants.personal import Data, Holds, nobodys


class Statement(Owned, Leased, Model):
    """The statement of one municipality for one month, in one revision. Three keys that exist once make a second run harmless."""

    __tablename__ = "statements"
    __holds__ = Holds(reason=Data.FREE_TEXT, released_by=Data.DOER, **nobodys("wait_reason"))
    __table_args__ = (
        Index("uq_statements_once", "municipality_code", "month", "revision", unique=True),
        Index("ix_statements_month", "month", "municipality_code"),
        ForeignKeyConstraint(["municipality_code", "document_id"], ["documents.municipality_code", "documents.id"]),
        ForeignKeyConstraint(["municipality_code", "story_from"], ["checkins.municipality_code", "checkins.id"]),
        CheckConstraint("extract(day FROM month) = 1", name="month"),
        CheckConstraint("(work_state = 'done') = (document_id IS NOT NULL)", name="done_has_paper"),
        CheckConstraint(f"wait_reason IN ({', '.join(repr(each.value) for each in Wait)})", name="wait_reason"),
    )

    month: Mapped[dt.date]
    revision: Mapped[int]
    document_id: Mapped[UUID | None]
    asked_at: Mapped[dt.datetime]
    # The moment until which it is held: by itself then, unless somebody releases it before. Null where the version before this asked
    # for it, which holds nothing.
    released_at: Mapped[dt.datetime | None]
    released_by: Mapped[UUID | None]  # DRC's person who released it; null where the clock did
    wait_reason: Mapped[str | None]  # why somebody has put that moment off
    issued_at: Mapped[dt.datetime | None]
    reason: Mapped[str] = mapped_column(
        default="", server_default=""
    )  # why there is a new edition, as DRC says; printed
    picture: Mapped[int] = mapped_column(
        default=0, server_default=text("0")
    )  # how often its month had been told again by then
    weighed: Mapped[int] = mapped_column(
        default=0, server_default=text("0")
    )  # the same when late entries were last weighed
    outdated_since: Mapped[dt.datetime | None]  # since when they are so large that the rule asks for a new edition

    # The one story that a consultant has let stand on it: of which check-in, and since when its group lets that very text be printed.
    story_from: Mapped[UUID | None]
    story_of: Mapped[dt.datetime | None]

    @property
    def held(self) -> bool:
        """Whether it is made and not released."""
        return self.work_state == DUE and self.released_at is not None and self.released_at > now()

    @property
    def status(self) -> str:
        """held, waiting, issued or failed."""
        return "held" if self.held else {"due": "waiting", "done": "issued", "failed": "failed"}[self.work_state]
