"""Write into the ledger, in the same transaction as the act: both are kept, or neither."""

from __future__ import annotations

from typing import Any

from sqlalchemy import select
from sqlalchemy.dialects.postgresql import insert

from service.ledger.models import LedgerEntry, LedgerHead, NationalLedgerEntry, NationalLedgerHead
from service.ledger.rules import FIRST, Entry, chained
from service.web import reading
from tenants.database import db, now, uuid7
from tenants.reach import present

DRC = "drc"


def record(act: str, subject: str = "", code: str | None = None, **details: Any) -> None:
    """Write that the present person did `act` to `subject`, in a municipality's chain or, without a code, in DRC's.

    `details` are plain facts (counts, dates, codes), never a name and nothing that somebody has written.
    """
    head = _municipal_head(code) if code is not None else _national_head()
    reach = present()
    entry = Entry(
        chain=code or DRC,
        number=head.number + 1,
        at=now(),
        office=reach.office.value,
        person_id=str(reach.person_id or ""),
        act=act,
        subject=subject,
        details=details,
    )
    head.number, head.hash = entry.number, chained(entry, head.hash)
    values = {
        "number": entry.number,
        "at": entry.at,
        "office": entry.office,
        "person_id": reach.person_id,
        "act": act,
        "subject": subject,
        "details": details,
        "hash": head.hash,
    }
    if code is not None:
        db.session.add(LedgerEntry(municipality_code=code, id=uuid7(), **values))
    else:
        db.session.add(NationalLedgerEntry(**values))
    db.session.flush()


def record_reading(act: str, subject: str = "", **details: Any) -> None:
    """Write in DRC's chain that the present person has read `subject`: before they get to see it, though a reading writes nothing."""
    reading.afterwards(lambda: record(act, subject, **details))


def _municipal_head(code: str) -> LedgerHead:
    db.session.execute(
        insert(LedgerHead)
        .values(municipality_code=code, id=uuid7(), number=0, hash=FIRST)
        .on_conflict_do_nothing(index_elements=["municipality_code"])
    )
    query = select(LedgerHead).where(LedgerHead.municipality_code == code)
    return db.session.scalars(query.with_for_update().execution_options(populate_existing=True)).one()


def _national_head() -> NationalLedgerHead:
    db.session.execute(insert(NationalLedgerHead).values(id=1, number=0, hash=FIRST).on_conflict_do_nothing())
    query = select(NationalLedgerHead)
    return db.session.scalars(query.with_for_update().execution_options(populate_existing=True)).one()
