"""The consultants' territories, as DRC's secretariat keeps them."""

from __future__ import annotations

from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import ngettext

from service.platform.accounts import queries as accounts
from service.platform.territories import operations, queries
from service.platform.territories.schemas import MovedFields
from service.platform.web.errors import NotFound, Refusal
from service.platform.web.forms import Typed, load, typed
from service.platform.web.permits import permit
from tenants import register
from tenants.calendar import day_of
from tenants.database import now

bp = Blueprint("territories", __name__, template_folder="templates")


@bp.get("/omraader")
@permit.secretariat
def listing() -> ResponseReturnValue:
    """Each territory with who looks after it and how many municipalities it holds, and what was moved."""
    moves = queries.moves()
    return render_template(
        "territories/list.html",
        territories=queries.territories(day_of(now())),
        regions=queries.regions_to_come(day_of(now())),
        moves=moves,
        names={row.code: row.name for row in register.municipalities()},
        people=accounts.names({row.moved_by for row in moves if row.moved_by}),
    )


@bp.get("/omraader/flyt")
@permit.secretariat
def moving() -> ResponseReturnValue:
    """The municipalities of one territory, or those in none, to move some of them."""
    return _moving(Typed({"day": day_of(now()).isoformat()}))


@bp.post("/omraader/flyt")
@permit.secretariat
def move() -> ResponseReturnValue:
    """Move municipalities to a territory from a day on."""
    form = typed()
    given = load(MovedFields(), form)
    if given is not None:
        try:
            operations.move(given["codes"], given["new_name"] or given["territory"], given["day"], given["reason"])
        except Refusal as refusal:
            form.refuse(refusal)
        else:
            count = len(given["codes"])
            flash(ngettext("%(num)s municipality moves.", "%(num)s municipalities move.", count), "success")
            return redirect(url_for("territories.listing"))
    return _moving(form)


def _moving(form: Typed) -> ResponseReturnValue:
    name, today = request.args.get("fra", ""), day_of(now())
    there = queries.there(name, today)
    if not there:
        raise NotFound
    page = render_template(
        "territories/move.html",
        form=form,
        name=name,
        there=there,
        later=queries.to_come(today),
        territories=queries.names(today),
    )
    return page, form.status
