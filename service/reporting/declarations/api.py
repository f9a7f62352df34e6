"""Declarations of child certificates. A group's contact confirms one by a mailed link: no key does."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from marshmallow import fields

from service.platform.web.api import Item, MunicipalQuery, listed_page, pages_of, resource, within
from service.platform.web.fields import Number
from service.platform.web.identity import me
from service.platform.web.pages import page_of
from service.platform.web.permits import permit
from service.reporting.declarations import queries, rules
from service.reporting.declarations.models import Declaration

bp = resource(
    "declarations", __name__, "What groups declare of their child certificates each year: numbers and days, no person."
)


DAY = {"format": "date", "description": "When the oldest or newest of the certificates was verified."}
FACTS = (
    "id",
    "municipality_code",
    "group_id",
    "group_name",
    "year",
    "asked_at",
    "confirmed_at",
    "document_id",
)


class DeclarationQuery(MunicipalQuery):
    """What the list is asked with."""

    year = Number(2000, 2200, required=False)


class DeclarationItem(Item):
    """What a group declares to a municipality of a year. Null where a number is so small that it is not told."""

    id = fields.UUID()
    municipality_code = fields.String()
    group_id = fields.UUID()
    group_name = fields.String()
    year = fields.Integer(metadata={"description": "It speaks of the last day of this year."})
    sentence = fields.String(metadata={"description": "What is declared, in Danish as it is printed."})
    all = fields.Boolean(metadata={"description": "Whether each who meets children has a valid certificate."})
    holders = fields.Integer(allow_none=True, metadata={"description": "How many meet children."})
    verified = fields.Integer(allow_none=True)
    oldest = fields.String(allow_none=True, metadata=DAY)
    newest = fields.String(allow_none=True, metadata=DAY)
    asked_at = fields.AwareDateTime()
    confirmed_at = fields.AwareDateTime(allow_none=True)
    document_id = fields.UUID(allow_none=True)


@bp.get("/declarations")
@permit.signed_in
@bp.arguments(DeclarationQuery, location="query")
@bp.response(200, pages_of(DeclarationItem))
def declarations(asked: dict[str, Any]) -> Any:
    """List the declarations within reach, newest year first: a municipality's people see those whose paper is made."""
    query = queries.seen(queries.declarations(within(asked["municipality_code"]), asked["year"]), drc=me().drc)
    page = page_of(query, [Declaration.year, Declaration.id], asked["cursor"], asked["limit"], descending=True)
    return listed_page(page, asked["limit"], _item)


@bp.get("/declarations/<uuid:declaration_id>")
@permit.signed_in
@bp.response(200, DeclarationItem)
def declaration(declaration_id: UUID) -> Any:
    """Read one declaration."""
    return _item(queries.one(declaration_id, drc=me().drc))


def _item(row: Declaration) -> dict[str, Any]:
    facts = {name: getattr(row, name) for name in FACTS}
    return facts | row.states | {"sentence": rules.sentence(row.states, row.year)}
