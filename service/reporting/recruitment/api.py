"""How volunteers come and go, by month."""

from __future__ import annotations

from typing import Any

from marshmallow import fields

from service.platform.web.api import Item, MonthName, listed, pages_of, resource
from service.platform.web.permits import permit
from service.reporting.recruitment import queries, rules
from tenants.calendar import day_of
from tenants.database import now
from tenants.scope import Capability

bp = resource("recruitment", __name__, "How a municipality's volunteers come and go, as counts.")


class RecruitmentItem(Item):
    """A month: the volunteers of the municipality's own groups at its end, and how many had come and left. Null is a small count.

    Of the twelve months up to its end, how many came and left is told from the least to the most that it can be: the number itself where
    both are one.
    """

    id = fields.UUID()
    municipality_code = fields.String()
    month = MonthName()
    volunteers = fields.Integer(allow_none=True)
    came = fields.Integer(allow_none=True)
    left = fields.Integer(allow_none=True)
    came_in_year_least = fields.Integer(allow_none=True)
    came_in_year_most = fields.Integer(allow_none=True)
    left_in_year_least = fields.Integer(allow_none=True)
    left_in_year_most = fields.Integer(allow_none=True)
    counted_at = fields.AwareDateTime()


@bp.get("/municipalities/<municipality_code>/recruitment", tags=["municipalities"])
@permit.capability(Capability.RECRUITMENT)
@bp.response(200, pages_of(RecruitmentItem))
def months(municipality_code: str) -> Any:
    """List the last 13 months that were counted, oldest first, all at once."""
    wanted = rules.owed(day_of(now()))
    return listed(queries.months(municipality_code, wanted[0], wanted[-1]), None, rules.MONTHS)
