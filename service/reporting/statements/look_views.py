"""The look at a statement before it goes out: what it will say, who has not reported, and the buttons that release it or let it wait."""

from __future__ import annotations

import datetime as dt
from uuid import UUID

from flask import Blueprint, flash, redirect, render_template, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from service.activity.checkins import operations as checkins
from service.activity.checkins import queries as checkin_queries
from service.activity.checkins import rules as checkin_rules
from service.platform.documents.showing import shown
from service.platform.web.errors import NotFound, Refusal
from service.platform.web.forms import Typed, load, seen_on_page, typed
from service.platform.web.here import municipality_here
from service.platform.web.language import weekday
from service.platform.web.permits import permit
from service.platform.web.versions import version_of
from service.reporting.statements import closing, operations, overview, releasing, stories
from service.reporting.statements.overview import MonthLine
from service.reporting.statements.schemas import StoryFields, WaitFields
from service.reporting.statements.texts import STAGES, WAITS
from service.reporting.statements.views import month_of
from tenants.calendar import day_of, first_of, month_name
from tenants.database import db, now

bp = Blueprint("looks", __name__)
PATH = "/kommuner/<municipality_code>/opgoerelser/<month>/gennemsyn"


def _line(code: str, month: dt.date) -> MonthLine:
    """How far the statement is. Raises NotFound for a month that owes none, or that is not over."""
    found = overview.of_month(month, [code]) if month < first_of(day_of(now())) else []
    if not found:
        raise NotFound
    return found[0]


@bp.get(PATH)
@permit.drc
def look(municipality_code: str, month: str) -> ResponseReturnValue:
    """What a statement that is not released would say now, and what can be done about it."""
    which = month_of(month)
    return _page(municipality_code, which, Typed())


@bp.post(PATH)
@permit.drc
def release(municipality_code: str, month: str) -> ResponseReturnValue:
    """Release the statement, whoever has not reported."""
    which = month_of(month)
    _line(municipality_code, which)
    if operations.ask(which, [municipality_code]):
        flash(_("The statement is released and is being made."), "success")
    else:
        flash(_("The statement has been released."), "info")
    return redirect(url_for("statements.run", month=month_name(which)))


@bp.post(f"{PATH}/vent")
@permit.drc
def wait(municipality_code: str, month: str) -> ResponseReturnValue:
    """Let the statement wait until another day, and say why."""
    which, form = month_of(month), typed()
    line, given = _line(municipality_code, which), load(WaitFields(), form)
    if given is None or line.statement is None:
        return _page(municipality_code, which, form)
    try:
        releasing.let_wait(line.statement.id, given["until"], given["why"])
    except Refusal as refusal:
        db.session.rollback()
        form.refuse(refusal)
        return _page(municipality_code, which, form)
    flash(_("The statement waits until %(day)s.", day=weekday(given["until"])), "success")
    return redirect(url_for("looks.look", municipality_code=municipality_code, month=month_name(which)))


@bp.post(f"{PATH}/historie")
@permit.drc
def story(municipality_code: str, month: str) -> ResponseReturnValue:
    """Let a story stand on the statement, or none."""
    which, form = month_of(month), typed()
    line, given = _line(municipality_code, which), load(StoryFields(), form)
    if given is None or line.statement is None:
        return _page(municipality_code, which, form)
    try:
        looked = bool(given["text_checked"])
        stories.let_stand(line.statement.id, given["story"], looked=looked, seen=seen_on_page())
    except Refusal as refusal:
        db.session.rollback()
        form.refuse(refusal)
        return _page(municipality_code, which, form)
    flash(_("The story is in the statement.") if given["story"] else _("No story is in the statement."), "success")
    return redirect(url_for("looks.look", municipality_code=municipality_code, month=month_name(which)))


@bp.post(f"{PATH}/rykker/<uuid:checkin_id>")
@permit.drc
def remind(municipality_code: str, month: str, checkin_id: UUID) -> ResponseReturnValue:
    """Mail a group the link to its check-in anew."""
    which = month_of(month)
    group = checkin_queries.checkin(checkin_id, municipality_code).group_name
    if checkins.send_again(checkin_id, municipality_code):
        flash(_("%(group)s is being reminded by mail.", group=group), "success")
    else:
        flash(_("Nobody of the group has an e-mail address here. Fill it in by phone."), "warning")
    return redirect(url_for("looks.look", municipality_code=municipality_code, month=month_name(which)))


def _page(code: str, month: dt.date, form: Typed) -> ResponseReturnValue:
    line, today = _line(code, month), day_of(now())
    paper = operations.preview(code, month) if line.statement is None or line.statement.held else None
    tellable = stories.tellable(code, month) if line.statement and line.statement.held else []
    chosen = stories.chosen_of(line.statement, tellable) if line.statement else None
    page = render_template(
        "statements/look.html",
        municipality=municipality_here(),
        month=month,
        line=line,
        paper=paper,
        tables=[shown(table) for table in paper.tables if table.rows] if paper else (),
        missing=[each for each in line.groups if not each.whole],
        is_open=checkin_rules.is_open(month, today),
        in_time_until=checkin_rules.closes_on(month),
        goes_out=closing.release_day(month),
        days=[(day.isoformat(), weekday(day)) for day in closing.days_to_wait_for(today)],
        waits=list(WAITS.items()),
        texts=STAGES,
        stories=tellable,
        stories_seen=version_of(stories.as_seen(tellable)),
        choosing=form if "story" in form.values else Typed({"story": str(chosen.told.checkin_id) if chosen else ""}),
        withdrawn=bool(line.statement and line.statement.story_from and not chosen),
        form=form,
        month_name=month_name,
    )
    return page, form.status
