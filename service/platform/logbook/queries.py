"""Reads of the ledger as a book, and of samples, within the reach."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from sqlalchemy import Select, String, cast, func, literal, or_, select, tuple_, union_all

from service.platform.accounts import queries as accounts
from service.platform.ledger.models import LedgerEntry, NationalLedgerEntry
from service.platform.ledger.operations import DRC
from service.platform.logbook.models import LedgerSample
from service.platform.people import queries as people
from service.platform.web.finding import find
from service.platform.web.identity import Identity
from tenants.calendar import DENMARK
from tenants.database import db
from tenants.reach import Office


@dataclass(frozen=True, slots=True)
class AskedEntries:
    """What is asked of the ledger. None is whatever there is."""

    acts: frozenset[str] | None = None
    office: str | None = None
    first: dt.date | None = None
    last: dt.date | None = None


def book(code: str | None, asked: AskedEntries) -> Select[Any]:
    """The entries of a municipality's chain, or of DRC's, that are asked for, to be listed by page."""
    model = NationalLedgerEntry if code is None else LedgerEntry
    query = select(model)
    if code is not None:
        query = query.where(LedgerEntry.municipality_code == code)
    if asked.acts is not None:
        query = query.where(model.act.in_(asked.acts))
    if asked.office is not None:
        # Who looks through a municipality's eyes is in its office, and is DRC's all the same.
        drcs, looking = asked.office == Office.DRC, model.details.has_key("looking")
        query = query.where(
            or_(model.office == asked.office, looking) if drcs else (model.office == asked.office) & ~looking
        )
    return query.where(*_within(model, asked.first, asked.last))


def number(code: str | None) -> Any:
    """What a book is in order of."""
    return NationalLedgerEntry.number if code is None else LedgerEntry.number


def _within(model: Any, first: dt.date | None, last: dt.date | None) -> list[Any]:
    bounds = []
    if first is not None:
        bounds.append(model.at >= dt.datetime.combine(first, dt.time(), DENMARK))
    if last is not None:
        bounds.append(model.at < dt.datetime.combine(last + dt.timedelta(days=1), dt.time(), DENMARK))
    return bounds


def names(identity: Identity, code: str | None, ids: Iterable[UUID | None]) -> Mapping[UUID, str]:
    """Who they are, as far as the reader may know: DRC's people know all, a municipality's its own."""
    wanted = {each for each in ids if each is not None}
    if identity.drc:
        return accounts.names(wanted)
    return people.names_of(code, wanted) if code else {}


def drawn(first: dt.date, last: dt.date, size: int, without: UUID) -> list[dict[str, Any]]:
    """So many entries of a period, at random from all chains within reach, without those of one person: nobody looks over themselves."""
    chains = (
        select(cast(LedgerEntry.municipality_code, String).label("chain"), LedgerEntry.number, LedgerEntry.hash).where(
            *_within(LedgerEntry, first, last), LedgerEntry.person_id.is_distinct_from(without)
        ),
        select(literal(DRC).label("chain"), NationalLedgerEntry.number, NationalLedgerEntry.hash).where(
            *_within(NationalLedgerEntry, first, last), NationalLedgerEntry.person_id.is_distinct_from(without)
        ),
    )
    every = union_all(*chains).subquery()
    rows = db.session.execute(select(every).order_by(func.random()).limit(size))
    found = [{"chain": row.chain, "number": row.number, "hash": row.hash} for row in rows]
    return sorted(found, key=lambda each: (each["chain"], each["number"]))


def sampled(sample: LedgerSample) -> list[tuple[str, Any]]:
    """The entries of a sample, each with its chain. One that is not as it was drawn is not there."""
    keys = [(each["chain"], each["number"]) for each in sample.entries]
    of_municipalities = [key for key in keys if key[0] != DRC]
    numbers = [number for chain, number in keys if chain == DRC]
    rows: dict[tuple[str, int], Any] = {}
    for row in db.session.scalars(
        select(LedgerEntry).where(tuple_(LedgerEntry.municipality_code, LedgerEntry.number).in_(of_municipalities))
    ):
        rows[row.municipality_code, row.number] = row
    for found in db.session.scalars(select(NationalLedgerEntry).where(NationalLedgerEntry.number.in_(numbers))):
        rows[DRC, found.number] = found
    hashes = {(each["chain"], each["number"]): each["hash"] for each in sample.entries}
    return [(key[0], rows[key]) for key in keys if key in rows and rows[key].hash == hashes[key]]


def sample(sample_id: UUID, *, lock: bool = False) -> LedgerSample:
    """A sample. Raises NotFound."""
    query = select(LedgerSample).where(LedgerSample.id == sample_id)
    return find(query.with_for_update() if lock else query)


def newest_samples() -> Sequence[LedgerSample]:
    """The newest samples, signed or not."""
    return db.session.scalars(select(LedgerSample).order_by(LedgerSample.drawn_at.desc()).limit(12)).all()
