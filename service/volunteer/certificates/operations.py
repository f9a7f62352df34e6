"""Note that a certificate was seen, and tell the consultants what is due."""

from __future__ import annotations

import datetime as dt
from collections import Counter
from uuid import UUID

from flask import current_app
from flask_babel import gettext as _
from sqlalchemy import delete
from sqlalchemy.dialects.postgresql import insert

from service.platform.accounts import queries as people
from service.platform.accounts.models import Person
from service.platform.ledger.operations import record
from service.platform.notices import operations as notices
from service.platform.web.errors import Invalid
from service.volunteer.certificates import queries, rules
from service.volunteer.certificates.models import CertificateReminder, ChildCertificate
from service.volunteer.volunteers import operations as volunteers
from service.volunteer.volunteers import queries as volunteer_queries
from service.volunteer.volunteers.models import Volunteer
from service.volunteer.volunteers.rules import certificate as standing_of
from tenants.calendar import day_of
from tenants.database import db, now, uuid7
from tenants.reach import present
from tenants.register import all_codes

MAIL = "certificates"


def verify(volunteer_id: UUID, verified_on: dt.date, renew_by: dt.date | None = None) -> ChildCertificate:
    """Note that the present person has seen a volunteer's child certificate, and that it is in order.

    Raises NotFound, Refusal for another's volunteer, and Invalid for days that cannot be.
    """
    row, today = volunteers.maintained(volunteer_id), day_of(now())
    renew_by = renew_by or rules.renewal(verified_on)
    if verified_on > today:
        raise Invalid({"verified_on": [_("The day has not come yet.")]})
    if not verified_on < renew_by <= rules.renewal(verified_on, rules.MOST_YEARS):
        raise Invalid({"renew_by": [_("Choose a day after the verification, at most five years on.")]})
    seen = ChildCertificate(
        volunteer_id=row.id, verified_on=verified_on, verified_by=present().person_id, renew_by=renew_by
    )
    db.session.add(seen)
    db.session.flush()
    _settle(row)
    volunteers.heard(row)
    record("certificate.verified", f"volunteer:{row.id}", on=verified_on.isoformat(), until=renew_by.isoformat())
    return seen


def take_back(volunteer_id: UUID, certificate_id: UUID) -> None:
    """Remove a verification that was noted by mistake. Raises NotFound, and Refusal for another's volunteer."""
    row = volunteers.maintained(volunteer_id)
    db.session.delete(queries.certificate(row.id, certificate_id))
    db.session.flush()
    _settle(row)
    record("certificate.taken_back", f"volunteer:{row.id}")


def _settle(row: Volunteer) -> None:
    """Let the person's own row say until when the newest verification holds; what was told of it may be told anew."""
    newest = next(iter(queries.certificates(row.id)), None)
    row.verified_until = newest.renew_by if newest else None
    db.session.execute(delete(CertificateReminder).where(CertificateReminder.volunteer_id == row.id))
    db.session.flush()


def remind() -> int:
    """Owe each consultant one mail about what has become due in the territory since the last one. Returns how many certificates.

    What is told is noted with it, once for each reason: two runs at once, or a run every half minute, tell no more.
    The mail holds a number and a link: who it is about stands on the page alone.
    """
    codes, today = all_codes(), day_of(now())
    fresh: list[UUID] = []
    for row in db.session.scalars(queries.due(codes, today).order_by(Volunteer.id)):
        mark = rules.due_mark(standing_of(row.verified_until, today), row.verified_until)
        told = (
            insert(CertificateReminder)
            .values(volunteer_id=row.id, due=mark, told_at=now())
            .on_conflict_do_nothing()
            .returning(CertificateReminder.volunteer_id)
        )
        if mark is not None and db.session.scalar(told) is not None:
            fresh.append(row.id)
    if fresh:
        _tell(fresh, codes, today)
    return len(fresh)


def _tell(fresh: list[UUID], codes: frozenset[str], today: dt.date) -> None:
    places = volunteer_queries.codes_of(fresh, today)
    readers = people.consultants(today)
    counts: Counter[UUID] = Counter()
    for volunteer_id in fresh:
        mine = [person for person, territory in readers if territory & places[volunteer_id]]
        counts.update(person.id for person in mine or people.secretariat())
    territories = {person.id: (person, territory) for person, territory in readers}
    territories |= {person.id: (person, codes) for person in people.secretariat()}
    for person_id, count in counts.items():
        person, territory = territories[person_id]
        if MAIL in person.unwanted_mails:
            continue
        _owe(min(territory), person, count)


def _owe(code: str, person: Person, count: int) -> None:
    address = f"{current_app.extensions['settings'].public_url}/frivillige/boerneattester"
    what = "1 børneattest skal ses efter" if count == 1 else f"{count} børneattester skal ses efter"
    body = (
        f"Kære {person.name}\n\n{what}: de mangler, er udløbet eller udløber inden for 60 dage. Se listen her:\n{address}\n\n"
        "Uden en gyldig attest må den frivillige ikke være sammen med børn under 15 år i gruppens aktiviteter.\n\n"
        "Venlig hilsen\nPartnerskab\n"
    )
    notices.owe(code, f"certificates:{uuid7()}", person.email, what, body)
