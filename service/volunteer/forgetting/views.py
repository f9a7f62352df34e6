"""Forgetting as a page of the secretariat: the plan first, and then it is carried out."""

from __future__ import annotations

from uuid import UUID

from flask import Blueprint, flash, redirect, render_template, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from service.platform.web.errors import Refusal
from service.platform.web.forms import Typed, load, seen_on_page, typed
from service.platform.web.permits import permit
from service.platform.web.proof import fresh
from service.platform.web.versions import Changed, version_of
from service.volunteer.forgetting import operations, queries
from service.volunteer.forgetting.schemas import ForgetFields
from service.volunteer.forgetting.texts import ENDINGS, WHYS
from service.volunteer.volunteers import operations as volunteers
from service.volunteer.volunteers import queries as volunteer_queries
from tenants.database import db

bp = Blueprint("forgetting", __name__, template_folder="templates")


@bp.get("/frivillige/<uuid:volunteer_id>/glem")
@permit.secretariat
def plan(volunteer_id: UUID) -> ResponseReturnValue:
    """What goes, what stays and why, and until when it is in backups. Nothing is removed yet."""
    volunteers.read(volunteer_id)
    return _plan(volunteer_id, Typed())


@bp.post("/frivillige/<uuid:volunteer_id>/glem")
@permit.secretariat
@fresh
def forget(volunteer_id: UUID) -> ResponseReturnValue:
    """Carry it out. There is no way back."""
    form = typed()
    given = load(ForgetFields(), form)
    if given is not None and not given["read"]:
        form.refuse(Refusal(_("Tick that you have read the plan."), {"read": [_("Tick that you have read the plan.")]}))
    elif given is not None:
        try:
            operations.forget(volunteer_id, given["why"], seen_on_page())
        except Changed:
            db.session.rollback()
            flash(
                _("The volunteer has been changed since you saw the plan. This is how it is now: look again."), "error"
            )
            return redirect(url_for("forgetting.plan", volunteer_id=volunteer_id))
        flash(_("The volunteer has been forgotten."), "success")
        return redirect(url_for("volunteers.volunteers"))
    return _plan(volunteer_id, form)


def _plan(volunteer_id: UUID, form: Typed) -> ResponseReturnValue:
    row = volunteer_queries.volunteer(volunteer_id)
    page = render_template(
        "forgetting/plan.html",
        volunteer=row,
        plan=queries.plan(row),
        version=version_of(volunteer_queries.as_sent(row)),
        form=form,
        endings=ENDINGS,
        whys=WHYS,
    )
    return page, form.status
