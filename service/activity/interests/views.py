"""The form of one who would like to join, what the mailed link opens, and what DRC's people see of it."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any
from uuid import UUID

from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from limits import parse

from service.activity.activities.recurrence import WEEKDAYS
from service.activity.activities.schedule_texts import weekday
from service.activity.finder import queries as finder
from service.activity.finder.views import ways_around
from service.activity.interests import operations, queries, rules
from service.activity.interests.models import Interest
from service.activity.interests.rules import ANSWER_DAYS, MAX_THEMES, InterestDeed, InterestState
from service.activity.interests.schemas import InterestDeedFields, InterestFields
from service.activity.interests.texts import CONSENT, STATES
from service.network.networks import queries as networks
from service.platform.web import tries
from service.platform.web.errors import NotFound, Refusal
from service.platform.web.forms import Typed, load, typed
from service.platform.web.identity import address
from service.platform.web.language import chosen
from service.platform.web.pages import page_of
from service.platform.web.permits import permit
from service.platform.web.security import takes
from tenants.database import db
from tenants.postal import place
from tenants.register import municipalities

bp = Blueprint("interests", __name__, template_folder="templates")
OF_ONE_ADDRESS = parse("5 per day")
OF_ALL = parse("600 per hour")  # in the whole country: what comes above that is no people
OF_ONE_MACHINE = parse("30 per hour")  # a library or a school that shares an address
MOST_BYTES = 16 * 1024


@bp.get("/bliv-frivillig")
@permit.stranger
def form() -> ResponseReturnValue:
    """The form of one who would like to join."""
    return _form(Typed({"group": request.args.get("gruppe", ""), "place": request.args.get("sted", "")}))


@bp.post("/bliv-frivillig")
@permit.stranger
@takes(MOST_BYTES)
def send() -> ResponseReturnValue:
    """Take it down and mail the link that confirms it. Whoever fills in what people do not see is told the same."""
    written = typed()
    given = load(InterestFields(), written)
    if given is None:
        return _form(written)
    told = _told(given, written)
    if told is None:
        return _form(written)
    tries.begin(OF_ONE_MACHINE, "would join from", rules.machine(address()))
    if not given["website"]:
        tries.begin(OF_ONE_ADDRESS, "would join as", given["email"])
        tries.begin(OF_ALL, "would join", "")
        operations.ask(told)
    return redirect(ways_around()["to"]("interests.sent"))


def _told(given: Mapping[str, Any], written: Typed) -> dict[str, Any] | None:
    """What is to be kept of what was typed, or None with the form's errors filled."""
    names = {each.code: each.name for each in municipalities()}
    codes = (given["place"],) if given["place"] in names else place(given["place"], names).municipality_codes
    if not given["consent"]:
        written.errors["consent"] = [_("Say yes here, or we may not keep what you have written.")]
    if rules.leads_out(given["name"]):
        written.errors["name"] = [_("Write your name, and no address.")]
    if not codes:
        written.errors["place"] = [
            _("We do not know that place. Write four digits, or the name of a town or a municipality.")
        ]
    elif len(codes) > 1:
        written.errors["place"] = [_("%(place)s lies in several municipalities. Choose yours.", place=given["place"])]
    if len(given["themes"]) > MAX_THEMES:
        written.errors["themes"] = [_("Choose at most %(most)s.", most=MAX_THEMES)]
    if written.errors:
        return None
    return {
        **{name: given[name] for name in ("name", "email", "phone", "group")},
        "municipality_code": codes[0],
        "themes": [code for code in networks.themes() if code in given["themes"]],
        "weekdays": [code for code in WEEKDAYS if code.lower() in given["weekdays"]],
        "language": chosen(),
        "consent": str(CONSENT),
    }


