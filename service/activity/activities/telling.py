"""Tell closed months anew that something has come late to: as far as the rules let it be told, and no small count follows.

Work of its own for each municipality and month, after the sessions are written: it asks an integer program (`engine`), which is no
matter for a page. What was asked once is not asked again until more has come: the same question has the same answer.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from sqlalchemy import Select, and_, func, or_, select
from sqlalchemy.dialects.postgresql import insert

from service.activity.activities import anew, late, totals
from service.activity.activities.anew import Telling
from service.activity.activities.disclosure import K, showing_from
from service.activity.activities.engine import Disclosed
from service.activity.activities.models import ClosedMonth, LateEntry, RetoldMonth
from service.activity.activities.picture import Alike, MonthHeld
from service.activity.activities.retelling import retold
from service.activity.activities.rules import Included, MonthTotals
from service.activity.activities.telling_models import MonthTelling
from service.platform.work import leases
from service.platform.work.waking import Wakeup
from tenants.acting import acting_for
from tenants.database import db, now, transaction, uuid7
from tenants.reach import clock, present

JOB = "service.activities.jobs.tell"


def ask_owed() -> int:
    """Let each closed month within reach be told anew that more has come to than it was asked about. Returns how many were not due."""
    codes = present().codes
    owed = db.session.execute(_moved(codes)).all()
    if not owed:
        return 0
    moment = now()
    rows = [
        {"municipality_code": code, "id": uuid7(), "month": month, "asked_at": moment, "due_from": moment}
        for code, month in owed
    ]
    asked = insert(MonthTelling).values(rows)
    fresh = {"work_state": leases.DUE, "asked_at": moment, "due_from": moment, "attempts": 0, "fault": None}
    added = asked.on_conflict_do_update(
        index_elements=["municipality_code", "month"], set_=fresh, where=MonthTelling.work_state == leases.DONE
    )
    return len(db.session.execute(added.returning(MonthTelling.id)).all())


def wakeups() -> list[Wakeup]:
    """One for each month within reach that waits to be told anew."""
    rows = db.session.execute(
        select(MonthTelling.municipality_code, MonthTelling.id)
        .where(leases.is_due(MonthTelling, now()))
        .order_by(MonthTelling.asked_at)
        .limit(500)
    )
    return [wakeup(code, key) for code, key in rows]


def wakeup(code: str, key: UUID) -> Wakeup:
    """The one for a month."""
    return Wakeup(JOB, (code, str(key)))


def tell(code: str, key: UUID, lease_seconds: int) -> bool:
    """Tell a month that was asked for, in a moment and harmless to repeat. Returns whether this call asked; False where another does."""
    which = and_(MonthTelling.municipality_code == code, MonthTelling.id == key)
    with acting_for(clock([code])):
        return leases.once(
            MonthTelling,
            which,
            lease_seconds,
            lambda lease: _tell(which, lease),
            "telling_failed",
            municipality=code,
        )


def _tell(which: Any, lease: UUID) -> bool:
    """The question is read in one transaction and answered outside any, so nobody waits for the solver. Where it changed, anew."""
    with transaction():
        row = db.session.scalars(select(MonthTelling).where(which, MonthTelling.lease_token == lease)).one()
        code, month = row.municipality_code, row.month
        late.hold_back(code)
        question = _question(code, month)
    found = question.answer() if question else None
    with transaction():
        if question:
            late.hold_back(code, *question.neighbours)
        held = leases.still_held(MonthTelling, which, lease)
        if held is None:
            return False
        if question and question.told_by_now() != question.number:
            held.lease_token = held.lease_until = None  # another told of it, or a neighbour was told: at once again
            return False
        _keep(held, question, found)
    return True


def tell_owed(code: str) -> int:
    """Tell a municipality's closed months anew in this transaction, as who prints them does first. Returns how many are told otherwise."""
    owed = db.session.execute(_moved([code])).all()
    told = 0
    if owed:  # at once for all of them: two who take them month by month can wait for each other
        late.hold_back(code, *{each for _code, month in owed for each in _neighbours(code, month)})
    for _code, month in owed:
        question = _question(code, month)
        found = question.answer() if question else None
        moment = now()
        values = {"municipality_code": code, "id": uuid7(), "month": month, "asked_at": moment, "due_from": moment}
        db.session.execute(insert(MonthTelling).values(values).on_conflict_do_nothing())
        row = db.session.scalars(
            select(MonthTelling)
            .where(MonthTelling.municipality_code == code, MonthTelling.month == month)
            .with_for_update()
        ).one()
        _keep(row, question, found)
        told += found is not None
    return told


def _keep(row: MonthTelling, question: _Question | None, found: Telling | None) -> None:
    """Write down what was asked, and the answer."""
    leases.done(row)
    row.answered_at = now()
    if question is None:
        return
    row.entries, row.moved = question.entries, found is not None
    if found is None:
        return
    db.session.add(
        RetoldMonth(
            municipality_code=row.municipality_code,
            month=row.month,
            number=len(question.told),
            told_at=now(),
            entries=question.entries,
            counted=[each.to_plain() for each in found.held.rows],
            kept_back=found.kept_back,
            sessions=[each.to_plain() for each in found.held.sessions] if question.looked_at else None,
        )
    )
    db.session.flush()


