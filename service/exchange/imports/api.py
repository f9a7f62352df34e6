"""Imports through the API, for DRC alone: the same steps as the pages have.

No answer to an unsafe call holds a cell of the file or quotes one, as those answers are kept for calls that are repeated. What
came of the call is read from the import and its rows.
"""

from __future__ import annotations

import http
from collections.abc import Mapping
from typing import Any
from uuid import UUID

from flask import Response, request
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from service.exchange.imports import deciding, operations, queries, report
from service.exchange.imports.models import Import, ImportRow
from service.exchange.imports.rules import AT_WORK, MOST_BYTES
from service.exchange.imports.schemas import (
    AllFields,
    ApplyFields,
    ChoiceFields,
    ColumnsSent,
    ImportItem,
    ImportQuery,
    ImportRowItem,
    LeftItem,
    MendFields,
    RowQuery,
    RowStateItem,
    TemplateQuery,
    Upload,
    WholeImportItem,
)
from service.exchange.records import writing
from service.exchange.records.columns import Options
from service.exchange.records.kinds import KINDS
from service.exchange.records.rules import Verdict
from service.exchange.records.schemas import FILE, OF_EITHER_FORMAT
from service.exchange.records.texts import FILE_NAMES
from service.platform.web.api import listed_page, pages_of, resource
from service.platform.web.errors import Refusal
from service.platform.web.etags import seen
from service.platform.web.fields import whole
from service.platform.web.idempotency import once
from service.platform.web.identity import me
from service.platform.web.pages import page_of
from service.platform.web.permits import permit
from service.platform.web.security import takes
from service.platform.web.versions import version_of
from service.platform.work import leases

bp = resource("imports", __name__, "Files of groups, volunteers and past sessions that are taken in. For DRC alone.")
ROOM = MOST_BYTES + 1024  # one byte too many is told as that by the operation


class NotTheFile(Refusal):
    """What was sent is a form, and not the file itself."""

    status = http.HTTPStatus.UNSUPPORTED_MEDIA_TYPE


@bp.get("/imports")
@permit.drc
@bp.arguments(ImportQuery, location="query")
@bp.response(200, pages_of(ImportItem))
def imports(asked: dict[str, Any]) -> Any:
    """List the imports, newest first: one's own; the secretariat's are all."""
    query = queries.imports(me(), kind=asked["kind"], state=asked["state"])
    keys = [Import.created_at, Import.id]
    page = page_of(query, keys, asked["cursor"], asked["limit"], descending=True)
    return listed_page(page, asked["limit"], _item)


@bp.post("/imports")
@permit.drc
@takes(ROOM)
@once
@bp.arguments(Upload, location="query")
@bp.response(201, ImportItem)
@bp.doc(requestBody={"required": True, "content": {"application/octet-stream": {"schema": FILE}}})
def receive(asked: dict[str, Any]) -> Any:
    """Send a file: the body is the file itself, .xlsx or CSV, at most 10 MB and 20,000 rows. A worker reads and checks it."""
    if request.mimetype.startswith("multipart/"):
        raise NotTheFile(_("Send the file itself as the body, not a form."))
    return _item(operations.receive(asked["kind"], asked["file_name"], request.get_data(cache=True), me()))


@bp.get("/imports/template")
@permit.drc
@bp.arguments(TemplateQuery, location="query")
@bp.response(200, FILE, content_type=writing.XLSX)
@bp.doc(**OF_EITHER_FORMAT)
def template(asked: dict[str, Any]) -> Response:
    """Get an empty file to fill in, with the headings and an example; in a spreadsheet also what each column holds."""
    kind = KINDS[asked["kind"]]
    written = writing.template(kind.columns, kind.options(), asked["file_format"])
    return writing.sent(written, f"skabelon-{FILE_NAMES[kind.code]}", asked["file_format"])


@bp.get("/imports/<uuid:import_id>")
@permit.drc
@bp.response(200, WholeImportItem)
def transfer(import_id: UUID) -> Any:
    """Read an import: how far it is, its columns, and how many rows come to what."""
    row = queries.one(import_id, me())
    counts = queries.counts(row.id)
    return {
        **_item(row),
        "columns": [
            {"heading": heading, "name": name or None}
            for heading, name in zip(row.headings, row.columns, strict=False)  # headings are forgotten with the rows
        ],
        "counts": report.by_verdict(counts),
        "undecided": counts.get((Verdict.DOUBTFUL, ""), 0),
        "faults": [{"number": number, "reason": reason} for number, reason in row.faults],
    }


