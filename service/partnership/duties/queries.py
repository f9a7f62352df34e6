"""Reads of duties, within the reach."""

from __future__ import annotations

import datetime as dt
from collections.abc import Collection, Sequence
from dataclasses import dataclass
from uuid import UUID

from sqlalchemy import ColumnElement, Select, and_, func, or_, select
from sqlalchemy.orm import aliased

from service.partnership.agreements.models import Decision, TakenIn
from service.partnership.agreements.rules import AgreementAct
from service.partnership.duties.models import DutyList, OwedDuty
from service.partnership.duties.rules import DutyKind, DutySide, DutyStanding, Owed, may_mark, standing
from service.platform.web.finding import find
from tenants.database import db
from tenants.models import ScopePeriod

MOST_SHORT = 3
MOST_OPEN = 200  # of one municipality: more than two years of everything that an agreement can hold is nobody's list
AHEAD = dt.timedelta(days=366)  # how far ahead the lists reach
BEHIND = dt.timedelta(days=335)  # a list that reaches less far is brought up to date: once a month


def duties(code: str | None = None) -> Select[OwedDuty]:
    """The duties of a municipality's agreements, or of all within reach, to be listed by page."""
    query = select(OwedDuty)
    return query if code is None else query.where(OwedDuty.municipality_code == code)


def duty(duty_id: UUID, code: str | None = None, *, lock: bool = False) -> OwedDuty:
    """The duty with that id. Raises NotFound when there is none within reach, or in another municipality than `code`."""
    return find(duties(code).where(OwedDuty.id == duty_id), lock=lock)


def in_state(query: Select[OwedDuty], state: DutyStanding, today: dt.date) -> Select[OwedDuty]:
    """Those of a query that are done, overdue, ahead, missed or fallen away today."""
    if state is DutyStanding.DONE:
        return query.where(OwedDuty.done_on.is_not(None))
    if state is DutyStanding.OVERDUE:
        return query.where(*overdue_ones(today))
    undone = query.where(OwedDuty.done_on.is_(None))
    if state is DutyStanding.FALLEN_AWAY:
        return undone.where(~_stands())
    undone = undone.where(_stands())
    return (
        undone.where(OwedDuty.due_on >= today, _waits(today))
        if state is DutyStanding.AHEAD
        else undone.where(~_waits(today))
    )


def _stands() -> ColumnElement[bool]:
    """The condition for what is due while its agreement is in force. What is due after an early end falls away, and stands in the list."""
    in_force = select(ScopePeriod.id).where(
        ScopePeriod.municipality_code == OwedDuty.municipality_code,
        ScopePeriod.agreement_id == OwedDuty.agreement_id,
        ScopePeriod.valid_to > OwedDuty.due_on,
    )
    return in_force.exists()


def _waits(today: dt.date) -> ColumnElement[bool]:
    """The condition for what somebody waits for: its agreement is in force, and the next time of the same has not passed as well."""
    later = aliased(OwedDuty)
    runs = select(ScopePeriod.id).where(
        ScopePeriod.municipality_code == OwedDuty.municipality_code,
        ScopePeriod.agreement_id == OwedDuty.agreement_id,
        ScopePeriod.valid_from <= today,
        ScopePeriod.valid_to > today,
    )
    overtaken = select(later.id).where(
        later.municipality_code == OwedDuty.municipality_code,
        later.agreement_id == OwedDuty.agreement_id,
        later.side == OwedDuty.side,
        later.title == OwedDuty.title,
        later.due_on > OwedDuty.due_on,
        later.due_on < today,
    )
    return and_(runs.exists(), ~overtaken.exists(), _stands())


def open_ones(code: str, today: dt.date) -> Sequence[OwedDuty]:
    """What is not done and waited for, the oldest first: overdue, and due within a year."""
    return db.session.scalars(
        duties(code)
        .where(OwedDuty.done_on.is_(None), OwedDuty.due_on < today + AHEAD, _waits(today))
        .order_by(OwedDuty.due_on, OwedDuty.id)
        .limit(MOST_OPEN)
    ).all()


def done_since(code: str, day: dt.date) -> Sequence[OwedDuty]:
    """What was done from a day on, whenever it was due, in the order in which it was done."""
    done = duties(code).where(OwedDuty.done_on >= day).order_by(OwedDuty.done_on, OwedDuty.id)
    return db.session.scalars(done.limit(MOST_OPEN)).all()


