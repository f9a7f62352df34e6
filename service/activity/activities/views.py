"""Activities and their sessions as pages. A municipality's own people see figures by month, never a single session's persons."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import groupby
from typing import Any
from uuid import UUID

from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from service.activity.activities import operations, planning, queries, schemas
from service.activity.activities.coverage import Coverage, standing
from service.activity.activities.faults import MATCHES
from service.activity.activities.measures import MEASURES, Asked
from service.activity.activities.models import Activity, ActivitySession, SessionPart
from service.activity.activities.recurrence import Occurrence, current_of
from service.activity.activities.schedule_texts import (
    NTHS,
    REPEATS,
    STANDINGS,
    hours,
    in_words,
    left_out_in_words,
    weekday,
)
from service.activity.activities.schemas import DAYS, ActivityForm, ChangeForm, LastDayFields, NewSession
from service.activity.activities.texts import WHY
from service.network.networks.queries import names
from service.partnership.catalogue.queries import kinds
from service.partnership.catalogue.rules import BoundarySide, CatalogueType
from service.platform.web.edits import Edited, edited, opened
from service.platform.web.errors import Refusal
from service.platform.web.finding import find
from service.platform.web.forms import Typed, flat, load, typed
from service.platform.web.here import municipality_here, opens, scope_here
from service.platform.web.identity import me
from service.platform.web.language import chosen
from service.platform.web.pages import page_of
from service.platform.web.permits import permit
from service.platform.web.versions import State
from tenants import register
from tenants.calendar import day_of
from tenants.database import db, now
from tenants.scope import Capability

bp = Blueprint("activities", __name__, template_folder="templates")


@bp.get("/kommuner/<municipality_code>/aktiviteter")
@permit.municipality
def listing(municipality_code: str) -> ResponseReturnValue:
    """The activities of a municipality: all for DRC, the agreed ones for its own people unless its scope opens more."""
    query = queries.activities_seen(municipality_code, me().drc, scope_here())
    page = page_of(query, [Activity.name, Activity.id], request.args.get("side"), 50)
    known, scope, today = kinds(), scope_here(), day_of(now())
    schedules = queries.schedules(page.items)
    return render_template(
        "activities/list.html",
        page=page,
        kinds=known,
        groups=names([row.group_id for row in page.items if row.group_id]),
        standings={row.id: standing(known[row.activity_type], scope, today) for row in page.items},
        texts=STANDINGS,
        times={row.id: in_words(current) for row in page.items if (current := current_of(schedules[row.id], today))},
        today=today,
        municipality=municipality_here(),
        calendar=me().drc or opens(Capability.CALENDAR),
        language_code=chosen(),
    )


@bp.get("/kommuner/<municipality_code>/aktiviteter/ny")
@permit.drc
def new(municipality_code: str) -> ResponseReturnValue:
    """The form for an activity to start."""
    return _form(
        municipality_code,
        edited(None, beginning={"starts_on": day_of(now()).isoformat(), "without_holidays": "1", "every": "1"}),
        None,
    )


@bp.post("/kommuner/<municipality_code>/aktiviteter")
@permit.drc
def start(municipality_code: str) -> ResponseReturnValue:
    """Start an activity, or show when it would meet."""
    form = edited(None)
    given = load(ActivityForm(), form)
    if given is None:
        return _form(municipality_code, form, None)
    try:
        if request.form.get("action") == "preview":
            return _form(municipality_code, form, None, preview=planning.preview(municipality_code, given))
        row = operations.start(municipality_code, given)
    except Refusal as refusal:
        db.session.rollback()
        form.refuse(refusal)
        return _form(municipality_code, form, None)
    flash(_("The activity has been started."), "success")
    return redirect(url_for("activities.activity", municipality_code=municipality_code, activity_id=row.id))


@bp.route("/kommuner/<municipality_code>/aktiviteter/<uuid:activity_id>/ret", methods=["GET", "POST"])
@permit.drc
def change(municipality_code: str, activity_id: UUID) -> ResponseReturnValue:
    """Change an activity, or show when it would meet."""
    found = queries.activity(activity_id, municipality_code)
    form = _edited(found)
    given = load(ChangeForm(), form) if form.sent else None
    if given is None:
        return _form(municipality_code, form, found)
    try:
        if request.form.get("action") == "preview":
            return _form(municipality_code, form, found, preview=planning.preview(municipality_code, given, found))
        planning.change(activity_id, given, municipality_code, form.seen)
    except Refusal as refusal:
        db.session.rollback()
        form.refuse(refusal)
        return _form(municipality_code, form, found)
    flash(_("The activity has been saved."), "success")
    return redirect(url_for("activities.activity", municipality_code=municipality_code, activity_id=activity_id))


@bp.post("/kommuner/<municipality_code>/aktiviteter/<uuid:activity_id>/slut")
@permit.drc
def end(municipality_code: str, activity_id: UUID) -> ResponseReturnValue:
    """Set the activity's last day."""
    form = edited(planning.end_as_sent(queries.activity(activity_id, municipality_code)))
    given = load(LastDayFields(), form) if form.sent else None
    if given is not None:
        try:
            planning.end(activity_id, given["ends_on"], municipality_code, form.seen)
        except Refusal as refusal:
            db.session.rollback()
            form.refuse(refusal)
        else:
            flash(_("The last day has been saved."), "success")
            return redirect(
                url_for("activities.activity", municipality_code=municipality_code, activity_id=activity_id)
            )
    return _activity(municipality_code, activity_id, Typed(), form.status, form)


