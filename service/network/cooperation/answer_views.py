"""What the group's contact opens by a mailed link: the agreement to be answered, and the paper of one that is concluded."""

from __future__ import annotations

from flask import Blueprint, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from service.network.cooperation import deciding, queries, rules
from service.network.cooperation.models import CooperationOffer
from service.network.cooperation.rules import OfferAct, OfferParty, OfferState
from service.network.cooperation.schemas import LinkAnswer
from service.platform.documents import queries as papers
from service.platform.documents.views import pdf
from service.platform.web.errors import NotFound, Refusal
from service.platform.web.forms import Typed, load, typed
from service.platform.web.links import here
from service.platform.web.permits import permit
from tenants.database import db

bp = Blueprint("cooperation_answers", __name__, template_folder="templates")
ACTS = {"approve": OfferAct.APPROVED, "decline": OfferAct.DECLINED}  # by the button that is pressed


@bp.get("/samarbejdsaftale/<token>")
@permit.link(rules.PURPOSE, rules.LINK_DAYS)
def form(token: str) -> ResponseReturnValue:
    """What is offered, to be read and answered; and once it has been, what the answer was."""
    return _page(token, Typed())


@bp.get("/samarbejdsaftale/<token>/papir")
@permit.link(rules.PURPOSE, rules.LINK_DAYS)
def paper(token: str) -> ResponseReturnValue:
    """The paper that is to be approved."""
    return _paper(deciding.opened(here().id))


@bp.post("/samarbejdsaftale/<token>")
@permit.link(rules.PURPOSE, rules.LINK_DAYS)
def answer(token: str) -> ResponseReturnValue:
    """Approve or decline, with the code that was told."""
    sent, act = typed(), ACTS.get(request.form.get("action", ""), OfferAct.APPROVED)
    given = load(LinkAnswer(), sent)
    try:
        if given is not None:
            deciding.answer_by_link(here().id, act, given)
            return redirect(url_for("cooperation_answers.form", token=token))
    except Refusal as refusal:
        db.session.rollback()
        sent.refuse(refusal)
    return _page(token, sent)


@bp.get("/samarbejdsaftale/papir/<token>")
@permit.link(rules.PAPER_PURPOSE, rules.PAPER_DAYS)
def concluded(token: str) -> ResponseReturnValue:
    """The paper of an agreement that is concluded."""
    return _paper(queries.offer(here().id))


def _paper(row: CooperationOffer) -> ResponseReturnValue:
    if row.document_id is None:
        raise NotFound
    return pdf(papers.document(row.document_id, content=True))


def _page(token: str, sent: Typed) -> ResponseReturnValue:
    row = deciding.opened(here().id)
    page = render_template(
        "cooperation/answer.html",
        token=token,
        offer=row,
        facts=row.facts,
        document=papers.document(row.document_id) if row.document_id else None,
        waits=row.state == OfferState.OFFERED,
        consent=deciding.CONSENT[OfferParty.GROUP],
        digits=rules.CODE_DIGITS,
        form=sent,
    )
    return page, sent.status
