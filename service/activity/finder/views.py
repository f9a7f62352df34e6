"""Find a group: the pages for anyone, who stays a stranger to them; and DRC's page where a group is let be found."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable
from typing import Any
from uuid import UUID

from flask import Blueprint, Response, current_app, flash, make_response, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import force_locale
from flask_babel import gettext as _
from limits import parse

from service.activity.activities.queries import next_meetings
from service.activity.activities.recurrence import WEEKDAYS, current_of
from service.activity.activities.schedule_texts import hours, in_words
from service.activity.activities.schedule_texts import weekday as weekday_in_words
from service.activity.finder import operations, outside, queries
from service.activity.finder.rules import FOUND, PublicActivity, Wanted
from service.activity.finder.schemas import PublicGroupFields
from service.network.networks import queries as networks
from service.network.networks.rules import may_maintain
from service.partnership.catalogue.queries import kinds
from service.platform.web import tries
from service.platform.web.edits import Edited, edited, opened
from service.platform.web.errors import Refusal
from service.platform.web.forms import load
from service.platform.web.identity import address, me
from service.platform.web.language import ASKED, chosen
from service.platform.web.language import LANGUAGES as SPOKEN
from service.platform.web.permits import permit
from service.volunteer.volunteers.texts import languages
from tenants.calendar import day_of
from tenants.database import db, now
from tenants.postal import KnownPlace, place
from tenants.register import municipalities

bp = Blueprint("finder", __name__, template_folder="templates")
LIMITS = ("sted", "kommune", "emne", "ugedag", "tales", "cursor", "gruppe")  # what an address of ours limits a page by
A_MACHINE = parse("120 per hour")  # by one address: programs that read the open data
FRESH = dt.timedelta(minutes=5)  # how long a program or a cache need not ask again


@bp.get("/find-gruppe")
@permit.stranger
def search() -> ResponseReturnValue:
    """The groups that anyone can find, by place, theme, weekday and language."""
    return _list("finder/search.html")


@bp.get("/find-gruppe/indsat")
@permit.stranger
def embedded() -> ResponseReturnValue:
    """The same as a list alone, to stand in a municipality's own site."""
    response = make_response(_list("finder/embedded.html"))
    response.headers["Content-Security-Policy"] = outside.MAY_STAND_ANYWHERE
    return response


def _list(template: str) -> ResponseReturnValue:
    names = {each.code: each.name for each in municipalities()}
    said, chosen_code = request.args.get("sted", "").strip()[:100], request.args.get("kommune", "")
    where = KnownPlace(names[chosen_code], (chosen_code,)) if chosen_code in names else place(said, names)
    wanted = Wanted(where.municipality_codes, _theme(), _weekday(), _language())
    unknown = bool(said) and not where.municipality_codes
    page = queries.groups(wanted, request.args.get("cursor")) if not unknown else None
    return render_template(
        template,
        groups=page.items if page else (),
        next_page=page.cursor if page else None,
        said=said or (where.words if chosen_code in names else ""),
        where=where,
        unknown=unknown,
        names=names,
        themes=_themes(),
        weekdays=[(code, weekday_in_words(number)) for number, code in enumerate(WEEKDAYS)],
        languages=languages(chosen()),
        spoken=request.args.get("tales", ""),
        wanted=wanted,
        **ways_around(),
    )


@bp.get("/g/<public_id>")
@permit.stranger
def group(public_id: str) -> ResponseReturnValue:
    """What a group is, what it does and when, and how one joins."""
    found = queries.group(public_id)
    return render_template(
        "finder/group.html",
        group=found,
        names={each.code: each.name for each in municipalities()},
        themes=_themes(),
        told=outside.as_schema_org(found, _facts()),
        **ways_around(),
    )


@bp.get("/g/<public_id>.ics")
@permit.stranger
def calendar(public_id: str) -> ResponseReturnValue:
    """When a group's public activities meet, for calendar programs."""
    found = queries.group(public_id)
    with force_locale("da"):
        return _cached(outside.as_calendar(found, _facts()), "text/calendar; charset=utf-8")


@bp.get("/find-gruppe.json")
@permit.stranger
def data() -> ResponseReturnValue:
    """All groups that anyone can find as open data, in the fields of the Open Data Institute's standard for volunteering."""
    return _of_all(lambda facts: outside.as_open_data(queries.every(Wanted()), facts), "application/ld+json")


@bp.get("/find-gruppe.csv")
@permit.stranger
def table() -> ResponseReturnValue:
    """The same as a table: a line an activity."""
    return _of_all(lambda facts: outside.as_csv(queries.every(Wanted()), facts), "text/csv; charset=utf-8")


