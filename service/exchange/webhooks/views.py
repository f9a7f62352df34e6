"""The page of the systems of a municipality that are told of papers."""

from __future__ import annotations

from uuid import UUID

from flask import Blueprint, flash, redirect, render_template, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from service.exchange.filing.views import may_set
from service.exchange.webhooks import operations, queries
from service.exchange.webhooks.rules import MAX_URL
from service.exchange.webhooks.schemas import NewWebhook
from service.platform.web.errors import NotFound, Refusal
from service.platform.web.forms import Typed, load, typed
from service.platform.web.identity import me
from service.platform.web.permits import permit
from tenants.database import db

bp = Blueprint("webhooks", __name__, template_folder="templates")


@bp.get("/kommuner/<municipality_code>/papirer/systemer")
@permit.municipality
def listing(municipality_code: str) -> ResponseReturnValue:
    """The systems that are told, and whether the newest message was taken."""
    return _page(municipality_code)


@bp.post("/kommuner/<municipality_code>/papirer/systemer")
@permit.municipality
def make(municipality_code: str) -> ResponseReturnValue:
    """Let a system be told, and show the secret this once."""
    if not may_set():
        raise NotFound
    form = typed()
    given = load(NewWebhook(), form)
    if given is None:
        return _page(municipality_code, form=form)
    try:
        _row, secret = operations.make(municipality_code, given["url"], me().person_id)
    except Refusal as refusal:
        db.session.rollback()
        form.refuse(refusal)
        return _page(municipality_code, form=form)
    return _page(municipality_code, secret)


@bp.post("/kommuner/<municipality_code>/papirer/systemer/<uuid:webhook_id>/luk")
@permit.municipality
def end(municipality_code: str, webhook_id: UUID) -> ResponseReturnValue:
    """Tell a system nothing more."""
    if not may_set() or queries.webhook(webhook_id).municipality_code != municipality_code:
        raise NotFound
    operations.end(webhook_id)
    flash(_("The system is told nothing more."), "success")
    return redirect(url_for("webhooks.listing", municipality_code=municipality_code))


def _page(code: str, secret: str = "", form: Typed | None = None) -> ResponseReturnValue:
    form, rows = form or Typed(), queries.open_ones(code)
    html = render_template(
        "webhooks/webhooks.html",
        form=form,
        rows=rows,
        newest=queries.newest(code, rows),
        secret=secret,
        most=MAX_URL,
        may_set=may_set(),
        code=code,
    )
    return html, form.status
