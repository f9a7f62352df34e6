"""Papers of a year as pages: a municipality's own with their figures, and all of them for DRC."""

from __future__ import annotations

from uuid import UUID

from flask import Blueprint, Response, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from service.platform.documents.rules import file_name
from service.platform.documents.sheets import XLSX, workbook
from service.platform.documents.showing import shown
from service.platform.web.errors import Refusal
from service.platform.web.here import municipality_here
from service.platform.web.identity import me
from service.platform.web.pages import page_of
from service.platform.web.permits import permit
from service.reporting.years import operations, queries
from service.reporting.years.kinds import KINDS as DECLARED
from service.reporting.years.kinds import YearKind, owes
from service.reporting.years.models import YearPaper
from service.reporting.years.tables import tables
from service.reporting.years.texts import KINDS, STATES
from tenants import register
from tenants.database import db

bp = Blueprint("years", __name__, template_folder="templates")
KEYS = [YearPaper.year, YearPaper.due_on, YearPaper.id]


@bp.get("/kommuner/<municipality_code>/aarspapirer")
@permit.municipality
def listing(municipality_code: str) -> ResponseReturnValue:
    """The papers of the years of a municipality, the newest first: who owes each to whom, and how far it is."""
    page = page_of(queries.papers(municipality_code), KEYS, request.args.get("side"), 50, descending=True)
    years = sorted({each.year for each in queries.months_told(municipality_code)}, reverse=True)
    return render_template(
        "years/listing.html",
        page=page,
        years=years,
        declared=DECLARED,
        kinds=KINDS,
        states=STATES,
        municipality=municipality_here(),
    )


@bp.post("/kommuner/<municipality_code>/aarspapirer")
@permit.municipality
def ask_case(municipality_code: str) -> ResponseReturnValue:
    """Have the case of a year made, in one press."""
    asked = request.form.get("year", "")
    if not (asked.isascii() and asked.isdigit() and len(asked) == 4):
        flash(_("Choose a year."), "warning")
        return redirect(url_for("years.listing", municipality_code=municipality_code))
    row = operations.ask_case(municipality_code, int(asked))
    return redirect(url_for("years.paper", municipality_code=municipality_code, year_paper_id=row.id))


@bp.get("/kommuner/<municipality_code>/aarspapirer/<uuid:year_paper_id>")
@permit.municipality
def paper(municipality_code: str, year_paper_id: UUID) -> ResponseReturnValue:
    """One paper: who owes it to whom, how far it is, and the figures that it froze."""
    row = queries.paper(year_paper_id, municipality_code)
    document = queries.document_of(row) if row.document_id else None
    return render_template(
        "years/paper.html",
        paper=row,
        document=document,
        tables=[shown(table) for table in tables(document.facts)] if document else (),
        owes=owes(YearKind(row.kind), row.due_on),
        kinds=KINDS,
        states=STATES,
        drc=me().drc,
        municipality=municipality_here(),
    )


@bp.get("/kommuner/<municipality_code>/aarspapirer/<uuid:year_paper_id>/tal")
@permit.municipality
def figures(municipality_code: str, year_paper_id: UUID) -> ResponseReturnValue:
    """The tables of an issued paper as a workbook. Raises NotFound for one that is not issued."""
    document = queries.document_of(queries.paper(year_paper_id, municipality_code))
    response = Response(workbook(tables(document.facts)), mimetype=XLSX)
    name = file_name(document.number, document.title).removesuffix(".pdf")
    response.headers.set("Content-Disposition", "attachment", filename=f"{name}.xlsx")
    response.headers["Cache-Control"] = "private, no-store"
    return response


@bp.post("/kommuner/<municipality_code>/aarspapirer/<uuid:year_paper_id>/udgave")
@permit.drc
def ask_edition(municipality_code: str, year_paper_id: UUID) -> ResponseReturnValue:
    """Have a new edition made, of what the months tell by now."""
    try:
        row = operations.ask_edition(year_paper_id, municipality_code)
    except Refusal as refusal:
        db.session.rollback()
        flash(refusal.message, "warning")
        return redirect(url_for("years.paper", municipality_code=municipality_code, year_paper_id=year_paper_id))
    flash(_("The new edition is being made."), "success")
    return redirect(url_for("years.paper", municipality_code=municipality_code, year_paper_id=row.id))


@bp.get("/aarspapirer")
@permit.drc
def overview() -> ResponseReturnValue:
    """The papers of the years within reach, the newest first."""
    page = page_of(queries.papers(), KEYS, request.args.get("side"), 100, descending=True)
    return render_template(
        "years/overview.html",
        page=page,
        kinds=KINDS,
        states=STATES,
        names={row.code: row.name for row in register.municipalities() if row.code in me().codes},
    )
