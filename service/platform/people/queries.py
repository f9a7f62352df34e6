"""Reads of people as they come and go, within the reach and what the database shows of them (`writers.py`)."""

from __future__ import annotations

import datetime as dt
from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import groupby
from typing import Any
from uuid import UUID

from sqlalchemy import Boolean, ColumnElement, Date, DateTime, Select, Text, Uuid, and_, column, func, or_, select
from sqlalchemy.sql.selectable import TableValuedAlias

from service.platform.accounts.models import Membership, Person
from service.platform.accounts.queries import holds_on
from service.platform.accounts.rules import RolePlace
from service.platform.people.models import AddressChange, Invitation
from service.platform.people.rules import LinkPurpose
from service.platform.web.errors import NotFound
from service.platform.web.finding import find
from service.platform.web.identity import Role
from service.platform.web.pages import Page, rows_of
from service.platform.work import leases
from tenants.calendar import day_of
from tenants.database import db, now

MAX_PAST = 100
_MEMBERS = (
    *(column("id", Uuid), column("person_id", Uuid)),
    *(column(name, Text) for name in ("name", "email", "title", "phone", "role")),
    *(column("valid_from", Date), column("valid_to", Date)),
    *(column(name, Text) for name in ("given_by", "reason", "ended_by", "ended_reason")),
)
_WAITING = (
    *(column("id", Uuid), column("name", Text), column("email", Text), column("role", Text)),
    *(column("made_at", DateTime(timezone=True)), column("expires_at", DateTime(timezone=True))),
    *(column("made_by", Text), column("work_state", Text)),
)


@dataclass(frozen=True, slots=True)
class KnownPerson:
    """Somebody who can sign in, could, or has been asked to, with what they do on a day."""

    id: UUID
    email: str
    name: str
    disabled: bool
    roles: tuple[RolePlace, ...]
    invited: bool  # an invitation of theirs waits to be taken up

    @property
    def in_words(self) -> str:
        """What they do where, as one who runs the service reads it."""
        if self.disabled:
            return "disabled"
        held = ", ".join(
            " ".join(filter(None, (each.role, each.municipality_code, each.territory))) for each in self.roles
        )
        return held or ("invited" if self.invited else "no role")


def everybody(day: dt.date) -> Iterator[KnownPerson]:
    """All people, by address, with their roles. DRC and unattended work see them all."""
    moment = now()
    waits = select(Invitation.person_id).where(Invitation.purpose == LinkPurpose.ROLE.value, is_open(moment))
    rows = db.session.execute(
        select(Person, Membership, Person.id.in_(waits))
        .outerjoin(Membership, and_(Membership.person_id == Person.id, holds_on(day)))
        .order_by(Person.email, Membership.id)
        .execution_options(yield_per=500)
    )
    for person, found in groupby(rows, key=lambda row: row[0]):
        held = list(found)
        roles = tuple(RolePlace(Role(m.role), m.municipality_code, m.territory) for _person, m, _invited in held if m)
        yield KnownPerson(person.id, person.email, person.name, person.disabled_at is not None, roles, held[0][2])


def is_open(moment: dt.datetime) -> ColumnElement[bool]:
    """The condition for invitations that wait to be taken up."""
    return and_(Invitation.used_at.is_(None), Invitation.withdrawn_at.is_(None), Invitation.expires_at > moment)


def found(asked: str) -> Select[Person]:
    """People whose name or address holds what is asked for, to be listed by page. There are some hundreds of them in all."""
    query = select(Person)
    return (
        query.where(or_(Person.name.icontains(asked, autoescape=True), Person.email.icontains(asked, autoescape=True)))
        if asked
        else query
    )


def person(person_id: UUID) -> Person:
    """Somebody. Raises NotFound."""
    return find(select(Person).where(Person.id == person_id))


def fresh(row: Person) -> Person:
    """Somebody as the database has them now: its own functions have changed them."""
    db.session.refresh(row)
    return row


def roles_of(ids: Sequence[UUID], day: dt.date) -> Mapping[UUID, Sequence[Membership]]:
    """What those people do on a day."""
    roles: dict[UUID, list[Membership]] = {}
    for row in db.session.scalars(
        select(Membership).where(Membership.person_id.in_(ids), holds_on(day)).order_by(Membership.id)
    ):
        roles.setdefault(row.person_id, []).append(row)
    return roles


def history(person_id: UUID) -> Sequence[Membership]:
    """All that somebody does and did, the newest first."""
    mine = Membership.person_id == person_id
    return db.session.scalars(
        select(Membership).where(mine).order_by(Membership.valid_from.desc(), Membership.id).limit(MAX_PAST)
    ).all()


