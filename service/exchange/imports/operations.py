"""What DRC's people do with an import. The work itself is done by a worker (`work`)."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from flask_babel import gettext as _
from sqlalchemy import ARRAY, Text, cast, delete, func, literal_column, select, update

from service.exchange.imports import keeping, queries, rules
from service.exchange.imports.models import Import, ImportRow
from service.exchange.imports.rules import (
    MOST_BYTES,
    OPEN,
    ImportState,
    WriteBar,
)
from service.exchange.records.kinds import KINDS
from service.platform.ledger.operations import record
from service.platform.web.errors import Conflict, Invalid, Refusal
from service.platform.web.identity import Identity
from service.platform.web.versions import WHATEVER, Seen
from service.platform.work import leases, waking
from tenants.database import db, now

JOB = "service.transfers.jobs.work"


def receive(kind: str, file_name: str, content: bytes, identity: Identity) -> Import:
    """Take a file in, to be read by a worker. Raises Invalid for an unknown kind and for a file that is empty or too large."""
    if kind not in KINDS:
        raise Invalid({"kind": [_("Choose one of the options.")]})
    if not content:
        raise Invalid({"file": [_("Choose a file that is not empty.")]})
    if len(content) > MOST_BYTES:
        raise Invalid(
            {"file": [_("The file is larger than %(most)s MB. Split it in two.", most=MOST_BYTES // 1024 // 1024)]}
        )
    row = Import(
        kind=kind,
        person_id=identity.person_id,
        file_name=rules.shown_name(file_name),
        content=content,
        state=ImportState.READING,
        problem="",
        faults=[],
        headings=[],
        columns=[],
        total=0,
        progress=0,
        leave_out=False,
        outcome={},
        created_at=now(),
        applied_at=None,
        undone_at=None,
    )
    db.session.add(row)
    db.session.flush()
    record("import.received", f"import:{row.id}", kind=kind, bytes=len(content))
    waking.wake(JOB, str(row.id))
    return row


def columns_as_sent(row: Import) -> dict[str, Any]:
    """What each of the file's columns means, in the shape that it is sent in."""
    return {"columns": [{"name": name} for name in row.columns]}


def choose_columns(row: Import, columns: Sequence[str], seen: Seen = WHATEVER) -> None:
    """Say what each of the file's columns means, and have the rows checked by that. Raises Conflict, Changed and Invalid.

    Of a file that waits for this nothing is kept but its bytes: they are read now. Of one that was read, the columns that meant
    nothing were not kept, and what means nothing from now on is forgotten.
    """
    seen.still(columns_as_sent(row))
    only_in(row, ImportState.COLUMNS, ImportState.READY)
    known = KINDS[row.kind].by_name
    errors: dict[str, list[str]] = {}
    if len(columns) != len(row.headings):
        raise Invalid({"_schema": [_("Load the page again: the columns are other ones.")]})
    for place, name in enumerate(columns):
        if name and name not in known:
            errors[f"columns-{place}-name"] = [_("Choose one of the options.")]
        elif name and name in columns[:place]:
            errors[f"columns-{place}-name"] = [_("Another column is “%(name)s” already.", name=known[name].heading)]
        elif name and row.state == ImportState.READY and not row.columns[place]:
            errors[f"columns-{place}-name"] = [
                _(
                    "This column was not kept. Call it “%(name)s” in the file, and send the file again.",
                    name=known[name].heading,
                )
            ]
    if not errors and (missing := lacking(row.kind, columns)):
        errors["columns"] = [_("Say which column is: %(names)s.", names=", ".join(missing))]
    if errors:
        raise Invalid(errors)
    row.columns = list(columns)
    if row.state == ImportState.COLUMNS:
        _ask(row, ImportState.READING)
    else:
        _forget_unmeant(row)
        _ask(row, ImportState.CHECKING)


def _forget_unmeant(row: Import) -> None:
    """Forget the cells of an import's columns that mean nothing."""
    cells: Any = ImportRow.cells
    for place, name in enumerate(row.columns):
        if not name:
            cells = func.jsonb_set(cells, cast([str(place)], ARRAY(Text)), literal_column("'\"\"'::jsonb"), False)
    db.session.execute(update(ImportRow).where(ImportRow.import_id == row.id).values(cells=cells))
    db.session.expire_all()


def lacking(kind: str, columns: Sequence[str]) -> list[str]:
    """The headings of the columns that must be there and are not. Where rows carry ids, none must: what is there is only corrected."""
    if "id" in columns:
        return []
    return [column.heading for column in KINDS[kind].columns if column.required and column.name not in columns]


def apply(row: Import, *, leave_out: bool) -> None:
    """Have the import carried out. Raises Conflict, and Refusal while something stands in the way."""
    only_in(row, ImportState.READY)
    match rules.barred(queries.counts(row.id), leave_out):
        case WriteBar.DOUBTFUL:
            raise Refusal(_("Say of each doubtful row what it is, or the same of them all."))
        case WriteBar.REFUSED:
            message = _("Some rows are refused. Mend them, or tick that they are left out.")
            raise Refusal(message, {"leave_out": [message]})
        case WriteBar.NOTHING:
            raise Refusal(_("There is nothing to import: no row is new or changed."))
    row.leave_out = leave_out
    _ask(row, ImportState.APPLYING)


def undo(row: Import) -> None:
    """Have an import undone as one. Raises Conflict when it is not applied, or its time is over."""
    only_in(row, ImportState.APPLIED)
    if row.applied_at is None or now() > row.applied_at + keeping.ROWS.time:
        raise Conflict(_("An import can be undone for %(days)s days.", days=keeping.ROWS.time.days))
    row.faults = []
    _ask(row, ImportState.UNDOING)


def again(row: Import) -> None:
    """Let work that was given up be tried anew. Harmless when it was not."""
    if row.work_state == leases.FAILED:
        leases.again(row)
        waking.wake(JOB, str(row.id))


def drop(row: Import) -> None:
    """Give an import up that has not been carried out: its rows are forgotten at once. Raises Conflict."""
    only_in(row, *OPEN)
    forget(row)
    record("import.dropped", f"import:{row.id}", kind=row.kind)


def forget(row: Import) -> None:
    """Forget the rows and the bytes of an import, and what the file was called: that may name somebody."""
    db.session.execute(delete(ImportRow).where(ImportRow.import_id == row.id))
    row.content, row.file_name, row.headings, row.faults = None, "", [], []
    if row.state in OPEN or row.state == ImportState.READING:
        row.state = ImportState.DROPPED
        leases.done(row)


def forget_old() -> int:
    """Forget the rows of imports, and files that nobody says the columns of or that could not be read, that are older than what is kept.

    Returns how many imports.
    """
    moment = now()
    old = select(Import).where(keeping.ROWS.over(moment) | keeping.UNREAD.over(moment))
    found = db.session.scalars(old.limit(100).with_for_update(skip_locked=True)).all()
    for row in found:
        forget(row)
    return len(found)


def only_in(row: Import, *states: ImportState) -> None:
    """See that the import is in one of these states. Raises Conflict."""
    if row.state not in states:
        raise Conflict(_("The import has moved on. Load the page again to see how it looks now."))


def _ask(row: Import, state: ImportState) -> None:
    row.state, row.progress, row.problem = state.value, 0, ""
    leases.again(row)
    waking.wake(JOB, str(row.id))
