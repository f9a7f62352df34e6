"""Volunteers as pages, for DRC's people."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any
from uuid import UUID

from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from marshmallow import Schema

from service.network.networks.views import names
from service.platform.ledger.operations import record_reading
from service.platform.web import rows
from service.platform.web.edits import Edited, edited
from service.platform.web.errors import Refusal
from service.platform.web.forms import BESIDE, Typed, load, seen_on_page, typed
from service.platform.web.identity import me
from service.platform.web.language import chosen
from service.platform.web.permits import permit
from service.platform.web.reading import reading, sending
from service.platform.web.searching import words_asked
from service.volunteer.volunteers import operations, queries, territory
from service.volunteer.volunteers.likeness import Probable
from service.volunteer.volunteers.models import Volunteer
from service.volunteer.volunteers.operations import ProbablyKnown
from service.volunteer.volunteers.schemas import (
    ChildrenFields,
    EnteredFields,
    PurposeFields,
    RoleEndFields,
    RoleFields,
    StepFields,
    VolunteerFields,
)
from service.volunteer.volunteers.texts import (
    CERTIFICATES,
    CHILDREN,
    LIKENESSES,
    PURPOSES,
    ROLES,
    STATUSES,
    languages,
)
from service.volunteer.volunteers.whole import volunteer_page
from tenants.calendar import day_of
from tenants.database import db, now

bp = Blueprint("volunteers", __name__, template_folder="templates")


@bp.route("/frivillige/ny", methods=["GET", "POST"])
@permit.drc
def new_volunteer() -> ResponseReturnValue:
    """Enter a volunteer."""
    return _form(edited(None), None)


@bp.route("/frivillige/<uuid:volunteer_id>/ret", methods=["GET", "POST"])
@permit.drc
def edit_volunteer(volunteer_id: UUID) -> ResponseReturnValue:
    """Change a volunteer."""
    found = operations.read(volunteer_id) if reading() else territory.opened(volunteer_id)
    return _form(edited(queries.as_sent(found)), found)


def _form(form: Edited, found: Volunteer | None) -> ResponseReturnValue:
    known: list[Probable] = []
    changed = rows.change(form.values, request.form.get("action", "")) if sending() else None
    if changed is not None:
        form.values = changed
    elif form.sent:
        given = load(VolunteerFields() if found else EnteredFields(), form)
        try:
            if given is not None:
                anyway = given.pop("anyway", False)
                kept = (
                    operations.change(found.id, given, form.seen) if found else operations.create(given, anyway=anyway)
                )
                flash(_("The volunteer has been saved."), "success")
                return redirect(url_for("volunteers.volunteer", volunteer_id=kept.id))
        except ProbablyKnown as refusal:
            known = refusal.found
        except Refusal as refusal:
            db.session.rollback()
            form.refuse(refusal)
    page = render_template(
        "volunteers/form.html",
        form=form,
        volunteer=found,
        known=known,
        municipalities=list(names().items()),
        languages=languages(chosen()),
        likenesses=LIKENESSES,
        statuses=STATUSES,
    )
    return page, 422 if known else form.status


@bp.get("/frivillige/<uuid:volunteer_id>")
@permit.drc
def volunteer(volunteer_id: UUID) -> ResponseReturnValue:
    """A volunteer. The ledger notes who has looked."""
    return _volunteer(operations.read(volunteer_id), Typed())


def _volunteer(found: Volunteer, form: Typed, status: int = 200) -> ResponseReturnValue:
    today, asked = day_of(now()), words_asked()
    shown = volunteer_page(found, asked, me().codes, today)
    if asked:
        record_reading("group.searched", hits=len(shown.groups))
    page = render_template(
        "volunteers/volunteer.html",
        page=shown,
        volunteer=found,
        form=form,
        asked=asked,
        names=names(),
        languages=dict(languages(chosen())),
        today=today,
        statuses=STATUSES,
        role_names=ROLES,
        children=CHILDREN,
        certificates=CERTIFICATES,
        purposes=PURPOSES,
    )
    return page, status


def _do(volunteer_id: UUID, schema: Schema, deed: Callable[[Any], Any], said: str) -> ResponseReturnValue:
    """Do what the form says, and show the volunteer, or the list that the form came from; what is wrong is shown beside the fields."""
    back = "stille" if request.form.get("back") == "stille" else ""
    form = typed(ignore=(*BESIDE, "back"))
    given = load(schema, form)
    if given is not None:
        try:
            deed(given)
        except Refusal as refusal:
            db.session.rollback()
            form.refuse(refusal)
        else:
            flash(said, "success")
            if back:
                return redirect(url_for("volunteers.silent"))
            return redirect(url_for("volunteers.volunteer", volunteer_id=volunteer_id))
    return _volunteer(territory.opened(volunteer_id), form, 422)


@bp.post("/frivillige/<uuid:volunteer_id>/status")
@permit.drc
def set_status(volunteer_id: UUID) -> ResponseReturnValue:
    """Note a step in a volunteer's life."""

    def deed(given: Any) -> None:
        operations.set_status(volunteer_id, given["status"], given["day"])

    return _do(volunteer_id, StepFields(), deed, _("The volunteer's status has been saved."))


@bp.post("/frivillige/<uuid:volunteer_id>/bekraeft")
@permit.drc
def confirm(volunteer_id: UUID) -> ResponseReturnValue:
    """Note that a volunteer is still there."""
    return _do(volunteer_id, Schema(), lambda _given: operations.confirm(volunteer_id), _("Noted: still there."))


@bp.post("/frivillige/<uuid:volunteer_id>/roller")
@permit.drc
def start_role(volunteer_id: UUID) -> ResponseReturnValue:
    """Let a volunteer have a role in a group."""
    return _do(
        volunteer_id,
        RoleFields(),
        lambda given: operations.start_role(volunteer_id, given),
        _("The role has been saved."),
    )


@bp.post("/frivillige/<uuid:volunteer_id>/roller/<uuid:role_id>/slut")
@permit.drc
def end_role(volunteer_id: UUID, role_id: UUID) -> ResponseReturnValue:
    """End a role."""
    return _do(
        volunteer_id,
        RoleEndFields(),
        lambda given: operations.end_role(volunteer_id, role_id, given["day"]),
        _("The role has ended."),
    )


@bp.post("/frivillige/<uuid:volunteer_id>/roller/<uuid:role_id>/boern")
@permit.drc
def set_children(volunteer_id: UUID, role_id: UUID) -> ResponseReturnValue:
    """Say whether a role meets children under 15."""
    return _do(
        volunteer_id,
        ChildrenFields(),
        lambda given: operations.set_children(volunteer_id, role_id, given["children"], seen_on_page()),
        _("The role has been saved."),
    )


@bp.post("/frivillige/<uuid:volunteer_id>/samtykke")
@permit.drc
def give_consent(volunteer_id: UUID) -> ResponseReturnValue:
    """Note a consent to one purpose."""
    return _do(
        volunteer_id,
        PurposeFields(),
        lambda given: operations.give_consent(volunteer_id, given["purpose"], given["day"]),
        _("The consent has been saved."),
    )


@bp.post("/frivillige/<uuid:volunteer_id>/samtykke/traek-tilbage")
@permit.drc
def withdraw_consent(volunteer_id: UUID) -> ResponseReturnValue:
    """Note that a consent is withdrawn."""
    return _do(
        volunteer_id,
        PurposeFields(),
        lambda given: operations.withdraw_consent(volunteer_id, given["purpose"], given["day"]),
        _("The consent has been withdrawn."),
    )
