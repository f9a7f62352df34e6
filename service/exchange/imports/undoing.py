"""What an import did is taken back, row by row."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Sequence
from typing import Any
from uuid import UUID

from flask_babel import gettext as _
from sqlalchemy.exc import IntegrityError

from service.exchange.imports import queries, rules
from service.exchange.imports.leased import LeasedImport
from service.exchange.imports.models import ImportRow
from service.exchange.imports.rules import Deed, ImportState
from service.exchange.records.kinds import RecordKind
from service.platform.ledger.operations import record
from service.platform.web.errors import Refusal
from service.platform.work import leases
from tenants.database import db, now, transaction

MOST_FAULTS = 50


def stamp_of(snapshot: dict[str, Any]) -> str:
    """The hash of how something is."""
    return hashlib.sha256(json.dumps(snapshot, sort_keys=True, ensure_ascii=False).encode()).hexdigest()


def undo(held: LeasedImport) -> None:
    """Put everything back as it was before the import. Raises Refusal, with the rows, where something was changed since."""
    row = ImportRow
    query = db.select(
        row.number, row.result_id, row.target_id, row.verdict, row.choice, row.before, row.given, row.stamp
    )
    query = query.where(row.import_id == held.id, row.result_id.is_not(None))
    faults: list[list[Any]] = []
    try:
        with transaction():
            concerned: dict[str, int] = {}
            done = 0
            for batch in queries.in_batches(query, newest_first=True):
                faults += _undo(held.kind, batch)
                for code, count in held.kind.note([each.given for each in batch]).items():
                    concerned[code] = concerned.get(code, 0) + count
                done += len(batch)
                held.report_progress(done)
                if len(faults) >= MOST_FAULTS:
                    break
            if faults:
                raise Refusal(
                    _("The import cannot be undone: something of it has been changed or taken into use since.")
                )
            kept = held.still()
            kept.state, kept.undone_at = ImportState.UNDONE.value, now()
            leases.done(kept)
            record("import.undone", f"import:{held.id}", kind=held.kind.code, count=done)
            for code, count in sorted(concerned.items()):
                record(f"{held.kind.code}.import_undone", f"import:{held.id}", code, count=count)
    except Refusal:
        with transaction():
            held.still().faults = sorted(faults)[:MOST_FAULTS]
        raise


def _undo(kind: RecordKind, batch: Sequence[Any]) -> list[list[Any]]:
    """Put some rows back, and say of which that cannot be."""
    is_now = kind.snapshots([row.result_id for row in batch], lock=True)
    faults = []
    for row in batch:
        if row.result_id not in is_now:
            faults.append([row.number, _("It is not there any more.")])
        elif stamp_of(is_now[row.result_id]) != row.stamp:
            faults.append([row.number, _("It has been changed since the import.")])
    if faults:
        return faults
    kind.bulk.restore(
        {row.result_id: row.before for row in batch if rules.deed(row.verdict, row.choice) is Deed.CHANGE}
    )
    made = {row.result_id: row.number for row in batch if rules.deed(row.verdict, row.choice) is Deed.CREATE}
    return _remove(kind, made)


def _remove(kind: RecordKind, made: dict[UUID, int]) -> list[list[Any]]:
    """Take away what was made, and say of which the database tells that it is in use."""
    return [[made[key], _("It has been taken into use since the import.")] for key in _in_use(kind, list(made))]


def _in_use(kind: RecordKind, ids: Sequence[UUID]) -> list[UUID]:
    """Those that cannot be taken away; the others are. The database does not say which, so they are halved until it is clear."""
    if not ids:
        return []
    try:
        with db.session.begin_nested():
            kind.bulk.remove(ids)
    except IntegrityError:
        half = len(ids) // 2
        return [*_in_use(kind, ids[:half]), *_in_use(kind, ids[half:])] if half else list(ids)
    return []
