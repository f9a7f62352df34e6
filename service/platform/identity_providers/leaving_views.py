"""Out of the municipality's login too: whoever signs out here is still signed in there, and may sit at a computer that others use.

Which login that is says the session that was left, whichever the person's municipality has besides.
"""

from __future__ import annotations

from uuid import UUID

from flask import Blueprint, current_app, redirect, render_template, url_for
from flask.typing import ResponseReturnValue

from service.platform.accounts import cookies
from service.platform.identity_providers import openid, queries
from service.platform.identity_providers.fetching import ProviderAway
from service.platform.identity_providers.id_tokens import Untrue
from service.platform.identity_providers.rules import ProviderKind
from service.platform.web import trail
from service.platform.web.permits import permit
from tenants.database import let_go

bp = Blueprint("leaving", __name__, template_folder="templates")


@bp.get("/log-ud/kommune")
@permit.public
def here() -> ResponseReturnValue:
    """That one has left here, and how to leave there."""
    session_id = cookies.left()
    found = queries.left(session_id) if session_id else None
    leads = found is not None and found.provider_id in {each.id for each in queries.switched_on()}
    return render_template("identity_providers/left.html", provider_id=found.provider_id if found and leads else None)


@bp.get("/log-ud/kommune/<uuid:provider_id>")
@permit.public
def there(provider_id: UUID) -> ResponseReturnValue:
    """Lead to where the provider ends what one is signed in to; where it cannot, say how else one leaves."""
    row = next((each for each in queries.switched_on() if each.id == provider_id), None)
    if row is None:  # switched off since
        return render_template("identity_providers/left.html", provider_id=None)
    if row.kind == ProviderKind.SAML:
        return redirect(url_for("saml_leaving.there"))
    let_go()
    try:
        way = openid.way_out(row, f"{current_app.extensions['settings'].public_url}{url_for('accounts.sign_in')}")
    except (ProviderAway, Untrue) as error:
        trail.note("provider_away", cause=error.cause, municipality=row.municipality_code)
        way = None
    if way is None:
        return render_template("identity_providers/left.html", provider_id=None)
    return redirect(way)
