"""Issued papers: what is said of them, and the papers themselves."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from flask import Response
from marshmallow import fields

from service.platform.documents import operations, queries
from service.platform.documents.models import Document
from service.platform.documents.rules import PaperKind
from service.platform.documents.views import pdf
from service.platform.web.api import PREFIX, Item, MunicipalQuery, listed_page, pages_of, resource, within
from service.platform.web.fields import Choice
from service.platform.web.pages import page_of
from service.platform.web.permits import permit

bp = resource("documents", __name__, "Issued papers. What was issued is never changed.")


class DocumentQuery(MunicipalQuery):
    """What the list of papers is asked with."""

    kind = Choice(PaperKind, required=False)


class DocumentItem(Item):
    """An issued paper. `url` is the path of the PDF."""

    id = fields.UUID()
    municipality_code = fields.String()
    number = fields.String()
    kind = fields.String()
    title = fields.String()
    subject = fields.String()
    issued_on = fields.Date()
    sha256 = fields.String()
    size = fields.Integer(metadata={"description": "In bytes."})
    url = fields.Function(lambda row: f"{PREFIX}/documents/{row.id}/content", metadata={"type": "string"})


@bp.get("/documents")
@permit.signed_in
@bp.arguments(DocumentQuery, location="query")
@bp.response(200, pages_of(DocumentItem))
def documents(asked: dict[str, Any]) -> Any:
    """List the papers within reach."""
    query = queries.of_municipality(within(asked["municipality_code"]))
    if asked["kind"]:
        query = query.where(Document.kind == asked["kind"])
    return listed_page(
        page_of(query, [Document.municipality_code, Document.id], asked["cursor"], asked["limit"]), asked["limit"]
    )


@bp.get("/documents/<uuid:document_id>")
@permit.signed_in
@bp.response(200, DocumentItem)
def document(document_id: UUID) -> Any:
    """Read what is said of a paper."""
    return queries.document(document_id)


@bp.get("/documents/<uuid:document_id>/content")
@permit.signed_in
@bp.response(200, {"type": "string", "format": "binary"}, content_type="application/pdf")
def content(document_id: UUID) -> Response:
    """Read the paper itself, a PDF, as it was issued."""
    return pdf(operations.read(document_id))
