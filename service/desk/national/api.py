"""The national figures for programs of DRC."""

from __future__ import annotations

from dataclasses import asdict
from typing import Any

from marshmallow import fields

from service.activity.activities.session_items import FigureQuery
from service.desk.national import queries, rules
from service.desk.national.rules import Breakdown
from service.desk.national.texts import named
from service.platform.web.api import Item, listed, pages_of, resource
from service.platform.web.fields import Choice
from service.platform.web.permits import permit
from tenants.calendar import day_of, first_of, month_before
from tenants.database import now

bp = resource("national-figures", __name__, "What was held in all of Denmark, nothing counted twice. For DRC.")


class NationalQuery(FigureQuery):
    """By what the figures are told, and from which month to which, at most 36: the earliest are left out."""

    by = Choice(Breakdown, required=False, load_default=Breakdown.MONTH)


class NationalSumsItem(Item):
    """What was held under one key, as recorded by now. Rows sum to the whole, but for effects: an activity works for several.

    A session is counted where it is at home, its participants, volunteers and minutes where each municipality's part is. A null key
    is outside of all territories.
    """

    id = fields.String()
    key = fields.String(allow_none=True)
    name = fields.String()
    sessions = fields.Integer()
    cancelled = fields.Integer()
    attendances = fields.Integer()
    volunteer_attendances = fields.Integer()
    volunteer_minutes = fields.Integer()


@bp.get("/national-figures")
@permit.drc
@bp.arguments(NationalQuery, location="query")
@bp.response(200, pages_of(NationalSumsItem))
def figures(asked: dict[str, Any]) -> Any:
    """List the sums by month, territory, municipality, type or effect, all at once."""
    newest = month_before(first_of(day_of(now())))
    by = Breakdown(asked["by"])
    rows = named(by, queries.sums(by, *rules.span(asked["first"], asked["last"], newest)))
    found = [{"id": f"{by}-{row.key or ''}", "name": name, **asdict(row)} for name, row in rows]
    return listed(found, None, max(len(found), 1))
