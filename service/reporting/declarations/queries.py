"""Reads of declarations, and the question of which are owed."""

from __future__ import annotations

import datetime as dt
from collections.abc import Collection, Sequence
from uuid import UUID

from sqlalchemy import Select, func, select

from service.network.shares import rules as shares
from service.network.shares.models import Share, Sight
from service.network.shares.rules import ShareState
from service.platform.web.errors import NotFound
from service.platform.web.finding import find
from service.platform.work import leases
from service.reporting.declarations.models import Declaration
from service.volunteer.certificates.models import ChildCertificate
from service.volunteer.volunteers import queries as volunteers
from service.volunteer.volunteers.models import VolunteerRole
from tenants.database import db, held, now
from tenants.models import ScopePeriod


def in_sight(today: dt.date) -> dict[UUID, list[str]]:
    """The municipalities within reach that see a group today, by group: by an accepted share that an agreement in force opens."""
    running = (
        condition
        for term in (Share, Sight)
        for condition in (term.valid_from <= today, func.coalesce(term.valid_to > today, True))
    )
    rows = db.session.execute(
        select(Sight.group_id, Sight.municipality_code)
        .join(Share, (Share.municipality_code == Sight.municipality_code) & (Share.id == Sight.share_id))
        .where(Share.state == ShareState.ACCEPTED, *running)
        .order_by(Sight.municipality_code)
    )
    periods = db.session.scalars(
        select(ScopePeriod).where(ScopePeriod.valid_from <= today, ScopePeriod.valid_to > today)
    )
    scopes = {row.municipality_code: row.readable for row in periods}
    opened = {code for code, scope in scopes.items() if scope and shares.opened((), scope.capabilities)}
    found: dict[UUID, list[str]] = {}
    for group_id, code in rows:
        if code in opened and code not in found.setdefault(group_id, []):
            found[group_id].append(code)
    return {group_id: codes for group_id, codes in found.items() if codes}


def holders(group_ids: Collection[UUID], day: dt.date) -> dict[UUID, list[dt.date | None]]:
    """For each person who met children in a group on a day: when the certificate that held then was seen, or None. By group."""
    roles = db.session.execute(
        select(VolunteerRole.group_id, VolunteerRole.volunteer_id)
        .where(VolunteerRole.group_id.in_(group_ids), volunteers.on(day), volunteers.calling())
        .distinct()
    ).all()
    seen = dict(
        db.session.execute(
            select(ChildCertificate.volunteer_id, func.max(ChildCertificate.verified_on))
            .where(
                ChildCertificate.volunteer_id.in_({row.volunteer_id for row in roles}),
                ChildCertificate.verified_on <= day,
                ChildCertificate.renew_by >= day,
            )
            .group_by(ChildCertificate.volunteer_id)
        ).all()
    )
    found: dict[UUID, list[dt.date | None]] = {}
    for group_id, volunteer_id in roles:
        found.setdefault(group_id, []).append(seen.get(volunteer_id))
    return found


def confirmed_numbers(group_ids: Collection[UUID], year: int) -> dict[UUID, int]:
    """The numbers that groups have given of a year and confirmed, within reach, by group."""
    query = select(Declaration).where(
        Declaration.group_id.in_(group_ids), Declaration.year == year, Declaration.confirmed_at.is_not(None)
    )
    found = {row.group_id: row.states["holders"] for row in db.session.scalars(query)}
    return {group_id: count for group_id, count in found.items() if count is not None}


def declarations(code: str | None = None, year: int | None = None) -> Select[Declaration]:
    """The declarations of a municipality, or of all within reach, to be listed by page."""
    query = select(Declaration)
    if year is not None:
        query = query.where(Declaration.year == year)
    return query if code is None else query.where(Declaration.municipality_code == code)


def seen(query: Select[Declaration], *, drc: bool) -> Select[Declaration]:
    """Those of them that a reader is shown: DRC all, a municipality those whose paper is made."""
    return query if drc else query.where(Declaration.document_id.is_not(None))


def one(declaration_id: UUID, *, drc: bool) -> Declaration:
    """One declaration within reach, as far as its reader is shown it. Raises NotFound."""
    return find(seen(select(Declaration).where(Declaration.id == declaration_id), drc=drc))


def asked(ask_id: UUID, *, lock: bool = False) -> Sequence[Declaration]:
    """The declarations that one link answers, within reach. Raises NotFound where there is none."""
    query = select(Declaration).where(Declaration.ask_id == ask_id).order_by(Declaration.municipality_code)
    found = db.session.scalars(held(query) if lock else query).all()
    if not found:
        raise NotFound
    return found


def due() -> list[tuple[str, UUID]]:
    """The confirmed declarations whose papers wait to be made, within reach."""
    rows = db.session.execute(
        select(Declaration.municipality_code, Declaration.id)
        .where(Declaration.confirmed_at.is_not(None), leases.is_due(Declaration, now()))
        .order_by(Declaration.confirmed_at)
        .limit(500)
    )
    return [(code, key) for code, key in rows]


def unanswered(since: dt.datetime) -> Sequence[Declaration]:
    """The declarations within reach that were asked for after a moment and that nobody has confirmed."""
    query = select(Declaration).where(Declaration.confirmed_at.is_(None), Declaration.asked_at > since)
    return db.session.scalars(query.order_by(Declaration.year, Declaration.ask_id, Declaration.municipality_code)).all()
