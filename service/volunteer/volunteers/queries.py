"""Reads of volunteers. The wall lets DRC's people and unattended work see them, and nobody else: elsewhere these find nothing."""

from __future__ import annotations

import datetime as dt
from collections.abc import Collection, Sequence
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from sqlalchemy import ColumnElement, Select, and_, exists, false, or_, select, union

from service.network.networks.models import Group, GroupArea
from service.partnership.catalogue.queries import kinds
from service.partnership.catalogue.rules import MeetsChildren as Meets
from service.platform.web.finding import find
from service.platform.web.search import finds, words
from service.volunteer.volunteers import rules
from service.volunteer.volunteers.fields import SENT
from service.volunteer.volunteers.models import (
    Volunteer,
    VolunteerConsent,
    VolunteerCourse,
    VolunteerRole,
    VolunteerStatusChange,
    VolunteerWord,
)
from service.volunteer.volunteers.rules import (
    Certificate,
    Children,
    RoleKind,
    Silence,
    VolunteerStatus,
)
from tenants.calendar import day_of
from tenants.database import db, now
from tenants.ownership import Ownership


@dataclass(frozen=True, slots=True)
class GroupContactPerson:
    """A volunteer whom DRC writes to about a group, and in which language."""

    volunteer_id: UUID
    name: str
    email: str
    language: str  # da or en


def contacts(group_ids: Collection[UUID]) -> dict[UUID, list[GroupContactPerson]]:
    """Those who are a group's contact today and have an address of mail, by group, in Danish order; every group asked for is a key."""
    found: dict[UUID, list[GroupContactPerson]] = {key: [] for key in group_ids}
    if not found:
        return found
    rows = db.session.execute(
        select(VolunteerRole.group_id, Volunteer)
        .join(Volunteer, Volunteer.id == VolunteerRole.volunteer_id)
        .where(
            VolunteerRole.group_id.in_(found),
            VolunteerRole.role == RoleKind.CONTACT,
            on(day_of(now())),
            Volunteer.email != "",
            Volunteer.status != VolunteerStatus.LEFT,
        )
        .order_by(Volunteer.sort_key, Volunteer.id)
    )
    for group_id, row in rows:
        language = rules.written_language(row.languages)
        found[group_id].append(GroupContactPerson(row.id, row.name, row.email, language))
    return found


def on(day: dt.date) -> ColumnElement[bool]:
    """The condition for a role that is held on a day."""
    return (VolunteerRole.valid_from <= day) & or_(VolunteerRole.valid_to.is_(None), VolunteerRole.valid_to > day)


def volunteer(volunteer_id: UUID, *, lock: bool = False) -> Volunteer:
    """The volunteer with that id. Raises NotFound, for one who was forgotten too."""
    return find(select(Volunteer).where(Volunteer.id == volunteer_id, Volunteer.erased_on.is_(None)), lock=lock)


def volunteers(
    asked: str = "",
    *,
    status: str | None = None,
    group_id: UUID | None = None,
    code: str | None = None,
    certificate: Certificate | None = None,
) -> Select[Volunteer]:
    """The volunteers whose names or addresses hold every word asked for, as far as the limits go; to be listed by page."""
    query, today = select(Volunteer).where(Volunteer.erased_on.is_(None)), day_of(now())
    if words(asked):
        query = query.where(finds(Volunteer.id, VolunteerWord.volunteer_id, VolunteerWord.word, asked))
    if status is not None:
        query = query.where(Volunteer.status == status)
    if group_id is not None:
        held = select(VolunteerRole.volunteer_id).where(VolunteerRole.group_id == group_id, on(today))
        query = query.where(Volunteer.id.in_(held))
    if code is not None:
        query = query.where(near([code], today))
    if certificate is not None:
        query = query.where(wanting(today), _standing(certificate, today))
    return query


def near(codes: Collection[str], day: dt.date) -> ColumnElement[bool]:
    """The condition for somebody who belongs in one of the municipalities: by a role in a group that serves it, or by home."""
    serving = select(GroupArea.group_id).where(GroupArea.municipality_code.in_(codes))
    held = select(VolunteerRole.volunteer_id).where(VolunteerRole.group_id.in_(serving), on(day))
    return Volunteer.id.in_(union(held, select(Volunteer.id).where(Volunteer.home_code.in_(codes))))


def wanting(day: dt.date) -> ColumnElement[bool]:
    """The condition for somebody with a role on a day that calls for a child certificate (`rules.wants_certificate`)."""
    return Volunteer.id.in_(select(VolunteerRole.volunteer_id).where(on(day), calling()))


def calling() -> ColumnElement[bool]:
    """The condition for a role that calls for a child certificate."""
    meeting = select(Group.id).where(or_(Group.meets_children, Group.themes.overlap(list(always_children()))))
    as_group = (VolunteerRole.children == Children.AS_GROUP) & VolunteerRole.group_id.in_(meeting)
    return or_(VolunteerRole.children == Children.YES, as_group)


def always_children() -> frozenset[str]:
    """The activity types that always meet children under 15."""
    return frozenset(code for code, kind in kinds().items() if kind.children_under_15 is Meets.YES)


def _standing(wanted: Certificate, today: dt.date) -> ColumnElement[bool]:
    until, soon = Volunteer.verified_until, today + dt.timedelta(days=rules.NOTICE)
    match wanted:
        case Certificate.MISSING:
            return until.is_(None)
        case Certificate.EXPIRED:
            return until < today
        case Certificate.SOON:
            return until.between(today, soon)
        case Certificate.VALID:
            return until > soon
    return false()


