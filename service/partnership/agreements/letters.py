"""The mails about an agreement: each state that one of the parties waits for is told to it once."""

from __future__ import annotations

from collections.abc import Collection
from uuid import UUID

from flask import current_app

from service.partnership.agreements import end_queries, queries
from service.partnership.agreements.models import Agreement, AgreementEnd
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
_MAILS = {
    AgreementState.OFFERED: (
        (Party.MUNICIPALITY,),
        "En partnerskabsaftale venter på jeres godkendelse",
        "Aftalen ligger klar. Læs den, og godkend eller afvis den her:",
    ),
    AgreementState.ACCEPTED: (
        (Party.DRC,),
        "En kommune har godkendt sin partnerskabsaftale",
        "Kommunen har godkendt. Aftalen venter nu på sekretariatet:",
    ),
    AgreementState.CONCLUDED: (
        (Party.MUNICIPALITY,),
        "Jeres partnerskabsaftale er indgået",
        "Begge parter har godkendt aftalen. Find den her:",
    ),
    AgreementState.DECLINED: (
        (Party.DRC,),
        "En kommune har afvist en partnerskabsaftale",
        "Kommunen har afvist aftalen. Læs begrundelsen her:",
    ),
    AgreementState.WITHDRAWN: (
        (Party.MUNICIPALITY,),
        "Et tilbud om en partnerskabsaftale er trukket tilbage",
        "Dansk Flygtningehjælp har trukket tilbuddet tilbage. Læs begrundelsen her:",
    ),
    AgreementState.TERMINATED: (
        (Party.MUNICIPALITY, Party.DRC),
        "En partnerskabsaftale er opsagt",
        "Aftalen er opsagt. Læs begrundelsen, og se aftalens sidste dag her:",
    ),
    AgreementState.ENDED_EARLY: (
        (Party.MUNICIPALITY, Party.DRC),
        "En partnerskabsaftale slutter før tid",
        "Parterne er enige om en tidligere sidste dag. Se den her:",
    ),
    AgreementState.ENDED_FOR_BREACH: (
        (Party.MUNICIPALITY, Party.DRC),
        "En partnerskabsaftale er ophævet",
        "Aftalen er ophævet. Læs begrundelsen, og se aftalens sidste dag her:",
    ),
}
_PROPOSED = (
    "Forslag om, at en partnerskabsaftale slutter før tid",
    "Den anden part foreslår en tidligere sidste dag. Læs hvorfor, og svar her:",
)
_DECLINED = (
    "Et forslag om at slutte en partnerskabsaftale før tid er afvist",
    "Aftalen løber videre. Læs begrundelsen her:",
)
_WITHDRAWN = (
    "Et forslag om at slutte en partnerskabsaftale før tid er trukket tilbage",
    "Aftalen løber videre. Se den her:",
)
_FILED = (
    "Til journalen: papiret om, at en partnerskabsaftale slutter før tid",
    "Papiret ligger nu ved aftalen som PDF og kan journaliseres. Find det her:",
)

_TAKEN_IN = (
    (Party.MUNICIPALITY,),
    "Jeres partnerskabsaftale på papir er taget ind",
    "Dansk Flygtningehjælp har taget den aftale ind, som I har underskrevet på papir. Se den, og sig til, hvis noget ikke passer:",
)


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
    if AgreementState(agreement.state) not in _MAILS or not queries.news(agreement):
        return
    on_paper = agreement.state == AgreementState.CONCLUDED and queries.taken_in([agreement])
    parties, subject, text = _TAKEN_IN if on_paper else _MAILS[AgreementState(agreement.state)]
    _owe(agreement, f"agreement:{agreement.id}:{agreement.state}", parties, subject, text)


def _tell_of_end(agreement: Agreement, end: AgreementEnd) -> None:
    """Owe the mails of a proposal: to whom it is made, and to who made it once it is declined. Of what is final, the agreement's tell."""
    end.told_state = end.state
    theirs = Party.DRC if end.party == Party.MUNICIPALITY else Party.MUNICIPALITY
    told = {
        EndState.PROPOSED: (theirs, _PROPOSED),
        EndState.DECLINED: (Party(end.party), _DECLINED),
        EndState.WITHDRAWN: (theirs, _WITHDRAWN),
    }
    if EndState(end.state) in told:
        party, (subject, text) = told[EndState(end.state)]
        _owe(agreement, f"agreement_end:{end.id}:{end.state}", (party,), subject, text)


def tell_of_paper(end: AgreementEnd) -> None:
    """Owe both sides the mail that the paper of an end is there to be filed."""
    agreement = queries.agreement(end.agreement_id, end.municipality_code)
    _owe(agreement, f"agreement_end:{end.id}:paper", (Party.MUNICIPALITY, Party.DRC), *_FILED)


def _owe(agreement: Agreement, about: str, parties: Collection[Party], subject: str, text: str) -> None:
    public_url = current_app.extensions["settings"].public_url
    address = f"{public_url}/kommuner/{agreement.municipality_code}/aftaler/{agreement.id}"
    for person in _readers(agreement, parties):
        body = (
            f"Kære {person.name}\n\n{text}\n{address}\n\nDokumentnummer: {agreement.number}\n\n"
            f"{log_letters.checkpoint()}Venlig hilsen\nDansk Flygtningehjælp, Frivilligafdelingen\n"
        )
        notices.owe(agreement.municipality_code, about, person.email, subject, body)


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
