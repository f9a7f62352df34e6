"""Out of the municipality's SAML login with whoever leaves here, and out of here with whoever leaves there."""

from __future__ import annotations

from flask import Blueprint, flash, redirect, render_template, request, session, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from werkzeug.exceptions import BadRequest

from service.platform.accounts import cookies
from service.platform.saml import leaving, operations
from service.platform.saml.leaving import LeavingRefused
from service.platform.saml.redirected import ANSWER, REQUEST
from service.platform.web.permits import permit
from service.platform.web.security import csrf

bp = Blueprint("saml_leaving", __name__, template_folder="templates")
ASKED = "saml_leaving"  # in the cookie: what this browser took to the login that it leaves


@bp.get(f"{operations.LEAVING}/der")
@permit.public
def there() -> ResponseReturnValue:
    """Lead whoever has left here to where their login ends what they are signed in to there."""
    session_id = cookies.left()
    asked = leaving.ask(session_id) if session_id else None
    if asked is None:
        return _not_there()
    session[ASKED] = asked.id
    return redirect(asked.location)


def _not_there() -> ResponseReturnValue:
    return render_template("identity_providers/left.html", provider_id=None)


@bp.get(operations.LEAVING)
@permit.public
def come() -> ResponseReturnValue:
    """What a provider sends a browser here with: its answer to us, or a request, which is sent on from here, as reading writes nothing."""
    operations.us()
    query = request.query_string.decode("ascii", "replace")
    if ANSWER in request.args:
        return _left(query)
    if REQUEST not in request.args:
        raise BadRequest
    return render_template("saml/leaving.html", query=query, location="")


def _left(query: str) -> ResponseReturnValue:
    """That they have left there too, or how else they do."""
    request_id, session_id = session.pop(ASKED, ""), cookies.left()
    if not (request_id and session_id):
        return _not_there()
    try:
        leaving.hold_to_answer(query, request_id, session_id)
    except LeavingRefused:
        return _not_there()
    flash(_("You have signed out, of your municipality's login too."), "success")
    return redirect(url_for("accounts.sign_in"))


@bp.post(operations.LEAVING)
@permit.public
def end() -> ResponseReturnValue:
    """End what a provider asks to be ended. Its signature stands in for our token.

    Our answer goes on from a page: browsers let a form of ours lead to no other site.
    """
    query = request.form.get("query", "")
    if not query:
        raise BadRequest
    location = leaving.end(query)
    return render_template("saml/leaving.html", query="", location=location or url_for("accounts.sign_in"))


csrf.exempt(end)
