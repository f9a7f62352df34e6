"""A group's free capacity as a page, for DRC's people."""

from __future__ import annotations

from uuid import UUID

from flask import Blueprint, flash, redirect, render_template, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from service.network.capacity import operations, queries, rules
from service.network.capacity.schemas import CapacityFields, numbers
from service.network.capacity.texts import counted, unit
from service.network.networks import queries as networks
from service.network.networks.rules import may_maintain
from service.partnership.catalogue.queries import kinds
from service.platform.web.edits import edited
from service.platform.web.errors import Refusal
from service.platform.web.forms import load
from service.platform.web.identity import me
from service.platform.web.permits import permit
from service.platform.web.versions import State
from tenants.calendar import day_of
from tenants.database import db, now

bp = Blueprint("capacity", __name__, template_folder="templates")


@bp.route("/grupper/<uuid:group_id>/kapacitet", methods=["GET", "POST"])
@permit.drc
def group(group_id: UUID) -> ResponseReturnValue:
    """What a group has free, what changed when, and the numbers to note anew."""
    offered = rules.offered(kinds())

    def shape(state: State) -> dict[str, str]:
        free = {row["kind"]: str(row["free"]) for row in state["free"]}
        return {f"free-{n}-free": free[kind] for n, kind in enumerate(offered) if kind in free}

    found = networks.group(group_id)
    form = edited(queries.as_sent(group_id), shape)
    given = load(CapacityFields(), form) if form.sent else None
    try:
        if given is not None:
            operations.note(group_id, numbers(given), given["noted_on"], form.seen)
            flash(_("The free capacity has been saved."), "success")
            return redirect(url_for("capacity.group", group_id=group_id))
    except Refusal as refusal:
        db.session.rollback()
        form.refuse(refusal)
    page = queries.capacity_page(group_id, day_of(now()))
    shown = render_template(
        "capacity/group.html",
        group=found,
        form=form,
        rows=[(kind, unit(kind)) for kind in offered],
        page=page,
        counted=counted,
        unit=unit,
        mine=may_maintain(me().codes, page.codes),
    )
    return shown, form.status
