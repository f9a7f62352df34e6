"""Reads of contacts: of a municipality now, of somebody who leaves, and those that are gone."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass

from sqlalchemy import ColumnElement, Select, func, literal, select

from service.partnership.contacts.rules import ContactSide
from service.platform.accounts import queries as accounts
from service.platform.accounts.models import Membership, Person
from service.platform.accounts.queries import holds_on
from service.platform.lines import Lines, four
from service.platform.web.versions import State
from tenants.contacts import PARTS, SINCE, UNTOLD
from tenants.database import db
from tenants.models import Municipality, ScopePeriod
from tenants.scope import Contact

MAIL_TO_DRC = "contact_of_municipality"


@dataclass(frozen=True, slots=True)
class SideContact:
    """A side's contact as it is now."""

    side: ContactSide
    contact: Contact
    since: dt.date | None  # None: as the agreement names them

    @property
    def state(self) -> State:
        """What somebody who changes it has seen."""
        return {part: getattr(self.contact, part) for part in PARTS}


def period(code: str, day: dt.date, *, lock: bool = False) -> ScopePeriod | None:
    """The period in force on a day, else the next to come, or None."""
    query = select(ScopePeriod).where(ScopePeriod.municipality_code == code, ScopePeriod.valid_to > day)
    query = query.order_by(ScopePeriod.valid_from).limit(1)
    if lock:
        query = query.with_for_update().execution_options(populate_existing=True)
    return db.session.scalar(query)


def contacts(found: ScopePeriod) -> list[SideContact]:
    """Both sides' contacts in a period."""
    scope = found.scope
    changed = {side: found.contacts.get(side, {}).get(SINCE) for side in ContactSide}
    return [
        SideContact(side, getattr(scope, side), dt.date.fromisoformat(since) if since else None)
        for side, since in changed.items()
    ]


def untold(code: str | None = None) -> Sequence[ScopePeriod]:
    """The periods, of a municipality or all within reach, whose municipality has changed its contact and DRC has not been told; held."""
    query = select(ScopePeriod).where(ScopePeriod.contacts[ContactSide.MUNICIPALITY.value].has_key(UNTOLD))
    if code is not None:
        query = query.where(ScopePeriod.municipality_code == code).order_by(ScopePeriod.valid_from).with_for_update()
    return db.session.scalars(query.limit(500)).all()


def of_drc(period: ScopePeriod, day: dt.date) -> dict[str, str]:
    """Who at DRC is told of a municipality's contact, by address and name: its contact there, and the consultants of its territory.

    Not those who do without such mails, or are shut out.
    """
    contact = period.scope.drc_contact
    account = accounts.person_by_email(contact.email)
    found = {} if account else {contact.email: contact.name}
    people = [account, *(person for person, codes in accounts.consultants(day) if period.municipality_code in codes)]
    return found | {
        person.email: person.name
        for person in people
        if person and person.disabled_at is None and MAIL_TO_DRC not in person.unwanted_mails
    }


def _email(side: ContactSide) -> ColumnElement[str]:
    changed = ScopePeriod.contacts[side.value]["email"].astext
    return func.lower(func.coalesce(changed, ScopePeriod.stored_scope[side.value]["email"].astext))


def looked_after(email: str, day: dt.date) -> Sequence[Municipality]:
    """The municipalities where DRC's contact, now or in an agreement to come, has that address."""
    where = select(ScopePeriod.municipality_code).where(ScopePeriod.valid_to > day, _email(ContactSide.DRC) == email)
    found = select(Municipality).where(Municipality.code.in_(where)).order_by(Municipality.sort_key)
    return db.session.scalars(found).all()


def gone(today: dt.date) -> Lines:
    """As lines of a list: contacts in force that have an account and no role any more which they could be reached in."""
    parts = [_gone(side, today) for side in ContactSide]
    both = parts[0].union_all(parts[1]).subquery()
    return four(both.c.municipality_code, both.c.day, both.c.subject, both.c.note)


def _gone(side: ContactSide, today: dt.date) -> Select[str, dt.date | None, str, str]:
    theirs = Membership.municipality_code == ScopePeriod.municipality_code
    place = Membership.municipality_code.is_(None) if side is ContactSide.DRC else theirs
    return (
        select(
            ScopePeriod.municipality_code.label("municipality_code"),
            func.max(Membership.valid_to).label("day"),
            literal(side.value).label("subject"),
            literal("").label("note"),
        )
        .join(Person, Person.email == _email(side))
        .join(Membership, Membership.person_id == Person.id)
        .where(ScopePeriod.valid_from <= today, ScopePeriod.valid_to > today, place)
        .group_by(ScopePeriod.municipality_code)
        .having(func.bool_and(func.coalesce(Membership.valid_to <= today, False)))
    )


def successors(leaver: Person, day: dt.date) -> Sequence[Person]:
    """DRC's people who can take over from somebody, by name."""
    held = select(Membership.person_id).where(Membership.municipality_code.is_(None), holds_on(day))
    query = select(Person).where(Person.id.in_(held), Person.disabled_at.is_(None), Person.id != leaver.id)
    return db.session.scalars(query.order_by(Person.name)).all()
