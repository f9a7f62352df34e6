"""Reads of imports. A person sees their own; the secretariat sees all."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any
from uuid import UUID

from sqlalchemy import Select, and_, func, or_, select
from sqlalchemy.orm import defer

from service.exchange.imports.models import Import, ImportRow
from service.exchange.imports.rules import RowChoice
from service.exchange.records.rules import Verdict
from service.platform.web.errors import NotFound
from service.platform.web.finding import find
from service.platform.web.identity import Identity, Role
from service.platform.work import leases
from tenants.database import db, now

BATCH = 500  # rows at a time
MOST_NUMBER = 2**31  # of a row: what the column holds


def imports(identity: Identity, *, kind: str | None = None, state: str | None = None) -> Select[Import]:
    """The imports that a person sees, of a kind and in a state, to be listed by page. The bytes of the file stay where they are."""
    query = select(Import).options(defer(Import.content))
    if kind is not None:
        query = query.where(Import.kind == kind)
    if state is not None:
        query = query.where(Import.state == state)
    return query if identity.has(Role.SECRETARIAT) else query.where(Import.person_id == identity.person_id)


def one(import_id: UUID, identity: Identity, *, lock: bool = False) -> Import:
    """The import with that id. Raises NotFound when the person does not see it."""
    return find(imports(identity).where(Import.id == import_id), lock=lock)


def counts(import_id: UUID) -> dict[tuple[str, str], int]:
    """How many rows there are, by verdict and choice."""
    row = ImportRow
    query = select(row.verdict, row.choice, func.count()).where(row.import_id == import_id)
    return {
        (verdict, choice): count
        for verdict, choice, count in db.session.execute(query.group_by(row.verdict, row.choice))
    }


def rows(import_id: UUID, verdict: str | None = None) -> Select[ImportRow]:
    """The rows of an import, of one verdict where that is asked, to be listed by page."""
    query = select(ImportRow).where(ImportRow.import_id == import_id)
    return query if verdict is None else query.where(ImportRow.verdict == verdict)


def row(import_id: UUID, number: int) -> ImportRow:
    """A row of an import by its number in the file. Raises NotFound."""
    if number >= MOST_NUMBER:
        raise NotFound
    return find(rows(import_id).where(ImportRow.number == number))


def in_batches(query: Select[Any], *, newest_first: bool = False) -> Iterator[Sequence[Any]]:
    """The rows of a query on ImportRow in the order of their numbers, some at a time."""
    number, size = ImportRow.number, BATCH
    query = query.order_by(number.desc() if newest_first else number).limit(size)
    last: int | None = None
    while True:
        bound = True if last is None else (number < last if newest_first else number > last)
        found = db.session.execute(query.where(bound)).all()  # type: ignore[arg-type]
        if found:
            yield found
        if len(found) < size:
            return
        last = found[-1].number


def to_be_done(import_id: UUID) -> Select[Any]:
    """The rows that there is something to do with: what `rules.deed` says, told to the database."""
    row = ImportRow
    doubt = and_(row.verdict == Verdict.DOUBTFUL, row.choice.in_((RowChoice.NEW, RowChoice.CHANGE)))
    return select(row.number, row.verdict, row.choice, row.target_id, row.given, row.before).where(
        row.import_id == import_id, or_(row.verdict.in_((Verdict.NEW, Verdict.CHANGED)), doubt)
    )


def doubles(import_id: UUID) -> list[tuple[int, int]]:
    """The rows that are about the same thing as one further up, each with the number of that one.

    One pass and no join: in the middle of an import the planner knows nothing of the rows, and would guess wildly.
    """
    row = ImportRow
    first = func.min(row.number).over(partition_by=row.key).label("first")
    keyed = select(row.number, first).where(row.import_id == import_id, row.key != "").subquery()
    found = db.session.execute(select(keyed).where(keyed.c.number > keyed.c.first).order_by(keyed.c.number))
    return [(number, first_number) for number, first_number in found]


def cells(import_id: UUID) -> Select[Any]:
    """The rows of an import, as much of them as is needed to read them again."""
    row = ImportRow
    return select(row.number, row.cells, row.target_id, row.before, row.problems).where(row.import_id == import_id)


def is_taken(import_id: UUID, key: str, number: int) -> bool:
    """Whether another row of the import than the one with this number has the key."""
    row = ImportRow
    query = select(row.number).where(row.import_id == import_id, row.key == key, row.number != number)
    return db.session.scalar(query.limit(1)) is not None


def due() -> list[UUID]:
    """The imports that wait for a worker."""
    waiting = select(Import.id).where(leases.is_due(Import, now()))
    return list(db.session.scalars(waiting.order_by(Import.created_at).limit(100)))
