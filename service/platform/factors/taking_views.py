"""Help for who has lost everything: the secretariat takes the second step of DRC's people and of managers away, a manager that of staff."""

from __future__ import annotations

from uuid import UUID

from flask import Blueprint, flash, redirect, render_template, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from service.platform.factors import operations, queries
from service.platform.factors.schemas import WhyTaken
from service.platform.people import queries as people
from service.platform.web.errors import NotFound, Refusal
from service.platform.web.forms import Typed, load, typed
from service.platform.web.permits import permit
from tenants.calendar import day_of
from tenants.database import db, now

bp = Blueprint("taken_factors", __name__, template_folder="templates")


@bp.get("/medarbejdere/<uuid:person_id>/totrin")
@permit.secretariat
def of_person(person_id: UUID) -> ResponseReturnValue:
    """What somebody has, and why it is taken away."""
    return _of_person(person_id, Typed())


def _of_person(person_id: UUID, form: Typed) -> ResponseReturnValue:
    person = people.person(person_id)
    back = url_for("people.person", person_id=person_id)
    return _page(person_id, person.name, back, form)


def _page(person_id: UUID, name: str, back: str, form: Typed) -> ResponseReturnValue:
    page = render_template("factors/taking.html", held=queries.of(person_id), name=name, back=back, form=form)
    return page, form.status


@bp.post("/medarbejdere/<uuid:person_id>/totrin")
@permit.secretariat
def take(person_id: UUID) -> ResponseReturnValue:
    """Take it away."""
    person, form = people.person(person_id), typed()
    codes = {role.municipality_code for role in people.roles_now(person_id, day_of(now()))}
    if _taken(person_id, codes or {None}, form):
        flash(_("%(name)s chooses a new second step at the next sign-in.", name=person.name), "success")
        return redirect(url_for("people.person", person_id=person_id))
    return _of_person(person_id, form)


def _taken(person_id: UUID, codes: set[str | None], form: Typed) -> bool:
    given = load(WhyTaken(), form)
    if given is None:
        return False
    if not queries.of(person_id):
        raise NotFound
    try:
        operations.take(person_id, codes, given["reason"])
    except Refusal as refusal:
        db.session.rollback()
        form.refuse(refusal)
        return False
    return True


@bp.get("/kommuner/<municipality_code>/medarbejdere/<uuid:membership_id>/totrin")
@permit.manager
def of_member(municipality_code: str, membership_id: UUID) -> ResponseReturnValue:
    """What somebody of the staff has, and why it is taken away."""
    return _of_member(municipality_code, membership_id, Typed())


def _of_member(code: str, membership_id: UUID, form: Typed) -> ResponseReturnValue:
    row = people.member(code, membership_id)
    if row is None:
        raise NotFound
    back = url_for("staff.member", municipality_code=code, membership_id=membership_id)
    return _page(row.person_id, row.name, back, form)


@bp.post("/kommuner/<municipality_code>/medarbejdere/<uuid:membership_id>/totrin")
@permit.manager
def take_from_member(municipality_code: str, membership_id: UUID) -> ResponseReturnValue:
    """Take it away from one of the staff."""
    row, form = people.member(municipality_code, membership_id), typed()
    if row is None:
        raise NotFound
    if _taken(row.person_id, {municipality_code}, form):
        flash(_("%(name)s chooses a new second step at the next sign-in.", name=row.name), "success")
        return redirect(url_for("staff.member", municipality_code=municipality_code, membership_id=membership_id))
    return _of_member(municipality_code, membership_id, form)
