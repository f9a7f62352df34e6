"""The calendar as a page, and its feeds: made, shown once, revoked, and read by calendar programs."""

from __future__ import annotations

import datetime as dt
from functools import cache
from uuid import UUID

from flask import Blueprint, Response, flash, make_response, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from service.activity.activities import non_working_days
from service.activity.activities.schedule_texts import STANDINGS, hours, weekday
from service.activity.calendars import operations, queries
from service.activity.calendars.rules import month_of
from service.activity.calendars.schemas import MAX_TITLE, FeedName, NewFeed
from service.network.networks import queries as networks
from service.network.networks import rules
from service.platform.web.errors import Refusal
from service.platform.web.forms import Typed, load, typed
from service.platform.web.here import municipality_here, scope_here
from service.platform.web.identity import me
from service.platform.web.permits import permit
from tenants.calendar import day_of, first_of, month_after, month_before, month_name, parse_month
from tenants.database import db, now
from tenants.scope import Capability

bp = Blueprint("calendars", __name__, template_folder="templates")
MONTHS = 12  # how far the calendar reaches, back and ahead
FRESH = dt.timedelta(minutes=15)  # how long a program may keep a feed's file


@bp.get("/kommuner/<municipality_code>/kalender")
@permit.capability(Capability.CALENDAR)
def calendar(municipality_code: str) -> ResponseReturnValue:
    """A month of what the groups run: what is agreed, and what is beside it."""
    today = day_of(now())
    month = _month_asked(today)
    after = month_after(month)
    entries = queries.entries(municipality_code, month, after, drc=me().drc, scope=scope_here())
    holidays, breaks = non_working_days.named(municipality_code, month, after)
    running = {(entry.activity_id, entry.municipality_code) for entry in entries}
    return render_template(
        "calendars/calendar.html",
        month=month,
        days=month_of(month, entries, holidays, breaks),
        count=len(entries),
        weekdays=[weekday(number) for number in range(7)],
        earlier=month_name(month_before(month)) if month > month_after(first_of(today), -MONTHS) else None,
        later=month_name(after) if month < month_after(first_of(today), MONTHS) else None,
        today=today,
        # Said once, however often an activity meets.
        links={key: url_for("activities.activity", municipality_code=code, activity_id=key) for key, code in running},
        marks={found: str(words) for found, (words, _badge) in STANDINGS.items()},
        hours=cache(hours),
        municipality=municipality_here(),
    )


def _month_asked(today: dt.date) -> dt.date:
    """The month that is asked for, or the present one; within a year of it, as what lies beyond is nobody's plan."""
    present = first_of(today)
    try:
        month = parse_month(request.args.get("maaned", ""))
    except ValueError:
        return present
    return min(max(month, month_after(present, -MONTHS)), month_after(present, MONTHS))


@bp.get("/kommuner/<municipality_code>/kalender/adresser")
@permit.capability(Capability.CALENDAR)
def feeds(municipality_code: str) -> ResponseReturnValue:
    """The addresses under which calendar programs read the municipality's calendar."""
    return _feeds(municipality_code)


@bp.post("/kommuner/<municipality_code>/kalender/adresser")
@permit.capability(Capability.CALENDAR)
def make_feed(municipality_code: str) -> ResponseReturnValue:
    """Make an address, and show it this once."""
    form = typed()
    given = load(NewFeed(), form)
    if given is None:
        return _feeds(municipality_code, form=form)
    try:
        _row, token = operations.make(municipality_code, given["title"])
    except Refusal as refusal:
        db.session.rollback()
        flash(refusal.message, "error")
        return redirect(url_for("calendars.feeds", municipality_code=municipality_code))
    return _feeds(municipality_code, token)


@bp.post("/kommuner/<municipality_code>/kalender/adresser/<uuid:feed_id>/navn")
@permit.capability(Capability.CALENDAR)
def rename_feed(municipality_code: str, feed_id: UUID) -> ResponseReturnValue:
    """Call an address something else."""
    queries.feed(feed_id, municipality_code)  # whose it is comes before what is wrong with the name
    if (title := title_sent()) is not None:
        operations.rename(feed_id, municipality_code, title)
        flash(_("Saved."), "success")
    return redirect(url_for("calendars.feeds", municipality_code=municipality_code))


def title_sent() -> str | None:
    """What an address is to be called; None where it is nothing that can be kept, which is said on the page."""
    form = typed()
    given = load(FeedName(), form)
    if given is None:
        flash(_("Write a name of at most %(most)s characters.", most=MAX_TITLE), "error")
        return None
    return str(given["title"])


