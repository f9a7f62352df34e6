"""The steps that end an agreement before its term: the day and why, what follows from it, the reason; and the answer to a proposal."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Mapping
from uuid import UUID

from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from marshmallow import ValidationError

from service.desk.endings import queries, texts
from service.partnership.agreements import ending
from service.partnership.agreements import queries as agreements
from service.partnership.agreements.models import Agreement
from service.partnership.agreements.rules import EndWay, Party
from service.partnership.agreements.schemas import Answer, Breach, EarlyEnd, Notice
from service.partnership.agreements.settling import Settlement, choices
from service.partnership.agreements.texts import last_day_and_why, tag
from service.partnership.agreements.validity import ValidityStage
from service.partnership.agreements.views import party_of
from service.partnership.catalogue.operations import measures
from service.partnership.catalogue.queries import kinds
from service.partnership.catalogue.texts import CAPABILITIES
from service.partnership.duties.texts import SIDES, title
from service.platform.feature import features
from service.platform.keeping import Controller
from service.platform.web.date_fields import Day
from service.platform.web.errors import NotFound, Refusal
from service.platform.web.forms import Typed, load, typed
from service.platform.web.here import municipality_here
from service.platform.web.identity import me
from service.platform.web.language import chosen
from service.platform.web.permits import permit
from service.platform.web.proof import fresh
from tenants.calendar import day_of
from tenants.database import db, now

bp = Blueprint("endings", __name__, template_folder="templates")
SCHEMAS = {EndWay.NOTICE: Notice, EndWay.AGREED: EarlyEnd, EndWay.BREACH: Breach}
DO: Mapping[EndWay, Callable[..., object]] = {
    EndWay.NOTICE: ending.terminate,
    EndWay.AGREED: ending.propose,
    EndWay.BREACH: ending.end_for_breach,
}
LAST_STEP = 3


def _party() -> Party:
    """The party that whoever asks may bind. Raises NotFound for whoever binds none."""
    party = party_of(me())
    if party is None:
        raise NotFound
    return party


def _side() -> Party:
    """The party on whose side whoever asks is."""
    return Party.DRC if me().drc else Party.MUNICIPALITY


def _way(word: str) -> EndWay:
    if word not in texts.WAYS:
        raise NotFound
    return texts.WAYS[word]


@bp.get("/kommuner/<municipality_code>/aftaler/<uuid:agreement_id>/slut/<way>")
@permit.municipality
def wizard(municipality_code: str, agreement_id: UUID, way: str) -> ResponseReturnValue:
    """A step: the day and why it is that; what follows from it; the reason, which is for whoever binds a party to give."""
    form = Typed({"last_day": request.args.get("dag", ""), "settlement": request.args.get("deling", "")})
    step = request.args.get("trin", "1")
    return _page(
        agreements.agreement(agreement_id, municipality_code), _way(way), form, int(step) if step in ("2", "3") else 1
    )


@bp.post("/kommuner/<municipality_code>/aftaler/<uuid:agreement_id>/slut/<way>")
@permit.municipality
@fresh
def end(municipality_code: str, agreement_id: UUID, way: str) -> ResponseReturnValue:
    """Give notice, propose an early end, or end it for breach."""
    party, how, form = _party(), _way(way), typed()
    found = agreements.agreement(agreement_id, municipality_code)
    given = load(SCHEMAS[how](), form)
    if given is None:
        return _page(found, how, form, LAST_STEP)
    person, reason = me().person_id, given.pop("reason")
    if "settlement" in given:
        given["settlement"] = given["settlement"] or Settlement.BY_DAYS
    try:
        DO[how](agreement_id, party, person, reason, code=municipality_code, **given)
    except Refusal as refusal:
        db.session.rollback()
        form.refuse(refusal)
        return _page(agreements.agreement(agreement_id, municipality_code), how, form, LAST_STEP, int(refusal.status))
    flash(str(texts.DONE[how]), "success")
    return redirect(url_for("agreements.agreement", municipality_code=municipality_code, agreement_id=agreement_id))


def _page(found: Agreement, way: EndWay, form: Typed, step: int, status: int | None = None) -> ResponseReturnValue:
    today = day_of(now())
    runs = agreements.validities([found], today).get(found.id)
    if runs is None:
        raise NotFound
    over = runs.stage is ValidityStage.OVER or (way is EndWay.NOTICE and runs.last_notice_day is None)
    last = ending.notice_leads_to(found, today) if way is EndWay.NOTICE else _day(form)
    if last is None or over:
        step = 1
    simulated = queries.simulation(found, last, today, drc=me().drc) if last and not over else None
    offered = choices(simulated.balance, None if way is EndWay.AGREED else _side()) if simulated else ()
    if form.values.get("settlement") not in offered:
        form.values["settlement"] = Settlement.BY_DAYS
    page = render_template(
        "endings/wizard.html",
        agreement=found,
        binds=party_of(me()) is not None,
        word=next(word for word, each in texts.WAYS.items() if each is way),
        way=way,
        step=step,
        over=over,
        last=last,
        today=today,
        validity=runs,
        simulation=simulated,
        choices=[(each.value, texts.SETTLEMENTS[each]) for each in offered],
        heading=texts.HEADINGS[way],
        button=texts.BUTTONS[way],
        form=form,
        **_words(simulated),
    )
    return page, status or form.status


def _day(form: Typed) -> dt.date | None:
    """The day that is asked for, where it can be read; what is wrong with it is noted in the form."""
    asked = form.values.get("last_day", "")
    try:
        return Day().deserialize(asked) if asked else None
    except ValidationError as error:
        form.errors.setdefault("last_day", [str(message) for message in error.messages])
        return None


def _words(simulated: queries.Simulation | None) -> dict[str, object]:
    return {
        "municipality": municipality_here(),
        "tag": tag,
        "last_day_and_why": last_day_and_why,
        "capabilities": CAPABILITIES,
        "kinds": kinds(),
        "measures": measures(),
        "language_code": chosen(),
        "sides": SIDES,
        "title": title,
        "kept": [each for each in features().keeps.values() if each.controller is Controller.EACH and str(each.until)],
        "to_tell": queries.groups_to_tell(simulated.planned) if simulated else {},
    }


@bp.post("/kommuner/<municipality_code>/aftaler/<uuid:agreement_id>/forslag/<deed>")
@permit.municipality
@fresh.of(deed=("ja",))
def answer(municipality_code: str, agreement_id: UUID, deed: str) -> ResponseReturnValue:
    """Agree to an early end that the other party has proposed, decline it, or withdraw one's own proposal."""
    party, form = _party(), typed()
    if deed not in texts.ANSWERS:
        raise NotFound
    to, given = texts.ANSWERS[deed], load(Answer(), form)
    try:
        if given is None:
            raise Refusal(_("Write what you answer, and what it says of nobody."), dict(form.errors))
        ending.answer(agreement_id, party, me().person_id, to, given["remark"] or "", municipality_code)
        flash(str(texts.ANSWERED[to]), "success")
    except Refusal as refusal:
        db.session.rollback()
        flash(
            " ".join(message for messages in refusal.errors.values() for message in messages) or refusal.message,
            "error",
        )
    return redirect(url_for("agreements.agreement", municipality_code=municipality_code, agreement_id=agreement_id))


@bp.get("/kommuner/<municipality_code>/aftaler/<uuid:agreement_id>/hvis")
@permit.drc
def what_if(municipality_code: str, agreement_id: UUID) -> ResponseReturnValue:
    """What would follow if the agreement ended on a day: nothing is done."""
    found, today = agreements.agreement(agreement_id, municipality_code), day_of(now())
    runs = agreements.validities([found], today).get(found.id)
    if runs is None:
        raise NotFound
    form = Typed({"last_day": request.args.get("dag", "")})
    last = _day(form) or (None if form.errors else min(runs.last_day, max(today, runs.first_day)))
    simulated = queries.simulation(found, last, today, drc=True) if last else None
    page = render_template(
        "endings/what_if.html",
        agreement=found,
        validity=runs,
        simulation=simulated,
        step_down=queries.step_down(found),
        form=form,
        **_words(simulated),
    )
    return page, form.status
