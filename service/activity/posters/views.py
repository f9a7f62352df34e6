"""The public page of an activity, for anyone; and DRC's page where it is made public and posters are asked for."""

from __future__ import annotations

from uuid import UUID

from flask import Blueprint, flash, redirect, render_template, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from service.activity.activities import queries as activities
from service.activity.activities.recurrence import current_of
from service.activity.activities.schedule_texts import hours, in_words, left_out_in_words
from service.activity.posters import operations, queries
from service.activity.posters.schemas import PublicFields
from service.network.networks import queries as networks
from service.partnership.catalogue.queries import kinds
from service.platform.web import links
from service.platform.web.edits import Edited, edited, opened
from service.platform.web.errors import NotFound, Refusal
from service.platform.web.forms import load
from service.platform.web.here import municipality_here
from service.platform.web.language import chosen
from service.platform.web.permits import permit
from tenants.calendar import day_of
from tenants.database import db, now
from tenants.models import Municipality

bp = Blueprint("posters", __name__, template_folder="templates")


@bp.get("/a/<public_id>")
@permit.address(operations.knock)
def public(public_id: str) -> ResponseReturnValue:
    """What an activity is, where, and when next, for whoever has scanned a poster."""
    face = queries.face(public_id)
    if face is None:
        raise NotFound
    activity = activities.activity(links.here().id, face.municipality_code)
    today = day_of(now())
    schedules = activities.schedules([activity])[activity.id]
    current = current_of(schedules, today)
    return render_template(
        "posters/public.html",
        activity=activity,
        face=face,
        kind=kinds()[activity.activity_type].name(chosen()),
        municipality=db.session.get_one(Municipality, face.municipality_code),
        when=in_words(current) if current else "",
        left_out=left_out_in_words(current) if current else "",
        times=activities.next_times(activity, schedules, today),
        over=activity.ends_on is not None and activity.ends_on < today,
        hours=hours,
    )


@bp.get("/kommuner/<municipality_code>/aktiviteter/<uuid:activity_id>/plakat")
@permit.drc
def of_activity(municipality_code: str, activity_id: UUID) -> ResponseReturnValue:
    """Whether an activity is public, and its posters."""
    return _of_activity(municipality_code, activity_id)


def _of_activity(municipality_code: str, activity_id: UUID, form: Edited | None = None) -> ResponseReturnValue:
    activity = activities.activity(activity_id, municipality_code)
    form = form or opened(operations.as_sent(activity))
    page = render_template(
        "posters/activity.html",
        activity=activity,
        form=form,
        contact=networks.contact(activity.group_id) if activity.group_id else None,
        address=operations.address_of(activity),
        posters=queries.posters(municipality_code, activity_id),
        municipality=municipality_here(),
    )
    return page, form.status


@bp.post("/kommuner/<municipality_code>/aktiviteter/<uuid:activity_id>/offentlig")
@permit.drc
def publish(municipality_code: str, activity_id: UUID) -> ResponseReturnValue:
    """Make an activity public, or no longer."""
    form = edited(operations.as_sent(activities.activity(activity_id, municipality_code)))
    given = load(PublicFields(), form) if form.sent else None
    if given is None:
        return _of_activity(municipality_code, activity_id, form)
    try:
        operations.publish(activity_id, **given, code=municipality_code, seen=form.seen)
    except Refusal as refusal:
        db.session.rollback()
        form.refuse(refusal)
        return _of_activity(municipality_code, activity_id, form)
    else:
        flash(_("The activity is public.") if given["public"] else _("The activity is not public."), "success")
    return redirect(url_for("posters.of_activity", municipality_code=municipality_code, activity_id=activity_id))


@bp.post("/kommuner/<municipality_code>/aktiviteter/<uuid:activity_id>/plakat")
@permit.drc
def ask(municipality_code: str, activity_id: UUID) -> ResponseReturnValue:
    """Ask for a poster."""
    try:
        operations.ask(activity_id, municipality_code)
    except Refusal as refusal:
        db.session.rollback()
        flash(refusal.message, "error")
    else:
        flash(_("The poster is being made. Load the page again in a moment."), "success")
    return redirect(url_for("posters.of_activity", municipality_code=municipality_code, activity_id=activity_id))
