"""Let go of whom a municipality's login knows somebody as: the secretariat of anybody, a manager of the municipality's own people."""

from __future__ import annotations

from uuid import UUID

from flask import Blueprint, flash, redirect, render_template, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from service.platform.identity_providers import ties
from service.platform.people import queries as people
from service.platform.web.errors import Conflict, NotFound
from service.platform.web.identity import me
from service.platform.web.permits import permit
from service.platform.web.proof import fresh
from tenants.calendar import day_of
from tenants.database import now

bp = Blueprint("ties", __name__, template_folder="templates")


@bp.get("/medarbejdere/<uuid:person_id>/kommunens-login")
@permit.secretariat
def of_person(person_id: UUID) -> ResponseReturnValue:
    """What it means to let go."""
    return _page(people.person(person_id).name, url_for("people.person", person_id=person_id))


def _page(name: str, back: str) -> ResponseReturnValue:
    return render_template("identity_providers/tie.html", name=name, back=back)


@bp.post("/medarbejdere/<uuid:person_id>/kommunens-login")
@permit.secretariat
@fresh
def release(person_id: UUID) -> ResponseReturnValue:
    """Let go of it."""
    found = people.person(person_id)
    codes = {row.municipality_code for row in people.roles_now(person_id, day_of(now())) if row.municipality_code}
    if len(codes) != 1:
        raise NotFound  # who belongs elsewhere too comes by no provider
    _not_oneself(person_id)
    ties.release(person_id, codes.pop())
    _say(found.name)
    return redirect(url_for("people.person", person_id=person_id))


def _not_oneself(person_id: UUID) -> None:
    if person_id == me().person_id:
        raise Conflict(_("You cannot let go of your own login. Ask a colleague to do it."))


def _say(name: str) -> None:
    flash(
        _("%(name)s has been let go. A mail says how to sign in with the municipality's login again.", name=name),
        "success",
    )


@bp.get("/kommuner/<municipality_code>/medarbejdere/<uuid:membership_id>/kommunens-login")
@permit.manager
def of_member(municipality_code: str, membership_id: UUID) -> ResponseReturnValue:
    """What it means to let go of a colleague's."""
    row = people.member(municipality_code, membership_id)
    if row is None:
        raise NotFound
    back = url_for("staff.member", municipality_code=municipality_code, membership_id=membership_id)
    return _page(row.name, back)


@bp.post("/kommuner/<municipality_code>/medarbejdere/<uuid:membership_id>/kommunens-login")
@permit.manager
@fresh
def release_of_member(municipality_code: str, membership_id: UUID) -> ResponseReturnValue:
    """Let go of a colleague's."""
    row = people.member(municipality_code, membership_id)
    if row is None:
        raise NotFound
    _not_oneself(row.person_id)
    ties.release(row.person_id, municipality_code)
    _say(row.name)
    return redirect(url_for("staff.member", municipality_code=municipality_code, membership_id=membership_id))
