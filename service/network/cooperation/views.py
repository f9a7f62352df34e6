"""A group's cooperation agreements as a page, for DRC's people."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from flask import Blueprint, flash, redirect, render_template, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from service.network.cooperation import operations, queries, rules
from service.network.cooperation.schemas import CooperationEndFields, CooperationFields
from service.network.cooperation.texts import OFFERS, STANDINGS
from service.network.networks import queries as networks
from service.network.networks.rules import may_maintain
from service.platform.web.edits import Edited, edited, opened
from service.platform.web.errors import Refusal
from service.platform.web.forms import Typed, load, typed
from service.platform.web.identity import me
from service.platform.web.permits import permit
from service.platform.web.reading import sending
from tenants.calendar import day_of
from tenants.database import db, now

bp = Blueprint("cooperation", __name__, template_folder="templates")


@bp.get("/grupper/<uuid:group_id>/samarbejdsaftaler")
@permit.drc
def group(group_id: UUID) -> ResponseReturnValue:
    """What a group and DRC have signed, and whether it holds."""
    rows = queries.of_group(group_id)
    return _group(group_id, opened(operations.end_as_sent(rows[0]) if rows else None))


def _group(group_id: UUID, form: Edited) -> ResponseReturnValue:
    found, rows, today = networks.group(group_id), queries.of_group(group_id), day_of(now())
    page = render_template(
        "cooperation/group.html",
        group=found,
        form=form,
        rows=rows,
        standing=STANDINGS[rules.standing(rows, today)],
        offers=queries.offers(group_id),
        made=queries.made_here([row.id for row in rows]),
        under_way=queries.under_way(group_id),
        states=OFFERS,
        mine=may_maintain(me().codes, [area.municipality_code for area in networks.areas([group_id])[group_id]]),
    )
    return page, form.status


@bp.route("/grupper/<uuid:group_id>/samarbejdsaftaler/ny", methods=["GET", "POST"])
@permit.drc
def note(group_id: UUID) -> ResponseReturnValue:
    """Note an agreement that was signed."""
    found = networks.group(group_id)
    form = Typed()
    if sending():
        form = typed()
        given: dict[str, Any] | None = load(CooperationFields(), form)
        try:
            if given is not None:
                operations.note(group_id, given)
                return _saved(group_id)
        except Refusal as refusal:
            db.session.rollback()
            form.refuse(refusal)
    running = next((row for row in queries.of_group(group_id) if rules.holds(row, day_of(now()))), None)
    page = render_template("cooperation/new.html", group=found, form=form, running=running)
    return page, 422 if form.errors else 200


@bp.post("/grupper/<uuid:group_id>/samarbejdsaftaler/<uuid:cooperation_id>/slut")
@permit.drc
def end(group_id: UUID, cooperation_id: UUID) -> ResponseReturnValue:
    """Set the last day of the newest agreement."""
    form = edited(operations.end_as_sent(queries.agreement(group_id, cooperation_id)))
    given: dict[str, Any] | None = load(CooperationEndFields(), form) if form.sent else None
    try:
        if given is not None:
            operations.end(group_id, cooperation_id, given["ends_on"], form.seen)
            return _saved(group_id)
    except Refusal as refusal:
        db.session.rollback()
        form.refuse(refusal)
    return _group(group_id, form)


def _saved(group_id: UUID) -> ResponseReturnValue:
    flash(_("The cooperation agreement has been saved."), "success")
    return redirect(url_for("cooperation.group", group_id=group_id))
