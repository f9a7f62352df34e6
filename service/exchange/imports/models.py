"""Imports and their rows, exports and their files. All are DRC's own: a file can hold what no municipality may see."""

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


class Import(National, Leased, Model):
    """A file that one of DRC's people sent: the work on it, and what came of it."""

    __tablename__ = "imports"
    __holds__ = Holds(Data.FILE_IN, person_id=Data.DOER)
    __table_args__ = (
        CheckConstraint(
            "state IN ('reading', 'columns', 'checking', 'ready', 'applying', 'applied', 'undoing', 'undone', 'unreadable', 'dropped')",
            name="state",
        ),
        Index("ix_imports_list", "created_at", "id"),
        Index("ix_imports_person", "person_id", "created_at", "id"),
    )

    id: Mapped[UUID] = mapped_column(primary_key=True, default=uuid7)
    kind: Mapped[str]  # groups, volunteers, sessions
    person_id: Mapped[UUID] = mapped_column(ForeignKey("persons.id"))  # within whose reach all of it is done
    file_name: Mapped[str]  # to be shown, never to be trusted; empty once the rows are forgotten
    content: Mapped[bytes | None]  # until it is read, and known what its columns mean
    state: Mapped[str]
    problem: Mapped[str]  # why the file cannot be read, or what stopped the last step
    faults: Mapped[list[Any]]  # why it cannot be undone: [row, reason] each
    headings: Mapped[list[Any]]  # the file's own
    columns: Mapped[list[Any]]  # what each of them means here; empty is nothing, and of that no cell is kept
    total: Mapped[int]  # rows in the file
    progress: Mapped[int]  # rows that the step at work is through with
    leave_out: Mapped[bool]  # whether refused rows are left out
    outcome: Mapped[dict[str, Any]]  # how many rows came to what, kept when the rows are gone
    created_at: Mapped[dt.datetime]
    applied_at: Mapped[dt.datetime | None]
    undone_at: Mapped[dt.datetime | None]


class ImportRow(National, Model):
    """A row of a file, and what would come or came of it."""

    __tablename__ = "import_rows"
    __holds__ = Holds(Data.FILE_IN)
    __table_args__ = (
        CheckConstraint("verdict IN ('', 'new', 'changed', 'same', 'doubtful', 'refused')", name="verdict"),
        CheckConstraint("choice IN ('', 'new', 'change', 'skip')", name="choice"),
        Index("ix_import_rows_verdict", "import_id", "verdict", "number"),
        Index("ix_import_rows_key", "import_id", "key"),
    )

    import_id: Mapped[UUID] = mapped_column(ForeignKey("imports.id"), primary_key=True)
    number: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)  # as the spreadsheet shows it
    cells: Mapped[list[Any]]
    verdict: Mapped[str]
    choice: Mapped[str]  # what a person says of a doubtful one
    key: Mapped[str]  # rows with the same key are about the same thing; empty for a row that cannot be read
    target_id: Mapped[UUID | None]  # what it is about, where that is there already
    given: Mapped[dict[str, Any]]  # what is to be
    before: Mapped[dict[str, Any]]  # what was, when the row was checked
    problems: Mapped[list[Any]]  # [column, reason] each
    result_id: Mapped[UUID | None]  # what was made or changed
    stamp: Mapped[str]  # the hash of what was then; what differs from it was changed since
