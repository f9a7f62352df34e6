"""Reads of people and their places."""

from __future__ import annotations

import datetime as dt
from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass
from uuid import UUID

from sqlalchemy import ColumnElement, Select, and_, func, or_, select
from sqlalchemy.exc import NoResultFound

from service.platform.accounts.models import ApiToken, LoginSession, Membership, Person, TerritoryMunicipality
from service.platform.accounts.rules import ABSOLUTE, RolePlace, alive
from service.platform.web.finding import find
from service.platform.web.identity import Identity, Role
from tenants.calendar import day_of
from tenants.database import db, now
from tenants.models import RegionPeriod


def person_by_email(email: str) -> Person | None:
    """The person with that address, or None."""
    return db.session.scalar(select(Person).where(Person.email == email.strip().lower()))


def own_password() -> str | None:
    """The hash of the present person's password; None where there is none."""
    return db.session.scalar(select(func.app.password()))


def holds_on(day: dt.date) -> ColumnElement[bool]:
    """The condition for memberships that hold on a day."""
    return and_(Membership.valid_from <= day, or_(Membership.valid_to.is_(None), Membership.valid_to > day))


def places_of(person_id: UUID) -> tuple[RolePlace, ...]:
    """What a person does today, and where."""
    mine = Membership.person_id == person_id
    return _places(db.session.scalars(select(Membership).where(mine, holds_on(day_of(now())))))


def person_with_places(person_id: UUID, day: dt.date) -> tuple[Person, tuple[RolePlace, ...]]:
    """A person, and what the person does where on a day: in one question, as every request asks it. Raises NoResultFound."""
    joined = select(Person, Membership).outerjoin(Membership, and_(Membership.person_id == Person.id, holds_on(day)))
    rows = db.session.execute(joined.where(Person.id == person_id)).all()
    if not rows:
        raise NoResultFound
    return rows[0][0], _places(member for _person, member in rows if member is not None)


def _places(rows: Iterable[Membership]) -> tuple[RolePlace, ...]:
    return tuple(RolePlace(Role(row.role), row.municipality_code, row.territory) for row in rows)


def codes_of_territories(territories: Sequence[str], day: dt.date) -> frozenset[str]:
    """The municipalities of those territories on a day."""
    member = TerritoryMunicipality
    return frozenset(
        db.session.scalars(
            select(member.municipality_code).where(
                member.territory.in_(territories),
                member.valid_from <= day,
                or_(member.valid_to.is_(None), member.valid_to > day),
            )
        )
    )


@dataclass(frozen=True, slots=True)
class Surroundings:
    """What a municipality lies in on a day: its region, and its consultant's territory where it is in one."""

    region: str
    territory: str | None


def surroundings(day: dt.date) -> dict[str, Surroundings]:
    """What each municipality lies in on a day. One query."""
    member = TerritoryMunicipality
    rows = db.session.execute(
        select(RegionPeriod.municipality_code, RegionPeriod.region_name, member.territory)
        .outerjoin(
            member,
            (member.municipality_code == RegionPeriod.municipality_code)
            & (member.valid_from <= day)
            & or_(member.valid_to.is_(None), member.valid_to > day),
        )
        .where(RegionPeriod.valid_from <= day)
        .order_by(RegionPeriod.valid_from)
    )
    return {code: Surroundings(region, territory) for code, region, territory in rows}


def names(ids: Collection[UUID]) -> dict[UUID, str]:
    """The names of people, by id. Only DRC and unattended work see them all."""
    return (
        {row.id: row.name for row in db.session.execute(select(Person.id, Person.name).where(Person.id.in_(ids)))}
        if ids
        else {}
    )


def person(person_id: UUID) -> Person:
    """A person. Raises NoResultFound."""
    return db.session.get_one(Person, person_id)


def people_of(code: str, role: Role | None = None, mail: str | None = None) -> Sequence[Person]:
    """The people who act for a municipality and can sign in, by name: of these, those who want a kind of mail.

    Only DRC and unattended work see them all.
    """
    query = (
        select(Person)
        .join(Membership, Membership.person_id == Person.id)
        .where(Membership.municipality_code == code, holds_on(day_of(now())), Person.disabled_at.is_(None))
    )
    if role is not None:
        query = query.where(Membership.role == role.value)
    if mail is not None:
        query = query.where(~Person.unwanted_mails.contains([mail]))
    return db.session.scalars(query.order_by(Person.name, Person.id).distinct()).all()


def secretariat() -> Sequence[Person]:
    """DRC's secretariat, by name."""
    return db.session.scalars(
        select(Person)
        .join(Membership, Membership.person_id == Person.id)
        .where(Membership.role == Role.SECRETARIAT.value, holds_on(day_of(now())), Person.disabled_at.is_(None))
        .order_by(Person.name)
    ).all()


def consultants(day: dt.date) -> list[tuple[Person, frozenset[str]]]:
    """DRC's consultants, by name, each with the municipalities of the territories on a day."""
    rows = db.session.execute(
        select(Person, Membership.territory)
        .join(Membership, Membership.person_id == Person.id)
        .where(Membership.role == Role.CONSULTANT.value, holds_on(day), Person.disabled_at.is_(None))
        .order_by(Person.name, Person.id)
    )
    territories: dict[Person, list[str]] = {}
    for person, territory in rows:
        territories.setdefault(person, []).append(territory or "")
    return [(person, codes_of_territories(names, day)) for person, names in territories.items()]


def keys_of(person_id: UUID) -> Select[ApiToken]:
    """A person's keys in use, to be listed by page."""
    mine = select(ApiToken).where(ApiToken.person_id == person_id)
    return mine.where(ApiToken.ended_at.is_(None), ApiToken.expires_at > now())


def tokens_of(person_id: UUID) -> Sequence[ApiToken]:
    """A person's keys in use, newest first."""
    return db.session.scalars(keys_of(person_id).order_by(ApiToken.created_at.desc())).all()


def key(person_id: UUID, key_id: UUID) -> ApiToken:
    """One of a person's own keys in use. Raises NotFound."""
    return find(keys_of(person_id).where(ApiToken.id == key_id))


def sessions_of(person_id: UUID, moment: dt.datetime) -> Sequence[LoginSession]:
    """A person's sign-ins that still hold, newest first."""
    rows = db.session.scalars(
        select(LoginSession)
        .where(
            LoginSession.person_id == person_id, LoginSession.ended_at.is_(None), LoginSession.proved_at.is_not(None)
        )
        .where(LoginSession.created_at > moment - ABSOLUTE)
        .order_by(LoginSession.created_at.desc())
    )
    return [row for row in rows if alive(row.created_at, row.last_seen_at, row.ended_at, moment)]


def roles_at(identity: Identity, code: str) -> frozenset[Role]:
    """What a person does in one municipality; nothing where it is out of reach.

    A key acts for all its person's municipalities, and one may be a manager in one of them and staff in another.
    """
    if code not in identity.codes:
        return frozenset()
    if identity.drc:
        return identity.roles
    return frozenset(place.role for place in places_of(identity.person_id) if place.municipality_code == code)
