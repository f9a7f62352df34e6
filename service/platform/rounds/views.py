"""What is set aside, as a page for DRC with a button to try again."""

from __future__ import annotations

from uuid import UUID

from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from service.platform.rounds import operations, queries
from service.platform.rounds.models import SetAside
from service.platform.rounds.texts import said
from service.platform.web.pages import page_of
from service.platform.web.permits import permit
from tenants import register

bp = Blueprint("rounds", __name__, template_folder="templates")


@bp.get("/sat-til-side")
@permit.drc
def listing() -> ResponseReturnValue:
    """What unattended work has set aside, what has waited longest first."""
    return render_template(
        "rounds/list.html",
        page=page_of(queries.set_aside(), [SetAside.since, SetAside.id], request.args.get("side"), 50),
        steps=queries.steps_set_aside(),
        names={row.code: row.name for row in register.municipalities()},
        said=said,
    )


@bp.post("/kommuner/<municipality_code>/sat-til-side/<uuid:aside_id>/igen")
@permit.drc
def again(municipality_code: str, aside_id: UUID) -> ResponseReturnValue:
    """Let the next round try it."""
    operations.again(aside_id, municipality_code)
    return _tried()


@bp.post("/sat-til-side/<step_name>/igen")
@permit.drc
def again_for_the_country(step_name: str) -> ResponseReturnValue:
    """Let the next round try a step of the whole country."""
    operations.again_for_the_country(step_name)
    return _tried()


def _tried() -> ResponseReturnValue:
    flash(_("It is tried again within half a minute. What goes well disappears from the list."), "success")
    return redirect(url_for("rounds.listing"))
