"""What can be done about contacts: change one, and hand over all of somebody who leaves."""

from __future__ import annotations

from uuid import UUID

from flask import current_app
from flask_babel import gettext as _
from sqlalchemy import func, select
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.sql.expression import literal

from service.partnership.contacts import letters, queries
from service.partnership.contacts.queries import SideContact
from service.partnership.contacts.rules import ContactSide
from service.platform.accounts import queries as accounts
from service.platform.accounts.models import Person
from service.platform.ledger.operations import record
from service.platform.notices import operations as notices
from service.platform.web.errors import NotFound, Refusal
from service.platform.web.versions import WHATEVER, Seen
from service.platform.work import waking
from tenants.acting import acting_for
from tenants.calendar import day_of
from tenants.contacts import PARTS, UNTOLD
from tenants.database import db, now, transaction, uuid7
from tenants.models import Municipality
from tenants.reach import Office, clock, present
from tenants.scope import Contact

MAIL = "contact"
TELL = "service.contacts.jobs.tell"


def change(code: str, side: ContactSide, contact: Contact, seen: Seen = WHATEVER) -> None:
    """Let somebody be a side's contact from now on, in the agreement in force and those to come. What was issued stays.

    Raises NotFound without an agreement, Changed where another has changed it since it was seen, and Refusal where nothing would change.
    """
    before = _now(code, side, lock=True)
    seen.still(before.state)
    if before.contact == contact:
        raise Refusal(_("That is the contact already."))
    facts = {part: getattr(contact, part) for part in PARTS}
    office = present().office
    if office is Office.MUNICIPALITY:
        facts[UNTOLD] = str(uuid7())
    db.session.execute(select(func.app.change_contact(code, side.value, literal(facts, JSONB))))
    db.session.expire_all()
    record("contact.changed", f"municipality:{code}", code, side=side.word)
    if office is Office.DRC:
        _tell(code, side, contact)
    elif office is Office.MUNICIPALITY:
        waking.wake(TELL, code)


def _now(code: str, side: ContactSide, *, lock: bool = False) -> SideContact:
    period = queries.period(code, day_of(now()), lock=lock)
    if period is None:
        raise NotFound
    return next(each for each in queries.contacts(period) if each.side is side)


def _tell(code: str, side: ContactSide, contact: Contact) -> None:
    """Owe the municipality's people a mail: DRC has changed a contact of theirs or of its own."""
    municipality = db.session.get_one(Municipality, code)
    address = f"{current_app.extensions['settings'].public_url}/kommuner/{code}/kontakter"
    about = f"contact:{side.word}:{uuid7()}"
    for person in accounts.people_of(code, mail=MAIL):
        body = letters.changed(person.name, municipality.official_name, side, contact, address)
        notices.owe(code, about, person.email, letters.SUBJECTS[side], body)


def tell_drc(code: str) -> None:
    """Owe DRC's contact and consultants one mail for each change that a municipality has made, which is kept until then with the contact.

    It is unattended work: who changes it neither sees DRC's people nor writes mail.
    """
    with acting_for(clock([code])), transaction():
        for period in queries.untold(code):
            change = period.contacts[ContactSide.MUNICIPALITY]
            about = f"contact:{ContactSide.MUNICIPALITY.word}:{change[UNTOLD]}"
            contact = Contact(**{part: change[part] for part in PARTS})
            municipality = db.session.get_one(Municipality, code).official_name
            address = f"{current_app.extensions['settings'].public_url}/kommuner/{code}/kontakter"
            for email, name in queries.of_drc(period, day_of(now())).items():
                body = letters.changed_there(name, municipality, contact, address)
                notices.owe(code, about, email, letters.SUBJECT_TO_DRC, body)
            told = {part: value for part, value in change.items() if part != UNTOLD}
            period.contacts = {**period.contacts, ContactSide.MUNICIPALITY.value: told}


def hand_over(leaver: Person, successor_id: UUID) -> int:
    """Let another of DRC's people be the contact wherever somebody is, and say in how many municipalities.

    Raises NotFound for one who is none of DRC's, and Refusal where the successor cannot be called.
    """
    today = day_of(now())
    successor = next((each for each in queries.successors(leaver, today) if each.id == successor_id), None)
    if successor is None:
        raise NotFound
    if not successor.phone or not successor.title:
        raise Refusal(_("%(name)s has no title or phone yet. They write it on “My account”.", name=successor.name))
    contact = Contact(successor.name, successor.title, successor.phone, successor.email)
    found = queries.looked_after(leaver.email, today)
    for municipality in found:
        change(municipality.code, ContactSide.DRC, contact)
    return len(found)