def _form(written: Typed) -> ResponseReturnValue:
    names = {each.code: each.name for each in municipalities()}
    group = None
    if wanted := written.values.get("group"):
        try:
            group = finder.group(wanted[:20])
        except NotFound:
            written.values["group"] = ""
    said = written.values.get("place", "")
    known = place(said, names)
    written.values["place"] = names.get(said, said)
    page = render_template(
        "interests/form.html",
        form=written,
        group=group,
        several=[(code, names[code]) for code in known.municipality_codes] if len(known.municipality_codes) > 1 else [],
        names=names,
        themes={code: kind.name(chosen()) for code, kind in networks.themes().items()},
        weekdays=[(code, weekday(number)) for number, code in enumerate(WEEKDAYS)],
        consent=CONSENT,
        days=ANSWER_DAYS,
        **ways_around(),
    )
    return page, written.status


@bp.get("/bliv-frivillig/tak")
@permit.stranger
def sent() -> ResponseReturnValue:
    """What happens now."""
    return render_template("interests/sent.html", days=ANSWER_DAYS, **ways_around())


@bp.get("/bliv-frivillig/<token>")
@permit.address(operations.knock)
def own(token: str) -> ResponseReturnValue:
    """What one has told, to confirm or take back."""
    link = operations.here()
    names = {each.code: each.name for each in municipalities()}
    return render_template(
        "interests/own.html",
        token=token,
        told=link.told,
        state=link.state,
        place=names[link.told["municipality_code"]],
        themes={code: kind.name(chosen()) for code, kind in networks.themes().items()},
        weekdays={code: weekday(number) for number, code in enumerate(WEEKDAYS)},
        days=ANSWER_DAYS,
        **ways_around(),
    )


@bp.post("/bliv-frivillig/<token>")
@permit.address(operations.knock)
def settle(token: str) -> ResponseReturnValue:
    """Confirm it, or take it back."""
    given = load(InterestDeedFields(), typed())
    if given is not None:
        operations.settle(operations.here(), InterestDeed(given["deed"]))
    return redirect(ways_around()["to"]("interests.own", token=token))


@bp.get("/interesserede")
@permit.drc
def listing() -> ResponseReturnValue:
    """Those who would like to join, who has waited longest first, and where people stop."""
    said = request.args.get("tilstand", InterestState.WAITING.value)
    state = InterestState(said) if said in {each.value for each in STATES} else None
    page = page_of(queries.interests(state), (Interest.asked_at, Interest.id), request.args.get("cursor"), 50)
    return render_template(
        "interests/listing.html",
        page=page,
        state=state.value if state else "",
        states=STATES,
        state_of=queries.state,
        days_waited=queries.days_waited,
        names={each.code: each.name for each in municipalities()},
        groups=networks.names({row.group_id for row in page.items if row.group_id}),
        funnel=queries.funnel(),
        promised=ANSWER_DAYS,
    )


@bp.get("/interesserede/<uuid:interest_id>")
@permit.drc
def interest(interest_id: UUID) -> ResponseReturnValue:
    """One who would like to join: how to reach them, and what they have told."""
    row = queries.interest(interest_id)
    operations.looked_at(row)
    return render_template(
        "interests/interest.html",
        row=row,
        state=STATES[queries.state(row)],
        waits=queries.state(row) is InterestState.WAITING,
        days=queries.days_waited(row),
        group=networks.names([row.group_id]).get(row.group_id, "") if row.group_id else "",
        names={each.code: each.name for each in municipalities()},
        themes={code: kind.name(chosen()) for code, kind in networks.themes().items()},
        weekdays={code: weekday(number) for number, code in enumerate(WEEKDAYS)},
    )


@bp.post("/interesserede/<uuid:interest_id>/svaret")
@permit.drc
def answer(interest_id: UUID) -> ResponseReturnValue:
    """Note that somebody has been answered."""
    try:
        operations.answer(interest_id)
    except Refusal as refusal:
        db.session.rollback()
        flash(refusal.message, "error")
    else:
        flash(_("Noted: answered."), "success")
    return redirect(url_for("interests.interest", interest_id=interest_id))
