"""A municipality's own way in, as DRC's secretariat sets it up."""

from __future__ import annotations

from typing import Any

from flask import Blueprint, current_app, flash, redirect, render_template, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from service.platform.identity_providers import operations, queries
from service.platform.identity_providers.models import IdentityProvider
from service.platform.identity_providers.rules import ProviderKind, ProviderSettings
from service.platform.identity_providers.schemas import OidcFields
from service.platform.identity_providers.spoken import speaks
from service.platform.identity_providers.texts import KINDS
from service.platform.web.edits import Edited, edited, opened
from service.platform.web.errors import Refusal
from service.platform.web.forms import load
from service.platform.web.here import municipality_here
from service.platform.web.permits import permit
from service.platform.web.proof import fresh
from tenants.database import db

bp = Blueprint("provider_settings", __name__, template_folder="templates")


@bp.get("/kommuner/<municipality_code>/login")
@permit.secretariat
def show(municipality_code: str) -> ResponseReturnValue:
    """How the municipality's own login is set up."""
    row = queries.kept(municipality_code, ProviderKind.OIDC)
    return _page(opened(queries.as_sent(row), beginning=None if row else {"roles_claim": "roles"}), row)


@bp.get("/kommuner/<municipality_code>/kommunens-login")
@permit.manager
def own(municipality_code: str) -> ResponseReturnValue:
    """How it is set up, for the municipality's manager: to be read, with what its IT department enters at its own side."""
    return render_template(
        "identity_providers/own.html",
        providers={each.kind: each for each in queries.switched_on() if each.municipality_code == municipality_code},
        kinds=KINDS,
        municipality=municipality_here(),
        **_addresses(),
    )


def _addresses() -> dict[str, Any]:
    """What stands in the other end of a login: where we are, and what this place speaks."""
    return {"public_url": current_app.extensions["settings"].public_url, "speaks_saml": speaks(ProviderKind.SAML)}


@bp.post("/kommuner/<municipality_code>/login")
@permit.secretariat
@fresh
def keep(municipality_code: str) -> ResponseReturnValue:
    """Set it up."""
    form = edited(queries.as_sent(queries.kept(municipality_code, ProviderKind.OIDC)))
    given = load(OidcFields(), form) if form.sent else None
    if given is not None:
        try:
            operations.keep(municipality_code, ProviderKind.OIDC, ProviderSettings(**given), form.seen)
        except Refusal as refusal:
            db.session.rollback()
            form.refuse(refusal)
        else:
            flash(_("Saved."), "success")
            return redirect(url_for("provider_settings.show", municipality_code=municipality_code))
    form.values.pop("client_secret", None)
    return _page(form, queries.kept(municipality_code, ProviderKind.OIDC))


def _page(form: Edited, row: IdentityProvider | None) -> ResponseReturnValue:
    page = render_template(
        "identity_providers/settings.html",
        form=form,
        row=row,
        municipality=municipality_here(),
        **_addresses(),
    )
    return page, form.status
