"""The mails about a check-in, in the language that its reader is written to in."""

from __future__ import annotations

from collections.abc import Iterable

from babel.dates import get_month_names
from flask import current_app

from service.activity.checkins import queries, rules
from service.activity.checkins.models import CheckIn
from service.activity.checkins.queries import Recipient
from service.platform.documents.formats import MONTHS
from service.platform.notices import operations as notices
from service.platform.web import links
from service.platform.web.links import Link
from tenants.calendar import day_of
from tenants.database import now
from tenants.scope import Contact

ENGLISH = tuple(get_month_names("wide", locale="en").values())
SUBJECTS = {
    "da": ("Hvordan gik det i {month} i {place}?", "Husk at fortælle, hvordan det gik i {month} i {place}"),
    "en": ("How did it go in {month} in {place}?", "Please tell how it went in {month} in {place}"),
}
BODIES = {
    "da": """Kære {name}

{first}
Fortæl, hvad {group} holdt i {place} i {month}. Det tager tre minutter på telefonen:

{link}

Linket er gruppens eget og gælder kun {place}. Du kan bruge det flere gange.
Det, du sender til og med den {closes}, kommer med i kommunens opgørelse.
Skriv kun tal, aldrig navne på deltagere.
{call}
Venlig hilsen
Dansk Flygtningehjælp, Frivilligafdelingen
""",
    "en": """Dear {name}

{first}
Tell what {group} held in {place} in {month}. It takes three minutes on your phone:

{link}

The link is the group's own and is for {place} alone. You can use it again.
What you send until {closes} is in the municipality's statement.
Write numbers only, never the names of participants.
{call}
Kind regards
Danish Refugee Council, volunteer department
""",
}
FIRST = {
    "da": ("Måneden er ved at være gået.", "Vi har endnu ikke hørt fra jer om {month}."),
    "en": ("The month is nearly over.", "We have not heard from you yet about {month}."),
}
CALL = {
    "da": "Er der noget, så ring til {name} på {phone}.\n",
    "en": "If anything is unclear, call {name} at {phone}.\n",
}


def address(row: CheckIn) -> str:
    """The link to a check-in, signed now."""
    token = links.token(Link(rules.PURPOSE, (row.municipality_code,), row.id))
    return f"{current_app.extensions['settings'].public_url}/indberetning/{token}"


def mail(row: CheckIn, to: Iterable[Recipient], number: int) -> None:
    """Owe those who answer for the group the mail with the link; `number` 0 is the first, and each number is mailed once.

    A group that works in several municipalities is mailed of each, so each mail says which.
    """
    place = queries.place(row)
    contact = queries.whom_to_call(row.municipality_code, day_of(now()))
    for recipient in to:
        language = recipient.language if recipient.language in BODIES else "da"
        again = 0 if number == 0 else 1
        month = (MONTHS if language == "da" else ENGLISH)[row.month.month - 1]
        values = {
            "name": recipient.name,
            "group": row.group_name,
            "place": place,
            "month": month,
            "first": FIRST[language][again].format(month=month),
            "link": address(row),
            "closes": _day(rules.closes_on(row.month).month, language),
            "call": _call(contact, language),
        }
        notices.owe(
            row.municipality_code,
            f"checkin:{row.id}:{number}",
            recipient.email,
            SUBJECTS[language][again].format(month=month, place=place),
            BODIES[language].format(**values),
        )


def _day(month: int, language: str) -> str:
    if language == "da":
        return f"{rules.CLOSED_AFTER}. {MONTHS[month - 1]}"
    return f"{rules.CLOSED_AFTER} {ENGLISH[month - 1]}"


def _call(contact: Contact | None, language: str) -> str:
    return CALL[language].format(name=contact.name, phone=contact.phone) if contact and contact.phone else ""
