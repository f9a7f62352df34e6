"""The mails about an agreement: each state that one of the parties waits for is told to it once."""

from __future__ import annotations

from collections.abc import Collection
from uuid import UUID

from flask import current_app

from service.partnership.agreements import end_queries, letter_texts, queries
from service.partnership.agreements.letter_texts import MailText
from service.partnership.agreements.models import Agreement, AgreementEnd, ApprovalCertificate
from service.partnership.agreements.rules import AgreementState, EndState, Party
from service.partnership.agreements.validity import ENDED
from service.platform.accounts import queries as people
from service.platform.accounts.models import Person
from service.platform.notices import operations as notices
from service.platform.paper_log import letters as log_letters
from service.platform.web.identity import Role
from tenants.acting import acting_for
from tenants.calendar import day_of
from tenants.database import now, transaction
from tenants.reach import clock

TELL = "service.agreements.jobs.tell"


def tell(code: str, agreement_id: UUID) -> None:
    """Owe the mails that the agreement's state gives reason for, and those of the ends proposed for it, once each."""
    with acting_for(clock([code])), transaction():
        agreement = queries.agreement(agreement_id, code, lock=True)
        if agreement.told_state != agreement.state:
            tell_by_state(agreement)
        for end in end_queries.ends(agreement):
            if end.told_state != end.state:
                _tell_of_end(agreement, end)


def tell_by_state(agreement: Agreement) -> None:
    """Owe the mails of a state that has just been reached, and note that it has been told."""
    agreement.told_state = agreement.state
    text = letter_texts.of_state(
        AgreementState(agreement.state),
        addendum=bool(agreement.amends_id),
        on_paper=bool(queries.taken_in([agreement])),
    )
    if text is not None and queries.news(agreement):
        _owe(agreement, f"agreement:{agreement.id}:{agreement.state}", text)


def _tell_of_end(agreement: Agreement, end: AgreementEnd) -> None:
    """Owe the mails of a proposal: to whom it is made, and to who made it once it is declined. Of what is final, the agreement's tell."""
    end.told_state = end.state
    theirs = Party.DRC if end.party == Party.MUNICIPALITY else Party.MUNICIPALITY
    told = {
        EndState.PROPOSED: (theirs, letter_texts.END_PROPOSED),
        EndState.DECLINED: (Party(end.party), letter_texts.END_DECLINED),
        EndState.WITHDRAWN: (theirs, letter_texts.END_WITHDRAWN),
    }
    if EndState(end.state) in told:
        party, (subject, text) = told[EndState(end.state)]
        _owe(agreement, f"agreement_end:{end.id}:{end.state}", MailText((party,), subject, text))


def tell_of_paper(end: AgreementEnd) -> None:
    """Owe both sides the mail that the paper of an end is there to be filed."""
    agreement = queries.agreement(end.agreement_id, end.municipality_code)
    _owe(agreement, f"agreement_end:{end.id}:paper", letter_texts.END_FILED)


def tell_of_certificate(owed: ApprovalCertificate) -> None:
    """Owe both sides the mail that the certificate of an agreement's approvals is there to be filed, unless those were carried over."""
    agreement = queries.agreement(owed.agreement_id, owed.municipality_code)
    if queries.news(agreement, owed.owed_at):
        _owe(agreement, f"agreement:{agreement.id}:certificate", letter_texts.certified(bool(agreement.amends_id)))


def _owe(agreement: Agreement, about: str, text: MailText) -> None:
    public_url = current_app.extensions["settings"].public_url
    address = f"{public_url}/kommuner/{agreement.municipality_code}/aftaler/{agreement.id}"
    for person in _readers(agreement, text.parties):
        body = (
            f"Kære {person.name}\n\n{text.text}\n{address}\n\nDokumentnummer: {agreement.number}\n\n"
            f"{log_letters.checkpoint()}Venlig hilsen\nDansk Flygtningehjælp, Frivilligafdelingen\n"
        )
        notices.owe(agreement.municipality_code, about, person.email, text.subject, body)


def _readers(agreement: Agreement, parties: Collection[Party]) -> list[Person]:
    """Who is told: managers of the municipality, if it has been shown the agreement; of DRC the secretariat, and of what ends who looks
    after the municipality.
    """
    code, found = agreement.municipality_code, list[Person]()
    if Party.MUNICIPALITY in parties and agreement.document_id is not None:
        found += people.people_of(code, Role.MANAGER)
    if Party.DRC in parties:
        found += people.secretariat()
        if agreement.state in ENDED:
            found += [person for person, codes in people.consultants(day_of(now())) if code in codes]
    return list(dict.fromkeys(found))
