"""Reads of those who would like to join. DRC's alone, within the reach."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from uuid import UUID

from sqlalchemy import Select, false, select

from service.activity.interests import rules
from service.activity.interests.models import Interest
from service.activity.interests.rules import Funnel, InterestState, WayIn
from service.platform.web.finding import find
from service.platform.work import leases
from service.volunteer.volunteers.models import Volunteer
from service.volunteer.volunteers.rules import VolunteerStatus
from tenants.calendar import day_of
from tenants.database import db, now
from tenants.reach import present

AT_ONCE = 100
A_YEAR = dt.timedelta(days=365)


def due() -> list[UUID]:
    """The links that wait to be mailed."""
    waiting = select(Interest.id).where(leases.is_due(Interest, now()))
    return list(db.session.scalars(waiting.order_by(Interest.asked_at).limit(AT_ONCE)))


def interests(state: InterestState | None = None) -> Select[Interest]:
    """Those that were confirmed, of the municipalities within reach, to be listed by page."""
    query = select(Interest).where(Interest.confirmed_at.is_not(None), Interest.municipality_code.in_(present().codes))
    match state:
        case InterestState.UNCONFIRMED:
            return query.where(false())  # what nobody has confirmed is nobody's to read
        case InterestState.WAITING:
            return query.where(Interest.answered_at.is_(None), Interest.withdrawn_at.is_(None))
        case InterestState.ANSWERED:
            return query.where(Interest.answered_at.is_not(None), Interest.withdrawn_at.is_(None))
        case InterestState.WITHDRAWN:
            return query.where(Interest.withdrawn_at.is_not(None))
    return query


def interest(interest_id: UUID, *, lock: bool = False) -> Interest:
    """One that was confirmed. Raises NotFound, also for one of another territory."""
    return find(interests().where(Interest.id == interest_id), lock=lock)


def state(row: Interest) -> InterestState:
    """Where it stands."""
    return rules.state_of(row.confirmed_at is not None, row.answered_at is not None, row.withdrawn_at is not None)


def days_waited(row: Interest) -> int:
    """How many days somebody has waited, or did until the answer."""
    until = row.answered_at or row.withdrawn_at or now()
    return (day_of(until) - day_of(row.confirmed_at or row.asked_at)).days


def to_take_in() -> Sequence[Interest]:
    """Those of whom no volunteer has come yet, locked; what another round has in hand is left to it."""
    query = interests().where(Interest.withdrawn_at.is_(None), Interest.taken_in_at.is_(None))
    return db.session.scalars(query.order_by(Interest.asked_at).limit(AT_ONCE).with_for_update(skip_locked=True)).all()


def to_let_go() -> Sequence[Interest]:
    """Those who no longer would like to join, and of whom that is not noted yet; locked."""
    query = interests(InterestState.WITHDRAWN).where(Interest.let_go_at.is_(None))
    return db.session.scalars(query.order_by(Interest.asked_at).limit(AT_ONCE).with_for_update(skip_locked=True)).all()


def only_interested(volunteer_id: UUID) -> bool:
    """Whether somebody is an interested volunteer and no more, and would not like to join anything else."""
    still = select(Interest.id).where(Interest.volunteer_id == volunteer_id, Interest.withdrawn_at.is_(None))
    query = select(Volunteer.id).where(Volunteer.id == volunteer_id, Volunteer.status == VolunteerStatus.INTERESTED)
    return db.session.scalar(query.where(~still.exists())) is not None


def known_as(email: str) -> UUID | None:
    """The volunteer that DRC knows by an address already, where it is one alone."""
    query = select(Volunteer.id).where(Volunteer.email == email, Volunteer.erased_on.is_(None))
    found = db.session.scalars(query.limit(2)).all()
    return found[0] if len(found) == 1 else None


def funnel() -> Funnel:
    """Where people stop, of those who have confirmed within a year, in the municipalities within reach."""
    query = (
        select(Interest, Volunteer.status, Volunteer.introduced_on)
        .outerjoin(Volunteer, Volunteer.id == Interest.volunteer_id)
        .where(
            Interest.municipality_code.in_(present().codes),
            Interest.confirmed_at.is_not(None),
            Interest.asked_at > now() - A_YEAR,
        )
    )
    return rules.funnel(
        WayIn(
            answered_after=days_waited(row) if row.answered_at else None,
            introduced=introduced is not None or status == VolunteerStatus.INTRODUCED,
            active=status in (VolunteerStatus.ACTIVE, VolunteerStatus.RESTING),
            withdrawn=row.withdrawn_at is not None,
        )
        for row, status, introduced in db.session.execute(query)
    )
