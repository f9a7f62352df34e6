"""Where a municipality files, and the papers that were sent there."""

from __future__ import annotations

import datetime as dt
from typing import ClassVar
from uuid import UUID

from sqlalchemy import CheckConstraint, ForeignKeyConstraint, Index, text
from sqlalchemy.orm import Mapped

from service.platform.work.leases import Leased
from tenants.database import Model
from tenants.ownership import May, Owned
from tenants.personal import Data, Holds
from tenants.reach import Office


class FilingAddress(Owned, Model):
    """The mail address where a municipality files, and since when: papers issued from then on are sent there."""

    __tablename__ = "filing_addresses"
    __holds__ = Holds(email=Data.CONTACT, set_by=Data.DOER)
    __others_may__: ClassVar = {
        Office.MUNICIPALITY: May(add=True, change=("email", "set_by"), remove=True),
    }
    __table_args__ = (Index("uq_filing_addresses_one", "municipality_code", unique=True),)

    email: Mapped[str]
    since: Mapped[dt.datetime]
    set_by: Mapped[UUID]


class Filing(Owned, Leased, Model):
    """A paper that is sent to where its municipality files, once."""

    __tablename__ = "filings"
    __holds__ = Holds(recipient=Data.CONTACT)
    __most_attempts__ = 12  # as mail to people
    __table_args__ = (
        ForeignKeyConstraint(["municipality_code", "document_id"], ["documents.municipality_code", "documents.id"]),
        Index("uq_filings_once", "municipality_code", "document_id", unique=True),
        Index("ix_filings_due", "due_from", postgresql_where=text("work_state = 'due'")),
        Index("ix_filings_failed", "due_from", postgresql_where=text("work_state = 'failed'")),
        CheckConstraint("(work_state = 'done') = (sent_at IS NOT NULL)", name="done_is_sent"),
    )

    document_id: Mapped[UUID]
    recipient: Mapped[str]  # as the address was when it was owed, or sent
    owed_at: Mapped[dt.datetime]
    sent_at: Mapped[dt.datetime | None]

    @property
    def status(self) -> str:
        """waiting, sent or failed."""
        return {"due": "waiting", "done": "sent", "failed": "failed"}[self.work_state]
