"""Reads of the ledger, within the reach."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Iterator
from contextlib import closing
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from sqlalchemy import ColumnElement, Select, and_, func, select

from service.platform.ledger.models import LedgerCheck, LedgerEntry, LedgerHead, NationalLedgerEntry, NationalLedgerHead
from service.platform.ledger.operations import DRC
from service.platform.ledger.rules import BEGINNING, FIRST, ChainEntry, Head, first_fault
from service.platform.web.finding import find
from tenants.database import db
from tenants.reach import Office


def entries(code: str | None = None) -> Select[LedgerEntry]:
    """The entries of a municipality, or of all within reach, to be listed by page."""
    query = select(LedgerEntry)
    return query if code is None else query.where(LedgerEntry.municipality_code == code)


def entry(entry_id: UUID) -> LedgerEntry:
    """The entry with that id. Raises NotFound when there is none within reach."""
    return find(entries().where(LedgerEntry.id == entry_id))


def opened(code: Any, document_id: Any) -> ColumnElement[bool]:
    """Whether somebody of a municipality's own has read a paper, as a condition: the columns of its code and of the paper's id.

    One of DRC's people who looks through the municipality's eyes has not opened it for them.
    """
    return select(LedgerEntry.id).where(*_opened(code, document_id)).exists()


def first_opened(code: str, document_id: UUID) -> Select[dt.datetime]:
    """When somebody of a municipality's own first read a paper, as `opened`."""
    return select(func.min(LedgerEntry.at)).where(*_opened(code, document_id))


def _opened(code: Any, document_id: Any) -> tuple[ColumnElement[bool], ...]:
    entry = LedgerEntry
    return (
        entry.municipality_code == code,
        entry.act == "document.read",
        entry.subject == func.concat("document:", document_id),
        entry.office == Office.MUNICIPALITY,
        entry.details["looking"].astext.is_(None),
    )


def national() -> Select[NationalLedgerEntry]:
    """The entries of DRC's own chain, to be listed by page."""
    return select(NationalLedgerEntry)


def head(code: str) -> Head:
    """How far a municipality's chain has come."""
    row = db.session.execute(
        select(LedgerHead.number, LedgerHead.hash).where(LedgerHead.municipality_code == code)
    ).one_or_none()
    return Head(*row) if row else BEGINNING


def hash_at(code: str, number: int) -> str | None:
    """The hash of an entry of a municipality's chain, or what the first hangs on; None where there is none of that number."""
    if number == 0:
        return FIRST
    return db.session.scalar(
        select(LedgerEntry.hash).where(LedgerEntry.municipality_code == code, LedgerEntry.number == number)
    )


def part(chain: str, first: int, most: int) -> tuple[Head, list[tuple[ChainEntry, str]]] | None:
    """A chain's head, and at most so many entries from a number on, as they are at one moment: in one question. None where it has none."""
    tables: tuple[Any, Any] = (NationalLedgerHead, NationalLedgerEntry) if chain == DRC else (LedgerHead, LedgerEntry)
    of, entry = tables
    together = [entry.number >= first] if chain == DRC else [entry.number >= first, entry.municipality_code == chain]
    asked = select(of.number, of.hash, entry).outerjoin(entry, and_(*together)).order_by(entry.number).limit(most)
    rows = db.session.execute(asked if chain == DRC else asked.where(of.municipality_code == chain)).all()
    if not rows:
        return None
    return Head(rows[0][0], rows[0][1]), list(_as_written(chain, (row[2] for row in rows if row[2] is not None)))


def checks(chains: Iterable[str]) -> dict[str, LedgerCheck]:
    """How far these chains have been read, by chain."""
    rows = db.session.scalars(select(LedgerCheck).where(LedgerCheck.chain.in_(list(chains))))
    return {row.chain: row for row in rows}


def unchecked(since: dt.datetime) -> Select[str, dt.datetime]:
    """The municipalities' chains that were last found whole before a moment, or were begun before it and never read: each with when."""
    first, then = LedgerEntry, func.coalesce(LedgerCheck.checked_at, LedgerEntry.at)
    return (
        select(first.municipality_code, then.label("then"))
        .outerjoin(LedgerCheck, LedgerCheck.chain == first.municipality_code)
        .where(first.number == 1, then < since)
    )


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
