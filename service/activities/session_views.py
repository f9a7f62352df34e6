"""A session that was recorded, to be changed, and how an activity's sessions are counted. DRC's pages."""

from __future__ import annotations

from uuid import UUID

from flask import Blueprint, flash, redirect, render_template, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from service.activities import operations, queries, totals
from service.activities.models import ActivitySession
from service.activities.rules import COUNTS
from service.activities.schemas import NewSession
from service.activities.views import asked_of
from service.catalogue.queries import kinds
from service.networks.queries import areas
from service.web.errors import Conflict, Refusal
from service.web.forms import Typed, flat, load, typed
from service.web.permits import municipality_here, permit
from service.web.reading import sending
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
    form = Typed(flat(_sent(found)))
    if sending():
        form = typed()
        given = load(NewSession(), form)
        try:
            if given is not None:
                operations.change(session_id, given, municipality_code)
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
        asked=asked_of(activity, kinds()[activity.activity_type]) | {"municipalities": _served(found, names)},
        parts=[(names[part.municipality_code], part) for part in queries.parts_of([found.id])[found.id]],
        closed=bool(totals.closed_months(municipality_code, first_of(found.held_on), first_of(found.held_on))),
        municipality=municipality_here(),
        form=form,
    )
    return page, 422 if form.errors else 200


@bp.post("/kommuner/<municipality_code>/gange/<uuid:session_id>/fjern")
@permit.drc
def remove(municipality_code: str, session_id: UUID) -> ResponseReturnValue:
    """Take a session away that was recorded by mistake."""
    activity_id = queries.session(session_id, municipality_code).activity_id
    try:
        operations.remove(session_id, municipality_code)
    except Conflict as refusal:
        db.session.rollback()
        flash(refusal.message, "error")
        return redirect(url_for("sessions.session", municipality_code=municipality_code, session_id=session_id))
    flash(_("The session has been removed."), "success")
    return redirect(url_for("activities.activity", municipality_code=municipality_code, activity_id=activity_id))


def _served(row: ActivitySession, names: dict[str, str]) -> list[tuple[str, str]]:
    return [(code, names[code]) for code in (row.municipality_code, *row.serves)] if row.serves else []


def _sent(row: ActivitySession) -> dict[str, object]:
    """A session as its form sends it."""
    counted = row.by_municipality or {}
    return {
        **{name: getattr(row, name) for name in ("cancelled", "cancelled_why", "cancelled_text", "minutes", *COUNTS)},
        "held_on": row.held_on.isoformat(),
        "municipalities": [
            {"municipality_code": code, "adults": pair[0], "children": pair[1]}
            for code in (row.municipality_code, *row.serves)
            for pair in [counted.get(code, ("", ""))]
        ],
    }


@bp.route("/kommuner/<municipality_code>/aktiviteter/<uuid:activity_id>/taelling", methods=["GET", "POST"])
@permit.drc
def counting(municipality_code: str, activity_id: UUID) -> ResponseReturnValue:
    """Which other municipalities an activity serves, and whether women and men are counted."""
    activity = queries.activity(activity_id, municipality_code)
    served = areas([activity.group_id])[activity.group_id] if activity.group_id else []
    codes = [area.municipality_code for area in served if area.municipality_code != municipality_code]
    also = queries.also_serves(activity)
    form = Typed(flat({f"serves_{code}": code in also for code in codes} | {"asks_women_men": activity.asks_women_men}))
    if sending():
        form = typed()
        chosen = [code for code in codes if form.values.get(f"serves_{code}") == "1"]
        try:
            operations.set_counting(activity_id, chosen, "asks_women_men" in form.values, municipality_code)
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
    return page, 422 if form.errors else 200
