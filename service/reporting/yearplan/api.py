"""The plan of a year."""

from __future__ import annotations

from typing import Any

from marshmallow import fields

from service.partnership.duties.rules import DutySide, DutyStanding
from service.platform.web.api import Item, MonthName, resource
from service.platform.web.fields import Number, Strict
from service.platform.web.permits import permit
from service.reporting.yearplan import queries, rules
from service.reporting.yearplan.rules import Mark, PlanEntry
from tenants.calendar import day_of
from tenants.database import now
from tenants.scope import Capability, Every

bp = resource("yearplan", __name__, "What the agreement in force puts into a year.")


class YearQuery(Strict):
    """Of which year. Left out: the present one."""

    year = Number(2000, 2200, required=False)


class FrequencyItem(Item):
    """So many times a week, fortnight, month, quarter or year."""

    times = fields.Integer()
    every = fields.String(metadata={"enum": list(Every)})


class PlannedTypeItem(Item):
    """An activity type that is agreed in the year: where, how often, how many times it is planned, and how many it was held."""

    activity_type = fields.String()
    places = fields.List(fields.String())
    often = fields.List(fields.Nested(FrequencyItem))
    planned = fields.Integer()
    held = fields.Integer()


class PlannedDayItem(Item):
    """A day of the plan. A duty has a side, a kind, a title and a state; an instalment an amount in øre.

    What has fallen away, as its agreement ends before, has the state `fallen_away`, an instalment too.
    """

    day = fields.Date()
    mark = fields.String(metadata={"enum": list(Mark)})
    side = fields.String(allow_none=True, metadata={"enum": [*DutySide, None]})
    kind = fields.String()
    title = fields.String()
    ore = fields.Integer(allow_none=True)
    currency = fields.String(dump_default="DKK")
    state = fields.String(allow_none=True, metadata={"enum": [*DutyStanding, None]})


class BreakItem(Item):
    """A holiday or school break, in the month: its days, both included."""

    name = fields.String()
    first = fields.Date()
    last = fields.Date()


class PlannedMonthItem(Item):
    """A month of the plan, and how many times activities are planned to meet in it."""

    month = MonthName(attribute="first")
    planned = fields.Integer()
    planned_after = fields.Integer(
        metadata={"description": "Times that are planned after the last day of an agreement that nothing follows."}
    )
    days = fields.List(fields.Nested(PlannedDayItem))
    breaks = fields.List(fields.Nested(BreakItem))


class YearPlanItem(Item):
    """A year of a municipality."""

    id = fields.String()
    municipality_code = fields.String()
    year = fields.Integer()
    agreed = fields.List(fields.Nested(PlannedTypeItem))
    months = fields.List(fields.Nested(PlannedMonthItem))


@bp.get("/municipalities/<municipality_code>/year-plan", tags=["municipalities"])
@permit.capability(Capability.YEAR_PLAN)
@bp.arguments(YearQuery, location="query")
@bp.response(200, YearPlanItem)
def plan(asked: dict[str, Any], municipality_code: str) -> Any:
    """Read the plan of a year: what is agreed, and month by month what is due, planned and closed."""
    today = day_of(now())
    year = asked["year"] or today.year
    known, found = queries.known(municipality_code, year, today), queries.plan(municipality_code, year)

    def told(entry: PlanEntry) -> dict[str, Any]:
        names = ("day", "mark", "side", "kind", "title", "ore")
        return {name: getattr(entry, name) for name in names} | {"state": rules.standing(entry, known, today)}

    return {
        "id": f"{municipality_code}-{year}",
        "municipality_code": municipality_code,
        "year": year,
        "agreed": found.agreed,
        "months": [
            {name: getattr(m, name) for name in ("first", "planned", "planned_after", "breaks")}
            | {"days": [told(each) for each in m.entries]}
            for m in found.months
        ],
    }
