"""How volunteers come and go, as a page."""

from __future__ import annotations

from flask import Blueprint, render_template
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from service.platform.web.charts import Figure, by_month
from service.platform.web.here import municipality_here
from service.platform.web.language import number
from service.platform.web.permits import permit
from service.reporting.recruitment import queries, rules
from tenants.calendar import day_of
from tenants.database import now
from tenants.scope import Capability

bp = Blueprint("recruitment", __name__, template_folder="templates")


@bp.get("/kommuner/<municipality_code>/rekruttering")
@permit.capability(Capability.RECRUITMENT)
def months(municipality_code: str) -> ResponseReturnValue:
    """Volunteers at the end of each of the last 13 months, and how many came and left."""
    wanted = rules.owed(day_of(now()))
    rows = {row.month: row for row in queries.months(municipality_code, wanted[0], wanted[-1])}
    return render_template(
        "recruitment/months.html",
        municipality=municipality_here(),
        months=list(reversed(wanted)),
        rows=rows,
        newest=rows.get(wanted[-1]),
        before=rows.get(wanted[-2]),
        shown=_shown,
        within=_within,
        chart=by_month(
            "volunteers",
            _("Volunteers at the end of each month"),
            wanted,
            [_shown(rows[month].volunteers) if month in rows else None for month in wanted],
            unit=_("Volunteers"),
        ),
    )


def _within(least: int | None, most: int | None) -> Figure | str:
    """A number of twelve months as it is told: the number, or from what to what."""
    if least is None or most is None:
        return "hidden"
    if least == most:
        return least
    if least == 0:
        return _("%(most)s at most", most=number(most))
    return _("%(least)s to %(most)s", least=number(least), most=number(most))


def _shown(value: int | None) -> Figure:
    return "hidden" if value is None else value
