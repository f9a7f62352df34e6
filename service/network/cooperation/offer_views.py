"""A cooperation agreement that is made here as pages, for DRC's people: drafted, looked at, offered, answered for, approved, ended."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any
from uuid import UUID

from flask import Blueprint, flash, redirect, render_template, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from marshmallow import Schema

from service.network.cooperation import deciding, drafting, offering, queries, rules
from service.network.cooperation.models import CooperationAgreement, CooperationOffer
from service.network.cooperation.rules import OfferAct, OfferParty, OfferState
from service.network.cooperation.schemas import BOX, OfferNotice, OfferReason, PaperShown, TermsFields, ToldAnswer
from service.network.cooperation.texts import OFFERS, OWN_HANDS, PARTIES, WAYS
from service.network.networks import queries as networks
from service.network.networks.rules import may_maintain
from service.platform.accounts import queries as people
from service.platform.accounts.arriving import last_of
from service.platform.accounts.texts import ARRIVALS
from service.platform.documents import queries as papers
from service.platform.web.edits import edited
from service.platform.web.errors import Conflict, NotFound, Refusal
from service.platform.web.forms import Typed, flat, load, seen_on_page, typed
from service.platform.web.identity import me
from service.platform.web.permits import permit
from service.platform.web.proof import fresh
from service.platform.web.versions import State, version_of
from tenants.database import db
from tenants.register import municipalities

bp = Blueprint("cooperation_offers", __name__, template_folder="templates")
Do = Callable[[UUID, dict[str, Any]], object]
ACTS: dict[
    str, tuple[type[Schema], Do, Any]
] = {  # as they stand in an address: what is sent, what is done, and what is said then
    "godkend": (
        PaperShown,
        lambda key, given: deciding.approve(key, me().person_id, given["sha256"], last_of(me())),
        _l("The agreement is concluded. The group's contact gets a mail with it."),
    ),
    "gruppens-svar": (
        ToldAnswer,
        lambda key, given: deciding.note_answer(
            key, OfferAct(given["answer"]), me().person_id, given["sha256"], given["note"]
        ),
        _l("The group's answer has been noted, with your name."),
    ),
    "traek-tilbage": (
        OfferReason,
        lambda key, given: deciding.withdraw(key, me().person_id, given["reason"]),
        _l("The agreement has been withdrawn. What was offered is a draft again."),
    ),
    "opsig": (
        OfferNotice,
        lambda key, given: deciding.give_notice(
            key, given["party"], me().person_id, given["reason"], given["given_on"]
        ),
        _l("Notice has been given. The page says on which day the agreement ends."),
    ),
}
BINDING = ("godkend", "gruppens-svar")


@bp.post("/grupper/<uuid:group_id>/samarbejdsaftaler/udkast")
@permit.drc
def begin(group_id: UUID) -> ResponseReturnValue:
    """Begin a draft."""
    try:
        row = drafting.begin(group_id, me().person_id)
    except Refusal as refusal:
        db.session.rollback()
        flash(refusal.message, "error")
        return redirect(url_for("cooperation.group", group_id=group_id))
    return redirect(url_for("cooperation_offers.draft", group_id=group_id, offer_id=row.id))


@bp.route("/grupper/<uuid:group_id>/samarbejdsaftale/<uuid:offer_id>/udkast", methods=["GET", "POST"])
@permit.drc
def draft(group_id: UUID, offer_id: UUID) -> ResponseReturnValue:
    """What the agreement is to settle."""
    row, group = queries.offer(offer_id, group_id), networks.group(group_id)
    if row.state != OfferState.DRAFT:
        return _to(group_id, offer_id)
    close = drafting.close_to_duties(group.themes)

    def shape(state: State) -> dict[str, str]:
        """The form has a row for each activity that lies close to a public duty, whether anything is written of it or not."""
        written = {each["activity_type"]: each["text"] for each in state["distinctions"]}
        rows = [{"activity_type": kind.code, "text": written.get(kind.code, "")} for kind in close]
        boxes = [BOX + code for code in state["municipality_codes"]]
        return flat({**state, "distinctions": rows, "municipality_codes": boxes})

    form = edited(row.terms, shape)
    given: dict[str, Any] | None = load(TermsFields(), form) if form.sent else None
    try:
        if given is not None:
            drafting.change(offer_id, given, me().person_id, form.seen)
            flash(_("The draft has been saved. Look at it as it would be printed."), "success")
            return redirect(url_for("cooperation_offers.preview", group_id=group_id, offer_id=offer_id))
    except Refusal as refusal:
        db.session.rollback()
        form.refuse(refusal)
    names, themes = {each.code: each.official_name for each in municipalities()}, networks.themes()
    served = [area.municipality_code for area in networks.areas([group_id])[group_id]]
    page = render_template(
        "cooperation/draft.html",
        group=group,
        offer=row,
        form=form,
        served=[(BOX + code, names[code]) for code in served],
        activities=[(code, themes[code].da) for code in group.themes],
        close=close,
    )
    return page, form.status


@bp.get("/grupper/<uuid:group_id>/samarbejdsaftale/<uuid:offer_id>/visning")
@permit.drc
def preview(group_id: UUID, offer_id: UUID) -> ResponseReturnValue:
    """What the paper of a draft would say today, clause by clause."""
    row = queries.offer(offer_id, group_id)
    return _preview(row, Typed()) if row.state == OfferState.DRAFT else _to(group_id, offer_id)


@bp.post("/grupper/<uuid:group_id>/samarbejdsaftale/<uuid:offer_id>/kasser")
@permit.drc
def discard(group_id: UUID, offer_id: UUID) -> ResponseReturnValue:
    """Throw a draft away."""
    drafting.discard(queries.offer(offer_id, group_id).id)
    flash(_("The draft has been thrown away."), "success")
    return redirect(url_for("cooperation.group", group_id=group_id))


@bp.post("/grupper/<uuid:group_id>/samarbejdsaftale/<uuid:offer_id>/tilbyd")
@permit.drc
@fresh
def offer(group_id: UUID, offer_id: UUID) -> ResponseReturnValue:
    """Offer the group what the draft means."""
    queries.offer(offer_id, group_id)
    form = Typed()
    try:
        offering.offer(offer_id, me().person_id, seen_on_page())
    except Conflict as conflict:
        db.session.rollback()
        flash(conflict.message, "error")
        return _to(group_id, offer_id)
    except Refusal as refusal:
        db.session.rollback()
        form.refuse(refusal)
        return _preview(queries.offer(offer_id, group_id), form)
    flash(_("The agreement is being made. Send the link when the PDF is there."), "success")
    return _to(group_id, offer_id)


@bp.get("/grupper/<uuid:group_id>/samarbejdsaftale/<uuid:offer_id>")
@permit.drc
def agreement(group_id: UUID, offer_id: UUID) -> ResponseReturnValue:
    """An agreement: its paper, what was decided, and what one can do."""
    row = queries.offer(offer_id, group_id)
    if row.state == OfferState.DRAFT:
        return redirect(url_for("cooperation_offers.draft", group_id=group_id, offer_id=offer_id))
    return _page(row, Typed())


@bp.post("/grupper/<uuid:group_id>/samarbejdsaftale/<uuid:offer_id>/link")
@permit.drc
@fresh
def send_link(group_id: UUID, offer_id: UUID) -> ResponseReturnValue:
    """Mail the link, and show the code that belongs to it: this once."""
    queries.offer(offer_id, group_id)
    row, code = offering.send_link(offer_id)
    return _page(row, Typed(), code=code)


@bp.post("/grupper/<uuid:group_id>/samarbejdsaftale/<uuid:offer_id>/<act>")
@permit.drc
@fresh.of(act=BINDING)
def decide(group_id: UUID, offer_id: UUID, act: str) -> ResponseReturnValue:
    """Approve for DRC, note the group's answer, withdraw, or give notice."""
    if act not in ACTS:
        raise NotFound
    schema, do, said = ACTS[act]
    if queries.offer(offer_id, group_id).state == OfferState.DRAFT:
        return _to(group_id, offer_id)
    form = typed()
    given = load(schema(), form)
    try:
        if given is not None:
            do(offer_id, given)
            flash(str(said), "success")
            return _to(group_id, offer_id)
    except Refusal as refusal:
        db.session.rollback()
        form.refuse(refusal)
    return _page(queries.offer(offer_id, group_id), form)


