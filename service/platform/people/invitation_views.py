"""The pages behind mailed links, where nobody has to sign in: an invitation, and a new password."""

from __future__ import annotations

from flask import Blueprint, current_app, flash, make_response, redirect, render_template, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from limits import parse

from service.platform.accounts import known_devices
from service.platform.people import operations
from service.platform.people.schemas import AskedPassword, ChosenPassword
from service.platform.people.texts import role_in_words
from service.platform.web import tries
from service.platform.web.errors import Refusal
from service.platform.web.forms import Typed, load, typed
from service.platform.web.identity import address, somebody
from service.platform.web.links import DeadLink
from service.platform.web.permits import permit

bp = Blueprint("invitations", __name__, template_folder="templates")
ASKED = parse("5 per hour")


@bp.get("/invitation/<token>")
@permit.address(operations.knock)
def invitation(token: str) -> ResponseReturnValue:
    """Who invites whom to what, or whose password is to be chosen."""
    return _invitation(Typed())


@bp.post("/invitation/<token>")
@permit.address(operations.knock)
def accept(token: str) -> ResponseReturnValue:
    """Take it up. Whoever does signs in afterwards as on any day: a link is no second factor."""
    link, form = operations.here(), typed()
    given = load(ChosenPassword(), form)
    if given is not None:
        try:
            operations.accept(link, given["password"])
        except DeadLink:
            raise
        except Refusal as refusal:
            form.refuse(refusal)
        else:
            flash(_("Welcome. Sign in.") if link.role else _("Your password has been changed. Sign in."), "success")
            # Whoever opens what was mailed to them is let in from here, whatever strangers are guessing meanwhile.
            return known_devices.remember(make_response(redirect(url_for("accounts.sign_in"))), link.email)
    form.values.clear()
    return _invitation(form)


def _invitation(form: Typed) -> ResponseReturnValue:
    link = operations.here()
    role = role_in_words(link.role, link.municipality, link.territory) if link.role else None
    return render_template("people/invitation.html", link=link, role=role, form=form), form.status


@bp.get("/ny-adgangskode")
@permit.public
def forgotten() -> ResponseReturnValue:
    """Ask for a new password."""
    return redirect(url_for("accounts.account")) if somebody() else _forgotten(Typed())


@bp.post("/ny-adgangskode")
@permit.public
def ask() -> ResponseReturnValue:
    """Have a link mailed to whoever has the address typed. The answer is the same where nobody has."""
    if somebody():
        return redirect(url_for("accounts.account"))
    form = typed()
    given = load(AskedPassword(), form)
    if given is None:
        return _forgotten(form)
    tries.begin(parse(current_app.extensions["settings"].address_limit), "new password from", address())
    tries.begin(ASKED, "new password of", given["email"])
    operations.ask_for_password(given["email"])
    flash(_("If the address is known here, a mail with a link is on its way. It works for a day."), "success")
    return redirect(url_for("accounts.sign_in"))


def _forgotten(form: Typed) -> ResponseReturnValue:
    return render_template("people/forgotten.html", form=form), form.status
