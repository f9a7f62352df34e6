"""Statements as pages: a municipality's own, and DRC's runs with their progress."""

from __future__ import annotations

import datetime as dt
from uuid import UUID

from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from marshmallow import ValidationError
from sqlalchemy import select

from service.platform.web.date_fields import Month
from service.platform.web.errors import NotFound
from service.platform.web.here import municipality_here
from service.platform.web.pages import page_of
from service.platform.web.permits import permit
from service.platform.work import leases
from service.reporting.statements import operations, queries
from service.reporting.statements.models import Statement
from tenants.calendar import day_of, first_of, month_before, month_name
from tenants.database import db, now
from tenants.models import Municipality

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
    return render_template("statements/list.html", page=page, municipality=municipality_here(), month_name=month_name)


@bp.get("/kommuner/<municipality_code>/opgoerelser/<month>")
@permit.municipality
def statement(municipality_code: str, month: str) -> ResponseReturnValue:
    """The PDF of a month's newest statement, by the address that the mail names."""
    found = queries.newest_of(municipality_code, month_of(month))
    return redirect(url_for("documents.document", document_id=found.document_id))


@bp.get("/opgoerelser")
@permit.drc
def runs() -> ResponseReturnValue:
    """The runs of the last months, and the button that closes one by hand."""
    last = month_before(first_of(day_of(now())))
    return render_template(
        "statements/runs.html",
        runs=queries.runs(),
        last=last,
        owed=len(queries.owed(last)),
        missing=len(queries.missing(last)),
        month_name=month_name,
    )


@bp.post("/opgoerelser")
@permit.drc
def close() -> ResponseReturnValue:
    """Ask for the statements that a month owes within reach."""
    month = month_of(request.form.get("month", ""))
    asked = operations.ask(month)
    if asked:
        flash(_("%(count)s statements are being made.", count=len(asked)), "success")
    else:
        flash(_("No more statements are owed for the month than were asked for before."), "info")
    return redirect(url_for("statements.run", month=month_name(month)))


@bp.get("/opgoerelser/<month>")
@permit.drc
def run(month: str) -> ResponseReturnValue:
    """One run: how far it is, what failed and why."""
    which = month_of(month)
    rows = queries.of_month(which)
    names = {
        row.code: row.name
        for row in db.session.scalars(
            select(Municipality).where(Municipality.code.in_([r.municipality_code for r in rows]))
        )
    }
    values = {"month": which, "rows": rows, "names": names, "month_name": month_name, **_counts(rows)}
    if request.headers.get("HX-Request"):
        return render_template("statements/_progress.html", **values)
    return render_template("statements/run.html", **values)


def _counts(rows: object) -> dict[str, int]:
    states = [row.work_state for row in rows]  # type: ignore[attr-defined]
    return {"asked": len(states), "issued": states.count(leases.DONE), "failed": states.count(leases.FAILED)}


@bp.post("/opgoerelser/<month>/<uuid:statement_id>/igen")
@permit.drc
def again(month: str, statement_id: UUID) -> ResponseReturnValue:
    """Try a statement that failed anew."""
    which = month_of(month)
    operations.again(statement_id)
    flash(_("The statement is being tried again."), "success")
    return redirect(url_for("statements.run", month=month_name(which)))
