"""Mail that is owed. The row is written in the transaction that gives the reason for it."""

from __future__ import annotations

import datetime as dt

from sqlalchemy import Index, text
from sqlalchemy.orm import Mapped, mapped_column

from service.platform.work.leases import Leased
from tenants.database import Model
from tenants.ownership import Owned
from tenants.personal import Data, Holds


class Notice(Owned, Leased, Model):
    """One mail to one person about one thing. `about` and the address together make it unique."""

    __tablename__ = "notices"
    __holds__ = Holds(Data.MAIL)
    __drc_only__ = True
    __most_attempts__ = 12  # of a server that puts us off: with the longer and longer waits between them, three days
    __table_args__ = (
        Index("uq_notices_about", "municipality_code", "about", "recipient", unique=True),
        Index("ix_notices_due", "due_from", postgresql_where=text("work_state = 'due'")),
        Index("ix_notices_failed", "due_from", postgresql_where=text("work_state = 'failed'")),
    )

    about: Mapped[str]  # what gave the reason, for example statement:2026-10:1
    recipient: Mapped[str]
    subject: Mapped[str]
    body: Mapped[str]
    created_at: Mapped[dt.datetime] = mapped_column(server_default=text("now()"))
    sent_at: Mapped[dt.datetime | None]
