"""Papers for a municipality's file: packages, and what was sent to where it files."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from flask import Response
from marshmallow import fields

from service.exchange.filing import operations, queries
from service.exchange.filing.models import Filing
from service.exchange.filing.schemas import FilingAddressFields
from service.exchange.filing.views import may_set, saved
from service.platform.web.api import Editable, Item, MunicipalQuery, listed_page, pages_of, resource, within
from service.platform.web.errors import NotFound
from service.platform.web.etags import seen
from service.platform.web.fields import whole
from service.platform.web.idempotency import once
from service.platform.web.identity import me
from service.platform.web.pages import page_of
from service.platform.web.permits import permit
from service.platform.web.versions import version_of

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


class FilingAddressItem(Editable):
    """The mail address where a municipality files, and since when what is issued is sent there; blank and null where nothing is."""

    municipality_code = fields.String()
    email = fields.String()
    since = fields.AwareDateTime(allow_none=True)


@bp.get("/municipalities/<municipality_code>/filing-address", tags=["municipalities"])
@permit.municipality
@bp.response(200, FilingAddressItem)
def address(municipality_code: str) -> Any:
    """Read where the municipality files."""
    return _address(municipality_code)


@bp.put("/municipalities/<municipality_code>/filing-address", tags=["municipalities"])
@permit.municipality
@once
@bp.arguments(whole(FilingAddressFields))
@bp.response(200, FilingAddressItem)
def set_address(given: dict[str, Any], municipality_code: str) -> Any:
    """Let the papers that are issued from now on be sent to an address, or, where it is blank, to none. A manager's to do, and DRC's."""
    if not may_set():
        raise NotFound
    operations.set_address(municipality_code, given["email"], me().person_id, seen())
    return _address(municipality_code)


def _address(code: str) -> dict[str, Any]:
    row = queries.address(code)
    return {
        "municipality_code": code,
        "email": row.email if row else "",
        "since": row.since if row else None,
        "version": version_of(queries.as_sent(row)) if may_set() else None,
    }


@bp.get("/documents/<uuid:document_id>/package")
@permit.signed_in
@bp.response(200, {"type": "string", "format": "binary"}, content_type="application/zip")
def package(document_id: UUID) -> Response:
    """Read a paper as a municipality files it: a ZIP of the PDF, and of its title, number, date, case, KLE number, parties and SHA-256
    as XML and as JSON, the same bytes each time; and of the log's newest checkpoint, so that whoever files it keeps that too.
    """
    name, content = operations.package(document_id)
    return saved(content, name)
