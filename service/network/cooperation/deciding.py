"""What the parties do about a cooperation agreement that is made here: approve, decline, withdraw, and give notice."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from typing import Any
from uuid import UUID

from flask import current_app
from flask_babel import gettext as _
from limits import parse
from werkzeug.exceptions import TooManyRequests

from service.network.cooperation import drafting, letters, operations, queries, rules
from service.network.cooperation.models import CooperationAgreement, CooperationDecision, CooperationOffer
from service.network.cooperation.rules import OfferAct, OfferParty, OfferState, OfferWay, OwnHand
from service.network.cooperation.texts import OWN_HANDS
from service.network.networks import queries as networks
from service.network.networks.operations import maintained
from service.partnership.agreements.operations import reason_of
from service.partnership.agreements.steps import OutOfOrder
from service.platform.accounts.models import Person
from service.platform.documents import queries as papers
from service.platform.ledger.operations import record
from service.platform.web import links, tries
from service.platform.web.arrival import Arrival
from service.platform.web.errors import Conflict, Invalid, Refusal
from service.platform.web.language import day as day_in_words
from service.platform.web.links import DeadLink
from service.platform.work import leases, waking
from tenants.acting import acting_for
from tenants.calendar import day_of
from tenants.database import db, now, transaction
from tenants.reach import clock

TELL = "service.cooperation.jobs.tell"
CODES = parse(f"{rules.MAX_CODES} per {rules.LINK_DAYS} days")  # for as long as a link opens
CONSENT = {
    OfferParty.GROUP: "Jeg har læst aftalen og godkender den på gruppens vegne.",
    OfferParty.DRC: "Jeg har læst aftalen og godkender den på Dansk Flygtningehjælps vegne.",
}


def led_to(row: CooperationOffer, party: OfferParty, act: OfferAct) -> OfferState:
    """The state that an act leads to. Raises Conflict where it is not the party's to do now."""
    try:
        return rules.STEPS.after(OfferState(row.state), party, act)
    except OutOfOrder as error:
        raise Conflict(_("The agreement is no longer where you saw it. Load the page again.")) from error


def decide(
    row: CooperationOffer,
    party: OfferParty,
    act: OfferAct,
    way: OfferWay,
    person_id: UUID | None = None,
    *,
    words: str,
    sha256: str = "",
    note: str = "",
    arrival: Arrival | None = None,
) -> None:
    """Write down an act: of DRC under the name of who acts, of the group under that of its contact; and in the ledger, but for a link."""
    person = db.session.get_one(Person, person_id) if person_id and party is OfferParty.DRC else None
    contact = row.facts["group_contact"]
    db.session.add(
        CooperationDecision(
            municipality_code=row.municipality_code,
            offer_id=row.id,
            party=party,
            act=act,
            way=way,
            person_id=person_id,
            person_name=person.name if person else contact["name"],
            person_title=person.title if person else contact["title"],
            words=words,
            sha256=sha256,
            note=note,
            at=now(),
            arrived_how=arrival.how if arrival else None,
            arrived_at=arrival.at if arrival else None,
        )
    )
    db.session.flush()
    if way is not OfferWay.LINK:
        record(f"cooperation.{act}", f"group:{row.group_id}", party=party, way=way)


def opened(link_id: UUID, *, lock: bool = False) -> CooperationOffer:
    """What the link of the present request opens. Raises DeadLink for one that a newer one has taken the place of."""
    row = queries.offer_of_link(link_id, lock=lock)
    if row is None or row.state == OfferState.WITHDRAWN:
        raise DeadLink(
            _("The link does not work any more. Your consultant at DRC can send you a new one."), links.here().codes
        )
    return row