def _moved(codes: Sequence[str] | frozenset[str]) -> Select[Any]:
    """The closed months with more late entries than they were asked about, in order."""
    late_ones = (
        select(LateEntry.municipality_code, LateEntry.month, func.count().label("entries"))
        .where(LateEntry.municipality_code.in_(codes))
        .group_by(LateEntry.municipality_code, LateEntry.month)
        .subquery()
    )
    asked = and_(
        MonthTelling.municipality_code == late_ones.c.municipality_code, MonthTelling.month == late_ones.c.month
    )
    closed = and_(
        ClosedMonth.municipality_code == late_ones.c.municipality_code, ClosedMonth.month == late_ones.c.month
    )
    return (
        select(late_ones.c.municipality_code, late_ones.c.month)
        .join(ClosedMonth, closed)
        .outerjoin(MonthTelling, asked)
        # A version that did not keep whose sessions count closed the others.
        .where(
            ClosedMonth.included.is_not(None),
            or_(MonthTelling.id.is_(None), MonthTelling.entries < late_ones.c.entries),
        )
        .order_by(late_ones.c.municipality_code, late_ones.c.month)
    )


@dataclass(frozen=True, slots=True)
class _Question:
    """All that the answer depends on: what was told of a month, what it counts by now, and what its neighbours were told."""

    code: str
    month: dt.date
    entries: int
    told: Sequence[Telling]
    truth: Sequence[MonthTotals]
    sessions: Sequence[Alike]
    beside: Sequence[Sequence[Telling]]
    looked_at: bool  # whether the engine was asked when it was closed
    fewest: int
    neighbours: Sequence[str]

    @property
    def number(self) -> int:
        """How many pictures it was asked beside."""
        return len(self.told) + sum(map(len, self.beside))

    def told_by_now(self) -> int:
        """How many there are by now, of the same municipalities."""
        return sum(_pictures_of(code, self.month) for code in (self.code, *self.neighbours))

    def answer(self) -> Telling | None:
        """The month as it may be told from now on; None where it stays as it was told."""
        with showing_from(self.fewest):
            if self.looked_at:
                return anew.told_anew(self.told, self.truth, self.sessions, self.beside)
            was = self.told[-1].held
            again = retold(was.rows, self.truth)
            return Telling(MonthHeld(was.month, again, (), was.code), []) if again != was.rows else None


def _question(code: str, month: dt.date) -> _Question | None:
    """What is asked of a month; None where a version closed it that did not keep whose sessions count."""
    closed = totals.closed_months(code, month, month)[month]
    if closed.included is None:
        return None
    told = _told(closed)
    truth = Included.from_plain(closed.included).of(totals.held(code, month, month))
    sessions = totals.sessions_of(code, month, [*told[-1].held.rows, *truth])
    neighbours = _neighbours(code, month)
    beside = []
    for other in neighbours:
        theirs = totals.closed_months(other, month, month).get(month)
        if theirs is not None and theirs.included is not None:
            beside.append(_told(theirs))
    return _Question(
        code=code,
        month=month,
        entries=db.session.scalar(late.entries(code, month).with_only_columns(func.count())) or 0,
        told=told,
        truth=truth,
        sessions=sessions,
        beside=beside,
        looked_at=closed.disclosed is not None,
        fewest=Disclosed.from_plain(closed.disclosed).fewest if closed.disclosed is not None else K,
        neighbours=neighbours,
    )


def _pictures_of(code: str, month: dt.date) -> int:
    closed = totals.closed_months(code, month, month).get(month)
    if closed is None or closed.included is None:
        return 0
    retold_ones = select(func.count()).where(RetoldMonth.municipality_code == code, RetoldMonth.month == month)
    return 1 + (db.session.scalar(retold_ones) or 0)


def _neighbours(code: str, month: dt.date) -> list[str]:
    """Whom a municipality has sessions of a month together with, or was told of such."""
    closed = totals.closed_months(code, month, month).get(month)
    was = [each for telling in _told(closed) for each in telling.held.sessions] if closed and closed.included else []
    by_now = totals.sessions_of(code, month)
    return sorted({other for each in (*was, *by_now) for other in each.codes} - {code})


def _told(closed: ClosedMonth) -> list[Telling]:
    """All that was told of a month, in order."""
    code, month, counts = closed.municipality_code, closed.month, Included.from_plain(closed.included or {})
    first = Disclosed.from_plain(closed.disclosed) if closed.disclosed is not None else Disclosed((), (), K)
    told = [(closed.counted, first.sessions, first.kept_back)]
    rows = db.session.scalars(
        select(RetoldMonth)
        .where(RetoldMonth.municipality_code == code, RetoldMonth.month == month)
        .order_by(RetoldMonth.number)
    )
    told += [(row.counted, [Alike.from_plain(each) for each in row.sessions or ()], row.kept_back) for row in rows]
    return [
        Telling(MonthHeld(month, counts.of(totals.totals_of(month, counted)), sessions, code), kept_back)
        for counted, sessions, kept_back in told
    ]