def open_to_municipalities() -> bool:
    """Whether any municipality's people can see a volunteer: answered by the ownership that PostgreSQL's wall is raised from."""
    return Volunteer.__ownership__ is not Ownership.NATIONAL


def roles(ids: Collection[UUID], day: dt.date | None = None) -> dict[UUID, list[VolunteerRole]]:
    """The roles of volunteers, newest first: all there were, or those held on a day."""
    found: dict[UUID, list[VolunteerRole]] = {key: [] for key in ids}
    query = select(VolunteerRole).where(VolunteerRole.volunteer_id.in_(found))
    if day is not None:
        query = query.where(on(day))
    if found:
        for row in db.session.scalars(query.order_by(VolunteerRole.valid_from.desc(), VolunteerRole.id)):
            found[row.volunteer_id].append(row)
    return found


def role(volunteer_id: UUID, role_id: UUID) -> VolunteerRole:
    """A role of a volunteer. Raises NotFound."""
    return find(select(VolunteerRole).where(VolunteerRole.id == role_id, VolunteerRole.volunteer_id == volunteer_id))


def in_group(group_id: UUID, day: dt.date) -> Sequence[tuple[VolunteerRole, Volunteer]]:
    """The roles held in a group on a day, in the volunteers' Danish order."""
    rows = db.session.execute(
        select(VolunteerRole, Volunteer)
        .join(Volunteer, Volunteer.id == VolunteerRole.volunteer_id)
        .where(VolunteerRole.group_id == group_id, on(day))
        .order_by(Volunteer.sort_key, Volunteer.id, VolunteerRole.role)
    )
    return [(held, person) for held, person in rows]


def codes_of(ids: Collection[UUID], day: dt.date) -> dict[UUID, frozenset[str]]:
    """The municipalities that volunteers belong in: those that their groups serve, and their homes."""
    found: dict[UUID, set[str]] = {key: set() for key in ids}
    if not found:
        return {}
    served = (
        select(VolunteerRole.volunteer_id, GroupArea.municipality_code)
        .join(GroupArea, GroupArea.group_id == VolunteerRole.group_id)
        .where(VolunteerRole.volunteer_id.in_(found), on(day))
    )
    homes = select(Volunteer.id, Volunteer.home_code).where(Volunteer.id.in_(found), Volunteer.home_code.is_not(None))
    rows: Sequence[Any] = db.session.execute(union(served, homes)).all()
    for volunteer_id, code in rows:
        found[volunteer_id].add(code)
    return {key: frozenset(codes) for key, codes in found.items()}


def life(volunteer_id: UUID) -> Sequence[VolunteerStatusChange]:
    """The steps in the life of a volunteer, newest first."""
    query = select(VolunteerStatusChange).where(VolunteerStatusChange.volunteer_id == volunteer_id)
    return db.session.scalars(query.order_by(VolunteerStatusChange.valid_from.desc())).all()


def as_sent(row: Volunteer) -> dict[str, Any]:
    """What is edited of a volunteer, in the shape that it is sent in."""
    taken = [{"name": course.name, "taken_on": course.taken_on} for course in courses(row.id)]
    return {name: getattr(row, name) for name in SENT} | {"courses": taken}


def role_as_seen(held: VolunteerRole) -> dict[str, Any]:
    """What is changed of a role."""
    return {"children": held.children, "valid_to": held.valid_to}


def courses(volunteer_id: UUID) -> Sequence[VolunteerCourse]:
    """The courses that a volunteer has taken, newest first."""
    query = select(VolunteerCourse).where(VolunteerCourse.volunteer_id == volunteer_id)
    return db.session.scalars(query.order_by(VolunteerCourse.taken_on.desc(), VolunteerCourse.name)).all()


def consents(volunteer_id: UUID) -> Sequence[VolunteerConsent]:
    """What a volunteer has consented to, newest first."""
    query = select(VolunteerConsent).where(VolunteerConsent.volunteer_id == volunteer_id)
    return db.session.scalars(query.order_by(VolunteerConsent.given_on.desc(), VolunteerConsent.id)).all()


@dataclass(frozen=True, slots=True)
class SilentVolunteer:
    """A volunteer whom nobody has heard of for too long, and why that is said."""

    volunteer: Volunteer
    why: Silence


def silent(codes: Collection[str], *, most: int = 200) -> list[SilentVolunteer]:
    """Those in the municipalities who have been silent for too long, the longest first (`rules.silence`)."""
    today = day_of(now())
    roled = exists().where(VolunteerRole.volunteer_id == Volunteer.id, on(today))
    quiet = [
        and_(
            Volunteer.status.in_([status.value for status in VolunteerStatus if status is not VolunteerStatus.LEFT]),
            Volunteer.heard_on <= today - dt.timedelta(days=min(rules.PATIENCE.values())),
        ),
        and_(Volunteer.status == VolunteerStatus.ACTIVE, Volunteer.heard_on < today, ~roled),
    ]
    query = select(Volunteer, roled).where(or_(*quiet), near(codes, today))
    found = []
    for row, has_role in db.session.execute(query.order_by(Volunteer.heard_on, Volunteer.id).limit(5 * most)):
        why = rules.silence(VolunteerStatus(row.status), has_role, row.heard_on, today)
        if why is not None:
            found.append(SilentVolunteer(row, why))
    return found[:most]