def answer_by_link(link_id: UUID, act: OfferAct, given: Mapping[str, Any]) -> CooperationOffer:
    """Approve or decline for the group, by the link that was mailed and the code that was told.

    A try of a code counts before it is looked at, and before the row is held. Raises DeadLink, Invalid by field, Refusal when the paper
    is another than the one shown, and Conflict where it has been answered already.
    """
    led_to(opened(link_id), OfferParty.GROUP, act)
    if act is OfferAct.APPROVED and not given["consent"]:
        raise Invalid({"consent": [_("Tick the box to approve.")]})
    words = CONSENT[OfferParty.GROUP] if act is OfferAct.APPROVED else reason_of(given["reason"])
    _hold_to_code(link_id, given["code"])
    row = opened(link_id, lock=True)
    state = led_to(row, OfferParty.GROUP, act)
    _still_shown(row, given["sha256"])
    decide(row, OfferParty.GROUP, act, OfferWay.LINK, words=words, sha256=given["sha256"])
    _now(row, state)
    return row


def _hold_to_code(link_id: UUID, typed: str) -> None:
    """Count a try of a link's code, then look at it. Raises Invalid."""
    try:
        tries.begin(CODES, "code of a cooperation agreement", link_id.hex)
    except TooManyRequests as error:
        message = _("Too many codes have been tried. Your consultant at DRC can send you a new link with a new code.")
        raise Invalid({"code": [message]}) from error
    if not rules.is_code(typed, rules.code_of(current_app.config["SECRET_KEY"], link_id)):
        message = _("The code is another. Ask your consultant at DRC for the one that belongs to this link.")
        raise Invalid({"code": [message]})


def note_answer(offer_id: UUID, act: OfferAct, person_id: UUID, sha256: str, note: str) -> CooperationOffer:
    """Note that the group's contact has approved or declined, and how the present person knows it.

    Raises NotFound, Refusal when the paper is another than the one shown, Invalid for no reason, and Conflict.
    """
    row = _held(offer_id)
    state = led_to(row, OfferParty.GROUP, act)
    reason_of(note)
    words = CONSENT[OfferParty.GROUP] if act is OfferAct.APPROVED else note
    if act is OfferAct.APPROVED:
        _still_shown(row, sha256)
    decide(row, OfferParty.GROUP, act, OfferWay.TOLD, person_id, words=words, sha256=sha256, note=note)
    _now(row, state)
    return row


def _now(row: CooperationOffer, state: OfferState) -> None:
    """The state that a decision has led to. What follows is unattended work: whoever holds a link writes no more than an answer."""
    row.state = state
    db.session.flush()
    waking.wake(TELL, row.municipality_code, str(row.id))


def approve(offer_id: UUID, person_id: UUID, sha256: str, arrival: Arrival | None = None) -> CooperationOffer:
    """Approve for DRC what the group has approved: the agreement is concluded, and holds from its first day.

    Raises NotFound, Refusal when the paper is another than the one shown or the same person has had a hand in the group's answer, and
    Conflict where it is not DRC's turn, or an agreement that begins later is there.
    """
    row = _held(offer_id)
    state = led_to(row, OfferParty.DRC, OfferAct.APPROVED)
    _still_shown(row, sha256)
    if (own := own_hand(row, person_id)) is not None:
        raise Refusal(str(OWN_HANDS[own]))
    decide(
        row,
        OfferParty.DRC,
        OfferAct.APPROVED,
        OfferWay.ACCOUNT,
        person_id,
        words=CONSENT[OfferParty.DRC],
        sha256=sha256,
        arrival=arrival,
    )
    term = operations.put_in_force(row.group_id, day_of(now()), row.starts_on, row.ends_on)
    row.cooperation_id = term.id
    _now(row, state)
    operations.record_days("cooperation.concluded", term)
    return row


def own_hand(row: CooperationOffer, person_id: UUID) -> OwnHand | None:
    """What keeps somebody from approving for DRC what the group has approved; None where nothing does."""
    answers = (each for each in queries.decisions(row) if each.party == OfferParty.GROUP)
    theirs = next((each for each in answers if each.act == OfferAct.APPROVED), None)
    return rules.own_hand(
        person_id,
        now(),
        answered_by=theirs.person_id if theirs else None,
        link_sent_by=row.link_sent_by,
        address_by=row.address_by,
        address_at=row.address_at,
    )