def invited_of(ids: Sequence[UUID]) -> frozenset[UUID]:
    """Which of those people have an invitation that waits to be taken up."""
    asked = select(Invitation.person_id).where(
        Invitation.person_id.in_(ids), Invitation.purpose == LinkPurpose.ROLE.value, is_open(now())
    )
    return frozenset(found for found in db.session.scalars(asked) if found)


def waiting_of(person_id: UUID) -> Sequence[Invitation]:
    """The invitations of somebody that were neither taken up nor withdrawn, the newest first."""
    theirs = (Invitation.person_id == person_id, Invitation.purpose == LinkPurpose.ROLE.value)
    waits = (Invitation.used_at.is_(None), Invitation.withdrawn_at.is_(None))
    return db.session.scalars(
        select(Invitation).where(*theirs, *waits).order_by(Invitation.made_at.desc()).limit(MAX_PAST)
    ).all()


def _members(code: str) -> TableValuedAlias:
    """Who has, or had, a role in a municipality, by columns: as far as the present person oversees it."""
    return func.app.people_of(code).table_valued(*_MEMBERS, name="members")


def _until(members: TableValuedAlias, day: dt.date) -> ColumnElement[bool]:
    return or_(members.c.valid_to.is_(None), members.c.valid_to > day)


def members(code: str, day: dt.date, after: str | None, limit: int) -> Page[Any]:
    """A page of those who have a role in a municipality from a day on, by name."""
    every = _members(code)
    return rows_of(select(every).where(_until(every, day)), [every.c.name, every.c.id], after, limit)


def names_of(code: str, ids: Collection[UUID]) -> dict[UUID, str]:
    """The names of those who have, or had, a role in a municipality, by person: as far as the present person may see them."""
    every = _members(code)
    rows = db.session.execute(select(every.c.person_id, every.c.name).where(every.c.person_id.in_(ids)).distinct())
    return {row.person_id: row.name for row in rows}


def past_members(code: str, day: dt.date) -> Sequence[Any]:
    """Those whose role in a municipality is over, the newest first."""
    every = _members(code)
    query = select(every).where(every.c.valid_to <= day).order_by(every.c.valid_to.desc(), every.c.id)
    return db.session.execute(query.limit(MAX_PAST)).all()


def member(code: str, membership_id: UUID) -> Any | None:
    """One of them, or None."""
    every = _members(code)
    return db.session.execute(select(every).where(every.c.id == membership_id)).one_or_none()


def waiting(code: str) -> Sequence[Any]:
    """The invitations of a municipality that wait to be taken up, the newest first, by columns."""
    found = func.app.invitations_of(code).table_valued(*_WAITING, name="waiting")
    return db.session.execute(select(found).order_by(found.c.made_at.desc(), found.c.id)).all()


def opened(secret: bytes) -> Any | None:
    """What the database says of the invitation whose link has that secret: `id`, `stands`, `known`; None where there is none."""
    said = (column("id", Uuid), column("stands", Boolean), column("known", Boolean))
    return db.session.execute(select(func.app.invitation(secret).table_valued(*said, name="opened"))).one_or_none()


def holders(role: Role, code: str | None, day: dt.date) -> Sequence[UUID]:
    """Who holds a role on a day: DRC's own, or in a municipality. Whoever has been shut out has none."""
    if code is None:
        return db.session.scalars(
            select(Membership.person_id).where(Membership.role == role.value, holds_on(day))
        ).all()
    every = _members(code)
    held = and_(every.c.role == role.value, every.c.valid_from <= day, _until(every, day))
    return db.session.scalars(select(every.c.person_id).where(held)).all()


def due() -> Sequence[UUID]:
    """The invitations whose mail waits to be sent."""
    query = select(Invitation.id).where(leases.is_due(Invitation, now())).order_by(Invitation.due_from).limit(500)
    return db.session.scalars(query).all()


def roles_now(person_id: UUID, day: dt.date) -> Sequence[Membership]:
    """What one of whom DRC or unattended work asks does on a day."""
    mine = Membership.person_id == person_id
    return db.session.scalars(select(Membership).where(mine, holds_on(day)).order_by(Membership.id)).all()


def present_member(code: str, membership_id: UUID) -> Any:
    """One who has a role in a municipality today, by its id. Raises NotFound."""
    row = member(code, membership_id)
    if row is None or (row.valid_to is not None and row.valid_to <= day_of(now())):
        raise NotFound
    return row


def address_changes_due() -> Sequence[UUID]:
    """The changes of an address whose mails wait to be sent."""
    query = select(AddressChange.id).where(leases.is_due(AddressChange, now())).order_by(AddressChange.due_from)
    return db.session.scalars(query.limit(500)).all()


def opened_change(secret: bytes) -> Any | None:
    """What the database says of the change of an address whose link has that secret: `id`, `stands`; None where there is none."""
    said = (column("id", Uuid), column("stands", Boolean))
    return db.session.execute(select(func.app.address_change(secret).table_valued(*said, name="opened"))).one_or_none()
