"""Exports through the API, for DRC alone: asked for, made by a worker, fetched within a day by the one who asked."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any
from uuid import UUID

from flask import Response
from marshmallow import fields

from service.exchange.exports import operations, queries
from service.exchange.exports.models import Export
from service.exchange.exports.schemas import ExportFields
from service.exchange.records import writing
from service.exchange.records.kinds import KINDS
from service.exchange.records.kinds.base import Limits
from service.exchange.records.schemas import FILE, OF_EITHER_FORMAT
from service.exchange.records.writing import FORMATS
from service.platform.web.api import Item, ListQuery, listed_page, pages_of, resource
from service.platform.web.idempotency import once
from service.platform.web.identity import me
from service.platform.web.pages import page_of
from service.platform.web.permits import permit
from service.platform.work import leases

bp = resource("exports", __name__, "Files of groups, volunteers and sessions that are taken out. For DRC alone.")


class ExportItem(Item):
    """A file that was asked for. It can be fetched when `made_at` is there, for a day. `gave_up`: it did not succeed, `retry` it.

    By which limits it was asked for is not told: a search may hold a name.
    """

    id = fields.UUID()
    kind = fields.String(metadata={"enum": sorted(KINDS)})
    file_format = fields.String(metadata={"enum": sorted(FORMATS)})
    gave_up = fields.Boolean()
    total = fields.Integer(metadata={"description": "Rows to be written; when it is made, those in the file."})
    progress = fields.Integer(metadata={"description": "Rows written so far."})
    size = fields.Integer(allow_none=True, metadata={"description": "Bytes of the file."})
    created_at = fields.AwareDateTime()
    made_at = fields.AwareDateTime(allow_none=True)


@bp.get("/exports")
@permit.drc
@bp.arguments(ListQuery, location="query")
@bp.response(200, pages_of(ExportItem))
def exports(asked: dict[str, Any]) -> Any:
    """List what one has asked for of late, newest first. Nobody sees another's."""
    keys = [Export.created_at, Export.id]
    page = page_of(queries.exports(me()), keys, asked["cursor"], asked["limit"], descending=True)
    return listed_page(page, asked["limit"], _item)


@bp.post("/exports")
@permit.drc
@once
@bp.arguments(ExportFields)
@bp.response(201, ExportItem)
def ask(given: dict[str, Any]) -> Any:
    """Ask for a file. Groups are narrowed down by municipality, status, network and search; volunteers by municipality, status, group
    and search; sessions by municipality and days. A worker makes it; the ledger tells of it.
    """
    return _item(operations.ask(given.pop("kind"), given.pop("file_format"), Limits(**given), me()))


@bp.get("/exports/<uuid:export_id>")
@permit.drc
@bp.response(200, ExportItem)
def export(export_id: UUID) -> Any:
    """Read how far a file is."""
    return _item(queries.export(export_id, me()))


@bp.get("/exports/<uuid:export_id>/content")
@permit.drc
@bp.response(200, FILE, content_type=writing.XLSX)
@bp.doc(**OF_EITHER_FORMAT)
def content(export_id: UUID) -> Response:
    """Fetch the file: 404 until it is made, and after a day. The ledger notes each time."""
    row = queries.export(export_id, me())
    return writing.sent(operations.fetch(row), row.kind, row.file_format)


@bp.post("/exports/<uuid:export_id>/retry")
@permit.drc
@once
@bp.response(200, ExportItem)
def again(export_id: UUID) -> Any:
    """Let a file that was given up be tried anew. Harmless when it was not."""
    row = queries.export(export_id, me(), lock=True)
    operations.again(row)
    return _item(row)


def _item(row: Export) -> Mapping[str, Any]:
    gave_up = row.work_state == leases.FAILED
    return {**{name: getattr(row, name, None) for name in ExportItem().fields}, "gave_up": gave_up}