@bp.get("/sitemap.xml")
@permit.stranger
def sitemap() -> ResponseReturnValue:
    """The pages that search engines may know of."""
    own, groups = [url_for("finder.search"), url_for("interests.form")], queries.every(Wanted())
    pages = [*own, *(url_for("finder.group", public_id=found.public_id) for found in groups)]
    return _of_all(lambda facts: outside.as_sitemap(f"{facts.public_url}{path}" for path in pages), "application/xml")


def _of_all(made: Callable[[outside.Facts], bytes], media_type: str) -> Response:
    """What is made of all groups, in Danish whoever asks, as whatever stands between may hand it to others."""
    tries.begin(A_MACHINE, "open data from", address())
    with force_locale("da"):
        return _cached(made(_facts()), media_type)


def _cached(content: bytes, media_type: str) -> Response:
    response: Response = make_response(content)
    response.headers["Content-Type"] = media_type
    response.headers["Cache-Control"] = f"public, max-age={int(FRESH.total_seconds())}"
    response.headers["Access-Control-Allow-Origin"] = "*"
    response.add_etag()
    response.make_conditional(request)
    return response


def _facts() -> outside.Facts:
    return outside.Facts(
        current_app.extensions["settings"].public_url,
        day_of(now()),
        {each.code: each.name for each in municipalities()},
        {code: kind.name("da") for code, kind in kinds().items()},
    )


def _themes() -> dict[str, str]:
    return {code: kind.name(chosen()) for code, kind in networks.themes().items()}


def _theme() -> str:
    said = request.args.get("emne", "")
    return said if said in networks.themes() else ""


def _weekday() -> str:
    said = request.args.get("ugedag", "")
    return said if said in WEEKDAYS else ""


def _language() -> str:
    said = request.args.get("tales", "")
    return dict(languages("da")).get(said, "")


def ways_around() -> dict[str, Any]:
    """What the pages say times by, and how an address of theirs keeps the language that was asked for."""
    today = day_of(now())

    def when(activity: PublicActivity) -> str:
        current = current_of(activity.schedules, today)
        return in_words(current) if current else ""

    def times(activity: PublicActivity, most: int = 3) -> list[Any]:
        return next_meetings(activity.municipality_code, activity.schedules, today, most)

    def to(endpoint: str, **values: Any) -> str:
        asked = request.args.get(ASKED)
        kept: dict[str, Any] = {ASKED: asked} if asked in SPOKEN else {}
        return url_for(endpoint, **values, **kept)

    def here(language: str) -> str:
        asked = {name: value for name, value in request.args.items() if name in LIMITS}
        values: dict[str, Any] = {**asked, **(request.view_args or {}), ASKED: language}
        return url_for(request.endpoint or "finder.search", **values)

    return {"when": when, "times": times, "hours": hours, "to": to, "here_in": here}


@bp.get("/grupper/<uuid:group_id>/offentlig")
@permit.drc
def of_group(group_id: UUID) -> ResponseReturnValue:
    """Whether anyone can find a group, and what it says of itself."""
    return _of_group(group_id)


@bp.post("/grupper/<uuid:group_id>/offentlig")
@permit.drc
def publish(group_id: UUID) -> ResponseReturnValue:
    """Let a group be found by anyone, or no longer."""
    networks.group(group_id)
    form = edited(operations.as_sent(queries.kept(group_id)))
    given = load(PublicGroupFields(), form) if form.sent else None
    if given is None:
        return _of_group(group_id, form)
    try:
        operations.publish(group_id, **given, seen=form.seen)
    except Refusal as refusal:
        db.session.rollback()
        form.refuse(refusal)
        return _of_group(group_id, form)
    flash(_said(group_id, shown=given["shown"]), "success")
    return redirect(url_for("finder.of_group", group_id=group_id))


def _said(group_id: UUID, *, shown: bool) -> str:
    if not shown:
        return _("Nobody outside can find the group.")
    if networks.group(group_id).status not in FOUND:
        return _("Saved. Anyone can find the group when it is at work again.")
    return _("Anyone can find the group.")


def _of_group(group_id: UUID, form: Edited | None = None) -> ResponseReturnValue:
    found, row = networks.group(group_id), queries.kept(group_id)
    form = form or opened(operations.as_sent(row))
    page = render_template(
        "finder/of_group.html",
        form=form,
        group=found,
        row=row,
        found=row is not None and row.shown and found.status in FOUND,
        address=operations.address_of(row),
        contact=networks.contact(group_id),
        mine=may_maintain(me().codes, [area.municipality_code for area in networks.areas([group_id])[group_id]]),
    )
    return page, form.status
