"""The papers of a municipality, to be read, fetched for its file, or sent there."""

from __future__ import annotations

from collections.abc import Iterable
from uuid import UUID

from flask import Blueprint, Response, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from service.exchange.filing import operations, queries
from service.exchange.filing.schemas import FilingAddressFields
from service.exchange.filing.texts import kind_of
from service.platform.documents.models import Document
from service.platform.web.edits import Edited, edited, opened
from service.platform.web.errors import NotFound, Refusal
from service.platform.web.forms import load
from service.platform.web.here import municipality_here
from service.platform.web.identity import Role, me
from service.platform.web.pages import page_of
from service.platform.web.permits import permit
from tenants.database import db

bp = Blueprint("filing", __name__, template_folder="templates")


def may_set() -> bool:
    """Whether whoever asks says where the municipality files: its manager, and DRC."""
    return me().drc or me().has(Role.MANAGER)


@bp.get("/kommuner/<municipality_code>/papirer")
@permit.municipality
def papers(municipality_code: str) -> ResponseReturnValue:
    """The papers of a municipality, newest first, and whether each has gone to where it files."""
    return _page(municipality_code, opened(queries.as_sent(queries.address(municipality_code))))


def _page(code: str, form: Edited) -> ResponseReturnValue:
    keys = [Document.created_at, Document.id]
    page = page_of(queries.papers(code), keys, request.args.get("side"), 50, descending=True)
    html = render_template(
        "filing/papers.html",
        page=page,
        filings=queries.filings_of(code, [row.id for row in page.items]),
        years=queries.years(code),
        address=queries.address(code),
        kind_of=kind_of,
        form=form,
        may_set=may_set(),
        municipality=municipality_here(),
    )
    return html, form.status


@bp.post("/kommuner/<municipality_code>/papirer/journal")
@permit.municipality
def set_address(municipality_code: str) -> ResponseReturnValue:
    """Say where the municipality files, or that nothing is sent."""
    if not may_set():
        raise NotFound
    form = edited(queries.as_sent(queries.address(municipality_code)))
    given = load(FilingAddressFields(), form) if form.sent else None
    if given is None:
        return _page(municipality_code, form)
    try:
        operations.set_address(municipality_code, given["email"], me().person_id, form.seen)
    except Refusal as refusal:
        db.session.rollback()
        form.refuse(refusal)
        return _page(municipality_code, form)
    sent = _("Papers that are issued from now on are sent to %(address)s.", address=given["email"])
    flash(sent if given["email"] else _("Nothing is sent to the municipality's file any more."), "success")
    return redirect(url_for("filing.papers", municipality_code=municipality_code))


@bp.get("/dokumenter/<uuid:document_id>/journal")
@permit.signed_in
def package(document_id: UUID) -> ResponseReturnValue:
    """A paper as a municipality files it."""
    name, content = operations.package(document_id)
    return saved(content, name)


@bp.get("/kommuner/<municipality_code>/papirer/<int:year>")
@permit.municipality
def year(municipality_code: str, year: int) -> ResponseReturnValue:
    """All papers of a year, as a municipality files them."""
    return saved(operations.year(municipality_code, year), f"{municipality_code}-{year}.zip")


def saved(content: bytes | Iterable[bytes], name: str) -> Response:
    """A ZIP as an answer to be saved."""
    response = Response(content, mimetype="application/zip")
    response.headers.set("Content-Disposition", "attachment", filename=name)
    response.headers["Cache-Control"] = "private, no-store"
    return response
