"""Papers for a municipality's file: packages, and what was sent to where it files."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from flask import Response
from marshmallow import fields

from service.exchange.filing import operations, queries
from service.exchange.filing.models import Filing
from service.exchange.filing.views import saved
from service.platform.web.api import Item, MunicipalQuery, listed_page, pages_of, resource, within
from service.platform.web.pages import page_of
from service.platform.web.permits import permit

bp = resource(
    "filings", __name__, "Papers for the municipalities' files: packages, and what was sent to where they file."
)


class FilingItem(Item):
    """A paper that is sent to the address where its municipality files, and whether it has gone."""

    id = fields.UUID()
    municipality_code = fields.String()
    document_id = fields.UUID()
    recipient = fields.String()
    status = fields.String(metadata={"enum": ["waiting", "sent", "failed"]})
    owed_at = fields.AwareDateTime()
    sent_at = fields.AwareDateTime(allow_none=True)


@bp.get("/filings")
@permit.signed_in
@bp.arguments(MunicipalQuery, location="query")
@bp.response(200, pages_of(FilingItem))
def filings(asked: dict[str, Any]) -> Any:
    """List what was sent, or waits, within reach."""
    query, keys = queries.filings(within(asked["municipality_code"])), [Filing.municipality_code, Filing.id]
    return listed_page(page_of(query, keys, asked["cursor"], asked["limit"]), asked["limit"])


@bp.get("/filings/<uuid:filing_id>")
@permit.signed_in
@bp.response(200, FilingItem)
def filing(filing_id: UUID) -> Any:
    """Read whether a paper has gone."""
    return queries.filing(filing_id)


@bp.get("/documents/<uuid:document_id>/package")
@permit.signed_in
@bp.response(200, {"type": "string", "format": "binary"}, content_type="application/zip")
def package(document_id: UUID) -> Response:
    """Read a paper as a municipality files it: a ZIP of the PDF, and of its title, number, date, case, KLE number, parties and SHA-256
    as XML and as JSON. The same paper gives the same bytes.
    """
    name, content = operations.package(document_id)
    return saved(content, name)
