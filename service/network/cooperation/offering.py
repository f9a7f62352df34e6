"""A draft is offered: its facts are frozen, its paper is made, and the group's contact is mailed a link, to which a code belongs."""

from __future__ import annotations

import datetime as dt
from uuid import UUID

from flask import current_app
from flask_babel import gettext as _
from sqlalchemy import and_

from service.network.cooperation import drafting, letters, queries, rules
from service.network.cooperation import paper as printing
from service.network.cooperation.deciding import decide, led_to
from service.network.cooperation.models import CooperationOffer
from service.network.cooperation.rules import OfferAct, OfferParty, OfferState, OfferWay
from service.network.networks.operations import maintained
from service.partnership.agreements.rules import earliest_start
from service.platform.documents import making
from service.platform.documents import operations as documents
from service.platform.documents.making import Making
from service.platform.documents.paper import Paper
from service.platform.ledger.operations import record
from service.platform.web.errors import Conflict, Invalid
from service.platform.web.versions import WHATEVER, Seen
from service.platform.work import leases, waking
from tenants.calendar import day_of
from tenants.database import db, now, uuid7

PAPER = "service.cooperation.jobs.make_paper"


def offer(offer_id: UUID, person_id: UUID, seen: Seen = WHATEVER) -> CooperationOffer:
    """Offer a group what a draft means: freeze its facts, and let its paper be made.

    Raises NotFound, Refusal, Conflict, Changed when the draft is not as it was seen, and Invalid when it cannot be agreed.
    """
    row = drafting.drafted(offer_id)
    seen.still(row.terms)
    errors, today = drafting.faults(row.group_id, row.terms), day_of(now())
    if row.starts_on < (earliest := earliest_start(today)):
        errors.setdefault("starts_on", [_("It can begin on %(day)s at the earliest.", day=f"{earliest:%d-%m-%Y}")])
    if errors:
        raise Invalid(errors)
    state = led_to(row, OfferParty.DRC, OfferAct.OFFERED)
    row.facts = {**drafting.facts_of(row), "issued_on": today.isoformat()}
    row.number = documents.next_number(row.municipality_code, today.year)
    row.state, row.changed_by, row.changed_at = state, person_id, now()
    leases.again(row)
    decide(row, OfferParty.DRC, OfferAct.OFFERED, OfferWay.ACCOUNT, person_id, words="Tilbudt gruppen.")
    waking.wake(PAPER, row.municipality_code, str(row.id))
    return row


def make_paper(code: str, offer_id: UUID, lease_seconds: int) -> bool:
    """Make the paper of an offer, once. Returns whether this call made it; what goes wrong is kept and tried again."""
    row = CooperationOffer
    key = and_(row.municipality_code == code, row.id == offer_id, row.state == OfferState.PREPARING)
    return making.make(_PAPER, code, key, lease_seconds, offer=str(offer_id))


def _page(row: CooperationOffer) -> Paper:
    frozen = {name: value for name, value in row.facts.items() if name != "issued_on"}
    return printing.paper(frozen, row.number or "", dt.date.fromisoformat(row.facts["issued_on"]))


def _offered(row: CooperationOffer, _paper: Paper) -> None:
    row.state = OfferState.OFFERED


_PAPER = Making(CooperationOffer, "cooperation_paper_failed", _page, then=_offered)


def send_link(offer_id: UUID) -> tuple[CooperationOffer, str]:
    """Mail the group's contact a link to answer by, and return the code that is told them in another way: it is shown this once.

    A link that was mailed before opens nothing any more. Raises NotFound, Refusal for a group that others look after, and Conflict
    for what is not offered.
    """
    maintained(queries.offer(offer_id).group_id)
    row = queries.offer(offer_id, lock=True)
    if row.state != OfferState.OFFERED:
        raise Conflict(_("The agreement is no longer where you saw it. Load the page again."))
    row.link_id, row.link_sent_at = uuid7(), now()
    db.session.flush()
    letters.mail_link(row, row.link_id)
    record("cooperation.link_sent", f"group:{row.group_id}")
    return row, rules.code_of(current_app.config["SECRET_KEY"], row.link_id)
