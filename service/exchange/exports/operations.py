"""What DRC's people take out: asked for, made by a worker within their reach, kept for a day, and fetched by them alone.

The ledger tells of each file when it is made (by whom, what, by which limits, how many rows) and of each time that it is fetched.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Iterator
from dataclasses import asdict
from typing import Any
from uuid import UUID

from flask_babel import force_locale
from flask_babel import gettext as _
from sqlalchemy import delete, func, select

from service.exchange.exports import keeping
from service.exchange.exports.models import Export, ExportPiece
from service.exchange.exports.queries import pieces
from service.exchange.records import writing
from service.exchange.records.kinds import KINDS, RecordKind
from service.exchange.records.kinds.base import Json, Limits
from service.exchange.records.writing import WrittenRows
from service.platform.accounts import operations as people
from service.platform.ledger.operations import record, record_reading
from service.platform.web.errors import Invalid, NotFound
from service.platform.web.identity import Identity
from service.platform.work import leases, waking
from service.platform.work.leases import Lost
from tenants.acting import acting_for
from tenants.database import db, now, transaction
from tenants.reach import Reach, clock

JOB = "service.transfers.jobs.make"
BATCH = 500  # rows between one telling and the next
PIECE = 256 * 1024


def ask(kind: str, file_format: str, limits: Limits, identity: Identity) -> Export:
    """Ask for a file. Raises Invalid by field for a limit that cannot be, and NotFound for a municipality out of reach."""
    if limits.municipality_code and limits.municipality_code not in identity.codes:
        raise NotFound
    if errors := _faults(KINDS[kind], limits):
        raise Invalid(errors)
    row = Export(
        kind=kind,
        person_id=identity.person_id,
        file_format=file_format,
        limits={name: str(value) for name, value in asdict(limits).items() if value},
        total=0,
        progress=0,
        size=None,
        created_at=now(),
        made_at=None,
    )
    db.session.add(row)
    db.session.flush()
    waking.wake(JOB, str(row.id))
    return row


def _faults(kind: RecordKind, limits: Limits) -> dict[str, list[str]]:
    given = [name for name, value in asdict(limits).items() if value]
    errors = {name: [_("This cannot be narrowed down so.")] for name in given if name not in kind.limits}
    if limits.status and kind.statuses and limits.status not in set(kind.statuses):
        errors["status"] = [_("Choose one of the options.")]
    if limits.first and limits.last and limits.last < limits.first:
        errors["last"] = [_("The last day must not be before the first.")]
    return errors


def again(row: Export) -> None:
    """Let a file that was given up be tried anew. Harmless when it was not."""
    if row.work_state == leases.FAILED:
        leases.again(row)
        waking.wake(JOB, str(row.id))


def make(export_id: UUID, lease_seconds: int) -> bool:
    """Make the file that an export waits for. Returns whether this call did; False when it is made, or held by another.

    The export of somebody who has no access any more is forgotten.
    """
    with acting_for(clock()), transaction():
        lease = leases.claim(Export, Export.id == export_id, lease_seconds)
        row = db.session.get(Export, export_id) if lease else None
        reach = people.reach_of_drc(row.person_id) if row else None
        if lease is None or row is None:
            return False
        if reach is None:
            _forget([export_id])
            return False
    try:
        _make(row, lease, lease_seconds, reach)
    except Lost:
        return False
    except Exception as error:  # whatever it was, it is told on the export's page
        with acting_for(clock()):
            leases.put_down(Export, Export.id == export_id, lease, error, "export_failed", kind=row.kind)
        return False
    return True


def _make(row: Export, lease: UUID, seconds: int, reach: Reach) -> None:
    key, kind = Export.id == row.id, KINDS[row.kind]
    limits = limits_of(row)

    def told(things: Iterable[Json]) -> Iterator[Json]:
        for count, thing in enumerate(things):
            if count % BATCH == 0:
                leases.report_progress(Export, key, lease, seconds, progress=count, total=max(total, count))
            yield thing

    with acting_for(reach), force_locale("da"), transaction():
        listing = kind.listing(limits)
        total = db.session.scalar(select(func.count()).select_from(listing.subquery())) or 0
        things = told(kind.exported(listing))
        written = writing.exported((*kind.columns, *kind.told), things, kind.options(), row.file_format)
        try:
            leases.report_progress(Export, key, lease, seconds, progress=written.count, total=written.count)
            db.session.execute(delete(ExportPiece).where(ExportPiece.export_id == row.id))
            size = 0
            for number, piece in enumerate(written.pieces(PIECE)):
                db.session.execute(db.insert(ExportPiece).values(export_id=row.id, number=number, data=piece))
                size += len(piece)
        finally:
            written.close()
        kept = leases.still_held(Export, key, lease)
        if kept is None:
            raise Lost
        kept.total = kept.progress = written.count
        kept.size, kept.made_at = size, now()
        leases.done(kept)
        record("export.made", f"export:{row.kind}", **_for_the_ledger(kept))


def limits_of(row: Export) -> Limits:
    """The limits of an export, which are kept as texts, as values again."""
    shapes: dict[str, Any] = {
        **dict.fromkeys(("network_id", "group_id"), UUID),
        **dict.fromkeys(("first", "last"), dt.date.fromisoformat),
    }
    return Limits(**{name: shapes.get(name, str)(text) for name, text in row.limits.items()})


def _for_the_ledger(row: Export) -> dict[str, Any]:
    """What is told of an export: what somebody searched for is not."""
    limits = {name: "yes" if name == "q" else text for name, text in row.limits.items()}
    return {"format": row.file_format, "count": row.total, **limits}


def fetch(row: Export) -> WrittenRows:
    """The whole file, to be handed out; the ledger tells that it was. Raises NotFound while it is not made."""
    if row.made_at is None:
        raise NotFound
    written = writing.gathered(pieces(row.id), row.total)
    record_reading("export.fetched", f"export:{row.kind}", **_for_the_ledger(row))
    return written


def forget_old() -> int:
    """Forget the exports that were made, or given up, more than a day ago, and their files. Returns how many."""
    old = select(Export.id).where(keeping.FILES.over(now())).limit(100).with_for_update(skip_locked=True)
    return _forget(db.session.scalars(old).all())


def _forget(ids: Iterable[UUID]) -> int:
    found = list(ids)
    db.session.execute(delete(ExportPiece).where(ExportPiece.export_id.in_(found)))
    db.session.execute(delete(Export).where(Export.id.in_(found)))
    return len(found)
