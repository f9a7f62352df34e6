"""The page by which DRC's secretariat sets up a municipality's SAML login."""

from __future__ import annotations

from flask import Blueprint, current_app, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from service.platform.identity_providers import queries
from service.platform.identity_providers.models import IdentityProvider
from service.platform.identity_providers.rules import AssuranceLevel, ProviderKind
from service.platform.identity_providers.spoken import speaks
from service.platform.saml import operations
from service.platform.saml.provider_metadata import MAX_BYTES, NotMetadata
from service.platform.saml.rules import LEAST
from service.platform.saml.schemas import SamlFields
from service.platform.saml.texts import LEVELS
from service.platform.web.edits import Edited, edited, opened
from service.platform.web.errors import Refusal
from service.platform.web.forms import load
from service.platform.web.here import municipality_here
from service.platform.web.permits import permit
from service.platform.web.proof import fresh
from service.platform.web.security import takes
from tenants.database import db

bp = Blueprint("saml_settings", __name__, template_folder="templates")
ROOM = 2 * MAX_BYTES  # the file, and what stands beside it


@bp.get("/kommuner/<municipality_code>/login/saml")
@permit.secretariat
def show(municipality_code: str) -> ResponseReturnValue:
    """How the municipality's SAML login is set up."""
    row = queries.kept(municipality_code, ProviderKind.SAML)
    return _page(opened(queries.as_sent(row), beginning=None if row else {"least_level": str(LEAST.value)}), row)


@bp.post("/kommuner/<municipality_code>/login/saml")
@permit.secretariat
@fresh
@takes(ROOM)
def keep(municipality_code: str) -> ResponseReturnValue:
    """Set it up, by the provider's metadata; where no file is sent, the one that is kept stays."""
    row = queries.kept(municipality_code, ProviderKind.SAML)
    form = edited(queries.as_sent(row))
    given = load(SamlFields(), form) if form.sent else None
    metadata = _metadata(row)
    if given is not None and not metadata:
        form.errors["metadata"] = [_("Choose the file with the login's metadata.")]
    elif given is not None:
        level = AssuranceLevel(given.pop("least_level"))
        try:
            operations.keep(municipality_code, metadata, level, seen=form.seen, **given)
        except NotMetadata:
            db.session.rollback()
            form.errors["metadata"] = [
                _(
                    "The file is not metadata of one login that can be used. It must have an https address with the binding"
                    " HTTP-Redirect, and a certificate with a key of at least 2048 bits. Ask the municipality for a new file."
                )
            ]
        except Refusal as refusal:
            db.session.rollback()
            form.refuse(refusal)
        else:
            flash(_("Saved."), "success")
            return redirect(url_for("saml_settings.show", municipality_code=municipality_code))
    return _page(form, queries.kept(municipality_code, ProviderKind.SAML))


def _metadata(row: IdentityProvider | None) -> str:
    """The metadata that was sent, else what is kept; empty where there is neither."""
    file = request.files.get("metadata")
    if file is None or not file.filename:
        return row.metadata_xml if row else ""
    with file.stream as stream:
        return stream.read(MAX_BYTES + 1).decode(errors="replace")


def _page(form: Edited, row: IdentityProvider | None) -> ResponseReturnValue:
    page = render_template(
        "saml/settings.html",
        form=form,
        row=row,
        levels=[(str(level.value), words) for level, words in LEVELS.items()],
        municipality=municipality_here(),
        spoken=speaks(ProviderKind.SAML),
        public_url=current_app.extensions["settings"].public_url,
    )
    return page, form.status
