"""Reads for the pages of editions, within the reach."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import func

from service.activity.activities import late, totals
from service.activity.activities.disclosure import MonthFigures
from service.activity.activities.models import LateEntry
from service.activity.activities.rules import MonthTotals
from service.platform.web.errors import NotFound
from service.platform.work import leases
from service.reporting.statements import queries
from service.reporting.statements.models import Statement
from tenants.database import db

MAX_LISTED = 200


@dataclass(frozen=True, slots=True)
class Edition:
    """An edition of a statement: its row, its paper's number, and what it says that has changed; nothing of a first one."""

    row: Statement
    number: str
    told: dict[str, Any] | None


def editions(code: str, month: dt.date) -> list[Edition]:
    """The editions of a month's statement that are issued, the newest first. Raises NotFound where none is."""
    found = []
    for row in queries.editions(code, month):
        if row.work_state == leases.DONE:
            document = queries.document_of(row)
            found.append(Edition(row, document.number, document.facts.get("edition")))
    if not found:
        raise NotFound
    return found


@dataclass(frozen=True, slots=True)
class LateMonth:
    """What came late to a month, for DRC: the entries, how many there are, and its sums as issued, as told now and as they are."""

    entries: Sequence[LateEntry]
    count: int
    issued: MonthFigures
    told: MonthFigures
    truth: Sequence[MonthTotals]
    outdated: bool
    waits: bool  # a new edition is being made
    failed: bool  # or could not be

    def really(self, name: str) -> int:
        """A sum over what is recorded by now."""
        return sum(getattr(row, name) for row in self.truth)


def late_entries(code: str, month: dt.date) -> LateMonth:
    """What came late to a month, the newest first."""
    rows, query = queries.editions(code, month), late.entries(code, month)
    issued = next(row for row in rows if row.work_state == leases.DONE)
    (as_issued,) = totals.figures(code, [month], told={month: issued.picture})
    (as_told,) = totals.figures(code, [month])
    return LateMonth(
        db.session.scalars(query.order_by(LateEntry.id.desc()).limit(MAX_LISTED)).all(),
        db.session.scalar(query.with_only_columns(func.count())) or 0,
        as_issued,
        as_told,
        totals.counted(code, [month]),
        issued.outdated_since is not None,
        rows[0].work_state == leases.DUE,
        rows[0].work_state == leases.FAILED,
    )
