"""What the parties and the clock can do about an agreement."""

from __future__ import annotations

import datetime as dt
from typing import Any
from uuid import UUID

from flask import current_app
from flask_babel import gettext as _
from sqlalchemy import and_

from service.partnership.agreements import paper as printing
from service.partnership.agreements import queries, rules
from service.partnership.agreements.models import Agreement, Decision
from service.partnership.agreements.rules import AgreementAct, AgreementState, Party
from service.partnership.catalogue.operations import measures
from service.partnership.catalogue.queries import kinds, text_in_force
from service.partnership.catalogue.rules import ClauseError
from service.partnership.partnerships import queries as drafts
from service.partnership.partnerships.operations import discard, fit
from service.platform.accounts import queries as people
from service.platform.accounts.models import Person
from service.platform.documents import making
from service.platform.documents import operations as documents
from service.platform.documents import queries as papers
from service.platform.documents.making import Making
from service.platform.documents.paper import Paper
from service.platform.notices import operations as notices
from service.platform.web.errors import Conflict, Invalid, Refusal
from service.platform.web.identity import Role
from service.platform.web.versions import WHATEVER, Seen
from service.platform.work import leases, waking
from tenants import periods
from tenants.acting import acting_for
from tenants.calendar import day_of
from tenants.database import db, now, transaction, uuid7
from tenants.models import Municipality
from tenants.reach import clock
from tenants.scope import Scope

PAPER = "service.agreements.jobs.make_paper"
LISTS = "service.duties.jobs.bring_up"  # what each side owes follows the agreement; the feature stands above this one
CONSENT = {
    Party.MUNICIPALITY: "Jeg har læst aftalen og godkender den på kommunens vegne.",
    Party.DRC: "Jeg har læst aftalen og godkender den på Dansk Flygtningehjælps vegne.",
}


def offer_draft(code: str, person_id: UUID, seen: Seen = WHATEVER) -> Agreement:
    """Offer a municipality the agreement that its draft means: it takes over the draft's id, and the draft is gone.

    Raises Refusal when there is no draft or it is not whole, Changed when it is not as it was seen, and what `offer` raises. Two who
    press at once make one offer.
    """
    draft = drafts.draft(code, lock=True)
    if draft is None:
        raise Refusal(_("There is no draft to offer. It may have been offered or thrown away in the meantime."))
    seen.still(drafts.as_sent(draft))
    if draft.stored_scope is None:
        raise Refusal(_("The draft is not whole. Fill in what is missing and save it before you offer it."))
    agreement = offer(code, Scope.from_plain(draft.stored_scope), person_id, agreement_id=draft.id)
    discard(code)
    return agreement


def offer(
    code: str,
    scope: Scope,
    person_id: UUID,
    *,
    agreement_id: UUID | None = None,
    at: dt.datetime | None = None,
    retroactive: bool = False,
) -> Agreement:
    """Offer a municipality an agreement on `scope`: freeze its facts and let its paper be made.

    Raises Invalid when the scope cannot be agreed, and Conflict when another agreement is open already. `retroactive` lets a
    term begin further back than the month before, for agreements that are carried over from elsewhere, which
    `at` dates.
    """
    at = at or now()
    today = day_of(at)
    scope = fit(scope)
    if scope.starts_on < rules.earliest_start(today) and not retroactive:
        earliest = rules.earliest_start(today)
        raise Invalid(
            {"starts_on": [_("The agreement can begin on %(day)s at the earliest.", day=f"{earliest:%d-%m-%Y}")]}
        )
    later = [p for p in periods.touching(scope.starts_on, dt.date.max, code) if p.valid_from >= scope.starts_on]
    if later:
        raise Invalid({"starts_on": [_("An agreement that begins on the same day or later is in force already.")]})
    if queries.open_one(code) is not None:
        raise Conflict(_("Another agreement with this municipality is under way. Withdraw it first."))
    municipality = db.session.get_one(Municipality, code)
    try:
        facts = _facts(scope, municipality, today)
    except ClauseError as error:
        raise Refusal(_("The agreement cannot be printed from this draft: %(error)s", error=str(error))) from error
    agreement = Agreement(
        municipality_code=code,
        id=agreement_id or uuid7(),
        number=documents.next_number(code, today.year),
        state=AgreementState.PREPARING,
        stored_scope=scope.to_plain(),
        facts={**facts, "issued_on": today.isoformat()},
        starts_on=scope.starts_on,
        ends_on=scope.ends_on,
        created_by=person_id,
        created_at=at,
    )
    db.session.add(agreement)
    db.session.flush()
    _decide(agreement, Party.DRC, AgreementAct.OFFERED, person_id, "Tilbudt kommunen.", "", at)
    waking.wake(PAPER, code, str(agreement.id))
    return agreement


