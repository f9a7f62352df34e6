"""The people of DRC and of all municipalities, as DRC's secretariat keeps them."""

from __future__ import annotations

from uuid import UUID

from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from service.platform.accounts import queries as accounts
from service.platform.accounts.models import Membership, Person
from service.platform.ledger.operations import record_reading
from service.platform.people import operations, queries, rules
from service.platform.people.rules import Invited
from service.platform.people.schemas import InvitedFields, WhyItEnds
from service.platform.people.texts import ROLES
from service.platform.territories import queries as territories
from service.platform.web.errors import NotFound, Refusal
from service.platform.web.forms import Typed, load, typed
from service.platform.web.identity import Role, me
from service.platform.web.pages import page_of
from service.platform.web.permits import permit
from service.platform.web.searching import words_asked
from tenants import register
from tenants.calendar import day_of
from tenants.database import now
from tenants.reach import Office

bp = Blueprint("people", __name__, template_folder="templates")
GIVEN = rules.roles_to_give(Office.DRC, frozenset({Role.SECRETARIAT}))
MAX_LISTED = 50


def names() -> dict[str, str]:
    """The municipalities' names by code, in Danish order."""
    return {row.code: row.name for row in register.municipalities()}


@bp.get("/medarbejdere")
@permit.secretariat
def listing() -> ResponseReturnValue:
    """Everybody by name, found by a part of the name or the address."""
    asked = words_asked()
    page = page_of(queries.found(asked), [Person.name, Person.id], request.args.get("side"), MAX_LISTED)
    if asked:
        record_reading("person.searched", hits=len(page.items))
    ids = [person.id for person in page.items]
    return render_template(
        "people/list.html",
        q=asked,
        page=page,
        roles=queries.roles_of(ids, day_of(now())),
        invited=queries.invited_of(ids),
        names=names(),
        texts=ROLES,
    )


@bp.get("/medarbejdere/inviter")
@permit.secretariat
def new() -> ResponseReturnValue:
    """Whom to invite, to what."""
    return _form(Typed())


@bp.post("/medarbejdere/inviter")
@permit.secretariat
def invite() -> ResponseReturnValue:
    """Invite somebody to one of DRC's roles, or to be a municipality's manager."""
    form = typed()
    given = load(InvitedFields(), form)
    if given is not None:
        if given["role"] not in GIVEN or (given["municipality_code"] and given["municipality_code"] not in me().codes):
            raise NotFound
        invited = Invited(
            given["email"],
            given["name"],
            given["role"],
            given["municipality_code"] or None,
            given["territory"] or None,
            given["reason"],
        )
        try:
            operations.invite(invited)
        except Refusal as refusal:
            form.refuse(refusal)
        else:
            flash(_("%(name)s has a mail with a link. It works for seven days.", name=invited.name), "success")
            return redirect(url_for("people.listing"))
    return _form(form)


def _form(form: Typed) -> ResponseReturnValue:
    page = render_template(
        "people/form.html",
        form=form,
        roles=[(role.value, ROLES[role]) for role in GIVEN],
        municipalities=names().items(),
        territories=territories.names(day_of(now())),
    )
    return page, form.status


@bp.get("/medarbejdere/<uuid:person_id>")
@permit.secretariat
def person(person_id: UUID) -> ResponseReturnValue:
    """Somebody: what they do and did, who gave it and why, and what waits to be taken up."""
    found, today = queries.person(person_id), day_of(now())
    roles = queries.history(person_id)
    others = {each for row in roles for each in (row.given_by, row.ended_by, found.disabled_by) if each}
    return render_template(
        "people/person.html",
        person=found,
        present=[row for row in roles if row.valid_to is None or row.valid_to > today],
        past=[row for row in roles if row.valid_to is not None and row.valid_to <= today],
        waiting=queries.waiting_of(person_id),
        people=accounts.names(others),
        names=names(),
        texts=ROLES,
        given=GIVEN,
    )


