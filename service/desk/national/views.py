"""The national figures as a page and as a file."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from dataclasses import asdict
from uuid import UUID

from flask import Blueprint, Response, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import force_locale
from flask_babel import gettext as _

from service.desk.national import operations, queries, rules, year_paper
from service.desk.national.rules import Breakdown, NationalSums
from service.desk.national.texts import BREAKDOWNS, HEADINGS, columns, named
from service.exchange.records import writing
from service.exchange.records.writing import FORMATS
from service.platform.documents.sheets import XLSX, workbook
from service.platform.documents.views import pdf
from service.platform.web.charts import MOST_MONTHS, BarChart, by_month
from service.platform.web.errors import NotFound, Refusal
from service.platform.web.permits import permit
from tenants.calendar import day_of, first_of, month_before, month_name, months_back, parse_month
from tenants.database import db, now

bp = Blueprint("national", __name__, template_folder="templates")


def _asked() -> tuple[Breakdown, dt.date, dt.date, tuple[dt.date, ...]]:
    """By what, from which month to which, and those that can be chosen, the newest first. What is not among them is left out."""
    newest = month_before(first_of(day_of(now())))
    months = months_back(newest, rules.MAX_MONTHS)[::-1]
    by = next((each for each in Breakdown if each == request.args.get("efter")), Breakdown.MONTH)
    first, last = (
        next((each for each in months if month_name(each) == request.args.get(name)), None) for name in ("fra", "til")
    )
    return by, *rules.span(first, last, newest), months


@bp.get("/landstal")
@permit.drc
def figures() -> ResponseReturnValue:
    """What was held in all of Denmark, nothing counted twice."""
    by, first, last, months = _asked()
    rows, newest = queries.sums(by, first, last), months[0]
    told = named(by, rows)
    return render_template(
        "national/figures.html",
        by=by,
        breakdowns=[(each.value, words) for each, words in BREAKDOWNS.items()],
        heading=HEADINGS[by],
        first=first,
        last=last,
        months=months,
        month_name=month_name,
        rows=list(zip(told, rules.hours([row for _name, row in told]), strict=True)),
        chart=_chart(by, rows),
        whole=queries.whole(first, last),
        overlaps=by is Breakdown.EFFECT,
        papers=queries.years(),
        last_year=newest.year if newest.month == 12 else newest.year - 1,
    )


def _chart(by: Breakdown, rows: Sequence[NationalSums]) -> BarChart | None:
    """How many came, month by month; None where it is told by something else, or of more months than a chart has room for."""
    if by is not Breakdown.MONTH or not 1 <= len(rows) <= MOST_MONTHS:
        return None
    months, came = [parse_month(row.key or "") for row in rows], [row.attendances for row in rows]
    return by_month("attendances", _("Attendances month by month"), months, came, unit=_("Attendances"))


@bp.get("/landstal/fil")
@permit.drc
def file() -> ResponseReturnValue:
    """The same as a file, with the volunteers' time to the minute."""
    by, first, last, _months = _asked()
    file_format = request.args.get("format", "xlsx")
    if file_format not in FORMATS:
        raise NotFound
    with force_locale("da"):
        things = [{**asdict(row), "name": name} for name, row in named(by, queries.sums(by, first, last), "da")]
        written = writing.exported(columns(by), things, {}, file_format)
    return writing.sent(written, f"landstal-{by}-{month_name(first)}-{month_name(last)}", file_format)


@bp.post("/landstal/aar")
@permit.drc
def ask_year() -> ResponseReturnValue:
    """Have the paper of a year that is over made, or a new edition of it."""
    asked = request.form.get("year", "")
    try:
        operations.ask(int(asked) if asked.isascii() and asked.isdigit() and len(asked) == 4 else day_of(now()).year)
    except Refusal as refusal:
        db.session.rollback()
        flash(refusal.message, "warning")
    else:
        flash(_("The paper is being made. Open the page again in a moment."), "success")
    return redirect(url_for("national.figures"))


@bp.get("/landstal/aar/<uuid:national_year_id>")
@permit.drc
def year(national_year_id: UUID) -> ResponseReturnValue:
    """The PDF of a year."""
    return pdf(queries.year(national_year_id))


@bp.get("/landstal/aar/<uuid:national_year_id>/tal")
@permit.drc
def year_file(national_year_id: UUID) -> ResponseReturnValue:
    """The tables of a year as a workbook."""
    row = queries.year(national_year_id)
    response = Response(workbook(year_paper.tables(row.facts or {})), mimetype=XLSX)
    response.headers.set("Content-Disposition", "attachment", filename=f"landstal-{row.year}.xlsx")
    response.headers["Cache-Control"] = "private, no-store"
    return response