def _to(group_id: UUID, offer_id: UUID) -> ResponseReturnValue:
    return redirect(url_for("cooperation_offers.agreement", group_id=group_id, offer_id=offer_id))


def _preview(row: CooperationOffer, form: Typed) -> ResponseReturnValue:
    lacking = drafting.faults(row.group_id, row.terms)
    facts = None
    if not lacking:
        try:
            facts = drafting.facts_of(row)
        except Refusal as refusal:
            form.refuse(refusal)
    page = render_template(
        "cooperation/preview.html",
        group=networks.group(row.group_id),
        offer=row,
        facts=facts,
        lacking=lacking,
        seen=version_of(row.terms),
        form=form,
        mine=_mine(row),
    )
    return page, form.status


def _mine(row: CooperationOffer) -> bool:
    areas = networks.areas([row.group_id])[row.group_id]
    return may_maintain(me().codes, [area.municipality_code for area in areas])


def _page(row: CooperationOffer, form: Typed, code: str | None = None) -> ResponseReturnValue:
    decided = queries.decisions(row)
    page = render_template(
        "cooperation/agreement.html",
        group=networks.group(row.group_id),
        offer=row,
        facts=row.facts,
        document=papers.document(row.document_id) if row.document_id else None,
        term=db.session.get(CooperationAgreement, row.cooperation_id) if row.cooperation_id else None,
        decisions=decided,
        acts={party: rules.STEPS.possible(OfferState(row.state), party) if _mine(row) else () for party in OfferParty},
        own_hand=deciding.own_hand(row, me().person_id),
        own_hands=OWN_HANDS,
        consent=deciding.CONSENT,
        parties=PARTIES,
        states=OFFERS,
        doers=people.names({key for key in (row.link_sent_by, *(each.person_id for each in decided)) if key}),
        ways=WAYS,
        arrivals=ARRIVALS,
        code=code,
        digits=rules.CODE_DIGITS,
        days=rules.LINK_DAYS,
        form=form,
    )
    return page, form.status
