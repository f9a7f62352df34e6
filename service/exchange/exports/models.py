"""Exports and their files. All are DRC's own: a file can hold what no municipality may see."""

from __future__ import annotations

import datetime as dt
from typing import Any
from uuid import UUID

from sqlalchemy import CheckConstraint, ForeignKey, Index
from sqlalchemy.orm import Mapped, mapped_column

from service.platform.work.leases import Leased
from tenants.database import Model, uuid7
from tenants.ownership import National
from tenants.personal import Data, Holds


class Export(National, Leased, Model):
    """A file that one of DRC's people asked for. It is there for a day after it was made; then all of this is forgotten."""

    __tablename__ = "exports"
    __holds__ = Holds(Data.FILE_OUT)
    __table_args__ = (
        CheckConstraint("(made_at IS NULL) = (size IS NULL)", name="made"),
        Index("ix_exports_person", "person_id", "created_at", "id"),
    )

    id: Mapped[UUID] = mapped_column(primary_key=True, default=uuid7)
    kind: Mapped[str]  # groups, volunteers, sessions
    person_id: Mapped[UUID] = mapped_column(
        ForeignKey("persons.id")
    )  # within whose reach it is made, and who alone may fetch it
    file_format: Mapped[str]
    limits: Mapped[dict[str, Any]]  # what it is narrowed down to, as it was asked
    total: Mapped[int]  # how many rows there were to write when it began
    progress: Mapped[int]  # how many are written
    size: Mapped[int | None]  # bytes of the whole file
    created_at: Mapped[dt.datetime]
    made_at: Mapped[dt.datetime | None]


class ExportPiece(National, Model):
    """A piece of a file that was made. In the database, so that every host that serves pages has it."""

    __tablename__ = "export_pieces"
    __holds__ = Holds(Data.FILE_OUT)

    export_id: Mapped[UUID] = mapped_column(ForeignKey("exports.id"), primary_key=True)
    number: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    data: Mapped[bytes]
