"""The ledger: entries that can be added and read, and the end of each chain."""

from __future__ import annotations

import datetime as dt
from typing import Any, ClassVar
from uuid import UUID

from sqlalchemy import Index
from sqlalchemy.orm import Mapped, mapped_column

from tenants.database import Model, uuid7
from tenants.ownership import National, Owned


class Written:
    """The columns of an entry."""

    __immutable__: ClassVar = True

    number: Mapped[int]
    at: Mapped[dt.datetime]
    office: Mapped[str]
    person_id: Mapped[UUID | None]  # no key: a person may be forgotten, what was done is not
    act: Mapped[str]
    subject: Mapped[str]
    details: Mapped[dict[str, Any]]
    hash: Mapped[str]


class LedgerEntry(Written, Owned, Model):
    """An act that concerns one municipality."""

    __tablename__ = "ledger_entries"
    __table_args__ = (Index("uq_ledger_entries_number", "municipality_code", "number", unique=True),)


class LedgerHead(Owned, Model):
    """The last entry of a municipality's chain. Locked while the next is written."""

    __tablename__ = "ledger_heads"
    __table_args__ = (Index("uq_ledger_heads_one", "municipality_code", unique=True),)

    number: Mapped[int]
    hash: Mapped[str]


class NationalLedgerEntry(Written, National, Model):
    """An act that concerns DRC's own: volunteers, networks, files in and out."""

    __tablename__ = "national_ledger_entries"
    __table_args__ = (Index("uq_national_ledger_entries_number", "number", unique=True),)

    id: Mapped[UUID] = mapped_column(primary_key=True, default=uuid7)


class NationalLedgerHead(National, Model):
    """The last entry of DRC's chain."""

    __tablename__ = "national_ledger_heads"

    id: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)  # always 1
    number: Mapped[int]
    hash: Mapped[str]
