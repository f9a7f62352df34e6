"""Signing in and out, choosing a municipality, one's own account."""

from __future__ import annotations

import unicodedata
from uuid import UUID

from flask import Blueprint, current_app, flash, make_response, redirect, render_template, request, session, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from flask_login import login_user, logout_user
from limits import parse

from service.platform.accounts import operations, queries
from service.platform.accounts.schemas import KeyName, Password, SignIn
from service.platform.web import trail, tries
from service.platform.web.errors import Busy, Refusal
from service.platform.web.forms import Typed, load, typed
from service.platform.web.identity import address, me, somebody
from service.platform.web.permits import permit
from service.platform.web.security import inside
from tenants import register
from tenants.database import db

bp = Blueprint("accounts", __name__, template_folder="templates")
WRONG_PASSWORDS = parse("10 per 15 minutes")


def _account_typed() -> str:
    """The account meant, however its address is spelled: else a letter made of two signs would be another account."""
    return unicodedata.normalize("NFC", request.form.get("email", "")).strip().lower()[:254]


def _session_asking() -> str:
    """The session that asks."""
    return str(session.get("_user_id", ""))


@bp.get("/log-ind")
@permit.public
def sign_in() -> ResponseReturnValue:
    """The sign-in page."""
    if somebody():
        return redirect(url_for("home.start"))
    return render_template("accounts/sign_in.html", form=Typed({"next": inside(request.args.get("next", "")) or ""}))


@bp.post("/log-ind")
@permit.public
def sign_in_now() -> ResponseReturnValue:
    """Try the typed e-mail and password."""
    # A municipality's people may all come from one address; against an account only what fails counts, so that nobody is locked
    # out by their own daily use.
    tries.begin(parse(current_app.extensions["settings"].address_limit), "sign-in from", address())
    tried = tries.begin(WRONG_PASSWORDS, "password of", _account_typed())
    form = typed()
    form.values["next"] = (
        inside(form.values.get("next", "")) or ""
    )  # one that leads elsewhere is no reason to keep anybody out
    given = load(SignIn(), form)
    if given is not None:
        try:
            token = operations.sign_in(given["email"], given["password"])
        except Refusal as refusal:
            form.refuse(refusal)
            trail.note("sign_in_failed", account=trail.mark(_account_typed()))
        except Busy:
            tried.give_back()  # it was not made
            raise
        else:
            db.session.commit()  # the session must be there before Flask-Login is told of it
            session.clear()
            identity = operations.identify_session(token)
            if identity is not None:
                tried.give_back()
                login_user(identity)
                trail.note("signed_in")
                return redirect(given["next"] or url_for("home.start"))
            form.errors["_schema"] = [_("Your account has no access yet. Call your consultant at DRC.")]
    form.values.pop("password", None)
    return render_template("accounts/sign_in.html", form=form), 422


@bp.post("/log-ud")
@permit.public
def sign_out() -> ResponseReturnValue:
    """End the session."""
    identity = somebody()
    if identity is not None:
        operations.sign_out(identity.token)
        trail.note("signed_out")
    logout_user()
    session.clear()
    flash(_("You have signed out."), "success")
    return redirect(url_for("accounts.sign_in"))


@bp.get("/vaelg")
@permit.signed_in
def choose() -> ResponseReturnValue:
    """Which municipality to act for."""
    codes = {place.municipality_code for place in operations.places(me()) if place.municipality_code}
    return render_template(
        "accounts/choose.html", municipalities=[m for m in register.municipalities() if m.code in codes]
    )


@bp.post("/vaelg")
@permit.signed_in
def choose_now() -> ResponseReturnValue:
    """Act for the chosen municipality."""
    operations.choose_municipality(me(), request.form.get("code", ""))
    return redirect(url_for("home.start"))


@bp.get("/min-konto")
@permit.signed_in
def account() -> ResponseReturnValue:
    """One's own account: sessions, keys, password."""
    return _account(Typed())


def _account(form: Typed, status: int = 200, new_key: str | None = None) -> ResponseReturnValue:
    person = me().person_id
    page = render_template(
        "accounts/account.html",
        form=form,
        new_key=new_key,
        keys=queries.tokens_of(person),
        sessions=queries.sessions_of(person),
    )
    return make_response(page, status)


@bp.post("/min-konto/noegler")
@permit.signed_in
def new_key() -> ResponseReturnValue:
    """Issue a key and show it once."""
    form = typed()
    given = load(KeyName(), form)
    if given is None:
        return _account(form, 422)
    _key, token = operations.issue_key(me().person_id, given["name"])
    return _account(Typed(), new_key=token)


@bp.post("/min-konto/noegler/<uuid:key_id>/afslut")
@permit.signed_in
def end_key(key_id: UUID) -> ResponseReturnValue:
    """End one of one's own keys."""
    operations.end_key(me().person_id, key_id)
    flash(_("The key has been ended."), "success")
    return redirect(url_for("accounts.account"))


@bp.post("/min-konto/sessioner/afslut")
@permit.signed_in
def end_other_sessions() -> ResponseReturnValue:
    """End all one's other sessions."""
    count = operations.end_sessions(me().person_id, keep=me().token)
    flash(_("%(count)s other sessions have been ended.", count=count), "success")
    return redirect(url_for("accounts.account"))


@bp.post("/min-konto/adgangskode")
@permit.signed_in
def change_password() -> ResponseReturnValue:
    """Change one's own password."""
    tried = tries.begin(WRONG_PASSWORDS, "password in", _session_asking())
    form = typed()
    given = load(Password(), form)
    if given is not None:
        try:
            operations.change_password(me().person_id, given["old"], given["new"], me().token)
        except Refusal as refusal:
            form.refuse(refusal)
        else:
            tried.give_back()
            flash(_("Your password has been changed. Your other sessions have ended."), "success")
            return redirect(url_for("accounts.account"))
    form.values.clear()
    return _account(form, 422)
