"""The plan of a year as a page."""

from __future__ import annotations

from flask import Blueprint, render_template, request
from flask.typing import ResponseReturnValue

from service.partnership.agreements import queries as agreements
from service.partnership.agreements.texts import tag
from service.partnership.catalogue.queries import kinds
from service.partnership.catalogue.texts import EVERY
from service.partnership.duties.texts import SIDES, STANDINGS, title
from service.partnership.followups import words as followups
from service.platform.web.here import municipality_here
from service.platform.web.language import chosen
from service.platform.web.permits import permit
from service.reporting.yearplan import queries, rules
from service.reporting.yearplan.texts import MARKS, OWED
from tenants.calendar import day_of
from tenants.database import now
from tenants.scope import Capability

bp = Blueprint("yearplan", __name__, template_folder="templates")


@bp.get("/kommuner/<municipality_code>/aarsplan")
@permit.capability(Capability.YEAR_PLAN)
def plan(municipality_code: str) -> ResponseReturnValue:
    """A year of the partnership: what is agreed, and month by month what is due, planned and closed."""
    today, years = day_of(now()), queries.years(municipality_code)
    year = _year_asked(years, today.year)
    known = queries.known(municipality_code, year, today) if years else {}
    plan = queries.plan(municipality_code, year) if years else None
    return render_template(
        "yearplan/plan.html",
        plan=plan,
        years=years,
        year=year,
        today=today,
        earmarks=followups.said(plan.earmarks, chosen()) if plan else [],
        standing=lambda entry: rules.standing(entry, known, today),
        validity=agreements.in_force(municipality_code, today),
        tag=tag,
        marks=MARKS,
        owed=OWED,
        sides=SIDES,
        texts=STANDINGS,
        title=title,
        every=EVERY,
        kinds=kinds(),
        language_code=chosen(),
        municipality=municipality_here(),
    )


def _year_asked(years: list[int], present: int) -> int:
    """The year that is asked for or the present one, brought to the nearest that there is a plan for."""
    asked = request.args.get("aar", "")
    year = int(asked) if asked.isascii() and asked.isdigit() and len(asked) == 4 else present
    return min(max(year, years[0]), years[-1]) if years else year
