"""What the parties do about an agreement until it is concluded: approve, decline and withdraw, each by a named person."""

from __future__ import annotations

import datetime as dt
from uuid import UUID

from flask_babel import gettext as _

from service.partnership.agreements import certifying, comparing, queries, rules
from service.partnership.agreements.letters import TELL
from service.partnership.agreements.models import Agreement, Decision
from service.partnership.agreements.rules import AgreementAct, AgreementState, Party
from service.partnership.agreements.steps import OutOfOrder
from service.partnership.partnerships import queries as drafts
from service.partnership.partnerships.operations import draft_of
from service.platform.accounts.models import Person
from service.platform.documents import queries as papers
from service.platform.ledger.operations import record, record_refusal
from service.platform.web.arrival import Arrival
from service.platform.web.errors import Conflict, Invalid, Refusal
from service.platform.work import leases, waking
from tenants import periods
from tenants.database import db, now
from tenants.scope import Scope

LISTS = "service.duties.jobs.bring_up"  # what each side owes follows the agreement; the feature stands above this one
CONSENT = {
    Party.MUNICIPALITY: "Jeg har læst aftalen og godkender den på kommunens vegne.",
    Party.DRC: "Jeg har læst aftalen og godkender den på Dansk Flygtningehjælps vegne.",
}
CONSENT_TO_ADDENDUM = {
    Party.MUNICIPALITY: "Jeg har læst tillægget og godkender det på kommunens vegne.",
    Party.DRC: "Jeg har læst tillægget og godkender det på Dansk Flygtningehjælps vegne.",
}


def consent_of(agreement: Agreement) -> dict[Party, str]:
    """What each party says by approving."""
    return CONSENT_TO_ADDENDUM if agreement.amends_id else CONSENT


def decide(
    agreement: Agreement,
    party: Party,
    act: AgreementAct,
    person_id: UUID,
    words: str,
    sha256: str,
    at: dt.datetime | None = None,
    arrival: Arrival | None = None,
    difference_sha256: str | None = None,
) -> None:
    """Write down what a person has done about an agreement for a party, under the name and title they have today.

    `arrival` is how they had proved who they are, `difference_sha256` that of the difference they were shown.
    """
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
            difference_sha256=difference_sha256,
            at=at or now(),
            arrived_how=arrival.how if arrival else None,
            arrived_at=arrival.at if arrival else None,
        )
    )
    db.session.flush()
    record(f"agreement.{act}", f"agreement:{agreement.id}", agreement.municipality_code)


def led_to(agreement: Agreement, party: Party, act: AgreementAct) -> AgreementState:
    """The state that an act leads an agreement to. Raises Conflict where it is not the party's to do now."""
    try:
        return rules.after(AgreementState(agreement.state), party, act)
    except OutOfOrder as error:
        raise Conflict(_("The agreement is no longer where you saw it. Load the page again.")) from error


def approve(
    agreement_id: UUID,
    party: Party,
    person_id: UUID,
    sha256: str,
    code: str | None = None,
    *,
    at: dt.datetime | None = None,
    arrival: Arrival | None = None,
    difference_sha256: str | None = None,
) -> Agreement:
    """Approve an agreement on behalf of a party; when both have, its scope is put in force from its first day, and its certificate is owed.

    `sha256` is that of the paper the person was shown, and `difference_sha256` that of what differs from the agreement before it: blank
    where a page showed none, None where nobody says. `at` dates what is carried over from elsewhere, and `arrival` is how the person
    had proved who they are. Raises NotFound, Refusal when the paper or the difference is another than the one shown, and Conflict when
    it is not the party's turn.
    """
    agreement = queries.agreement(agreement_id, code, lock=True)
    code = agreement.municipality_code
    try:
        agreement.state = led_to(agreement, party, AgreementAct.APPROVED)
        _still_shown(agreement, sha256, difference_sha256)
        return _approved(agreement, party, person_id, sha256, at, arrival, difference_sha256)
    except Refusal:
        record_refusal("agreement.refused", f"agreement:{agreement_id}", code)
        raise


