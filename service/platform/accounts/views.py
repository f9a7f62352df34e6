"""Signing in and out, choosing a municipality, one's own account."""

from __future__ import annotations

import unicodedata
from uuid import UUID

from flask import Blueprint, flash, make_response, redirect, render_template, request, session, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from flask_babel import ngettext
from flask_login import logout_user
from werkzeug.exceptions import TooManyRequests

from service.platform.accounts import arrived, cookies, known_devices, operations, own_account, queries, refusals
from service.platform.accounts.rules import KEY_DAYS, device_of
from service.platform.accounts.schemas import NewKey, Password, Profile, SignIn
from service.platform.accounts.texts import KEY_PURPOSES, LANGUAGE_NAMES
from service.platform.web import trail, tries
from service.platform.web.arrival import How
from service.platform.web.errors import Busy, Refusal
from service.platform.web.forms import Typed, load, typed
from service.platform.web.identity import me, somebody
from service.platform.web.language import chosen, spoken
from service.platform.web.permits import permit
from service.platform.web.proof import fresh
from service.platform.web.security import inside
from service.platform.web.tries import Try
from tenants import register
from tenants.database import db, now

bp = Blueprint("accounts", __name__, template_folder="templates")
WRONG_PASSWORDS = known_devices.WRONG_PASSWORDS


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
    try:
        tried = known_devices.begin(_account_typed())
    except TooManyRequests:
        return _too_many()
    form = typed()
    form.values["next"] = (
        inside(form.values.get("next", "")) or ""
    )  # one that leads elsewhere is no reason to keep anybody out
    given = load(SignIn(), form)
    if given is not None:
        try:
            begun = operations.sign_in(given["email"], given["password"], device_of(request.user_agent.string))
        except Refusal as refusal:
            form.refuse(refusal)
            trail.note("sign_in_failed", account=trail.mark(_account_typed()))
            refusals.sign_in(_account_typed())
        except Busy:
            _give_back(tried)  # it was not made
            raise
        else:
            db.session.commit()  # the session must be there before Flask-Login is told of it
            if not begun.proved:
                _give_back(tried)
                cookies.let_wait(begun.token, How.PASSWORD)
                return redirect(url_for("factors.second_step", next=given["next"] or None))
            if cookies.let_in(begun.token):
                _give_back(tried)
                return arrived.answer(given["next"], given["kept"])
            form.errors["_schema"] = [_("Your account has no access yet. Call your consultant at DRC.")]
    form.values.pop("password", None)
    return render_template("accounts/sign_in.html", form=form), 422


def _give_back(tried: list[Try]) -> None:
    for each in tried:
        each.give_back()


def _too_many() -> ResponseReturnValue:
    """Somebody has guessed too often. Whoever owns the account is told how to get in all the same."""
    trail.note("sign_in_held_back", account=trail.mark(_account_typed()))
    form = typed()
    form.values.pop("password", None)
    form.values["next"] = inside(form.values.get("next", "")) or ""
    form.errors["_schema"] = [
        _(
            "There have been too many wrong passwords. Wait a little and try again, or choose a new password by mail: that lets you in."
        )
    ]
    page = make_response(render_template("accounts/sign_in.html", form=form), 429)
    page.headers["Retry-After"] = "60"
    return page


@bp.post("/log-ud")
@permit.public
def sign_out() -> ResponseReturnValue:
    """End the session."""
    identity = somebody()
    ended = operations.sign_out(identity.token) if identity else None
    if identity is not None:
        trail.note("signed_out")
    logout_user()
    elsewhere = ended.id if ended and ended.provider_id else None
    cookies.leave(elsewhere)
    if elsewhere is not None:
        return redirect(url_for("leaving.here"))
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


@bp.get("/min-konto/bliv")
@permit.signed_in
def stay() -> ResponseReturnValue:
    """Asked for by a page whose reader wants to stay signed in: to ask is to be seen here."""
    return "", 204


