"""The backups that were made: for a monitor, that must be told when the newest is too old."""

from __future__ import annotations

import datetime as dt
from uuid import UUID

from sqlalchemy import BigInteger, CheckConstraint
from sqlalchemy.orm import Mapped, mapped_column

from tenants.database import Model, uuid7
from tenants.ownership import National
from tenants.personal import Holds, nobodys


class Backup(National, Model):
    """A backup. Where it lies, and whether it lies there still, is not known here."""

    __tablename__ = "backups"
    __holds__ = Holds(**nobodys("name", "sha256"))
    __immutable__ = True
    __table_args__ = (CheckConstraint("made_at BETWEEN '1900-01-01' AND '2199-12-31'", name="days_readable"),)

    id: Mapped[UUID] = mapped_column(primary_key=True, default=uuid7)
    made_at: Mapped[dt.datetime]  # the moment that it holds
    name: Mapped[str]
    size: Mapped[int] = mapped_column(BigInteger)
    sha256: Mapped[str]
    encrypted: Mapped[bool]
