"""The addresses under which programs read that a municipality has a new paper, and the feed itself."""

from __future__ import annotations

from uuid import UUID

from flask import Blueprint, Response, flash, make_response, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from service.activity.calendars import operations as addresses
from service.activity.calendars import queries
from service.activity.calendars.models import FeedKind
from service.activity.calendars.schemas import NewFeed
from service.activity.calendars.views import FRESH, title_sent
from service.exchange.filing import feeds
from service.platform.web.errors import Refusal
from service.platform.web.forms import Typed, load, typed
from service.platform.web.here import municipality_here
from service.platform.web.permits import permit
from tenants.database import db

bp = Blueprint("paper_feeds", __name__)
PATH = "/kommuner/<municipality_code>/papirer/adresser"


@bp.get(PATH)
@permit.municipality
def listing(municipality_code: str) -> ResponseReturnValue:
    """The addresses under which programs read of new papers."""
    return _page(municipality_code, Typed())


@bp.post(PATH)
@permit.municipality
def make(municipality_code: str) -> ResponseReturnValue:
    """Make an address, and show it this once."""
    form = typed()
    given = load(NewFeed(), form)
    if given is None:
        return _page(municipality_code, form)
    try:
        _row, token = addresses.make(municipality_code, given["title"], FeedKind.PAPERS)
    except Refusal as refusal:
        db.session.rollback()
        flash(refusal.message, "error")
        return redirect(url_for("paper_feeds.listing", municipality_code=municipality_code))
    return _page(municipality_code, Typed(), token)


@bp.post(f"{PATH}/<uuid:paper_feed_id>/navn")
@permit.municipality
def rename(municipality_code: str, paper_feed_id: UUID) -> ResponseReturnValue:
    """Call an address something else."""
    queries.feed(
        paper_feed_id, municipality_code, FeedKind.PAPERS
    )  # whose it is comes before what is wrong with the name
    if (title := title_sent()) is not None:
        addresses.rename(paper_feed_id, municipality_code, title, FeedKind.PAPERS)
        flash(_("Saved."), "success")
    return redirect(url_for("paper_feeds.listing", municipality_code=municipality_code))


@bp.post(f"{PATH}/<uuid:paper_feed_id>/luk")
@permit.municipality
def revoke(municipality_code: str, paper_feed_id: UUID) -> ResponseReturnValue:
    """Close an address."""
    addresses.revoke(paper_feed_id, municipality_code, FeedKind.PAPERS)
    flash(_("The address has been closed. Programs that used it get nothing more."), "success")
    return redirect(url_for("paper_feeds.listing", municipality_code=municipality_code))


def _page(code: str, form: Typed, token: str = "") -> ResponseReturnValue:
    page = render_template(
        "calendars/feeds.html",
        heading=_("Addresses that tell of papers"),
        how=_(
            "A program that reads news (RSS, Atom) takes the address. Outlook does, as do many systems for cases and documents."
        ),
        hint=_("For example where it is used: the registry. The feed is called so there too."),
        form=form,
        feeds=queries.feeds(code, FeedKind.PAPERS),
        address=addresses.address_of_papers(token) if token else "",
        title=municipality_here().official_name,
        about=_(
            "Whoever has the address sees which papers were issued: kind, number and day. No figures and no persons;"
            " a paper is read by signing in."
        ),
        make=url_for("paper_feeds.make", municipality_code=code),
        revoke=lambda feed_id: url_for("paper_feeds.revoke", municipality_code=code, paper_feed_id=feed_id),
        rename=lambda feed_id: url_for("paper_feeds.rename", municipality_code=code, paper_feed_id=feed_id),
        back=(url_for("filing.papers", municipality_code=code), _("Papers")),
        mine=True,
    )
    return page, form.status


@bp.get("/atom/<paper_feed_token>.xml")
@permit.address(addresses.knock_for_papers)
def file(paper_feed_token: str) -> ResponseReturnValue:
    """The feed itself, for a program."""
    found = feeds.of_papers(addresses.here().feed)
    response: Response = make_response(found.content)
    response.headers["Content-Type"] = "application/atom+xml; charset=utf-8"
    response.headers["Cache-Control"] = f"private, max-age={int(FRESH.total_seconds())}"
    response.headers["X-Robots-Tag"] = "noindex"
    response.last_modified = found.changed_at
    response.add_etag()
    return response.make_conditional(request)
