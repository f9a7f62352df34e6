"""Tell closed months anew that something has come late to: as far as the rules let it be told, and no small count follows.

Unattended work, after the sessions are written: it asks an integer program (`engine`), which is no matter for a page.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace

from sqlalchemy import func, select, true

from service.activity.activities import engine, late, totals
from service.activity.activities.disclosure import K, showing_from
from service.activity.activities.engine import Disclosed
from service.activity.activities.models import ClosedMonth, LateEntry, RetoldMonth
from service.activity.activities.picture import Alike, MonthHeld, Picture
from service.activity.activities.retelling import retold, still_hidden
from service.activity.activities.rules import Included, MonthTotals
from tenants.database import db, now
from tenants.reach import present

LATELY = dt.timedelta(
    days=1
)  # how long the clock looks again at what could not be told: the same question has the same answer


def tell_lately() -> int:
    """Tell the closed months within reach anew that something has just come late to. Returns how many are told otherwise."""
    return tell_owed(now() - LATELY)


def tell_owed(since: dt.datetime | None = None) -> int:
    """The same of all that something has come to since they were told, or of those that it has come to since a moment."""
    return sum(_tell(closed) for closed in _moved(since))


def _moved(since: dt.datetime | None) -> Sequence[ClosedMonth]:
    """The closed months with more late entries than they were told by."""
    told = (
        select(func.max(RetoldMonth.entries))
        .where(RetoldMonth.municipality_code == ClosedMonth.municipality_code, RetoldMonth.month == ClosedMonth.month)
        .scalar_subquery()
    )
    return db.session.scalars(
        select(ClosedMonth)
        .join(
            LateEntry,
            (LateEntry.municipality_code == ClosedMonth.municipality_code) & (LateEntry.month == ClosedMonth.month),
        )
        # A version that did not keep whose sessions count closed the others.
        .where(ClosedMonth.included.is_not(None), ClosedMonth.municipality_code.in_(present().codes))
        .group_by(ClosedMonth.municipality_code, ClosedMonth.id)
        .having(func.count() > func.coalesce(told, 0), true() if since is None else func.max(LateEntry.at) > since)
        .order_by(ClosedMonth.municipality_code, ClosedMonth.month)
    ).all()


def _tell(closed: ClosedMonth) -> bool:
    code, month = closed.municipality_code, closed.month
    late.hold_back(code)  # so that all that is entered is in what is counted
    before = db.session.scalars(
        select(RetoldMonth)
        .where(RetoldMonth.municipality_code == code, RetoldMonth.month == month)
        .order_by(RetoldMonth.number)
    ).all()
    counts = Included.from_plain(closed.included or {})
    told = counts.of(totals.totals_of(month, before[-1].counted if before else closed.counted))
    truth = counts.of(totals.held(code, month, month))
    with showing_from(Disclosed.from_plain(closed.disclosed).fewest if closed.disclosed is not None else K):
        found = next(_candidates(closed, before, told, truth), None)
    if found is None:
        return False
    db.session.add(
        RetoldMonth(
            municipality_code=code,
            month=month,
            number=len(before) + 1,
            told_at=now(),
            entries=db.session.scalar(late.entries(code, month).with_only_columns(func.count())) or 0,
            counted=[each.to_plain() for each in found.held.rows],
            kept_back=found.kept_back,
            sessions=[each.to_plain() for each in found.held.sessions] if closed.disclosed is not None else None,
        )
    )
    db.session.flush()
    return True


@dataclass(frozen=True, slots=True)
class _Telling:
    """A month as it may be told from now on, and what is kept back of it besides what the fixed rules keep."""

    held: MonthHeld
    kept_back: list[str]


def _candidates(
    closed: ClosedMonth, before: Sequence[RetoldMonth], told: Sequence[MonthTotals], truth: Sequence[MonthTotals]
) -> Iterator[_Telling]:
    """The month told anew with its volunteers, or else without what has come to those; only as it may be."""
    code, month = closed.municipality_code, closed.month
    again = retold(told, truth)
    if closed.disclosed is None:
        if again != told:
            yield _Telling(MonthHeld(month, again, (), code), [])
        return
    pictures = _pictures(closed, before)
    kept = _kept_back(closed, before[-1] if before else None)
    now_so, was = totals.sessions_of(code, month, again), pictures[-1].held.sessions
    without = (_volunteers_as(told, again), was)
    for rows, sessions in (
        ((again, now_so), without) if _whole(again, truth) and not _shared_anew(was, now_so) else (without,)
    ):
        held, hidden = MonthHeld(month, rows, sessions, code), sorted({*kept, *still_hidden(told, rows)})
        if rows != told and engine.may_stand_beside(held, hidden, pictures):
            yield _Telling(held, hidden)


def _whole(again: Sequence[MonthTotals], truth: Sequence[MonthTotals]) -> bool:
    """Whether all volunteers and their minutes are told by now: else what is told of them is no sum of what was at the sessions."""
    told, now_so = (
        {row.activity_type: (row.volunteer_attendances, row.volunteer_minutes) for row in rows}
        for rows in (again, truth)
    )
    return all(told.get(kind, (0, 0)) == counts for kind, counts in now_so.items())


def _shared_anew(was: Sequence[Alike], now_so: Sequence[Alike]) -> bool:
    """Whether there are sessions with neighbours of a kind that there was none of: they were not asked about together."""
    before = {(each.activity_type, each.length, each.codes) for each in was}
    return any(each.codes and (each.activity_type, each.length, each.codes) not in before for each in now_so)


def _volunteers_as(told: Sequence[MonthTotals], again: Sequence[MonthTotals]) -> list[MonthTotals]:
    """The month told anew, but for its volunteers and their hours: of a type that was not told there are none yet."""
    before = {row.activity_type: (row.volunteer_attendances, row.volunteer_minutes) for row in told}
    kept = [(row, *before.get(row.activity_type, (0, 0))) for row in again]
    return [replace(row, volunteer_attendances=count, volunteer_minutes=minutes) for row, count, minutes in kept]


def _kept_back(closed: ClosedMonth, row: RetoldMonth | None) -> Sequence[str]:
    return row.kept_back if row else Disclosed.from_plain(closed.disclosed or {}).kept_back


def _pictures(closed: ClosedMonth, before: Sequence[RetoldMonth]) -> list[Picture]:
    """Every picture of the month that was told."""
    counts, month = Included.from_plain(closed.included or {}), closed.month
    first = Disclosed.from_plain(closed.disclosed or {})
    told = [(closed.counted, first.sessions, first.kept_back)]
    told += [(row.counted, [Alike.from_plain(each) for each in row.sessions or ()], row.kept_back) for row in before]
    pictures = []
    for number, (counted, sessions, kept_back) in enumerate(told):
        held = MonthHeld(month, counts.of(totals.totals_of(month, counted)), sessions, closed.municipality_code)
        pictures.append(Picture(held, engine.figures_of(held, kept_back), f"{number} ", f"{number} "))
    return pictures
