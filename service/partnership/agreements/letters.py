"""The mails about an agreement: each state that one of the parties waits for is told to it once."""

from __future__ import annotations

from uuid import UUID

from flask import current_app

from service.partnership.agreements import queries
from service.partnership.agreements.models import Agreement
from service.partnership.agreements.rules import AgreementState, Party
from service.platform.accounts import queries as people
from service.platform.notices import operations as notices
from service.platform.web.identity import Role
from tenants.acting import acting_for
from tenants.database import transaction
from tenants.reach import clock

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
        tell_by_state(queries.agreement(agreement_id, code, lock=True))


def tell_by_state(agreement: Agreement) -> None:
    """Owe the mails of a state that has just been reached, and note that it has been told."""
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
