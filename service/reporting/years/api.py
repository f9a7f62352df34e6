"""Papers of a year."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from marshmallow import fields

from service.platform.web.api import Code, Item, MonthName, MunicipalQuery, listed_page, pages_of, resource, within
from service.platform.web.fields import Choice, Number, Strict
from service.platform.web.idempotency import once
from service.platform.web.identity import me
from service.platform.web.pages import page_of
from service.platform.web.permits import permit
from service.reporting.years import operations, queries
from service.reporting.years.kinds import YearKind
from service.reporting.years.models import YearPaper

bp = resource(
    "year-papers", __name__, "Papers of a year: made of what the months have told, each with who owes it to whom."
)


class YearPaperQuery(MunicipalQuery):
    """What the list is asked with."""

    year = Number(2000, 2200, required=False)
    kind = Choice(YearKind, required=False)


class YearSumItem(Item):
    """A key figure of the span: the sum of what its months told. `at_least` where some of them keep theirs back."""

    code = fields.String(metadata={"enum": ["sessions", "attendances", "volunteer_attendances", "volunteer_hours"]})
    value = fields.Integer()
    at_least = fields.Boolean()


class YearPaperItem(Item):
    """A paper of a municipality, of a year or a term, in one edition. `awaited` waits for its last month to be closed."""

    id = fields.UUID()
    municipality_code = fields.String()
    kind = fields.String(metadata={"enum": list(YearKind)})
    year = fields.Integer()
    about = fields.String(
        metadata={"description": "The number of the agreement that it is of; empty where it is of a year."}
    )
    revision = fields.Integer()
    first_month = MonthName()
    last_month = MonthName()
    due_on = fields.Date()
    status = fields.String(metadata={"enum": ["awaited", "waiting", "issued", "failed"]})
    document_id = fields.UUID(allow_none=True)
    asked_at = fields.AwareDateTime()
    issued_at = fields.AwareDateTime(allow_none=True)
    error = fields.Function(lambda row: row.last_error if me().drc else None, metadata={"type": ["string", "null"]})


class YearFiguresItem(Item):
    """The key figures of an issued paper, as it froze them."""

    id = fields.UUID()
    municipality_code = fields.String()
    year = fields.Integer()
    figures = fields.List(fields.Nested(YearSumItem))


class CaseFields(Strict):
    """Of which municipality and year a case is asked for."""

    municipality_code = Code()
    year = Number(2000, 2200)


@bp.get("/year-papers")
@permit.signed_in
@bp.arguments(YearPaperQuery, location="query")
@bp.response(200, pages_of(YearPaperItem))
def papers(asked: dict[str, Any]) -> Any:
    """List the papers within reach, the newest year first."""
    query = queries.papers(within(asked["municipality_code"]), asked["year"])
    if asked["kind"]:
        query = query.where(YearPaper.kind == asked["kind"])
    keys = [YearPaper.year, YearPaper.due_on, YearPaper.id]
    return listed_page(page_of(query, keys, asked["cursor"], asked["limit"], descending=True), asked["limit"])


@bp.get("/year-papers/<uuid:year_paper_id>")
@permit.signed_in
@bp.response(200, YearPaperItem)
def paper(year_paper_id: UUID) -> Any:
    """Read a paper and how far it is."""
    return queries.paper(year_paper_id)


@bp.get("/year-papers/<uuid:year_paper_id>/figures")
@permit.signed_in
@bp.response(200, YearFiguresItem)
def figures(year_paper_id: UUID) -> Any:
    """Read the key figures of an issued paper; 404 for one that is not issued."""
    row = queries.paper(year_paper_id)
    told = queries.document_of(row).facts["keys"]
    return {"id": row.id, "municipality_code": row.municipality_code, "year": row.year, "figures": told}


@bp.post("/year-papers")
@permit.signed_in
@once
@bp.arguments(CaseFields)
@bp.response(202, YearPaperItem)
def ask_case(given: dict[str, Any]) -> Any:
    """Ask for the case of a year. It is made by and by; one that is being made is answered again."""
    return operations.ask_case(within(given["municipality_code"]) or "", given["year"])


@bp.post("/year-papers/<uuid:year_paper_id>/editions")
@permit.drc
@once
@bp.response(202, YearPaperItem)
def ask_edition(year_paper_id: UUID) -> Any:
    """Ask for a new edition of an issued paper, of what its months tell by now; 409 while one is being made."""
    return operations.ask_edition(year_paper_id)