@bp.post("/kommuner/<municipality_code>/kalender/adresser/<uuid:feed_id>/luk")
@permit.capability(Capability.CALENDAR)
def revoke_feed(municipality_code: str, feed_id: UUID) -> ResponseReturnValue:
    """Close an address."""
    operations.revoke(feed_id, municipality_code)
    flash(_("The address has been closed. Programs that used it get nothing more."), "success")
    return redirect(url_for("calendars.feeds", municipality_code=municipality_code))


def _feeds(code: str, token: str = "", form: Typed | None = None) -> ResponseReturnValue:
    form = form or Typed()
    page = render_template(
        "calendars/feeds.html",
        form=form,
        feeds=queries.feeds(code),
        address=operations.address(token) if token else "",
        title=municipality_here().official_name,
        about=_(
            "Whoever has the address sees what the municipality sees in its calendar: activities, places and times, no persons."
        ),
        make=url_for("calendars.make_feed", municipality_code=code),
        revoke=lambda feed_id: url_for("calendars.revoke_feed", municipality_code=code, feed_id=feed_id),
        rename=lambda feed_id: url_for("calendars.rename_feed", municipality_code=code, feed_id=feed_id),
        back=(url_for("calendars.calendar", municipality_code=code), _("The calendar")),
        mine=True,
    )
    return page, form.status


@bp.get("/grupper/<uuid:group_id>/kalender")
@permit.drc
def group_feeds(group_id: UUID) -> ResponseReturnValue:
    """The addresses under which calendar programs read what a group runs."""
    return _group_feeds(group_id)


@bp.post("/grupper/<uuid:group_id>/kalender")
@permit.drc
def make_group_feed(group_id: UUID) -> ResponseReturnValue:
    """Make an address for a group, and show it this once."""
    form = typed()
    given = load(NewFeed(), form)
    if given is None:
        return _group_feeds(group_id, form=form)
    try:
        _row, token = operations.make_for_group(group_id, given["title"])
    except Refusal as refusal:
        db.session.rollback()
        flash(refusal.message, "error")
        return redirect(url_for("calendars.group_feeds", group_id=group_id))
    return _group_feeds(group_id, token)


@bp.post("/grupper/<uuid:group_id>/kalender/<uuid:feed_id>/luk")
@permit.drc
def revoke_group_feed(group_id: UUID, feed_id: UUID) -> ResponseReturnValue:
    """Close an address of a group."""
    try:
        operations.revoke_of_group(feed_id, group_id)
    except Refusal as refusal:
        db.session.rollback()
        flash(refusal.message, "error")
    else:
        flash(_("The address has been closed. Programs that used it get nothing more."), "success")
    return redirect(url_for("calendars.group_feeds", group_id=group_id))


@bp.post("/grupper/<uuid:group_id>/kalender/<uuid:feed_id>/navn")
@permit.drc
def rename_group_feed(group_id: UUID, feed_id: UUID) -> ResponseReturnValue:
    """Call an address of a group something else."""
    queries.group_feed(feed_id, group_id)
    try:
        if (title := title_sent()) is not None:
            operations.rename_of_group(feed_id, group_id, title)
            flash(_("Saved."), "success")
    except Refusal as refusal:
        db.session.rollback()
        flash(refusal.message, "error")
    return redirect(url_for("calendars.group_feeds", group_id=group_id))


def _group_feeds(group_id: UUID, token: str = "", form: Typed | None = None) -> ResponseReturnValue:
    form = form or Typed()
    group = networks.group(group_id)
    areas = networks.areas([group_id])[group_id]
    page = render_template(
        "calendars/feeds.html",
        form=form,
        feeds=queries.group_feeds(group_id),
        address=operations.address(token) if token else "",
        title=group.name,
        about=_(
            "Whoever has the address sees what the group runs, in every municipality: activities, places and times, no persons."
        ),
        make=url_for("calendars.make_group_feed", group_id=group_id),
        revoke=lambda feed_id: url_for("calendars.revoke_group_feed", group_id=group_id, feed_id=feed_id),
        rename=lambda feed_id: url_for("calendars.rename_group_feed", group_id=group_id, feed_id=feed_id),
        back=(url_for("networks.group", group_id=group_id), group.name),
        mine=rules.may_maintain(me().codes, [area.municipality_code for area in areas]),
    )
    return page, form.status


@bp.get("/ical/<feed_token>.ics")
@permit.address(operations.knock)
def file(feed_token: str) -> ResponseReturnValue:
    """The feed itself, for a calendar program."""
    found = operations.file(operations.here().feed)
    response: Response = make_response(found.content)
    response.headers["Content-Type"] = "text/calendar; charset=utf-8"
    response.headers["Content-Disposition"] = 'inline; filename="aktiviteter.ics"'
    response.headers["Cache-Control"] = f"private, max-age={int(FRESH.total_seconds())}"
    response.headers["X-Robots-Tag"] = "noindex"
    response.last_modified = found.changed_at
    response.add_etag()
    return response.make_conditional(request)
