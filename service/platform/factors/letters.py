"""The mails about second steps. Each event is owed one, sent under a lease as others."""

from __future__ import annotations

from uuid import UUID

from service.platform.accounts.models import Person
from service.platform.factors import queries
from service.platform.factors.models import FactorEvent
from service.platform.notices import operations as notices
from service.platform.notices.rules import Letter, fault_of_mail
from service.platform.work import leases, waking
from service.platform.work.waking import Wakeup
from tenants.acting import acting_for
from tenants.database import db, transaction
from tenants.reach import clock

JOB = "service.factors.jobs.send"
KINDS = {"passkey": "en adgangsnøgle", "totp": "koder fra en app"}
SAID = {
    "added": "Du har fået {kind} som andet trin, når du logger ind i Partnerskab.",
    "removed": "Du har fjernet {kind} som andet trin, når du logger ind i Partnerskab.",
    "taken": "Dit andet trin, når du logger ind i Partnerskab, er fjernet for dig. Begrundelsen er: {reason}\n"
    "Log ind med din adgangskode, og vælg et nyt andet trin.",
    "codes": "Du har fået nye nødkoder til Partnerskab. De gamle virker ikke mere.",
    "recovered": "Der er logget ind i Partnerskab med en af dine nødkoder. Den virker ikke mere.",
}
BODY = """Kære {name}

{said}

Var det ikke dig, eller kender du ikke noget til det, så ring til Dansk Flygtningehjælp med det samme, og vælg en ny adgangskode:

{link}

Venlig hilsen
Dansk Flygtningehjælp, Frivilligafdelingen
"""


def letter(event: FactorEvent, person: Person, public_url: str) -> Letter:
    """The mail for an event."""
    said = SAID[event.act].format(kind=KINDS.get(event.kind or "", ""), reason=event.reason)
    body = BODY.format(name=person.name, said=said, link=f"{public_url}/ny-adgangskode")
    return Letter(event.id, person.email, "Dit login i Partnerskab", body, event.made_at)


def wake(event_id: UUID) -> None:
    """Wake a worker for the mail of an event."""
    waking.wake(JOB, str(event_id), queue=waking.MAIL)


def wakeups() -> list[Wakeup]:
    """What wakes workers for the mails that wait."""
    return [Wakeup(JOB, (str(key),), waking.MAIL) for key in queries.due()]


def send(event_id: UUID, mail_url: str, public_url: str, public_host: str, lease_seconds: int) -> bool:
    """Send the mail of an event. Returns whether this call sent it."""
    key = FactorEvent.id == event_id
    with acting_for(clock()):
        with transaction():
            lease = leases.claim(FactorEvent, key, lease_seconds)
        if lease is None:
            return False
        try:
            with transaction():
                row = leases.still_held(FactorEvent, key, lease)
                if row is None:
                    return False
                person = db.session.get_one(Person, row.person_id)
                notices.deliver(letter(row, person, public_url), mail_url, public_host)
                leases.done(row)
                return True
        except Exception as error:  # the server, the way to it, an address no header can carry: the event is kept
            fault, detail = fault_of_mail(error), notices.cause(error)
            leases.put_down(
                FactorEvent, key, lease, error, "factor_mail_failed", fault=fault, detail=detail, event=str(event_id)
            )
    return False