def _still_shown(agreement: Agreement, sha256: str, difference_sha256: str | None) -> None:
    """Raises Refusal where the paper, or what differs from the agreement before, is another than the one shown."""
    shown = papers.document(agreement.document_id) if agreement.document_id else None
    if shown is None or shown.sha256 != sha256:
        message = _("The paper is another than the one you were shown. Read it again before you approve.")
        raise Refusal(message, {"sha256": [message]})
    differs = comparing.with_earlier(agreement) if difference_sha256 is not None else None
    if difference_sha256 is not None and difference_sha256 != (differs.sha256 if differs else ""):
        message = _(
            "What differs from the agreement before is not what you were shown. Read it again before you approve."
        )
        raise Refusal(message, {"difference_sha256": [message]})


def _approved(
    agreement: Agreement,
    party: Party,
    person_id: UUID,
    sha256: str,
    at: dt.datetime | None,
    arrival: Arrival | None,
    difference_sha256: str | None,
) -> Agreement:
    decide(
        agreement,
        party,
        AgreementAct.APPROVED,
        person_id,
        consent_of(agreement)[party],
        sha256,
        at,
        arrival,
        difference_sha256 or None,
    )
    ring_to_tell(agreement)
    if party is Party.MUNICIPALITY:
        return agreement
    try:
        periods.put_in_force(agreement.municipality_code, Scope.from_plain(agreement.stored_scope), agreement.id)
    except periods.LaterPeriod as error:
        raise Conflict(_("An agreement that begins on the same day or later is in force already.")) from error
    record(
        "scope.put_in_force",
        f"agreement:{agreement.id}",
        agreement.municipality_code,
        first=agreement.starts_on.isoformat(),
        last=agreement.ends_on.isoformat(),
    )
    waking.wake(LISTS, agreement.municipality_code)
    certifying.owe(agreement)
    return agreement


def ring_to_tell(agreement: Agreement) -> None:
    """Mail is owed by unattended work: the one who acts does not see the other party's people."""
    waking.wake(TELL, agreement.municipality_code, str(agreement.id))


def reason_of(words: str) -> str:
    """The reason that somebody has written. Raises Invalid for none."""
    if len(words.strip()) < 5:
        message = _("Write a reason, so that the other party knows why.")
        raise Invalid({"reason": [message]})
    return words


def decline(agreement_id: UUID, person_id: UUID, reason: str, code: str | None = None) -> Agreement:
    """Decline an offered agreement on the municipality's behalf, with a reason. Raises NotFound, Invalid and Conflict."""
    agreement = queries.agreement(agreement_id, code, lock=True)
    agreement.state = led_to(agreement, Party.MUNICIPALITY, AgreementAct.DECLINED)
    decide(agreement, Party.MUNICIPALITY, AgreementAct.DECLINED, person_id, reason_of(reason), "")
    ring_to_tell(agreement)
    return agreement


def withdraw(agreement_id: UUID, person_id: UUID, reason: str, code: str | None = None) -> Agreement:
    """Withdraw an agreement that is not concluded, on DRC's behalf, with a reason: it is a draft again, unless there is another.

    Raises NotFound, Invalid and Conflict.
    """
    agreement = queries.agreement(agreement_id, code, lock=True)
    agreement.state = led_to(agreement, Party.DRC, AgreementAct.WITHDRAWN)
    decide(agreement, Party.DRC, AgreementAct.WITHDRAWN, person_id, reason_of(reason), "")
    if agreement.document_id is None:
        leases.done(agreement)
    scope = Scope.readable(agreement.stored_scope)
    if scope is not None and drafts.draft(agreement.municipality_code) is None:
        draft_of(agreement.municipality_code, scope, person_id)
    ring_to_tell(agreement)
    return agreement