def falling_away(code: str, today: dt.date) -> Sequence[OwedDuty]:
    """What would have been due from today on, had the agreement not ended before with nothing after it, the soonest first."""
    another = select(ScopePeriod.id).where(
        ScopePeriod.municipality_code == OwedDuty.municipality_code,
        ScopePeriod.valid_from <= OwedDuty.due_on,
        ScopePeriod.valid_to > OwedDuty.due_on,
    )
    fallen = duties(code).where(OwedDuty.done_on.is_(None), OwedDuty.due_on >= today, ~_stands(), ~another.exists())
    return db.session.scalars(fallen.order_by(OwedDuty.due_on, OwedDuty.id).limit(MOST_OPEN)).all()


@dataclass(frozen=True, slots=True)
class Short:
    """A municipality's start page: what is overdue, the oldest first, and what comes next; and how much more is overdue."""

    overdue: Sequence[OwedDuty]
    following: Sequence[OwedDuty]
    more_overdue: int
    own_overdue: int  # of the municipality's own duties and those of both sides


def in_short(code: str, today: dt.date) -> Short:
    """What is not done, as far as a start page has room for it."""
    waiting = open_ones(code, today)
    late = [row for row in waiting if row.due_on < today]
    own = sum(may_mark(DutySide.MUNICIPALITY, DutySide(row.side)) for row in late)
    return Short(late[:MOST_SHORT], waiting[len(late) :][:MOST_SHORT], max(0, len(late) - MOST_SHORT), own)


def past(code: str, today: dt.date) -> Select[OwedDuty]:
    """What a municipality's agreements asked and nobody waits for any more: done, or missed."""
    return duties(code).where(or_(OwedDuty.done_on.is_not(None), and_(OwedDuty.due_on < today, ~_waits(today))))


def overdue_ones(today: dt.date) -> tuple[ColumnElement[bool], ...]:
    """The conditions for what is overdue."""
    return OwedDuty.done_on.is_(None), OwedDuty.due_on < today, _waits(today)


def standings(rows: Collection[OwedDuty], today: dt.date) -> dict[UUID, DutyStanding]:
    """What each duty is today, by its id."""
    mine = select(OwedDuty.id).where(
        OwedDuty.municipality_code.in_({row.municipality_code for row in rows}),
        OwedDuty.id.in_([row.id for row in rows]),
    )
    waited_for, fallen = (
        set(db.session.scalars(mine.where(which))) if rows else set() for which in (_waits(today), ~_stands())
    )
    return {
        row.id: standing(row.due_on, row.done_on, row.id in waited_for, today, fallen_away=row.id in fallen)
        for row in rows
    }


def as_owed(row: OwedDuty) -> Owed:
    """A row as a value."""
    return Owed(row.due_on, DutySide(row.side), DutyKind(row.kind), row.title)


def behind(today: dt.date) -> Sequence[str]:
    """The municipalities within reach whose lists do not reach as far ahead as they should, or reach past their agreement's end."""
    listed = and_(
        DutyList.municipality_code == ScopePeriod.municipality_code, DutyList.agreement_id == ScopePeriod.agreement_id
    )
    return db.session.scalars(
        select(ScopePeriod.municipality_code)
        .outerjoin(DutyList, listed)
        .where(_owed(today))
        .distinct()
        .order_by(ScopePeriod.municipality_code)
    ).all()


def _owed(today: dt.date) -> ColumnElement[bool]:
    runs = and_(ScopePeriod.valid_from <= today, ScopePeriod.valid_to > today)
    short = or_(
        DutyList.id.is_(None),
        DutyList.made_to < func.least(ScopePeriod.valid_to, today + BEHIND, type_=DutyList.made_to.type),
    )
    return or_(and_(runs, short), DutyList.made_to > ScopePeriod.valid_to)


def periods_behind(code: str, today: dt.date) -> Sequence[ScopePeriod]:
    """The periods of a municipality whose lists are owed something."""
    listed = and_(DutyList.municipality_code == code, DutyList.agreement_id == ScopePeriod.agreement_id)
    return db.session.scalars(
        select(ScopePeriod).outerjoin(DutyList, listed).where(ScopePeriod.municipality_code == code, _owed(today))
    ).all()


def concluded_at(code: str, agreement_id: UUID) -> dt.datetime | None:
    """When the last party approved an agreement, or it was taken in from paper: from then on the service knows of it."""
    approved = select(Decision.at).where(
        Decision.municipality_code == code,
        Decision.agreement_id == agreement_id,
        Decision.act == AgreementAct.APPROVED,
    )
    taken_in = select(TakenIn.taken_in_at).where(
        TakenIn.municipality_code == code, TakenIn.agreement_id == agreement_id
    )
    latest: dt.datetime | None = db.session.scalar(select(func.max(approved.union_all(taken_in).subquery().c.at)))
    return latest
