"""The editions of a month's statement: what has changed and why, and, for DRC, what came late and the way to a new edition."""

from __future__ import annotations

import datetime as dt

from flask import Blueprint, flash, redirect, render_template, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from service.partnership.catalogue.queries import kinds
from service.platform.web.errors import Refusal
from service.platform.web.forms import Typed, load, typed
from service.platform.web.here import municipality_here
from service.platform.web.identity import me
from service.platform.web.permits import permit
from service.reporting.statements import edition_queries, revising
from service.reporting.statements.schemas import MAX_REASON, EditionFields
from service.reporting.statements.texts import MEASURES, OFFICES, WAYS
from service.reporting.statements.views import month_of
from tenants.calendar import month_name
from tenants.database import db

bp = Blueprint("editions", __name__, template_folder="templates")


@bp.get("/kommuner/<municipality_code>/opgoerelser/<month>/udgaver")
@permit.municipality
def listing(municipality_code: str, month: str) -> ResponseReturnValue:
    """The editions of a month's statement, the newest first."""
    return _page(municipality_code, month_of(month), Typed({}))


@bp.post("/kommuner/<municipality_code>/opgoerelser/<month>/udgaver")
@permit.drc
def revise(municipality_code: str, month: str) -> ResponseReturnValue:
    """Ask for a new edition, with the reason that is printed on it."""
    which, form = month_of(month), typed()
    given = load(EditionFields(), form)
    try:
        if given is not None:
            revising.ask_revision(municipality_code, which, given["reason"])
            flash(_("A new edition is being made. The municipality gets a mail when it is issued."), "success")
            return redirect(url_for("editions.listing", municipality_code=municipality_code, month=month_name(which)))
    except Refusal as refusal:
        db.session.rollback()
        form.refuse(refusal)
    return _page(municipality_code, which, form), 422


def _page(code: str, month: dt.date, form: Typed) -> str:
    return render_template(
        "statements/editions.html",
        municipality=municipality_here(),
        month=month,
        month_name=month_name,
        editions=edition_queries.editions(code, month),
        late=edition_queries.late_entries(code, month) if me().drc else None,
        kinds=kinds(),
        measures=MEASURES,
        offices=OFFICES,
        ways=WAYS,
        form=form,
        most=MAX_REASON,
    )
