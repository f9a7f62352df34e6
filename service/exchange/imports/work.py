"""The work on an import, a step at a time: read, check, apply, undo. Done by a worker within the reach of the person who asked.

Each step is one transaction that ends by seeing that the lease still holds: whatever happens on the way, nothing of it is left.
How far it is, is told beside it in short transactions of their own, which also hold the lease a while longer; where that fails,
another has taken over and the step breaks off.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from itertools import chain, islice
from typing import Any
from uuid import UUID

from flask_babel import force_locale
from flask_babel import gettext as _
from sqlalchemy import delete
from sqlalchemy.exc import IntegrityError

from service.exchange.imports import opening, operations, queries, rules
from service.exchange.imports.checking import judged, put
from service.exchange.imports.deciding import refuse_doubles
from service.exchange.imports.leased import LeasedImport, Moved
from service.exchange.imports.models import Import, ImportRow
from service.exchange.imports.rules import Deed, ImportState, RowChoice
from service.exchange.imports.undoing import stamp_of, undo
from service.exchange.records.kinds import KINDS, RecordKind
from service.exchange.records.rules import Verdict
from service.platform.accounts import operations as people
from service.platform.ledger.operations import record
from service.platform.web.errors import Refusal
from service.platform.work import leases, rows
from service.platform.work.leases import Lost
from tenants.acting import acting_for
from tenants.database import db, now, transaction
from tenants.reach import clock


def work(import_id: UUID, lease_seconds: int) -> bool:
    """Do the step that an import waits for. Returns whether this call did it; False when it is done, or held by another."""
    with acting_for(clock()):
        with transaction():
            lease = leases.claim(Import, Import.id == import_id, lease_seconds)
            row = db.session.get(Import, import_id) if lease else None
            reach = people.reach_of_drc(row.person_id) if row else None
        if lease is None or row is None:
            return False
    held = LeasedImport(import_id, KINDS[row.kind], ImportState(row.state), lease, lease_seconds)
    with acting_for(reach or clock()), force_locale("da"):
        try:
            if reach is None:
                raise Refusal(_("The person who sent the file has no access any more."))
            _step(held)
        except Lost:
            return False
        except Refusal as refusal:
            return _stop(held, refusal.message)
        except Exception as error:  # whatever it was, it is told on the import's page
            leases.put_down(
                Import,
                Import.id == import_id,
                lease,
                error,
                "import_failed",
                kind=row.kind,
                state=row.state,
            )
            return False
    return True


def _step(held: LeasedImport) -> None:
    match held.state:
        case ImportState.READING:
            if read(held):
                check(held)
        case ImportState.CHECKING:
            check(held)
        case ImportState.APPLYING:
            try:
                apply(held)
            except (Moved, IntegrityError):
                check(
                    held,
                    _(
                        "Something had changed since the rows were checked, so nothing was imported. They have been checked again."
                    ),
                )
        case ImportState.UNDOING:
            undo(held)


def _stop(held: LeasedImport, why: str) -> bool:
    """Let the import wait for its person, and tell them why."""
    back = {
        ImportState.READING: ImportState.UNREADABLE,
        ImportState.UNDOING: ImportState.APPLIED,
        ImportState.CHECKING: ImportState.COLUMNS,
    }
    with transaction():
        row = leases.still_held(Import, Import.id == held.id, held.lease)
        if row is None:
            return False
        row.state, row.problem = back.get(held.state, ImportState.READY).value, why
        if held.state is ImportState.READING:
            row.content = None
        leases.done(row)
    return True


def read(held: LeasedImport) -> bool:
    """Read the file into rows, by what somebody said that its columns mean, or else by a guess. Raises Unreadable.

    Only what means something is kept, and the bytes are forgotten. While nobody can tell what the columns mean, it is the other
    way round: no row is kept, and the bytes wait. Returns whether it is known.
    """
    with transaction():
        content, said = db.session.execute(db.select(Import.content, Import.columns).where(Import.id == held.id)).one()
    found = opening.rows(content or b"")
    known = held.kind.known()
    first = [*islice(found, 10)]
    at = rules.heading_row([cells for _number, cells in first], known)
    headings = first[at][1] if first else []
    columns = said or rules.guess(headings, known)
    understood = not operations.lacking(held.kind.code, columns)
    with transaction():
        db.session.execute(delete(ImportRow).where(ImportRow.import_id == held.id))
        total = 0
        batch: list[dict[str, Any]] = []
        for number, cells in chain(first[at + 1 :], found):
            total += 1
            if understood:
                batch.append(_blank_row(held.id, number, rules.meant(cells, columns)))
            if total % queries.BATCH == 0:
                _keep(batch)
                held.report_progress(total)
        _keep(batch)
        if total > rules.MOST_ROWS:
            raise opening.too_many()
        if not total:
            raise opening.unreadable("headings")
        row = held.still()
        row.columns, row.total = columns, total
        if understood:
            # What stands above columns that somebody had to explain may be no heading, but the first row.
            row.headings = rules.meant(headings, columns) if said else headings
            row.content, row.state = None, ImportState.CHECKING.value
        else:
            row.headings, row.state = headings, ImportState.COLUMNS.value
            leases.done(row)
    return understood


def _blank_row(import_id: UUID, number: int, cells: Sequence[str]) -> dict[str, Any]:
    return {
        "import_id": import_id,
        "number": number,
        "cells": cells,
        "verdict": "",
        "choice": "",
        "key": "",
        "given": {},
        "before": {},
        "problems": [],
        "stamp": "",
    }


def _keep(batch: list[dict[str, Any]]) -> None:
    rows.add(ImportRow, batch)
    batch.clear()


def check(held: LeasedImport, note: str = "") -> None:
    """Judge every row."""
    with transaction():
        columns = db.session.execute(db.select(Import.columns).where(Import.id == held.id)).scalar_one()
        options = held.kind.options()
        query = db.select(ImportRow.number, ImportRow.cells).where(ImportRow.import_id == held.id)
        done = 0
        for batch in queries.in_batches(query):
            put(held.id, judged(held.kind, [(row.number, row.cells) for row in batch], columns, options))
            done += len(batch)
            held.report_progress(done)
        refuse_doubles(held.id)
        row = held.still()
        row.state, row.problem = ImportState.READY.value, note
        leases.done(row)


def apply(held: LeasedImport) -> None:
    """Carry the import out: every row or none. Raises Moved when something is no longer as it was."""
    with transaction():
        made: dict[str, int] = {Deed.CREATE: 0, Deed.CHANGE: 0}
        concerned: dict[str, int] = {}
        parts: Counter[str] = Counter()
        done = 0
        for batch in queries.in_batches(queries.to_be_done(held.id)):
            changes = {r.target_id: r for r in batch if rules.deed(r.verdict, r.choice) is Deed.CHANGE}
            new = [r for r in batch if rules.deed(r.verdict, r.choice) is Deed.CREATE]
            _unmoved(held.kind, changes, new)
            results = list(changes)
            if changes:
                held.kind.bulk.change({key: row.given for key, row in changes.items()})
            if new:
                results += held.kind.bulk.create([row.given for row in new])
            _stamp(held, [*changes.values(), *new], results)
            for code, count in held.kind.note([row.given for row in batch]).items():
                concerned[code] = concerned.get(code, 0) + count
            for each in batch:
                parts.update(held.kind.parts(each.given, each.before))
            made[Deed.CHANGE] += len(changes)
            made[Deed.CREATE] += len(new)
            done += len(batch)
            held.report_progress(done)
        row = held.still()
        counts = queries.counts(held.id)
        row.outcome = {
            "new": made[Deed.CREATE],
            "changed": made[Deed.CHANGE],
            "same": counts.get(("same", ""), 0),
            "skipped": counts.get(("doubtful", RowChoice.SKIP.value), 0),
            "left_out": counts.get(("refused", ""), 0),
        }
        row.state, row.applied_at = ImportState.APPLIED.value, now()
        leases.done(row)
        record("import.applied", f"import:{held.id}", kind=held.kind.code, **{**row.outcome, **parts})
        for code, count in sorted(concerned.items()):
            record(f"{held.kind.code}.imported", f"import:{held.id}", code, count=count)


def _unmoved(kind: RecordKind, changes: dict[UUID, Any], new: Sequence[Any]) -> None:
    """See that what is to be changed is as it was, that nobody has made meanwhile what is new, and that the rules still allow all.

    Raises Moved.
    """
    is_now = kind.snapshots(list(changes), lock=True)
    if any(is_now.get(key) != row.before for key, row in changes.items()):
        raise Moved
    sure = [row.given for row in new if row.verdict == Verdict.NEW]
    if sure and kind.there_already(sure):
        raise Moved
    if kind.broken([*((row.given, row.before) for row in changes.values()), *((row.given, {}) for row in new)]):
        raise Moved


def _stamp(held: LeasedImport, done: Sequence[Any], results: Sequence[UUID]) -> None:
    """Keep with each row what it came to, and the hash of how that is now."""
    after = held.kind.snapshots(results)
    rows.change(
        ImportRow,
        [
            {"import_id": held.id, "number": row.number, "result_id": key, "stamp": stamp_of(after[key])}
            for row, key in zip(done, results, strict=True)
        ],
    )