def _facts(scope: Scope, municipality: Municipality, today: dt.date) -> dict[str, Any]:
    clauses, principles = text_in_force("partnership", today), text_in_force("principles", today)
    return printing.facts(
        scope,
        official_name=municipality.official_name,
        cvr=municipality.cvr,
        kinds=kinds(),
        measures=measures(),
        clause_texts=clauses.content["clause"],
        clause_version=clauses.version,
        principles=principles.content["principles"],
        principles_version=principles.version,
    )


def make_paper(code: str, agreement_id: UUID, lease_seconds: int) -> bool:
    """Make the paper of an offered agreement, once. Returns whether this call made it; what goes wrong is kept and tried again."""
    key = and_(
        Agreement.municipality_code == code, Agreement.id == agreement_id, Agreement.state == AgreementState.PREPARING
    )
    return making.make(_PAPER, code, key, lease_seconds, agreement=str(agreement_id))


def _page(row: Agreement) -> Paper:
    facts = {name: value for name, value in row.facts.items() if name != "issued_on"}
    return printing.paper(facts, row.number, dt.date.fromisoformat(row.facts["issued_on"]))


def _offered(agreement: Agreement, _paper: Paper) -> None:
    agreement.state = AgreementState.OFFERED
    _tell_by_state(agreement)


_PAPER = Making(Agreement, "paper_failed", _page, then=_offered)


TELL = "service.agreements.jobs.tell"
_MAILS = {
    AgreementState.OFFERED: (
        Party.MUNICIPALITY,
        "En partnerskabsaftale venter på jeres godkendelse",
        "Aftalen ligger klar. Læs den, og godkend eller afvis den her:",
    ),
    AgreementState.ACCEPTED: (
        Party.DRC,
        "En kommune har godkendt sin partnerskabsaftale",
        "Kommunen har godkendt. Aftalen venter nu på sekretariatet:",
    ),
    AgreementState.CONCLUDED: (
        Party.MUNICIPALITY,
        "Jeres partnerskabsaftale er indgået",
        "Begge parter har godkendt aftalen. Find den her:",
    ),
    AgreementState.DECLINED: (
        Party.DRC,
        "En kommune har afvist en partnerskabsaftale",
        "Kommunen har afvist aftalen. Læs begrundelsen her:",
    ),
}


def tell(code: str, agreement_id: UUID) -> None:
    """Owe the mails that the agreement's state gives reason for, once."""
    with acting_for(clock([code])), transaction():
        _tell_by_state(queries.agreement(agreement_id, code, lock=True))


def _tell_by_state(agreement: Agreement) -> None:
    agreement.told_state = agreement.state
    if AgreementState(agreement.state) not in _MAILS or not queries.news(agreement):
        return
    party, subject, text = _MAILS[AgreementState(agreement.state)]
    readers = (
        people.secretariat() if party is Party.DRC else people.people_of(agreement.municipality_code, Role.MANAGER)
    )
    public_url = current_app.extensions["settings"].public_url
    address = f"{public_url}/kommuner/{agreement.municipality_code}/aftaler/{agreement.id}"
    for person in readers:
        body = (
            f"Kære {person.name}\n\n{text}\n{address}\n\nDokumentnummer: {agreement.number}\n\n"
            "Venlig hilsen\nDansk Flygtningehjælp, Frivilligafdelingen\n"
        )
        notices.owe(
            agreement.municipality_code, f"agreement:{agreement.id}:{agreement.state}", person.email, subject, body
        )


def _decide(
    agreement: Agreement,
    party: Party,
    act: AgreementAct,
    person_id: UUID,
    words: str,
    sha256: str,
    at: dt.datetime | None = None,
) -> None:
    person = db.session.get_one(Person, person_id)
    db.session.add(
        Decision(
            municipality_code=agreement.municipality_code,
            agreement_id=agreement.id,
            party=party,
            act=act,
            person_id=person_id,
            person_name=person.name,
            person_title=person.title,
            words=words,
            sha256=sha256,
            at=at or now(),
        )
    )
    db.session.flush()


