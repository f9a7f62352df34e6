"""Reads of papers as they are filed, within the reach."""

from __future__ import annotations

import datetime as dt
from collections.abc import Collection, Sequence
from typing import Any
from uuid import UUID

from sqlalchemy import Select, func, select

from service.exchange.filing.models import Filing, FilingAddress
from service.exchange.filing.rules import FILED
from service.platform.documents.models import Document
from service.platform.web.finding import find
from service.platform.work import leases
from tenants.database import db, held, now

LOOKED_BACK = dt.timedelta(days=31)  # for papers that are owed: longer than unattended work has ever stood still


def address(code: str, *, lock: bool = False) -> FilingAddress | None:
    """Where a municipality files, or None."""
    query = select(FilingAddress).where(FilingAddress.municipality_code == code)
    return db.session.scalar(held(query) if lock else query)


def as_sent(row: FilingAddress | None) -> dict[str, Any] | None:
    """An address as its form has it."""
    return {"email": row.email} if row else None


def papers(code: str, year: int | None = None) -> Select[Document]:
    """The papers of a municipality that belong in a case file, of all years or of one, to be listed by page."""
    query = select(Document).where(Document.municipality_code == code, Document.kind.in_(FILED))
    if year is not None:
        query = query.where(Document.issued_on.between(dt.date(year, 1, 1), dt.date(year, 12, 31)))
    return query


def years(code: str) -> Sequence[int]:
    """The years in which a municipality has such papers, newest first."""
    year = func.extract("year", Document.issued_on)
    mine = select(year).where(Document.municipality_code == code, Document.kind.in_(FILED))
    return [int(each) for each in db.session.scalars(mine.distinct().order_by(year.desc()))]


def filings(code: str | None = None) -> Select[Filing]:
    """What was sent to where a municipality files, or of all within reach, to be listed by page."""
    query = select(Filing)
    return query if code is None else query.where(Filing.municipality_code == code)


def filing(filing_id: UUID) -> Filing:
    """The one with that id. Raises NotFound when there is none within reach."""
    return find(filings().where(Filing.id == filing_id))


def filings_of(code: str, document_ids: Collection[UUID]) -> dict[UUID, Filing]:
    """What was sent of some papers of a municipality, by paper."""
    found = db.session.scalars(filings(code).where(Filing.document_id.in_(document_ids)))
    return {each.document_id: each for each in found}


def unfiled() -> Sequence[tuple[str, UUID, str]]:
    """The papers within reach that are to be sent and are not yet owed: (municipality, paper, address)."""
    known = select(Filing.id).where(
        Filing.municipality_code == Document.municipality_code, Filing.document_id == Document.id
    )
    query = (
        select(Document.municipality_code, Document.id, FilingAddress.email)
        .join(FilingAddress, FilingAddress.municipality_code == Document.municipality_code)
        .where(
            Document.kind.in_(FILED),
            Document.created_at >= FilingAddress.since,
            Document.created_at >= now() - LOOKED_BACK,
            ~known.exists(),
        )
    )
    return [(row.municipality_code, row.id, row.email) for row in db.session.execute(query.limit(500))]


def due() -> list[tuple[str, UUID]]:
    """What waits to be sent, within reach: (municipality, id)."""
    query = select(Filing.municipality_code, Filing.id).where(leases.is_due(Filing, now())).order_by(Filing.due_from)
    return [(row.municipality_code, row.id) for row in db.session.execute(query.limit(500))]
