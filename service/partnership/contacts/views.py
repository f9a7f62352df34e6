"""Contacts as pages: who they are, to change one, and to hand over those of somebody who leaves."""

from __future__ import annotations

from uuid import UUID

from flask import Blueprint, flash, redirect, render_template, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from flask_babel import ngettext

from service.partnership.contacts import operations, queries
from service.partnership.contacts.queries import SideContact
from service.partnership.contacts.rules import ContactSide, sides_to_change
from service.partnership.contacts.schemas import SuccessorFields
from service.partnership.partnerships.rows import ContactFields
from service.platform.people import queries as people
from service.platform.web.errors import NotFound, Refusal
from service.platform.web.forms import Typed, load, seen_on_page, typed
from service.platform.web.here import municipality_here
from service.platform.web.identity import me
from service.platform.web.permits import permit
from service.platform.web.versions import version_of
from tenants.calendar import day_of
from tenants.contacts import PARTS
from tenants.database import db, now

bp = Blueprint("contacts", __name__, template_folder="templates")
SIDES = {side.word: side for side in ContactSide}


def _contacts(code: str) -> list[SideContact]:
    """Both sides' contacts. Raises NotFound without an agreement in force or to come."""
    period = queries.period(code, day_of(now()))
    if period is None:
        raise NotFound
    return queries.contacts(period)


@bp.get("/kommuner/<municipality_code>/kontakter")
@permit.municipality
def listing(municipality_code: str) -> ResponseReturnValue:
    """Whom each side calls."""
    return render_template(
        "contacts/list.html",
        contacts=_contacts(municipality_code),
        sides=sides_to_change(me().office, me().roles),
        municipality=municipality_here(),
    )


@bp.get("/kommuner/<municipality_code>/kontakter/<contact_side>")
@permit.municipality
def edit(municipality_code: str, contact_side: str) -> ResponseReturnValue:
    """A side's contact, to be changed."""
    found = _found(municipality_code, contact_side)
    return _edit(found, Typed({part: getattr(found.contact, part) for part in PARTS}))


def _found(code: str, word: str) -> SideContact:
    """A side's contact that the present person changes. Raises NotFound."""
    side = SIDES.get(word)
    if side not in sides_to_change(me().office, me().roles):
        raise NotFound
    return next(each for each in _contacts(code) if each.side is side)


def _edit(found: SideContact, form: Typed, status: int = 200) -> ResponseReturnValue:
    page = render_template(
        "contacts/form.html", found=found, form=form, seen=version_of(found.state), municipality=municipality_here()
    )
    return page, status


@bp.post("/kommuner/<municipality_code>/kontakter/<contact_side>")
@permit.municipality
def change(municipality_code: str, contact_side: str) -> ResponseReturnValue:
    """Let somebody else be a side's contact."""
    found, form = _found(municipality_code, contact_side), typed()
    given = load(ContactFields(), form)
    if given is None:
        return _edit(found, form, 422)
    try:
        operations.change(municipality_code, found.side, given, seen_on_page())
    except Refusal as refusal:
        db.session.rollback()
        form.refuse(refusal)
        return _edit(_found(municipality_code, contact_side), form, int(refusal.status))
    flash(_("%(name)s is the contact now.", name=given.name), "success")
    return redirect(url_for("contacts.listing", municipality_code=municipality_code))


@bp.get("/medarbejdere/<uuid:person_id>/overdrag")
@permit.secretariat
def handing_over(person_id: UUID) -> ResponseReturnValue:
    """Where somebody is DRC's contact, and who can take over."""
    return _handing_over(person_id, Typed())


def _handing_over(person_id: UUID, form: Typed) -> ResponseReturnValue:
    leaver, today = people.person(person_id), day_of(now())
    page = render_template(
        "contacts/hand_over.html",
        person=leaver,
        form=form,
        municipalities=queries.looked_after(leaver.email, today),
        successors=[(str(each.id), each.name) for each in queries.successors(leaver, today)],
    )
    return page, form.status


@bp.post("/medarbejdere/<uuid:person_id>/overdrag")
@permit.secretariat
def hand_over(person_id: UUID) -> ResponseReturnValue:
    """Let another be the contact wherever somebody is."""
    form = typed()
    given = load(SuccessorFields(), form)
    if given is not None:
        try:
            count = operations.hand_over(people.person(person_id), _id(given["successor"]))
        except Refusal as refusal:
            form.refuse(refusal)
        else:
            flash(
                ngettext(
                    "%(num)s municipality has a new contact.", "%(num)s municipalities have a new contact.", count
                ),
                "success",
            )
            return redirect(url_for("people.person", person_id=person_id))
    return _handing_over(person_id, form)


def _id(text: str) -> UUID:
    try:
        return UUID(text)
    except ValueError:
        raise NotFound from None
