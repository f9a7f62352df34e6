"""A session that was recorded, to be changed, and how an activity's sessions are counted. DRC's pages."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any
from uuid import UUID

from flask import Blueprint, flash, redirect, render_template, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from service.activity.activities import operations, queries, totals
from service.activity.activities.measures import Asked
from service.activity.activities.models import Activity, ActivitySession
from service.activity.activities.operations import has_women_men
from service.activity.activities.schemas import NewSession
from service.activity.activities.views import asked_of
from service.network.networks.queries import areas
from service.partnership.catalogue.queries import kinds
from service.platform.web.edits import edited
from service.platform.web.errors import Refusal
from service.platform.web.forms import flat, load
from service.platform.web.here import municipality_here
from service.platform.web.permits import permit
from service.platform.web.versions import State
from tenants import register
from tenants.calendar import first_of
from tenants.database import db

bp = Blueprint("sessions", __name__, template_folder="templates")


@bp.route("/kommuner/<municipality_code>/gange/<uuid:session_id>", methods=["GET", "POST"])
@permit.drc
def session(municipality_code: str, session_id: UUID) -> ResponseReturnValue:
    """A session as it was recorded, to be changed."""
    found = queries.session(session_id, municipality_code)
    activity = queries.activity(found.activity_id, municipality_code)
    served = [found.municipality_code, *found.serves] if found.serves else []
    form = edited(operations.as_sent(found), lambda state: _as_typed(state, served))
    if form.sent:
        given = load(NewSession(), form)
        try:
            if given is not None:
                operations.change(session_id, given, municipality_code, form.seen)
                flash(_("The session has been changed."), "success")
                return redirect(
                    url_for("activities.activity", municipality_code=municipality_code, activity_id=activity.id)
                )
        except Refusal as refusal:
            db.session.rollback()
            form.refuse(refusal)
    names = {each.code: each.name for each in register.municipalities()}
    page = render_template(
        "activities/session.html",
        session=found,
        activity=activity,
        asked=_asked(found, activity) | {"municipalities": [(code, names[code]) for code in served]},
        parts=[(names[part.municipality_code], part) for part in queries.parts_of([found.id])[found.id]],
        closed=bool(totals.closed_months(municipality_code, first_of(found.held_on), first_of(found.held_on))),
        municipality=municipality_here(),
        form=form,
    )
    return page, form.status


@bp.post("/kommuner/<municipality_code>/gange/<uuid:session_id>/fjern")
@permit.drc
def remove(municipality_code: str, session_id: UUID) -> ResponseReturnValue:
    """Take a session away that was recorded by mistake."""
    activity_id = queries.session(session_id, municipality_code).activity_id
    operations.remove(session_id, municipality_code)
    flash(_("The session has been removed."), "success")
    return redirect(url_for("activities.activity", municipality_code=municipality_code, activity_id=activity_id))


def _asked(row: ActivitySession, activity: Activity) -> dict[str, Any]:
    """What the form asks: what the activity counts now, and what the session has that it counted then."""
    asked = asked_of(activity, kinds()[activity.activity_type])
    return asked | {Asked.WOMEN_MEN: asked[Asked.WOMEN_MEN] or has_women_men(row)}


def _as_typed(state: State, served: Sequence[str]) -> dict[str, str]:
    """A session as its form has it: with a row for each municipality that it serves, told or not."""
    told = {row["municipality_code"]: row for row in state["municipalities"]}
    blank = {"adults": "", "children": ""}
    return flat(
        {**state, "municipalities": [{**blank, **told.get(code, {}), "municipality_code": code} for code in served]}
    )


@bp.route("/kommuner/<municipality_code>/aktiviteter/<uuid:activity_id>/taelling", methods=["GET", "POST"])
@permit.drc
def counting(municipality_code: str, activity_id: UUID) -> ResponseReturnValue:
    """Which other municipalities an activity serves, and whether women and men are counted."""
    activity = queries.activity(activity_id, municipality_code)
    served = areas([activity.group_id])[activity.group_id] if activity.group_id else []
    codes = [area.municipality_code for area in served if area.municipality_code != municipality_code]
    form = edited(operations.counting_as_sent(activity), _counting_as_typed)
    if form.sent:
        chosen = [code for code in codes if form.values.get(f"serves_{code}") == "1"]
        try:
            operations.set_counting(
                activity_id, chosen, bool(form.values.get("asks_women_men")), municipality_code, form.seen
            )
            flash(_("Your choice has been saved. It holds for sessions that are recorded from now on."), "success")
            return redirect(
                url_for("activities.activity", municipality_code=municipality_code, activity_id=activity_id)
            )
        except Refusal as refusal:
            db.session.rollback()
            form.refuse(refusal)
    page = render_template(
        "activities/counting.html",
        activity=activity,
        possible=[(each.code, each.name) for each in register.municipalities() if each.code in codes],
        municipality=municipality_here(),
        form=form,
    )
    return page, form.status


def _counting_as_typed(state: State) -> dict[str, str]:
    boxes = {f"serves_{code}": True for code in state["serves"]}  # not `serves-0550`, which would be a row
    return flat(boxes | {"asks_women_men": state["asks_women_men"]})