@bp.get("/min-konto")
@permit.signed_in
def account() -> ResponseReturnValue:
    """One's own account: sessions, keys, password."""
    return _account(Typed())


def _account(form: Typed, status: int = 200, new_key: str | None = None) -> ResponseReturnValue:
    person = me().person_id
    sessions = queries.sessions_of(person, now())
    page = render_template(
        "accounts/account.html",
        form=form,
        new_key=new_key,
        person=queries.person(person),
        mails=own_account.mails_of(me()),
        keys=queries.tokens_of(person),
        purposes=KEY_PURPOSES,
        key_days=[(str(days), ngettext("%(num)s day", "%(num)s days", days)) for days in KEY_DAYS],
        sessions=[(row, own_account.is_here(row, me().token)) for row in sessions],
    )
    return make_response(page, status)


@bp.get("/min-konto/profil")
@permit.signed_in
def profile() -> ResponseReturnValue:
    """One's own name, title, phone, language, and which mails one wants."""
    person = queries.person(me().person_id)
    wanted = {f"mails-{kind}": "1" for kind in own_account.mails_of(me()) if kind not in person.unwanted_mails}
    values = {"name": person.name, "title": person.title, "phone": person.phone, "language": chosen(), **wanted}
    return _profile(Typed(values))


def _profile(form: Typed) -> ResponseReturnValue:
    kinds = own_account.mails_of(me())
    page = render_template("accounts/profile.html", form=form, mails=list(kinds.items()), languages=LANGUAGE_NAMES)
    return page, form.status


@bp.post("/min-konto/profil")
@permit.signed_in
def change_profile() -> ResponseReturnValue:
    """Change what stands of oneself."""
    form = typed()
    given = load(Profile(), form)
    if given is None:
        return _profile(form)
    own_account.change_profile(me(), **given)
    flash(_("Saved."), "success")
    return spoken(redirect(url_for("accounts.account")), given["language"])


@bp.post("/min-konto/noegler")
@permit.signed_in
@fresh
def new_key() -> ResponseReturnValue:
    """Issue a key and show it once."""
    form = typed()
    given = load(NewKey(), form)
    if given is not None:
        try:
            token = own_account.make_key(me(), given["name"], given["purpose"], int(given["days"]))
        except Refusal as refusal:
            form.refuse(refusal)
        else:
            return _account(Typed(), new_key=token)
    return _account(form, 422)


@bp.post("/min-konto/noegler/<uuid:key_id>/afslut")
@permit.signed_in
def end_key(key_id: UUID) -> ResponseReturnValue:
    """End one of one's own keys."""
    own_account.end_key(me(), key_id)
    flash(_("The key has been ended."), "success")
    return redirect(url_for("accounts.account"))


@bp.post("/min-konto/noegler/afslut")
@permit.signed_in
def end_keys() -> ResponseReturnValue:
    """End all one's keys."""
    count = own_account.end_all_keys(me())
    flash(ngettext("%(num)s key has been ended.", "%(num)s keys have been ended.", count), "success")
    return redirect(url_for("accounts.account"))


@bp.post("/min-konto/sessioner/<uuid:sign_in_id>/afslut")
@permit.signed_in
def end_session(sign_in_id: UUID) -> ResponseReturnValue:
    """End one of one's own sign-ins."""
    own_account.end_session(me().person_id, sign_in_id)
    flash(_("The sign-in has been ended."), "success")
    return redirect(url_for("accounts.account"))


@bp.post("/min-konto/sessioner/afslut")
@permit.signed_in
def end_other_sessions() -> ResponseReturnValue:
    """End all one's other sessions."""
    count = own_account.end_sessions(me().person_id, keep=me().token)
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
            own_account.change_password(me(), given["old"], given["new"])
        except Refusal as refusal:
            form.refuse(refusal)
        else:
            tried.give_back()
            flash(_("Your password has been changed. Your other sign-ins and all keys have ended."), "success")
            return redirect(url_for("accounts.account"))
    form.values.clear()
    return _account(form, 422)
