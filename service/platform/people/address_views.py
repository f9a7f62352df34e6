"""Another address for an account as pages: one's own, that of somebody one keeps, and the page behind the link that was mailed."""

from __future__ import annotations

from collections.abc import Callable
from uuid import UUID

from flask import Blueprint, flash, make_response, redirect, render_template, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from limits import parse

from service.platform.accounts import known_devices
from service.platform.people import addresses, queries
from service.platform.people.schemas import NewAddress
from service.platform.web import tries
from service.platform.web.errors import NotFound, Refusal
from service.platform.web.forms import Typed, load, typed
from service.platform.web.identity import me
from service.platform.web.permits import permit
from service.platform.web.proof import fresh

bp = Blueprint("addresses", __name__, template_folder="templates")
ASKED = parse("10 per hour")


def _form(name: str, email: str, back: str, form: Typed) -> ResponseReturnValue:
    own = back == url_for("accounts.account")
    return render_template("people/address.html", name=name, email=email, back=back, own=own, form=form), form.status


def _asked(name: str, email: str, back: str, ask: Callable[[str], None]) -> ResponseReturnValue:
    """Ask for what was typed, and lead back; or show the form again, with what is wrong."""
    form = typed()
    given = load(NewAddress(), form)
    if given is not None:
        tries.begin(ASKED, "addresses by", str(me().person_id))
        try:
            ask(given["email"])
        except Refusal as refusal:
            form.refuse(refusal)
        else:
            flash(
                _("A mail with a link is on its way to %(email)s. It works for a day.", email=given["email"]), "success"
            )
            return redirect(back)
    return _form(name, email, back, form)


@bp.get("/min-konto/mailadresse")
@permit.signed_in
def own() -> ResponseReturnValue:
    """Which address one is to have."""
    return _form(me().name, me().email, url_for("accounts.account"), Typed())


@bp.post("/min-konto/mailadresse")
@permit.signed_in
@fresh
def ask_own() -> ResponseReturnValue:
    """Have a link mailed there."""
    return _asked(me().name, me().email, url_for("accounts.account"), lambda email: addresses.ask_own(me(), email))


@bp.get("/medarbejdere/<uuid:person_id>/mailadresse")
@permit.secretariat
def of_person(person_id: UUID) -> ResponseReturnValue:
    """Which address somebody is to have."""
    found = queries.person(person_id)
    return _form(found.name, found.email, url_for("people.person", person_id=person_id), Typed())


@bp.post("/medarbejdere/<uuid:person_id>/mailadresse")
@permit.secretariat
@fresh
def ask_of_person(person_id: UUID) -> ResponseReturnValue:
    """Have a link mailed there."""
    found, back = queries.person(person_id), url_for("people.person", person_id=person_id)
    if found.disabled_at is not None:
        raise NotFound
    return _asked(found.name, found.email, back, lambda email: addresses.ask_for(person_id, email, None))


@bp.get("/kommuner/<municipality_code>/medarbejdere/<uuid:membership_id>/mailadresse")
@permit.manager
def of_member(municipality_code: str, membership_id: UUID) -> ResponseReturnValue:
    """Which address one of the municipality's people is to have."""
    row = queries.present_member(municipality_code, membership_id)
    back = url_for("staff.member", municipality_code=municipality_code, membership_id=membership_id)
    return _form(row.name, row.email, back, Typed())


@bp.post("/kommuner/<municipality_code>/medarbejdere/<uuid:membership_id>/mailadresse")
@permit.manager
@fresh
def ask_of_member(municipality_code: str, membership_id: UUID) -> ResponseReturnValue:
    """Have a link mailed there."""
    row = queries.present_member(municipality_code, membership_id)
    back = url_for("staff.member", municipality_code=municipality_code, membership_id=membership_id)
    return _asked(row.name, row.email, back, lambda email: addresses.ask_for(row.person_id, email, municipality_code))


@bp.get("/mailadresse/<token>")
@permit.address(addresses.knock)
def link(token: str) -> ResponseReturnValue:
    """Which address whose account is to have."""
    return render_template("people/address_link.html", link=addresses.here())


@bp.post("/mailadresse/<token>")
@permit.address(addresses.knock)
def confirm(token: str) -> ResponseReturnValue:
    """Let the account have it. Whoever does signs in with it from now on."""
    opened = addresses.here()
    addresses.confirm(opened)
    flash(_("Your address is %(email)s from now on. You sign in with it.", email=opened.email), "success")
    return known_devices.remember(make_response(redirect(url_for("accounts.sign_in"))), opened.email)
