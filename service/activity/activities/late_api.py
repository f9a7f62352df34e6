"""Late entries in the API. DRC's alone."""

from __future__ import annotations

from typing import Any

from marshmallow import fields

from service.activity.activities import late
from service.activity.activities.lateness import LateWay
from service.activity.activities.models import LateEntry
from service.platform.web.api import Item, MonthName, MunicipalQuery, listed_page, pages_of, resource, within
from service.platform.web.date_fields import Month
from service.platform.web.identity import me
from service.platform.web.pages import page_of
from service.platform.web.permits import permit

bp = resource("late-entries", __name__, "Sessions that changed after their month was closed.")


class LateQuery(MunicipalQuery):
    """What the list of late entries is asked with."""

    month = Month(required=False)


class LateItem(Item):
    """What a change after a municipality's month was closed adds to what a type counts in it, or takes from it.

    `differences` are by measure, never 0. `way` is through what, `office` and `role` by whom.
    """

    id = fields.UUID()
    municipality_code = fields.String()
    month = MonthName()
    activity_type = fields.String()
    session_id = fields.UUID()
    differences = fields.Dict(keys=fields.String(), values=fields.Integer())
    way = fields.String(metadata={"enum": list(LateWay)})
    office = fields.String(metadata={"enum": ["drc", "clock"]})
    role = fields.String(metadata={"enum": ["", "secretariat", "consultant"]})
    at = fields.AwareDateTime()


@bp.get("/late-entries")
@permit.drc
@bp.arguments(LateQuery, location="query")
@bp.response(200, pages_of(LateItem))
def entries(asked: dict[str, Any]) -> Any:
    """List the late entries within reach, in the order in which they came."""
    code = within(asked["municipality_code"])
    query = late.entries(code, asked["month"])
    if code is None:
        query = query.where(LateEntry.municipality_code.in_(me().codes))
    return listed_page(page_of(query, [LateEntry.id], asked["cursor"], asked["limit"]), asked["limit"])
