"""What has drifted, as pages for DRC: all municipalities at once, one side by side, and the paper before a status meeting."""

from __future__ import annotations

from uuid import UUID

from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from service.partnership.catalogue.operations import measures
from service.partnership.catalogue.queries import kinds
from service.partnership.catalogue.texts import CAPABILITIES, LEVELS
from service.platform.documents.views import pdf
from service.platform.web.here import municipality_here
from service.platform.web.identity import me
from service.platform.web.language import chosen
from service.platform.web.pages import page_of
from service.platform.web.permits import permit
from service.reporting.drift import operations, queries, rules
from service.reporting.drift.models import DriftPaper
from service.reporting.drift.texts import FINDINGS, RAN, USE
from service.reporting.statements.texts import PROGRESS
from tenants import register
from tenants.calendar import day_of, month_before
from tenants.database import now

bp = Blueprint("drift", __name__, template_folder="templates")


@bp.get("/status")
@permit.drc
def overview() -> ResponseReturnValue:
    """Every municipality with a partnership: what has drifted in each, most first."""
    return render_template(
        "drift/overview.html",
        lines=queries.overview(me().codes, day_of(now())),
        names={row.code: row.name for row in register.municipalities()},
        findings=FINDINGS,
    )


@bp.get("/kommuner/<municipality_code>/status")
@permit.drc
def municipality(municipality_code: str) -> ResponseReturnValue:
    """Signed, running and used, side by side."""
    today = day_of(now())
    first, after = rules.recent(today)
    return render_template(
        "drift/municipality.html",
        municipality=municipality_here(),
        levels=LEVELS,
        drift=queries.drift(municipality_code, today),
        first=first,
        last=month_before(after),
        ran=RAN,
        use=USE,
        progress=PROGRESS,
        capabilities=CAPABILITIES,
        kinds=kinds(),
        measures=measures(),
        language_code=chosen(),
    )


@bp.get("/kommuner/<municipality_code>/status/oplaeg")
@permit.drc
def papers(municipality_code: str) -> ResponseReturnValue:
    """The papers made for status meetings, newest first."""
    keys = [DriftPaper.asked_at, DriftPaper.id]
    page = page_of(queries.papers(municipality_code), keys, request.args.get("side"), 24, descending=True)
    return render_template("drift/papers.html", municipality=municipality_here(), page=page)


@bp.post("/kommuner/<municipality_code>/status")
@permit.drc
def ask(municipality_code: str) -> ResponseReturnValue:
    """Let a paper be made of it as it is now."""
    operations.ask(municipality_code, me().person_id)
    flash(_("The paper is being made. It takes a few seconds: load the page again."), "success")
    return redirect(url_for("drift.papers", municipality_code=municipality_code))


@bp.get("/kommuner/<municipality_code>/status/<uuid:drift_paper_id>")
@permit.drc
def paper(municipality_code: str, drift_paper_id: UUID) -> ResponseReturnValue:
    """The PDF."""
    return pdf(queries.paper(drift_paper_id, municipality_code, content=True))
