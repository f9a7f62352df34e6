"""Duties as pages: what each side owes the other, and that it was done."""

from __future__ import annotations

from uuid import UUID

from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from service.partnership.agreements import queries as agreements
from service.partnership.agreements.texts import tag
from service.partnership.duties import operations, queries, rules
from service.partnership.duties.models import OwedDuty
from service.partnership.duties.rules import DutySide, DutyStanding
from service.partnership.duties.schemas import DoneFields
from service.partnership.duties.texts import SIDES, STANDINGS, title
from service.partnership.followups import words as followups
from service.platform.web.errors import NotFound, Refusal
from service.platform.web.forms import Typed, load, typed
from service.platform.web.here import municipality_here, scope_here
from service.platform.web.identity import Identity, me
from service.platform.web.language import chosen
from service.platform.web.pages import page_of
from service.platform.web.permits import permit
from tenants.calendar import day_of, first_of, month_after
from tenants.database import db, now

bp = Blueprint("duties", __name__, template_folder="templates")
WORDS = {"sides": SIDES, "texts": STANDINGS, "title": title}
MOST_PAST = 12
SOON_MONTHS = 3  # what is due later is folded away


def party_of(identity: Identity) -> DutySide:
    """The party that a person speaks for."""
    return DutySide.DRC if identity.drc else DutySide.MUNICIPALITY


@bp.get("/kommuner/<municipality_code>/forpligtelser")
@permit.municipality
def listing(municipality_code: str) -> ResponseReturnValue:
    """What the agreement asks of both sides: overdue, due, throughout the term, and what has been done."""
    today, scope = day_of(now()), scope_here()
    validity = agreements.in_force(municipality_code, today)
    waiting = queries.open_ones(municipality_code, today)
    soon = month_after(first_of(today), SOON_MONTHS + 1)
    past = queries.past(municipality_code, today)
    page = page_of(past, [OwedDuty.due_on, OwedDuty.id], request.args.get("side"), MOST_PAST, descending=True)
    return render_template(
        "duties/list.html",
        overdue=[row for row in waiting if row.due_on < today],
        soon=[row for row in waiting if today <= row.due_on < soon],
        later=[row for row in waiting if row.due_on >= soon],
        fallen=queries.falling_away(municipality_code, today),
        validity=validity,
        tag=tag,
        lasting=rules.lasting(scope) if scope else [],
        scope=scope,
        page=page,
        standings=queries.standings(page.items, today),
        earmarks=followups.earmarks(
            municipality_code, [(scope, validity.last_day)] if scope and validity else [], today.year, chosen()
        ),
        municipality=municipality_here(),
        **WORDS,
    )


@bp.get("/kommuner/<municipality_code>/forpligtelser/<uuid:duty_id>")
@permit.municipality
def duty(municipality_code: str, duty_id: UUID) -> ResponseReturnValue:
    """One duty: whose it is, when it is due, and what one can do about it."""
    return _page(queries.duty(duty_id, municipality_code), Typed())


def _page(found: OwedDuty, form: Typed, status: int = 200) -> ResponseReturnValue:
    today = day_of(now())
    standing = queries.standings([found], today)[found.id]
    page = render_template(
        "duties/duty.html",
        duty=found,
        standing=standing,
        mine=rules.may_mark(party_of(me()), DutySide(found.side)),
        open=standing is not DutyStanding.DONE,
        municipality=municipality_here(),
        form=form,
        **WORDS,
    )
    return page, status


@bp.post("/kommuner/<municipality_code>/forpligtelser/<uuid:duty_id>/<deed>")
@permit.municipality
def mark(municipality_code: str, duty_id: UUID, deed: str) -> ResponseReturnValue:
    """Say that it was done, or take that back."""
    found, form, person = queries.duty(duty_id, municipality_code), typed(), me()
    if deed not in ("gjort", "fortryd"):
        raise NotFound
    given = load(DoneFields(), form) if deed == "gjort" else {}
    if given is None:
        return _page(found, form, 422)
    try:
        if deed == "gjort":
            operations.mark_done(duty_id, party_of(person), person.person_id, code=municipality_code, **given)
            flash(_("Marked as done. The other party can see it."), "success")
        else:
            operations.take_back(duty_id, party_of(person), municipality_code)
            flash(_("It is no longer marked as done."), "success")
    except Refusal as refusal:
        db.session.rollback()
        form.refuse(refusal)
        return _page(queries.duty(duty_id, municipality_code), form, int(refusal.status))
    return redirect(url_for("duties.listing", municipality_code=municipality_code))
