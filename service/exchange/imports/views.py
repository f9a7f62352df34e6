"""Files that come in as pages, for DRC's people."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from uuid import UUID

from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from service.exchange.imports import operations, queries, report, rules, texts
from service.exchange.imports.deciding import decide, decide_all, mend, row_as_sent
from service.exchange.imports.keeping import ROWS
from service.exchange.imports.models import Import, ImportRow
from service.exchange.imports.rules import AT_WORK, MOST_BYTES, MOST_ROWS, ImportState, RowChoice
from service.exchange.imports.schemas import ApplyFields, ChoiceFields, ColumnsFields, NewImport
from service.exchange.records import writing
from service.exchange.records.kinds import KINDS
from service.exchange.records.rules import Verdict
from service.exchange.records.texts import FILE_NAMES, KIND_NAMES
from service.platform.web.edits import Edited, edited, opened
from service.platform.web.errors import NotFound, Refusal
from service.platform.web.forms import Typed, flat, load, typed
from service.platform.web.identity import me
from service.platform.web.pages import page_of
from service.platform.web.permits import permit
from service.platform.web.reading import sending
from service.platform.web.security import takes
from service.platform.work import leases
from tenants.database import db, now

bp = Blueprint("imports", __name__, template_folder="templates")
ROOM = MOST_BYTES + 64 * 1024  # the file, and what stands around it in a form


@bp.get("/overfoersler")
@permit.drc
def listing() -> ResponseReturnValue:
    """The imports that one sees, newest first."""
    page = page_of(queries.imports(me()), [Import.created_at, Import.id], request.args.get("side"), 50, descending=True)
    return render_template("imports/list.html", page=page, kinds=KIND_NAMES, states=texts.STATES)


@bp.get("/overfoersler/ny")
@permit.drc
def new() -> ResponseReturnValue:
    """Choose a file."""
    return _new(Typed({"kind": request.args.get("slags", "groups")}))


@bp.post("/overfoersler/ny")
@permit.drc
@takes(ROOM)
def receive() -> ResponseReturnValue:
    """Take a file in."""
    form = typed()
    given = load(NewImport(), form)
    file = request.files.get("file")
    if given is not None and (file is None or not file.filename):
        form.errors["file"] = [_("Choose a file.")]
    elif given is not None and file is not None:
        with file.stream as stream:
            content = stream.read(MOST_BYTES + 1)
        try:
            row = operations.receive(given["kind"], file.filename or "", content, me())
            return redirect(url_for("imports.one", import_id=row.id))
        except Refusal as refusal:
            db.session.rollback()
            form.refuse(refusal)
    return _new(form, 422)


def _new(form: Typed, status: int = 200) -> ResponseReturnValue:
    page = render_template(
        "imports/new.html",
        form=form,
        kinds=list(KIND_NAMES.items()),
        most_rows=MOST_ROWS,
        most_mb=MOST_BYTES // 1024 // 1024,
    )
    return page, status


@bp.get("/overfoersler/skabelon")
@permit.drc
def template() -> ResponseReturnValue:
    """An empty file to fill in."""
    kind = KINDS.get(request.args.get("slags", ""))
    file_format = request.args.get("format", "xlsx")
    if kind is None or file_format not in writing.FORMATS:
        raise NotFound
    written = writing.template(kind.columns, kind.options(), file_format)
    return writing.sent(written, f"skabelon-{FILE_NAMES[kind.code]}", file_format)


@bp.get("/overfoersler/<uuid:import_id>")
@permit.drc
def one(import_id: UUID) -> ResponseReturnValue:
    """One import: its columns, what would come of its rows, how far it is, and what came of it."""
    row = queries.one(import_id, me())
    if request.headers.get("HX-Request"):
        return render_template("imports/_progress.html", row=row, labels=texts.PROGRESS, at_work=_at_work(row))
    return _transfer(row, Typed())


def _at_work(row: Import) -> bool:
    return row.state in AT_WORK and row.work_state == leases.DUE


def _transfer(row: Import, form: Typed, status: int = 200, columns: Edited | None = None) -> ResponseReturnValue:
    kind = KINDS[row.kind]
    asked = request.args.get("udfald", "")
    counts = queries.counts(row.id) if row.state in (ImportState.READY, ImportState.APPLIED) else {}
    by_verdict = report.by_verdict(counts)
    shown = asked if by_verdict.get(asked) else rules.first_to_see(by_verdict)
    page = page_of(queries.rows(row.id, shown), [ImportRow.number], request.args.get("side"), 50) if counts else None
    html = render_template(
        "imports/import.html",
        row=row,
        form=form,
        choosing=columns or opened(operations.columns_as_sent(row)),
        kind_name=KIND_NAMES[kind.code],
        states=texts.STATES,
        verdicts=texts.VERDICTS,
        outcomes=texts.OUTCOMES,
        choices=texts.CHOICES,
        labels=texts.PROGRESS,
        at_work=_at_work(row),
        gave_up=row.work_state == leases.FAILED,
        columns=[(column.name, column.heading) for column in kind.columns],
        by_verdict=by_verdict,
        undecided=counts.get((Verdict.DOUBTFUL, ""), 0),
        to_do=rules.to_do(counts),
        shown=shown,
        page=page,
        lines=_lines(row, page.items) if page else [],
        until=row.applied_at + ROWS.time if row.applied_at else None,
        undoable=row.state == ImportState.APPLIED and row.applied_at is not None and now() < row.applied_at + ROWS.time,
    )
    return html, status


def _lines(row: Import, found: Sequence[ImportRow]) -> list[report.JudgedRow]:
    options = KINDS[row.kind].options()
    return [report.line(row, each, options) for each in found]


@bp.post("/overfoersler/<uuid:import_id>/kolonner")
@permit.drc
def columns(import_id: UUID) -> ResponseReturnValue:
    """Say what each column means."""
    row = queries.one(import_id, me(), lock=True)
    form = edited(operations.columns_as_sent(row))
    given = load(ColumnsFields(), form) if form.sent else None
    if given is not None:
        try:
            operations.choose_columns(row, [column["name"] for column in given["columns"]], form.seen)
            return redirect(url_for("imports.one", import_id=row.id))
        except Refusal as refusal:
            db.session.rollback()
            form.refuse(refusal)
            row = queries.one(import_id, me())
    return _transfer(row, form, form.status, form)


@bp.route("/overfoersler/<uuid:import_id>/raekker/<int:number>", methods=["GET", "POST"])
@permit.drc
def row(import_id: UUID, number: int) -> ResponseReturnValue:
    """One row: its cells, to be mended, and what a doubtful one is."""
    found = queries.one(import_id, me(), lock=sending())
    line = queries.row(found.id, number)
    state = row_as_sent(found, line)
    form = edited(state)
    form.values = flat(state) | form.values  # of its two forms each sends its own fields
    if not form.sent:
        return _row(found, line, form, form.status)
    deed = _decide if request.form.get("action") == "decide" else _mend
    try:
        if onward := deed(found, number, form, line.verdict):
            return redirect(onward)
    except Refusal as refusal:
        db.session.rollback()
        form.refuse(refusal)
        status = form.status if form.changed else int(refusal.status)
        return _row(queries.one(import_id, me()), queries.row(import_id, number), form, status)
    return _row(found, queries.row(import_id, number), form, 422)


def _decide(found: Import, number: int, form: Edited, listed: str) -> str:
    """Take over what a person says of a doubtful row. Returns where to go on, or nothing where it is not said rightly."""
    said = Typed({"choice": form.values.get("choice", "")})
    given = load(ChoiceFields(), said)
    form.errors |= said.errors
    if given is None:
        return ""
    decide(found, number, given["choice"], form.seen)
    return url_for("imports.one", import_id=found.id, udfald=listed)


def _mend(found: Import, number: int, form: Edited, listed: str) -> str:
    """Take over the cells of a row. Returns where to go on: to the list it stood in, or to the row while it is not right yet."""
    texts = {name.removeprefix("cell-"): text for name, text in form.values.items() if name.startswith("cell-")}
    if mend(found, number, texts, form.seen).verdict == Verdict.REFUSED:
        flash(_("What you wrote is kept, and the row is still refused: see why."), "warning")
        return url_for("imports.row", import_id=found.id, number=number)
    flash(_("Row %(number)s has been mended.", number=number), "success")
    return url_for("imports.one", import_id=found.id, udfald=listed)


def _row(found: Import, line: ImportRow, form: Typed, status: int = 200) -> ResponseReturnValue:
    kind = KINDS[found.kind]
    if line.verdict == Verdict.REFUSED:
        for name, reason in line.problems:
            form.errors.setdefault(f"cell-{name}" if name in found.columns else "_schema", []).append(reason)
    page = render_template(
        "imports/row.html",
        row=found,
        line=_lines(found, [line])[0],
        form=form,
        fields=[(name, kind.by_name[name], found.headings[place]) for place, name in enumerate(found.columns) if name],
        verdicts=texts.VERDICTS,
        of_a_row=texts.OF_A_ROW,
        choices=[(choice.value, words) for choice, words in texts.CHOICES.items()],
        open=found.state == ImportState.READY,
    )
    return page, status


@bp.get("/overfoersler/<uuid:import_id>/afviste.csv")
@permit.drc
def refused(import_id: UUID) -> ResponseReturnValue:
    """The rows that were refused, with the reasons, to be mended in a spreadsheet and sent again."""
    found = queries.one(import_id, me())

    def lines() -> Iterator[list[str]]:
        query = db.select(ImportRow.number, ImportRow.cells, ImportRow.problems).where(
            ImportRow.import_id == found.id, ImportRow.verdict == Verdict.REFUSED
        )
        for batch in queries.in_batches(query):
            for each in batch:
                told = [report.problem(found, *problem) for problem in each.problems]
                reason = " ".join(f"{why.heading}: {why.reason}" if why.heading else why.reason for why in told)
                cells = [*each.cells, *[""] * (len(found.headings) - len(each.cells))]
                yield [str(each.number), reason, *cells]

    written = writing.listed([_("Row"), _("Reason"), *found.headings], lines())
    return writing.sent(written, "afviste", "csv")


@bp.post("/overfoersler/<uuid:import_id>/<step>")
@permit.drc
def act(import_id: UUID, step: str) -> ResponseReturnValue:
    """Carry an import out, undo it, say of all that is doubtful what it is, try again, or give it up."""
    if not re.fullmatch("importer|fortryd|spring-over|alle-nye|igen|opgiv", step):
        raise NotFound
    row = queries.one(import_id, me(), lock=True)
    form = typed()
    try:
        match step:
            case "importer":
                given = load(ApplyFields(), form)
                operations.apply(row, leave_out=bool(given and given["leave_out"]))
            case "fortryd":
                operations.undo(row)
            case "spring-over":
                decide_all(row, RowChoice.SKIP)
            case "alle-nye":
                if left := decide_all(row, RowChoice.NEW):
                    flash(_("%(count)s rows cannot be new. Each says why.", count=left), "warning")
            case "igen":
                operations.again(row)
            case _:
                operations.drop(row)
                flash(_("The import has been given up, and its rows are forgotten."), "success")
    except Refusal as refusal:
        db.session.rollback()
        form.refuse(refusal)
        return _transfer(queries.one(import_id, me()), form, refusal.status)
    return redirect(url_for("imports.one", import_id=import_id))
