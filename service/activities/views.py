"""Activities and their sessions as pages. A municipality's own people see figures by month, never a single session's persons."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from service.activities import operations, queries
from service.activities.models import Activity, ActivitySession, SessionPart
from service.activities.operations import MATCHES
from service.activities.schemas import NewActivity, NewSession
from service.activities.texts import WHY
from service.catalogue.queries import kinds
from service.catalogue.rules import Kind, Side
from service.networks.queries import names
from service.web.errors import NotFound, Refusal
from service.web.forms import Typed, load, typed
from service.web.identity import me
from service.web.language import chosen
from service.web.pages import page_of
from service.web.permits import municipality_here, permit, scope_here
from tenants import register
from tenants.calendar import day_of
from tenants.database import db, now

bp = Blueprint("activities", __name__, template_folder="templates")


@bp.get("/kommuner/<municipality_code>/aktiviteter")
@permit.municipality
def listing(municipality_code: str) -> ResponseReturnValue:
    """The activities of a municipality: all for DRC, the agreed ones for its own people unless its scope opens more."""
    return _listing(municipality_code, Typed())


def _listing(code: str, form: Typed, status: int = 200) -> ResponseReturnValue:
    query = queries.activities_seen(code, me().drc, scope_here())
    page = page_of(query, [Activity.name, Activity.id], request.args.get("side"), 50)
    known, scope, today = kinds(), scope_here(), day_of(now())
    return (
        render_template(
            "activities/list.html",
            page=page,
            kinds=known,
            choices=[(kind.code, kind.name(chosen())) for kind in known.values() if kind.side is not Side.STATUTORY],
            groups=names([row.group_id for row in page.items if row.group_id]),
            agreed={row.id for row in page.items if scope and scope.agreed(row.activity_type, today)},
            municipality=municipality_here(),
            form=form,
            language_code=chosen(),
        ),
        status,
    )


@bp.post("/kommuner/<municipality_code>/aktiviteter")
@permit.drc
def start(municipality_code: str) -> ResponseReturnValue:
    """Start an activity."""
    form = typed()
    given = load(NewActivity(), form)
    if given is not None:
        try:
            row = operations.start(municipality_code, given)
        except Refusal as refusal:
            form.refuse(refusal)
        else:
            flash(_("The activity has been started."), "success")
            return redirect(url_for("activities.activity", municipality_code=municipality_code, activity_id=row.id))
    return _listing(municipality_code, form, 422)


@bp.get("/kommuner/<municipality_code>/aktiviteter/<uuid:activity_id>")
@permit.municipality
def activity(municipality_code: str, activity_id: UUID) -> ResponseReturnValue:
    """An activity and when it was held."""
    return _activity(municipality_code, activity_id, Typed({"held_on": day_of(now()).isoformat()}))


def asked_of(row: Activity, kind: Kind) -> dict[str, Any]:
    """What the form of a session asks at an activity, besides what all are asked."""
    serves = queries.also_serves(row)
    codes = [row.municipality_code, *serves] if serves else []
    names_of = {each.code: each.name for each in register.municipalities()} if serves else {}
    return {
        "municipalities": [(code, names_of[code]) for code in codes],
        "women_men": row.asks_women_men,
        "matches": kind.counting == MATCHES,
        "why": list(WHY.items()),
    }


def _activity(code: str, activity_id: UUID, form: Typed, status: int = 200) -> ResponseReturnValue:
    found = db.session.scalar(queries.activities_seen(code, me().drc, scope_here()).where(Activity.id == activity_id))
    if found is None:
        raise NotFound
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
            late=queries.late(page.items) if drc else frozenset(),
            asked=asked_of(found, kind) if drc else None,
            group=names([found.group_id]).get(found.group_id) if found.group_id else None,
            municipality=municipality_here(),
            form=form,
            language_code=chosen(),
        ),
        status,
    )


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
