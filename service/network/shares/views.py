"""Shares as pages: what a municipality is offered and sees, and what each side can do about it."""

from __future__ import annotations

from uuid import UUID

from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from service.network.shares import operations, queries
from service.network.shares.models import Share
from service.network.shares.rules import ShareStanding, opened
from service.network.shares.schemas import AnswerFields, EndFields
from service.network.shares.texts import ASPECTS, STANDINGS
from service.platform.web.errors import NotFound, Refusal
from service.platform.web.forms import Typed, load, typed
from service.platform.web.here import municipality_here, scope_here
from service.platform.web.identity import Identity, me
from service.platform.web.pages import page_of
from service.platform.web.permits import permit
from tenants.calendar import day_of
from tenants.database import db, now

bp = Blueprint("shares", __name__, template_folder="templates")


@bp.get("/kommuner/<municipality_code>/delinger")
@permit.municipality
def listing(municipality_code: str) -> ResponseReturnValue:
    """The shares of a municipality, newest first."""
    keys = [Share.offered_at, Share.id]
    page = page_of(queries.shares(municipality_code), keys, request.args.get("side"), 50, descending=True)
    today = day_of(now())
    return render_template(
        "shares/list.html",
        page=page,
        standings={row.id: queries.standing(row, today) for row in page.items},
        texts=STANDINGS,
        municipality=municipality_here(),
    )


@bp.get("/kommuner/<municipality_code>/delinger/<uuid:share_id>")
@permit.municipality
def share(municipality_code: str, share_id: UUID) -> ResponseReturnValue:
    """A share: what it shows, how far it has come, and what one can do."""
    return _page(queries.share(share_id, municipality_code), Typed())


def acts_of(identity: Identity, standing: ShareStanding) -> frozenset[str]:
    """What a person can do about a share now: the municipality answers and may tell its neighbours, either side ends it."""
    if standing is ShareStanding.OFFERED:
        return frozenset({"afslut"} if identity.drc else {"ja", "nej"})
    if standing in (ShareStanding.AHEAD, ShareStanding.RUNNING):
        return frozenset({"afslut"} if identity.drc else {"afslut", "naboer"})
    return frozenset()


def _page(found: Share, form: Typed, status: int = 200) -> ResponseReturnValue:
    scope, today = scope_here(), day_of(now())
    standing = queries.standing(found, today)
    shown = queries.sights(found.id, found.municipality_code)
    page = render_template(
        "shares/share.html",
        share=found,
        standing=standing,
        text=STANDINGS[standing],
        acts=acts_of(me(), standing),
        aspects=ASPECTS,
        opens=opened(found.shows, scope.capabilities) if scope else frozenset(),
        contact=scope.drc_contact if scope else None,
        consenting=len({row.group_id for row in shown if row.valid_to is None or row.valid_to > today}),
        municipality=municipality_here(),
        form=form,
    )
    return page, status


@bp.post("/kommuner/<municipality_code>/delinger/<uuid:share_id>/<deed>")
@permit.municipality
def decide(municipality_code: str, share_id: UUID, deed: str) -> ResponseReturnValue:
    """Accept, decline, end, or let neighbours know: as far as one may."""
    found = queries.share(share_id, municipality_code)
    possible = {"afslut"} if me().drc else {"ja", "nej", "afslut", "naboer"}
    if deed not in possible:
        raise NotFound
    form = typed()
    given = load(EndFields() if deed == "afslut" else AnswerFields(), form)
    if given is None:
        return _page(found, form, 422)
    try:
        match deed:
            case "ja":
                operations.answer(share_id, True, municipality_code, tells_neighbours=given["tells_neighbours"])
                flash(_("You have accepted. What is shared is under Network."), "success")
            case "nej":
                operations.answer(share_id, False, municipality_code)
                flash(_("You have declined. DRC can see it."), "success")
            case "naboer":
                operations.tell_neighbours(share_id, given["tells_neighbours"], municipality_code)
                flash(_("Your choice has been saved."), "success")
            case _:
                operations.end(share_id, given["day"], municipality_code)
                flash(_("The share ends as you chose."), "success")
    except Refusal as refusal:
        db.session.rollback()
        form.refuse(refusal)
        return _page(queries.share(share_id, municipality_code), form, int(refusal.status))
    return redirect(url_for("shares.share", municipality_code=municipality_code, share_id=share_id))