def _given(person_id: UUID, membership_id: UUID) -> Membership:
    """A role of somebody's that the secretariat gives and ends. Raises NotFound."""
    row = next((row for row in queries.history(person_id) if row.id == membership_id), None)
    if row is None or Role(row.role) not in GIVEN:
        raise NotFound
    return row


@bp.get("/medarbejdere/<uuid:person_id>/roller/<uuid:membership_id>/afslut")
@permit.secretariat
def end(person_id: UUID, membership_id: UUID) -> ResponseReturnValue:
    """Why a role ends."""
    return _end(_given(person_id, membership_id), Typed())


def _end(row: Membership, form: Typed) -> ResponseReturnValue:
    place = names().get(row.municipality_code or "")
    page = render_template(
        "people/end.html",
        person=queries.person(row.person_id),
        title=_("End the role"),
        lead=_(
            "%(role)s. It ends at once, and stays as history.",
            role=", ".join(filter(None, (str(ROLES[Role(row.role)]), place or row.territory))),
        ),
        button=_("End the role now"),
        form=form,
    )
    return page, form.status


@bp.post("/medarbejdere/<uuid:person_id>/roller/<uuid:membership_id>/afslut")
@permit.secretariat
def end_role(person_id: UUID, membership_id: UUID) -> ResponseReturnValue:
    """End one of somebody's roles."""
    row, form = _given(person_id, membership_id), typed()
    given = load(WhyItEnds(), form)
    if given is not None:
        try:
            operations.end_role(row.id, Role(row.role), person_id, row.municipality_code, given["reason"])
        except Refusal as refusal:
            form.refuse(refusal)
        else:
            flash(_("The role has ended."), "success")
            return redirect(url_for("people.person", person_id=person_id))
    return _end(row, form)


@bp.get("/medarbejdere/<uuid:person_id>/luk")
@permit.secretariat
def closing(person_id: UUID) -> ResponseReturnValue:
    """Why somebody is shut out."""
    return _closing(queries.person(person_id), Typed())


def _closing(found: Person, form: Typed) -> ResponseReturnValue:
    page = render_template(
        "people/end.html",
        person=found,
        title=_("Shut %(name)s out", name=found.name),
        lead=_("All roles end, and sign-ins, keys and calendar addresses with them, at once."),
        button=_("Shut out now"),
        form=form,
    )
    return page, form.status


@bp.post("/medarbejdere/<uuid:person_id>/luk")
@permit.secretariat
def disable(person_id: UUID) -> ResponseReturnValue:
    """Shut somebody out at once."""
    found, form = queries.person(person_id), typed()
    given = load(WhyItEnds(), form)
    if given is not None:
        try:
            operations.disable(found.id, given["reason"])
        except Refusal as refusal:
            form.refuse(refusal)
        else:
            flash(_("%(name)s can no longer sign in.", name=found.name), "success")
            return redirect(url_for("people.person", person_id=person_id))
    return _closing(found, form)


@bp.post("/medarbejdere/<uuid:person_id>/invitationer/<uuid:invitation_id>/<deed>")
@permit.secretariat
def invitation(person_id: UUID, invitation_id: UUID, deed: str) -> ResponseReturnValue:
    """Send an invitation anew, or withdraw it."""
    row = next((row for row in queries.waiting_of(person_id) if row.id == invitation_id), None)
    if row is None or deed not in rules.DEEDS or Role(row.role or "") not in GIVEN:
        raise NotFound
    if deed == "igen":
        email = queries.person(person_id).email
        place = row.municipality_code, row.territory
        operations.invite(Invited(email, row.name, Role(row.role or ""), *place, row.reason))
        flash(_("%(name)s has a mail with a link. It works for seven days.", name=row.name), "success")
    else:
        operations.withdraw(row.id, row.municipality_code)
        flash(_("The invitation has been withdrawn."), "success")
    return redirect(url_for("people.person", person_id=person_id))
