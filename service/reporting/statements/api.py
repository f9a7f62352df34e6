"""Monthly statements."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from marshmallow import fields

from service.platform.web.api import Code, Item, MonthName, MunicipalQuery, listed_page, pages_of, resource, within
from service.platform.web.date_fields import Month
from service.platform.web.fields import Strict
from service.platform.web.idempotency import once
from service.platform.web.identity import me
from service.platform.web.pages import page_of
from service.platform.web.permits import permit
from service.reporting.statements import operations, queries, releasing, revising
from service.reporting.statements.models import Statement
from service.reporting.statements.schemas import EditionFields
from tenants.database import db

bp = resource("statements", __name__, "The monthly statements: one for each municipality and month.")


class StatementQuery(MunicipalQuery):
    """What the list of statements is asked with."""

    month = Month(required=False)


class StatementItem(Item):
    """The statement of a municipality for a month, in one edition. DRC alone sees what is held, and `error`, why the last try failed."""

    id = fields.UUID()
    municipality_code = fields.String()
    month = MonthName()
    revision = fields.Integer()
    status = fields.String(metadata={"enum": ["held", "waiting", "issued", "failed"]})
    document_id = fields.UUID(allow_none=True)
    asked_at = fields.AwareDateTime()
    released_at = fields.AwareDateTime(
        allow_none=True, metadata={"description": "While it is held: when it goes out by itself."}
    )
    issued_at = fields.AwareDateTime(allow_none=True)
    reason = fields.String(
        metadata={"description": "Why there is a new edition, as DRC says. Empty of a first one, and by the rule."}
    )
    outdated_since = fields.Function(
        lambda row: row.outdated_since.isoformat() if me().drc and row.outdated_since else None,
        metadata={
            "type": ["string", "null"],
            "format": "date-time",
            "description": "For DRC: since when late entries are so large that a new edition is asked for.",
        },
    )
    error = fields.Function(lambda row: row.last_error if me().drc else None, metadata={"type": ["string", "null"]})


class Close(Strict):
    """A month to close: in one municipality, or wherever it is owed."""

    month = Month()
    municipality_code = Code(required=False)


class Closed(Item):
    """What a month owes within reach, and what of it was asked for now. The statements are made by and by."""

    month = MonthName()
    owed = fields.List(fields.String(), metadata={"description": "Codes of municipalities."})
    asked = fields.List(fields.String(), metadata={"description": "Those whose statement was not released before."})


@bp.get("/statements")
@permit.signed_in
@bp.arguments(StatementQuery, location="query")
@bp.response(200, pages_of(StatementItem))
def statements(asked: dict[str, Any]) -> Any:
    """List the statements within reach, the newest month first."""
    query = queries.statements(within(asked["municipality_code"]))
    if asked["month"]:
        query = query.where(Statement.month == asked["month"])
    keys = [Statement.month, Statement.municipality_code, Statement.revision]
    return listed_page(page_of(query, keys, asked["cursor"], asked["limit"], descending=True), asked["limit"])


@bp.get("/statements/<uuid:statement_id>")
@permit.signed_in
@bp.response(200, StatementItem)
def statement(statement_id: UUID) -> Any:
    """Read a statement."""
    return queries.statement(statement_id)


@bp.post("/statements/close")
@permit.drc
@once
@bp.arguments(Close)
@bp.response(202, Closed)
def close(given: dict[str, Any]) -> Any:
    """Make and release the statements that a month owes, held or not, and whoever has not reported. Harmless to repeat."""
    code = within(given["municipality_code"])
    codes = {code} if code else me().codes
    asked = operations.ask(given["month"], codes)
    return {"month": given["month"], "owed": sorted(queries.owed(given["month"]) & codes), "asked": asked}


@bp.post("/statements/<uuid:statement_id>/release")
@permit.drc
@once
@bp.response(202, StatementItem)
def release(statement_id: UUID) -> Any:
    """Release a statement that is held. Harmless for one that is not."""
    row = queries.statement(statement_id)
    releasing.release(row.month, [row.municipality_code])
    db.session.refresh(row)
    return row


@bp.post("/statements/<uuid:statement_id>/retry")
@permit.drc
@once
@bp.response(202, StatementItem)
def retry(statement_id: UUID) -> Any:
    """Let a statement that failed be tried anew. Harmless for one that has not failed."""
    return operations.again(statement_id)


@bp.post("/statements/<uuid:statement_id>/revise")
@permit.drc
@once
@bp.arguments(EditionFields)
@bp.response(202, StatementItem)
def revise(given: dict[str, Any], statement_id: UUID) -> Any:
    """Ask for a new edition of a month's statement, with the reason that is printed on it; 409 while one is being made."""
    row = queries.statement(statement_id)
    return revising.ask_revision(row.municipality_code, row.month, given["reason"])
