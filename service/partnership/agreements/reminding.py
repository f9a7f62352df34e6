"""The mails that remind of an agreement's end and of its last day of notice, each once, to both parties."""

from __future__ import annotations

from collections.abc import Iterator

from flask import current_app

from service.partnership.agreements import deadlines, queries
from service.partnership.agreements.deadlines import Deadline, Reminder
from service.partnership.agreements.models import Agreement
from service.platform.accounts import queries as people
from service.platform.accounts.models import Person
from service.platform.documents.formats import dato
from service.platform.notices import operations as notices
from service.platform.web.identity import Role
from tenants.calendar import day_of
from tenants.database import now

MAIL = "agreement_ends"  # DRC's people are told of every agreement that they look after; a manager of the one and only
SUBJECTS = {
    Deadline.TERM: "Partnerskabsaftalen med {municipality} slutter {day}",
    Deadline.NOTICE: "Partnerskabsaftalen med {municipality}: sidste dag for opsigelse er {day}",
}
TEXTS = {
    Deadline.TERM: "Aftalen slutter {day}, og der er ikke indgået en ny. Skal samarbejdet fortsætte, er det nu, I aftaler den næste.",
    Deadline.NOTICE: "Aftalen løber til {last}. Skal den slutte før, skal den være opsagt senest {day}. Ellers skal I ikke gøre noget.",
}
BODY = """Kære {reader}

{text}

Se aftalen her:
{address}

Dokumentnummer: {number}

Venlig hilsen
Dansk Flygtningehjælp, Frivilligafdelingen
"""


def remind() -> int:
    """Owe the mails about the deadlines of agreements within reach that have come near, and note when to look next.

    Harmless to repeat: what has been reminded of is noted with it. Returns how many reminders there were.
    """
    today = day_of(now())
    found = queries.to_remind(today)
    courses, told = queries.courses(found), 0
    for agreement in found:
        course = courses[agreement.id]
        for reminder in deadlines.reminders(course, agreement.remind_on, today):
            _owe(agreement, reminder)
            told += 1
        agreement.remind_on = deadlines.next_reminder(course, today)
    return told


def _owe(agreement: Agreement, reminder: Reminder) -> None:
    code = agreement.municipality_code
    public_url = current_app.extensions["settings"].public_url
    about = f"agreement:{agreement.id}:{reminder.deadline}:{reminder.days_before}"
    said = {
        "municipality": agreement.facts["municipality"]["official_name"],
        "day": dato(reminder.day),
        "last": dato(agreement.ends_on),
    }
    for person in _readers(code):
        body = BODY.format(
            reader=person.name,
            text=TEXTS[reminder.deadline].format(**said),
            address=f"{public_url}/kommuner/{code}/aftaler/{agreement.id}",
            number=agreement.number,
        )
        notices.owe(code, about, person.email, SUBJECTS[reminder.deadline].format(**said), body)


def _readers(code: str) -> Iterator[Person]:
    """Who is reminded: the municipality's managers; of DRC who looks after it and the secretariat, as far as they want such mails."""
    yield from people.people_of(code, Role.MANAGER)
    consultants = [person for person, codes in people.consultants(day_of(now())) if code in codes]
    yield from (person for person in (*consultants, *people.secretariat()) if MAIL not in person.unwanted_mails)