@bp.get("/imports/<uuid:import_id>/rows")
@permit.drc
@bp.arguments(RowQuery, location="query")
@bp.response(200, pages_of(ImportRowItem))
def rows(asked: dict[str, Any], import_id: UUID) -> Any:
    """List the rows of the file, with what would come of each and why. They are forgotten 30 days after the import."""
    found = queries.one(import_id, me())
    page = page_of(queries.rows(found.id, asked["verdict"]), [ImportRow.number], asked["cursor"], asked["limit"])
    options = KINDS[found.kind].options()
    return listed_page(page, asked["limit"], lambda each: _row(found, each, options))


@bp.get("/imports/<uuid:import_id>/rows/<int:number>")
@permit.drc
@bp.response(200, ImportRowItem)
def row(import_id: UUID, number: int) -> Any:
    """Read a row of the file."""
    found = queries.one(import_id, me())
    return _row(found, queries.row(found.id, number), KINDS[found.kind].options())


@bp.put("/imports/<uuid:import_id>/columns")
@permit.drc
@once
@bp.arguments(whole(ColumnsSent))
@bp.response(200, ImportItem)
def columns(given: dict[str, Any], import_id: UUID) -> Any:
    """Say what each of the file's columns means, in their order; blank is nothing. The rows are then checked by that.

    What means nothing is not kept: once the file is read, such a column can only be sent again.
    """
    row = _own(import_id)
    operations.choose_columns(row, [each["name"] for each in given["columns"]], seen())
    return _item(row)


@bp.patch("/imports/<uuid:import_id>/rows/<int:number>")
@permit.drc
@once
@bp.arguments(MendFields)
@bp.response(200, RowStateItem)
def mend(given: dict[str, Any], import_id: UUID, number: int) -> Any:
    """Give a row other cells, by column. It is checked anew at once."""
    found = _own(import_id)
    return _state(found, deciding.mend(found, number, given["cells"], seen()))


@bp.post("/imports/<uuid:import_id>/rows/<int:number>/decide")
@permit.drc
@once
@bp.arguments(ChoiceFields)
@bp.response(200, RowStateItem)
def decide(given: dict[str, Any], import_id: UUID, number: int) -> Any:
    """Say what a doubtful row is: a new one, the one that is here, or none of it."""
    found = _own(import_id)
    return _state(found, deciding.decide(found, number, given["choice"]))


@bp.post("/imports/<uuid:import_id>/decide")
@permit.drc
@once
@bp.arguments(AllFields)
@bp.response(200, LeftItem)
def decide_all(given: dict[str, Any], import_id: UUID) -> Any:
    """Say the same of every doubtful row that nothing is said of: that it is new, or is skipped."""
    return {"undecided": deciding.decide_all(_own(import_id), given["choice"])}


@bp.post("/imports/<uuid:import_id>/apply")
@permit.drc
@once
@bp.arguments(ApplyFields)
@bp.response(200, ImportItem)
def apply(given: dict[str, Any], import_id: UUID) -> Any:
    """Have the import carried out, all of it or nothing. `leave_out` where rows that are refused are to be left out."""
    row = _own(import_id)
    operations.apply(row, leave_out=bool(given["leave_out"]))
    return _item(row)


@bp.post("/imports/<uuid:import_id>/undo")
@permit.drc
@once
@bp.response(200, ImportItem)
def undo(import_id: UUID) -> Any:
    """Have an import undone as one, within 30 days and while nothing of it has been changed since."""
    row = _own(import_id)
    operations.undo(row)
    return _item(row)


@bp.post("/imports/<uuid:import_id>/retry")
@permit.drc
@once
@bp.response(200, ImportItem)
def again(import_id: UUID) -> Any:
    """Have work that was given up tried anew. Harmless when it was not."""
    row = _own(import_id)
    operations.again(row)
    return _item(row)


@bp.delete("/imports/<uuid:import_id>")
@permit.drc
@once
@bp.response(204)
def drop(import_id: UUID) -> ResponseReturnValue:
    """Give up an import that has not been carried out. Its rows are forgotten at once."""
    operations.drop(_own(import_id))
    return "", 204


def _own(import_id: UUID) -> Import:
    return queries.one(import_id, me(), lock=True)


def _item(row: Import) -> Mapping[str, Any]:
    gave_up = row.work_state == leases.FAILED and row.state in AT_WORK
    own = {name: getattr(row, name, None) for name in ImportItem().fields}
    return {**own, "gave_up": gave_up, "version": version_of(operations.columns_as_sent(row))}


def _row(found: Import, each: ImportRow, options: Options) -> dict[str, Any]:
    told = report.line(found, each, options)
    own = {name: getattr(told, name, None) for name in ImportRowItem().fields}
    return {**own, "version": version_of(deciding.row_as_sent(found, each))}


def _state(found: Import, each: ImportRow) -> dict[str, Any]:
    own = {name: getattr(each, name) for name in ("number", "verdict", "choice")}
    return {**own, "version": version_of(deciding.row_as_sent(found, each))}
