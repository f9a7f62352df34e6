"""One's own second steps: which there are, choosing one, removing one, and recovery codes."""

from __future__ import annotations

from uuid import UUID

from flask import Blueprint, current_app, flash, redirect, render_template, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from service.platform.accounts import cookies
from service.platform.documents.codes import qr_code
from service.platform.factors import operations, queries, rules
from service.platform.factors.operations import Chosen
from service.platform.factors.schemas import NewApp, NewPasskey
from service.platform.web.arrival import demanded
from service.platform.web.errors import Refusal
from service.platform.web.forms import Typed, load, typed
from service.platform.web.identity import me
from service.platform.web.permits import permit
from service.platform.web.proof import fresh
from tenants.database import db

bp = Blueprint("own_factors", __name__, template_folder="templates")


@bp.get("/min-konto/totrin")
@permit.signed_in
def listing() -> ResponseReturnValue:
    """Which second steps there are, and whether one is demanded."""
    return render_template(
        "factors/listing.html",
        held=queries.own(),
        codes_left=queries.codes_left(),
        demanded=demanded(me().roles, current_app.extensions["settings"].production),
        passkeys=operations.place() is not None,
    )


@bp.get("/min-konto/totrin/noegle")
@permit.signed_in
@fresh
def new_passkey() -> ResponseReturnValue:
    """Make a passkey."""
    return _new_passkey(Typed())


def _new_passkey(form: Typed) -> ResponseReturnValue:
    form.values.pop("passkey", None)
    page = render_template("factors/passkey.html", form=form, question=operations.question_to_make(me()))
    return page, form.status


@bp.post("/min-konto/totrin/noegle")
@permit.signed_in
@fresh
def add_passkey() -> ResponseReturnValue:
    """Let a passkey be a second step."""
    form = typed()
    given = load(NewPasskey(), form)
    if given is not None:
        try:
            return _chosen(operations.add_passkey(me(), given["name"], given["passkey"]))
        except Refusal as refusal:
            db.session.rollback()
            form.refuse(refusal)
    return _new_passkey(form)


@bp.get("/min-konto/totrin/app")
@permit.signed_in
@fresh
def new_app() -> ResponseReturnValue:
    """Scan a code with an app."""
    secret, sealed = operations.new_secret(me())
    return _new_app(Typed({"sealed": sealed}), secret)


def _new_app(form: Typed, secret: str) -> ResponseReturnValue:
    code = qr_code(rules.address_of(secret, me().email), _("Code to scan with the app"))
    page = render_template("factors/app.html", form=form, code=code, secret=rules.in_groups(secret, " "))
    return page, form.status


@bp.post("/min-konto/totrin/app")
@permit.signed_in
@fresh
def add_app() -> ResponseReturnValue:
    """Let an app be a second step, once it has shown its first code."""
    form = typed()
    given = load(NewApp(), form)
    if given is not None:
        try:
            return _chosen(operations.add_app(me(), given["name"], given["sealed"], given["code"]))
        except Refusal as refusal:
            db.session.rollback()
            form.refuse(refusal)
    form.values.pop("code", None)
    try:
        secret = operations.secret_in(me(), form.values.get("sealed", ""))
    except Refusal:
        secret, form.values["sealed"] = operations.new_secret(me())
    return _new_app(form, secret)


def _chosen(chosen: Chosen) -> ResponseReturnValue:
    """Go on in the session in place of the one before, and show recovery codes where they are the first."""
    cookies.exchange(chosen.token)
    if chosen.codes:
        return render_template("factors/codes.html", codes=chosen.codes, first=True)
    flash(_("It has been added. Your other sign-ins have ended."), "success")
    return redirect(url_for("own_factors.listing"))


@bp.post("/min-konto/totrin/koder")
@permit.signed_in
@fresh
def renew_codes() -> ResponseReturnValue:
    """Make new recovery codes, and show them once."""
    return render_template("factors/codes.html", codes=operations.renew_codes(me()), first=False)


@bp.post("/min-konto/totrin/<uuid:factor_id>/fjern")
@permit.signed_in
@fresh
def remove(factor_id: UUID) -> ResponseReturnValue:
    """Remove one of one's own."""
    try:
        operations.remove(me(), factor_id)
    except Refusal as refusal:
        db.session.rollback()
        flash(refusal.message, "error")
    else:
        flash(_("It has been removed. Your other sign-ins have ended."), "success")
    return redirect(url_for("own_factors.listing"))
