"""Reads of providers, and of whom their subjects are known as."""

from __future__ import annotations

import datetime as dt
from collections.abc import Collection, Sequence
from dataclasses import dataclass, replace
from hashlib import sha256
from typing import Any
from uuid import UUID

from sqlalchemy import exists, func, or_, select, text
from sqlalchemy.orm import aliased

from service.platform.accounts.models import LoginSession, Membership, Person
from service.platform.accounts.rules import RolePlace
from service.platform.identity_providers.models import IdentityProvider, ProviderSubject
from service.platform.identity_providers.rules import (
    ENDED,
    RELEASED_FOR,
    AssuranceLevel,
    KnownSubject,
    Provider,
    ProviderKind,
)
from service.platform.lines import Lines, four
from service.platform.web.identity import Role
from tenants.calendar import day_of
from tenants.database import db
from tenants.models import Municipality, ScopePeriod

_SWITCHED_ON = text("SELECT * FROM app.providers()").columns(*IdentityProvider.__table__.columns)


def switched_on() -> Sequence[IdentityProvider]:
    """The providers that are switched on. Whoever asks is told, as one chooses the municipality before one is known."""
    return db.session.scalars(select(IdentityProvider).from_statement(_SWITCHED_ON)).all()


def kept(code: str, kind: ProviderKind) -> IdentityProvider | None:
    """A municipality's provider of a kind, as DRC keeps it, switched on or not; None where there is none."""
    mine = (IdentityProvider.municipality_code == code, IdentityProvider.kind == kind.value)
    return db.session.scalar(select(IdentityProvider).where(*mine))


SHOWN = (
    "issuer", "client_id", "tenant", "roles_claim", "manager_value", "staff_value", "asks_second", "demanded", "switched_on",
    "least_level",
)  # fmt: skip


def as_sent(row: IdentityProvider | None) -> dict[str, Any] | None:
    """A provider as its form has it: all but its secret, which is shown to nobody, and of its metadata whether they are the same."""
    if row is None:
        return None
    return {name: getattr(row, name) for name in SHOWN} | {
        "metadata_hash": sha256(row.metadata_xml.encode()).hexdigest()
    }


def is_anothers(issuer: str, code: str) -> bool:
    """Whether another municipality has that issuer of OpenID Connect."""
    theirs = (IdentityProvider.issuer == issuer, IdentityProvider.kind == ProviderKind.OIDC.value)
    found = select(IdentityProvider.id).where(*theirs, IdentityProvider.municipality_code != code)
    return db.session.scalar(found) is not None


def provider(provider_id: UUID) -> Provider | None:
    """What is decided by of a provider that is switched on; None where there is none."""
    row = next((each for each in switched_on() if each.id == provider_id), None)
    if row is None:
        return None
    return Provider(
        id=row.id,
        kind=ProviderKind(row.kind),
        issuer=row.issuer,
        municipality_code=row.municipality_code,
        cvr=db.session.get_one(Municipality, row.municipality_code).cvr,
        least_level=AssuranceLevel(row.least_level) if row.least_level else None,
        asks_second=row.asks_second,
    )


def known_there(issuer: str, subject: str, providers: Collection[UUID]) -> UUID | None:
    """Whom one of these providers, of one issuer, speaks of by that name; None where it is nobody, or another provider's."""
    theirs = (ProviderSubject.issuer == issuer, ProviderSubject.subject == subject)
    return db.session.scalar(
        select(ProviderSubject.person_id).where(*theirs, ProviderSubject.provider_id.in_(providers))
    )


@dataclass(frozen=True, slots=True)
class LeftSession:
    """A session that somebody signed out of: where it began, and whom and what its provider calls them there."""

    provider_id: UUID
    subject: str
    session: str


def left(session_id: UUID) -> LeftSession | None:
    """A session that began at a provider and is over; None where there is none, or its person is not known there any more."""
    theirs = (ProviderSubject.person_id == LoginSession.person_id) & (
        ProviderSubject.provider_id == LoginSession.provider_id
    )
    row = db.session.execute(
        select(ProviderSubject.provider_id, ProviderSubject.subject, LoginSession.provider_session)
        .join(LoginSession, theirs)
        .where(LoginSession.id == session_id, LoginSession.ended_at.is_not(None))
        .order_by(ProviderSubject.used_at.desc())
        .limit(1)
    ).one_or_none()
    return LeftSession(*row) if row else None


def without_manager(today: dt.date) -> Lines:
    """As lines of a list: municipalities with an agreement whose last manager is none, as the login no longer sent the role."""
    holds = aliased(Membership)
    another = exists().where(
        holds.municipality_code == Membership.municipality_code,
        holds.role == Role.MANAGER.value,
        holds.valid_from <= today,
        or_(holds.valid_to.is_(None), holds.valid_to > today),
    )
    return (
        four(Membership.municipality_code, func.max(Membership.valid_to), "", "")
        .join(ScopePeriod, ScopePeriod.municipality_code == Membership.municipality_code)
        .where(ScopePeriod.valid_from <= today, ScopePeriod.valid_to > today)
        .where(Membership.role == Role.MANAGER.value, Membership.ended_reason == ENDED, Membership.valid_to <= today)
        .where(~another)
        .group_by(Membership.municipality_code)
    )


def known(issuer: str, subject: str, day: dt.date) -> KnownSubject | None:
    """Whom an issuer's subject is known as, with their roles that hold on a day or are to come; None where nobody is."""
    found = select(Person).join(ProviderSubject, ProviderSubject.person_id == Person.id)
    theirs = (ProviderSubject.issuer == issuer, ProviderSubject.subject == subject)
    person = db.session.scalar(found.where(*theirs, ProviderSubject.released_at.is_(None)))
    return _known(person, day) if person else None


def released(provider_id: UUID, email: str, moment: dt.datetime) -> KnownSubject | None:
    """Whose name at a provider was let go of late, by the address of their account; None where nobody's was."""
    found = select(Person).join(ProviderSubject, ProviderSubject.person_id == Person.id)
    late = ProviderSubject.released_at > moment - RELEASED_FOR
    person = db.session.scalar(found.where(ProviderSubject.provider_id == provider_id, late, Person.email == email))
    return replace(_known(person, day_of(moment)), released=True) if person else None


def released_of_late(moment: dt.datetime) -> Sequence[Any]:
    """The names that were let go, within the reach: whose, where and when."""
    who = select(Person.name, Person.email, ProviderSubject.person_id, ProviderSubject.municipality_code)
    rows = who.add_columns(ProviderSubject.released_at).join(Person, Person.id == ProviderSubject.person_id)
    return db.session.execute(rows.where(ProviderSubject.released_at > moment - RELEASED_FOR)).all()


def _known(person: Person, day: dt.date) -> KnownSubject:
    rows = db.session.scalars(
        select(Membership)
        .where(Membership.person_id == person.id)
        .where(or_(Membership.valid_to.is_(None), Membership.valid_to > day))
    )
    roles = frozenset(RolePlace(Role(row.role), row.municipality_code, row.territory) for row in rows)
    return KnownSubject(person.id, person.disabled_at is not None, roles)