def withdraw(offer_id: UUID, person_id: UUID, reason: str) -> CooperationOffer:
    """Withdraw for DRC what is not concluded, with a reason: it is a draft again. Raises NotFound, Refusal, Invalid and Conflict."""
    row = _held(offer_id)
    state = led_to(row, OfferParty.DRC, OfferAct.WITHDRAWN)
    decide(row, OfferParty.DRC, OfferAct.WITHDRAWN, OfferWay.ACCOUNT, person_id, words=reason_of(reason))
    if row.document_id is None:
        leases.done(row)
    _now(row, state)
    _draft_again(row, person_id)
    return row


def _draft_again(row: CooperationOffer, person_id: UUID) -> None:
    """A draft of what came to nothing, as it was offered, unless another is under way."""
    networks.group(row.group_id, lock=True)
    if queries.under_way(row.group_id) is None:
        drafting.draft_of(row.municipality_code, row.group_id, row.terms, person_id, row)


def give_notice(
    offer_id: UUID, party: OfferParty, person_id: UUID, reason: str, given_on: dt.date | None = None
) -> CooperationOffer:
    """Note that a party gives notice, today or on a day that has been: the agreement ends with the last day that follows from its words.

    Raises NotFound, Refusal, Invalid by field, and Conflict for what is not concluded or what another has followed.
    """
    row, today = _held(offer_id), day_of(now())
    state = led_to(row, party, OfferAct.TERMINATED)
    if given_on is not None and given_on > today:
        raise Invalid({"given_on": [_("The day has not come yet.")]})
    term = db.session.get_one(CooperationAgreement, row.cooperation_id)
    if given_on is not None and given_on < term.signed_on:
        raise Invalid({"given_on": [_("The agreement was not made by that day.")]})
    if term.ends_on is not None and term.ends_on < today:
        raise Conflict(_("The agreement is over: its last day was %(day)s.", day=day_in_words(term.ends_on)))
    if queries.of_group(row.group_id)[0] is not term:
        raise Conflict(_("Another agreement has followed this one."))
    ours = party is OfferParty.DRC
    way = OfferWay.ACCOUNT if ours else OfferWay.TOLD
    decide(row, party, OfferAct.TERMINATED, way, person_id, words=reason_of(reason), note="" if ours else reason)
    term.ends_on = rules.last_day_of(given_on or today, row.facts["notice_months"], term)
    _now(row, state)
    operations.record_days("cooperation.ended", term)
    return row


def follow_up(code: str, offer_id: UUID) -> None:
    """What a decision gives reason for, once: its mails, a draft of what was declined, and in the ledger what was answered by a link."""
    with acting_for(clock([code])), transaction():
        row = queries.offer(offer_id, lock=True)
        if row.state not in rules.TOLD or row.told_state == row.state:
            return
        if row.told_state is None:
            _record_answer(row)
        if row.state == OfferState.DECLINED:
            _draft_again(row, row.created_by)
        letters.tell(row)
        row.told_state = row.state


def _record_answer(row: CooperationOffer) -> None:
    for made in queries.decisions(row):
        if made.way == OfferWay.LINK:
            record(f"cooperation.{OfferAct(made.act)}", f"group:{row.group_id}", party=made.party, way=made.way)


def _held(offer_id: UUID) -> CooperationOffer:
    """One of a group that the present person looks after, locked. Raises NotFound and Refusal."""
    maintained(queries.offer(offer_id).group_id)
    return queries.offer(offer_id, lock=True)


def _still_shown(row: CooperationOffer, sha256: str) -> None:
    """Raises Refusal where the paper is another than the one shown."""
    if row.document_id is None or papers.document(row.document_id).sha256 != sha256:
        message = _("The paper is another than the one you were shown. Read it again before you approve.")
        raise Refusal(message, {"sha256": [message]})