def _step(agreement: Agreement, party: Party, act: AgreementAct) -> None:
    try:
        agreement.state = rules.after(AgreementState(agreement.state), party, act)
    except rules.OutOfOrder as error:
        raise Conflict(_("The agreement is no longer where you saw it. Load the page again.")) from error


def approve(
    agreement_id: UUID,
    party: Party,
    person_id: UUID,
    sha256: str,
    code: str | None = None,
    *,
    at: dt.datetime | None = None,
) -> Agreement:
    """Approve an agreement on behalf of a party; when both have, its scope is put in force from its first day.

    `sha256` is that of the paper the person was shown; `at` dates what is carried over from elsewhere. Raises NotFound,
    Refusal when the paper is another than the one shown, and Conflict when it is not the party's turn.
    """
    agreement = queries.agreement(agreement_id, code, lock=True)
    _step(agreement, party, AgreementAct.APPROVED)
    shown = papers.document(agreement.document_id) if agreement.document_id else None
    if shown is None or shown.sha256 != sha256:
        message = _("The paper is another than the one you were shown. Read it again before you approve.")
        raise Refusal(message, {"sha256": [message]})
    _decide(agreement, party, AgreementAct.APPROVED, person_id, CONSENT[party], shown.sha256, at)
    _ring_to_tell(agreement)
    if party is Party.MUNICIPALITY:
        return agreement
    try:
        periods.put_in_force(agreement.municipality_code, Scope.from_plain(agreement.stored_scope), agreement.id)
    except periods.LaterPeriod as error:
        raise Conflict(_("An agreement that begins on the same day or later is in force already.")) from error
    waking.wake(LISTS, agreement.municipality_code)
    return agreement


def _ring_to_tell(agreement: Agreement) -> None:
    """Mail is owed by unattended work: the one who acts does not see the other party's people."""
    waking.wake(TELL, agreement.municipality_code, str(agreement.id))


def _reason(words: str) -> str:
    if len(words.strip()) < 5:
        message = _("Write a reason, so that the other party knows why.")
        raise Invalid({"reason": [message]})
    return words


def decline(agreement_id: UUID, person_id: UUID, reason: str, code: str | None = None) -> Agreement:
    """Decline an offered agreement on the municipality's behalf, with a reason. Raises NotFound, Invalid and Conflict."""
    agreement = queries.agreement(agreement_id, code, lock=True)
    _step(agreement, Party.MUNICIPALITY, AgreementAct.DECLINED)
    _decide(agreement, Party.MUNICIPALITY, AgreementAct.DECLINED, person_id, _reason(reason), "")
    _ring_to_tell(agreement)
    return agreement


def withdraw(agreement_id: UUID, person_id: UUID, reason: str, code: str | None = None) -> Agreement:
    """Withdraw an agreement that is not concluded, on DRC's behalf, with a reason. Raises NotFound, Invalid and Conflict."""
    agreement = queries.agreement(agreement_id, code, lock=True)
    _step(agreement, Party.DRC, AgreementAct.WITHDRAWN)
    _decide(agreement, Party.DRC, AgreementAct.WITHDRAWN, person_id, _reason(reason), "")
    if agreement.document_id is None:
        leases.done(agreement)
    return agreement


def terminate(agreement_id: UUID, party: Party, person_id: UUID, reason: str, code: str | None = None) -> Agreement:
    """Give notice of a concluded agreement: it ends with the month that its notice leads to. Raises NotFound, Invalid, Conflict."""
    agreement = queries.agreement(agreement_id, code, lock=True)
    _step(agreement, party, AgreementAct.TERMINATED)
    scope = Scope.from_plain(agreement.stored_scope)
    agreement.ends_on = rules.last_day(day_of(now()), scope.notice_months, agreement.ends_on)
    periods.end(agreement.municipality_code, agreement.id, agreement.ends_on)
    _decide(agreement, party, AgreementAct.TERMINATED, person_id, _reason(reason), "")
    waking.wake(LISTS, agreement.municipality_code)
    return agreement
