"""A municipality's own people, as its manager keeps them."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from service.platform.people import operations, queries
from service.platform.people.rules import DEEDS, MUNICIPAL, Invited
from service.platform.people.schemas import ColleagueFields, WhyItEnds
from service.platform.people.texts import ROLES
from service.platform.web.errors import NotFound, Refusal
from service.platform.web.forms import Typed, load, typed
from service.platform.web.here import municipality_here
from service.platform.web.identity import Role
from service.platform.web.permits import permit
from tenants.calendar import day_of
from tenants.database import now

bp = Blueprint("staff", __name__, template_folder="templates")
MAX_LISTED = 50


@bp.get("/kommuner/<municipality_code>/medarbejdere")
@permit.manager
def listing(municipality_code: str) -> ResponseReturnValue:
    """Who does what in the municipality, whose invitation waits, and who was here before."""
    return render_template(
        "people/staff.html",
        page=queries.members(municipality_code, day_of(now()), request.args.get("side"), MAX_LISTED),
        past=queries.past_members(municipality_code, day_of(now())),
        waiting=queries.waiting(municipality_code),
        municipality=municipality_here(),
        moment=now(),
        texts=ROLES,
    )


@bp.get("/kommuner/<municipality_code>/medarbejdere/inviter")
@permit.manager
def new(municipality_code: str) -> ResponseReturnValue:
    """Whom to invite."""
    return _form(Typed({"role": Role.STAFF.value}))


@bp.post("/kommuner/<municipality_code>/medarbejdere/inviter")
@permit.manager
def invite(municipality_code: str) -> ResponseReturnValue:
    """Invite somebody to be a manager or one of the staff here."""
    form = typed()
    given = load(ColleagueFields(), form)
    if given is not None:
        if given["role"] not in MUNICIPAL:
            raise NotFound
        invited = Invited(given["email"], given["name"], given["role"], municipality_code, reason=given["reason"])
        try:
            operations.invite(invited)
        except Refusal as refusal:
            form.refuse(refusal)
        else:
            flash(_("%(name)s has a mail with a link. It works for seven days.", name=invited.name), "success")
            return redirect(url_for("staff.listing", municipality_code=municipality_code))
    return _form(form)


def _form(form: Typed) -> ResponseReturnValue:
    roles = [(role.value, ROLES[role]) for role in reversed(MUNICIPAL)]
    page = render_template("people/staff_form.html", form=form, roles=roles, municipality=municipality_here())
    return page, form.status


@bp.get("/kommuner/<municipality_code>/medarbejdere/<uuid:membership_id>")
@permit.manager
def member(municipality_code: str, membership_id: UUID) -> ResponseReturnValue:
    """Somebody's role here: since when, who gave it and why; and to end it."""
    return _member(_found(municipality_code, membership_id), Typed())


def _found(code: str, membership_id: UUID) -> Any:
    row = queries.member(code, membership_id)
    if row is None:
        raise NotFound
    return row


def _member(row: Any, form: Typed) -> ResponseReturnValue:
    ended = row.valid_to is not None and row.valid_to <= day_of(now())
    page = render_template(
        "people/member.html", row=row, ended=ended, form=form, municipality=municipality_here(), texts=ROLES
    )
    return page, form.status


@bp.post("/kommuner/<municipality_code>/medarbejdere/<uuid:membership_id>/afslut")
@permit.manager
def end_role(municipality_code: str, membership_id: UUID) -> ResponseReturnValue:
    """End somebody's role here."""
    row = _found(municipality_code, membership_id)
    form = typed()
    given = load(WhyItEnds(), form)
    if given is not None:
        try:
            operations.end_role(row.id, Role(row.role), row.person_id, municipality_code, given["reason"])
        except Refusal as refusal:
            form.refuse(refusal)
        else:
            flash(_("%(name)s no longer has the role.", name=row.name), "success")
            return redirect(url_for("staff.listing", municipality_code=municipality_code))
    return _member(row, form)


@bp.post("/kommuner/<municipality_code>/medarbejdere/invitationer/<uuid:invitation_id>/<deed>")
@permit.manager
def invitation(municipality_code: str, invitation_id: UUID, deed: str) -> ResponseReturnValue:
    """Send an invitation anew, or withdraw it."""
    row = next((row for row in queries.waiting(municipality_code) if row.id == invitation_id), None)
    if row is None or deed not in DEEDS:
        raise NotFound
    if deed == "igen":
        operations.invite(Invited(row.email, row.name, Role(row.role), municipality_code))
        flash(_("%(name)s has a mail with a link. It works for seven days.", name=row.name), "success")
    else:
        operations.withdraw(row.id, municipality_code)
        flash(_("The invitation has been withdrawn."), "success")
    return redirect(url_for("staff.listing", municipality_code=municipality_code))
