"""The systems of a municipality that are told of its papers, and what they were told."""

from __future__ import annotations

import datetime as dt
from typing import ClassVar
from uuid import UUID

from sqlalchemy import CheckConstraint, ForeignKeyConstraint, Index, text
from sqlalchemy.orm import Mapped

from service.platform.work.leases import Leased
from tenants.database import Model
from tenants.ownership import May, Owned
from tenants.personal import Data, Holds, nobodys
from tenants.reach import Office


class Webhook(Owned, Model):
    """An address of a municipality's system, and since when it is told of papers: of those issued from then on.

    The secret that its messages are signed with must be known to sign, so it lies here encrypted, for this row alone.
    """

    __tablename__ = "webhooks"
    __holds__ = Holds(**nobodys("url"), secret=Data.SECRET, made_by=Data.DOER)
    __others_may__: ClassVar = {Office.MUNICIPALITY: May(add=True, change=("ended_at",))}
    __table_args__ = (Index("ix_webhooks_open", "municipality_code", postgresql_where=text("ended_at IS NULL")),)

    url: Mapped[str]
    secret: Mapped[bytes]
    made_by: Mapped[UUID]
    made_at: Mapped[dt.datetime]
    ended_at: Mapped[dt.datetime | None]


class WebhookMessage(Owned, Leased, Model):
    """What a system is told of a paper, once."""

    __tablename__ = "webhook_messages"
    __holds__ = Holds()
    __most_attempts__ = 12  # as mail: some three days
    __table_args__ = (
        ForeignKeyConstraint(["municipality_code", "webhook_id"], ["webhooks.municipality_code", "webhooks.id"]),
        ForeignKeyConstraint(["municipality_code", "document_id"], ["documents.municipality_code", "documents.id"]),
        Index("uq_webhook_messages_once", "municipality_code", "webhook_id", "document_id", unique=True),
        Index("ix_webhook_messages_due", "due_from", postgresql_where=text("work_state = 'due'")),
        Index("ix_webhook_messages_failed", "due_from", postgresql_where=text("work_state = 'failed'")),
        CheckConstraint("(work_state = 'done') = (sent_at IS NOT NULL)", name="done_is_sent"),
    )

    webhook_id: Mapped[UUID]
    document_id: Mapped[UUID]
    owed_at: Mapped[dt.datetime]
    sent_at: Mapped[dt.datetime | None]

    @property
    def status(self) -> str:
        """waiting, sent or failed."""
        return {"due": "waiting", "done": "sent", "failed": "failed"}[self.work_state]