def _form(
    code: str, form: Edited, found: Activity | None, *, preview: Sequence[Occurrence] | None = None
) -> ResponseReturnValue:
    page = render_template(
        "activities/form.html",
        form=form,
        activity=found,
        preview=preview,
        kinds=[
            (kind.code, kind.name(chosen())) for kind in kinds().values() if kind.side is not BoundarySide.STATUTORY
        ],
        fixed=kinds()[found.activity_type].name(chosen()) if found and queries.recorded(found) else None,
        groups=[(row.id, row.name) for row in queries.groups_serving(code)],
        repeats=REPEATS,
        weekdays=[(day, weekday(number).capitalize()) for day, number in DAYS.items()],
        nths=[(nth, NTHS[number].capitalize()) for nth, number in schemas.NTHS.items()],
        hours=hours,
        municipality=municipality_here(),
    )
    return page, form.status


def _edited(found: Activity) -> Edited:
    """The form of an activity, with the last of its schedules, from the day it holds or from today on."""
    schedules = queries.schedules([found])[found.id]
    first = max(day_of(now()), found.starts_on, *(each.valid_from for each in schedules))
    return edited(planning.as_sent(found, schedules), _as_typed, {"valid_from": first.isoformat()})


def _as_typed(state: State) -> dict[str, str]:
    return flat({name: value for name, value in state.items() if name != "planned"})


@bp.get("/kommuner/<municipality_code>/aktiviteter/<uuid:activity_id>")
@permit.municipality
def activity(municipality_code: str, activity_id: UUID) -> ResponseReturnValue:
    """An activity and when it was held. For DRC the last day that is not recorded stands in the form."""
    day = queries.last_missing(municipality_code, activity_id, day_of(now())) if me().drc else None
    return _activity(municipality_code, activity_id, Typed({"held_on": day.isoformat()} if day else {}))


def asked_of(row: Activity, kind: CatalogueType) -> dict[str, Any]:
    """What the form of a session asks at an activity, besides what all are asked."""
    serves = queries.also_serves(row)
    codes = [row.municipality_code, *serves] if serves else []
    names_of = {each.code: each.name for each in register.municipalities()} if serves else {}
    return {
        "municipalities": [(code, names_of[code]) for code in codes],
        "counts": [(when, list(same)) for when, same in groupby(MEASURES, lambda each: each.asked)],
        "labels": {measure.code: measure.label for measure in MEASURES},
        Asked.ALWAYS: True,
        Asked.WOMEN_MEN: row.asks_women_men,
        Asked.MATCHES: kind.counting == MATCHES,
        "why": list(WHY.items()),
    }


def _activity(
    code: str, activity_id: UUID, form: Typed, status: int = 200, ending: Edited | None = None
) -> ResponseReturnValue:
    found = find(queries.activities_seen(code, me().drc, scope_here()).where(Activity.id == activity_id))
    drc = me().drc
    query: Any = queries.sessions(code, activity_id) if drc else queries.parts(code, activity_id)
    keys = [ActivitySession.held_on, ActivitySession.id] if drc else [SessionPart.held_on, SessionPart.session_id]
    page = page_of(query, keys, request.args.get("side"), 50, descending=True)
    kind = kinds()[found.activity_type]
    return (
        render_template(
            "activities/activity.html",
            activity=found,
            kind=kind,
            page=page,
            **_about(found),
            late=queries.late(page.items) if drc else frozenset(),
            asked=asked_of(found, kind) if drc else None,
            municipality=municipality_here(),
            form=form,
            ending=ending or opened(planning.end_as_sent(found)),
            language_code=chosen(),
        ),
        status,
    )


def _about(found: Activity) -> dict[str, Any]:
    """What the page of an activity says of it besides its sessions."""
    today = day_of(now())
    schedules = queries.schedules([found])[found.id]
    current = current_of(schedules, today)
    where = standing(kinds()[found.activity_type], scope_here(), today)
    return {
        "group": names([found.group_id]).get(found.group_id) if found.group_id else None,
        "standing": STANDINGS[where],
        "undistinguished": where is Coverage.UNDISTINGUISHED,
        "when": in_words(current) if current else "",
        "left_out": left_out_in_words(current) if current else "",
        "times": queries.next_times(found, schedules, today),
        "hours": hours,
        "over": found.ends_on is not None and found.ends_on < today,
    }


@bp.post("/kommuner/<municipality_code>/aktiviteter/<uuid:activity_id>")
@permit.drc
def record(municipality_code: str, activity_id: UUID) -> ResponseReturnValue:
    """Record one time that the activity was held or cancelled."""
    form = typed()
    given = load(NewSession(), form)
    if given is not None:
        try:
            operations.record(activity_id, given, municipality_code)
        except Refusal as refusal:
            form.refuse(refusal)
        else:
            flash(_("The session has been recorded."), "success")
            return redirect(
                url_for("activities.activity", municipality_code=municipality_code, activity_id=activity_id)
            )
    return _activity(municipality_code, activity_id, form, 422)
