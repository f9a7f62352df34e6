"""An agreement that was signed on paper is taken in, as a page for DRC."""

from __future__ import annotations

from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from service.partnership.agreements import intake
from service.partnership.agreements.schemas import SignedFields
from service.partnership.catalogue.texts import LEVELS
from service.partnership.partnerships import queries as drafts
from service.platform.documents.scans import MAX_BYTES
from service.platform.web.errors import Refusal
from service.platform.web.forms import Typed, load, seen_on_page, typed
from service.platform.web.here import municipality_here
from service.platform.web.identity import me
from service.platform.web.permits import permit
from service.platform.web.proof import fresh
from service.platform.web.security import takes
from service.platform.web.versions import version_of
from tenants.database import db
from tenants.scope import Scope

bp = Blueprint("taking_in", __name__, template_folder="templates")
ROOM = MAX_BYTES + 64 * 1024  # the file, and what stands around it in a form


@bp.get("/kommuner/<municipality_code>/aftaler/papir")
@permit.drc
def form(municipality_code: str) -> ResponseReturnValue:
    """What the draft says, to be held against the paper; who signed it, and its scan."""
    draft = drafts.draft(municipality_code)
    scope = Scope.from_plain(draft.stored_scope) if draft and draft.stored_scope else None
    contacts = {"municipality": scope.municipality_contact, "drc": scope.drc_contact} if scope else {}
    names = {f"{party}-{part}": getattr(one, part) for party, one in contacts.items() for part in ("name", "title")}
    return _page(municipality_code, Typed(names))


@bp.post("/kommuner/<municipality_code>/aftaler/papir")
@permit.drc
@takes(ROOM)
@fresh
def take_in(municipality_code: str) -> ResponseReturnValue:
    """Take the agreement in."""
    sent = typed()
    given, file = load(SignedFields(), sent), request.files.get("scan")
    if given is None:
        return _page(municipality_code, sent)
    try:
        content = file.stream.read(MAX_BYTES + 1) if file else b""
        found = intake.take_in_draft(municipality_code, given, content, me().person_id, seen_on_page())
    except Refusal as refusal:
        db.session.rollback()
        sent.refuse(refusal)
        return _page(municipality_code, sent, int(refusal.status))
    flash(_("The agreement is taken in. The municipality's managers who have an account get a mail."), "success")
    return redirect(url_for("agreements.agreement", municipality_code=municipality_code, agreement_id=found.id))


def _page(code: str, sent: Typed, status: int | None = None) -> ResponseReturnValue:
    draft = drafts.draft(code)
    page = render_template(
        "agreements/on_paper.html",
        form=sent,
        scope=Scope.from_plain(draft.stored_scope) if draft and draft.stored_scope else None,
        seen=version_of(drafts.as_sent(draft)),
        level_names=LEVELS,
        megabytes=MAX_BYTES // 1024 // 1024,
        municipality=municipality_here(),
    )
    return page, status or sent.status
