"""The ledger, to be read."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from marshmallow import fields

from service.platform.ledger import queries
from service.platform.ledger.models import LedgerEntry
from service.platform.web.api import Item, MunicipalQuery, listed_page, pages_of, resource, within
from service.platform.web.pages import page_of
from service.platform.web.permits import permit

bp = resource("audit-entries", __name__, "The ledger: who did, saw and exported what. Acts, never contents.")


class AuditEntryItem(Item):
    """An act, and how it hangs on the one before: `hash` covers the entry and the hash of the entry before it."""

    id = fields.UUID()
    municipality_code = fields.String()
    number = fields.Integer()
    at = fields.AwareDateTime()
    office = fields.String(metadata={"description": "In what capacity: drc, municipality, clock or link."})
    person_id = fields.UUID(allow_none=True)
    act = fields.String()
    subject = fields.String(metadata={"description": "What it was done to: `share:` and its id."})
    details = fields.Dict()
    hash = fields.String()


@bp.get("/audit-entries")
@permit.signed_in
@bp.arguments(MunicipalQuery, location="query")
@bp.response(200, pages_of(AuditEntryItem))
def entries(asked: dict[str, Any]) -> Any:
    """List the entries within reach, by municipality, oldest first."""
    query = queries.entries(within(asked["municipality_code"]))
    keys = [LedgerEntry.municipality_code, LedgerEntry.number]
    return listed_page(page_of(query, keys, asked["cursor"], asked["limit"]), asked["limit"])


@bp.get("/audit-entries/<uuid:entry_id>")
@permit.signed_in
@bp.response(200, AuditEntryItem)
def entry(entry_id: UUID) -> Any:
    """Read an entry."""
    return queries.entry(entry_id)
