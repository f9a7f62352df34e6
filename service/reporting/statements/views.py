"""Statements as pages: a municipality's own, and DRC's runs with their progress."""

from __future__ import annotations

import datetime as dt
from uuid import UUID

from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from flask_babel import ngettext
from marshmallow import ValidationError

from service.platform.accounts import queries as people
from service.platform.web.date_fields import Month
from service.platform.web.errors import NotFound
from service.platform.web.here import municipality_here
from service.platform.web.identity import me
from service.platform.web.pages import page_of
from service.platform.web.permits import permit
from service.platform.work import leases
from service.reporting.statements import closing, operations, overview, queries, releasing
from service.reporting.statements.models import Statement
from service.reporting.statements.texts import STAGES
from tenants.calendar import day_of, first_of, month_before, month_name
from tenants.database import now

bp = Blueprint("statements", __name__, template_folder="templates")


def month_of(text: str) -> dt.date:
    """The month that an address names. Raises NotFound for what is none."""
    try:
        month: dt.date = Month().deserialize(text)
    except ValidationError as error:
        raise NotFound from error
    return month


@bp.get("/kommuner/<municipality_code>/opgoerelser")
@permit.municipality
def listing(municipality_code: str) -> ResponseReturnValue:
    """The statements of a municipality, newest first."""
    query = queries.statements(municipality_code).where(Statement.work_state == leases.DONE)
    page = page_of(
        query, [Statement.month, Statement.revision, Statement.id], request.args.get("side"), 24, descending=True
    )
    return render_template(
        "statements/list.html",
        page=page,
        groups=queries.groups_told_of(page.items),
        municipality=municipality_here(),
        month_name=month_name,
    )


@bp.get("/kommuner/<municipality_code>/opgoerelser/<month>")
@permit.municipality
def statement(municipality_code: str, month: str) -> ResponseReturnValue:
    """The PDF of a month's newest statement, by the address that the mail names."""
    found = queries.newest_of(municipality_code, month_of(month))
    return redirect(url_for("documents.document", document_id=found.document_id))


@bp.get("/opgoerelser")
@permit.drc
def runs() -> ResponseReturnValue:
    """How far every municipality's statement is, of the last thirteen months; a table where there is room, else month by month."""
    last = month_before(first_of(day_of(now())))
    own = [place.territory for place in people.places_of(me().person_id) if place.territory]
    return render_template(
        "statements/runs.html",
        grid=overview.grid(last, me().codes, own),
        last=last,
        goes_out=_to_come(last),
        texts=STAGES,
        month_name=month_name,
    )


@bp.post("/opgoerelser")
@permit.drc
def release() -> ResponseReturnValue:
    """Release all that is held of a month within reach."""
    month = month_of(request.form.get("month", ""))
    if count := len(releasing.release(month)):
        flash(ngettext("%(num)s statement is being made.", "%(num)s statements are being made.", count), "success")
    else:
        flash(_("Nothing of the month is held any more."), "info")
    return redirect(url_for("statements.run", month=month_name(month)))


@bp.get("/opgoerelser/<month>")
@permit.drc
def run(month: str) -> ResponseReturnValue:
    """One month: who has reported, what is held, how far what is released is, what failed and why."""
    which = month_of(month)
    found = queries.run(which)
    if request.headers.get("HX-Request"):
        return render_template("statements/_progress.html", run=found)
    return render_template(
        "statements/run.html",
        month=which,
        lines=overview.of_month(which, me().codes),
        run=found,
        goes_out=_to_come(which),
        texts=STAGES,
        month_name=month_name,
    )


def _to_come(month: dt.date) -> dt.date | None:
    """The day on which a month's statements go out by themselves, where it is not past."""
    day = closing.release_day(month)
    return day if day >= day_of(now()) else None


@bp.post("/opgoerelser/<month>/<uuid:statement_id>/igen")
@permit.drc
def again(month: str, statement_id: UUID) -> ResponseReturnValue:
    """Try a statement that failed anew."""
    which = month_of(month)
    operations.again(statement_id)
    flash(_("The statement is being tried again."), "success")
    return redirect(url_for("statements.run", month=month_name(which)))
