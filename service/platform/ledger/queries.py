"""Reads of the ledger, within the reach."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import closing
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from sqlalchemy import Select, select

from service.platform.ledger.models import LedgerEntry, LedgerHead, NationalLedgerEntry, NationalLedgerHead
from service.platform.ledger.operations import DRC
from service.platform.ledger.rules import FIRST, ChainEntry, first_fault
from service.platform.web.finding import find
from tenants.database import db


def entries(code: str | None = None) -> Select[LedgerEntry]:
    """The entries of a municipality, or of all within reach, to be listed by page."""
    query = select(LedgerEntry)
    return query if code is None else query.where(LedgerEntry.municipality_code == code)


def entry(entry_id: UUID) -> LedgerEntry:
    """The entry with that id. Raises NotFound when there is none within reach."""
    return find(entries().where(LedgerEntry.id == entry_id))


def national() -> Select[NationalLedgerEntry]:
    """The entries of DRC's own chain, to be listed by page."""
    return select(NationalLedgerEntry)


@dataclass(frozen=True, slots=True)
class Chain:
    """What was found of a chain."""

    entries: int  # as many as its head tells of
    fault: int | None  # the number of the first that is not as it was written; None where the chain is whole


def chain(code: str | None) -> Chain:
    """Read a municipality's chain, or without a code DRC's, to its end or its first fault. It must be seen as at `one_moment`."""
    head: Any
    if code is None:
        head = db.session.scalar(select(NationalLedgerHead))
        rows = db.session.scalars(national().order_by(NationalLedgerEntry.number).execution_options(yield_per=1000))
    else:
        head = db.session.scalar(select(LedgerHead).where(LedgerHead.municipality_code == code))
        rows = db.session.scalars(entries(code).order_by(LedgerEntry.number).execution_options(yield_per=1000))
    told = (head.number, head.hash) if head else (0, FIRST)
    with closing(rows):  # a fault is told before the last row is read
        return Chain(told[0], first_fault(_as_written(code or DRC, rows), told))


def _as_written(chain: str, rows: Any) -> Iterator[tuple[ChainEntry, str]]:
    for row in rows:
        person = str(row.person_id or "")
        yield ChainEntry(chain, row.number, row.at, row.office, person, row.act, row.subject, row.details), row.hash
