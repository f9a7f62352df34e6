"""What was held, added up by month: for a municipality, and for all of Denmark."""

from __future__ import annotations

import datetime as dt
from collections.abc import Collection, Mapping, Sequence
from typing import Any

from flask import current_app
from sqlalchemy import ColumnElement, DateTime, Integer, Text, cast, func, not_, select, true
from sqlalchemy.dialects.postgresql import ARRAY, aggregate_order_by
from sqlalchemy.orm import InstrumentedAttribute, aliased

from service.activity.activities import engine, picture
from service.activity.activities.disclosure import MonthFigures, month_figures, showing_from
from service.activity.activities.engine import Disclosed
from service.activity.activities.measures import BY_CODE, MONTHLY, Divided, Measure, Over
from service.activity.activities.models import ActivitySession, ClosedMonth, RetoldMonth, SessionPart
from service.activity.activities.picture import Alike, MonthHeld, Part
from service.activity.activities.rules import Included, MonthTotals
from tenants import periods
from tenants.calendar import first_of, month_after
from tenants.database import db
from tenants.models import ScopePeriod
from tenants.scope import Capability

Closed = Mapping[dt.date, ClosedMonth]
Retold = Mapping[dt.date, RetoldMonth]


def closed_months(code: str, first: dt.date, last: dt.date) -> Closed:
    """The months of a municipality from `first` to `last` that are closed."""
    query = select(ClosedMonth).where(
        ClosedMonth.municipality_code == code, ClosedMonth.month >= first, ClosedMonth.month <= last
    )
    return {row.month: row for row in db.session.scalars(query)}


def last_closed(code: str) -> dt.date | None:
    """The newest month of a municipality that is closed, and with it the twelve before; None where none is."""
    return db.session.scalar(select(func.max(ClosedMonth.month)).where(ClosedMonth.municipality_code == code))


def newest_told(code: str, first: dt.date, last: dt.date, until: Mapping[dt.date, int] | None = None) -> Retold:
    """What is told of those of them that late entries have moved; where `until` names a month, what it was told as after so many times."""
    query = select(RetoldMonth).where(
        RetoldMonth.municipality_code == code, RetoldMonth.month >= first, RetoldMonth.month <= last
    )
    rows = db.session.scalars(query.order_by(RetoldMonth.number))
    return {row.month: row for row in rows if row.number <= (until or {}).get(row.month, row.number)}


def totals_of(month: dt.date, counted: Sequence[Mapping[str, Any]]) -> list[MonthTotals]:
    """What was kept of a month, as values."""
    return [MonthTotals(month, **each) for each in counted]


def held(code: str, first: dt.date, last: dt.date) -> list[MonthTotals]:
    """What was held in a municipality from the month `first` to the month `last`, as recorded by now, by month and activity type.

    DRC's to know. What is told to a municipality of a closed month is `figures`.
    """
    return _held(SessionPart.municipality_code == code, true(), not_(SessionPart.shared), first, last)


def held_nationally(first: dt.date, last: dt.date) -> list[MonthTotals]:
    """What was held in all of Denmark, as recorded by now: each session once, whatever number of municipalities it served."""
    return _held(true(), SessionPart.home.is_(True), true(), first, last)


def _held(
    which: ColumnElement[bool], counts: ColumnElement[bool], told: ColumnElement[bool], first: dt.date, last: dt.date
) -> list[MonthTotals]:
    """What was held by the parts `which`; sessions are counted by those of them that are `counts`.

    What follows the participants, and would tell of other municipalities' (see decision 0019), is counted by those that are `told`.
    Pairs and those who wait are as last counted by each activity. Where a part does not tell its activity, it is the group's of
    that type.
    """
    part, times = SessionPart, func.count()
    month = func.date_trunc("month", cast(part.held_on, DateTime)).label("month")
    activity = func.coalesce(part.activity_id, part.group_id)
    summed = {
        "sessions": times.filter(counts, not_(part.cancelled)),
        "cancelled": times.filter(counts, part.cancelled),
        "attendances": func.sum(part.adults + part.children),
        "volunteer_attendances": func.sum(part.volunteers),
        "volunteer_minutes": func.sum(part.volunteer_minutes),
        "shared": times.filter(counts, not_(part.cancelled), part.shared),
        **{code: _over(BY_CODE[code], told) for code in MONTHLY},
    }
    by_activity = (
        select(month, part.activity_type, *(value.label(name) for name, value in summed.items()))
        .where(which, part.held_on >= first, part.held_on < month_after(last))
        .group_by(month, part.activity_type, part.municipality_code, activity)
        .subquery()
    )
    columns = by_activity.c
    rows = db.session.execute(
        select(columns.month, columns.activity_type, *(func.sum(columns[name]) for name in summed))
        .group_by(columns.month, columns.activity_type)
        .order_by(columns.month, columns.activity_type)
    )
    found = []
    for row in rows:
        values = (None if value is None else int(value) for value in row[2:])
        counted: dict[str, Any] = dict(zip(summed, values, strict=True))
        found.append(MonthTotals(row[0].date(), row[1], **counted))
    return found


def _over(measure: Measure, told: ColumnElement[bool]) -> ColumnElement[Any]:
    """A measure over the sessions of an activity in a month."""
    column = getattr(SessionPart, measure.code)
    if measure.month and measure.month.over is Over.LAST:
        return _last(column, told)
    if measure.divided is not Divided.AS_PEOPLE:
        return func.sum(column)
    found = func.sum(column).filter(told)
    return found if measure.open else func.coalesce(found, 0)


def _last(column: InstrumentedAttribute[int | None], told: ColumnElement[bool]) -> ColumnElement[int]:
    """The last count that was made; None where none was."""
    newest_first = aggregate_order_by(column, SessionPart.held_on.desc())
    return func.array_agg(newest_first, type_=ARRAY(Integer)).filter(column.is_not(None), told)[1]


def figures(
    code: str,
    months: Sequence[dt.date],
    *,
    closed_alone: bool = False,
    told: Mapping[dt.date, int] | None = None,
    live: Sequence[MonthTotals] | None = None,
    by_period: Sequence[ScopePeriod] | None = None,
) -> list[MonthFigures]:
    """A municipality's figures for consecutive months, oldest first, as they may be shown; of those that are closed alone, if asked.

    Each month counts what the scopes in force in it let count, and a closed one what they let count when it was closed. So a month
    has the same figures in every later statement, whatever is agreed by then, but for late entries as far as they may be told
    (`retelling`). `told` asks for a month as it was told at first, 0, or after so many times of telling it again. `live` is what was
    held in them, and `by_period` are the scopes in force, where they are read already.
    """
    settled = closed_months(code, months[0], months[-1])
    retold = newest_told(code, months[0], months[-1], told)
    by_period = periods.touching(months[0], month_after(months[-1]), code) if by_period is None else by_period
    found = _counts(settled, by_period, months)
    if live is None and any(month not in settled for month in months):
        live = held(code, months[0], months[-1])
    shown = []
    for month in months:
        row = settled.get(month)
        if row is not None:
            counts = totals_of(month, retold[month].counted if month in retold else row.counted)
        elif closed_alone:
            continue
        else:
            counts = list(live or ())
        shown.append(_figures(month, found[month].of(counts), row, retold.get(month)))
    return shown


def counted(code: str, months: Sequence[dt.date]) -> list[MonthTotals]:
    """What was held in consecutive months of a municipality, as recorded by now, of what each counts. DRC's to know.

    A closed month counts what the scopes let count that it was closed by.
    """
    settled = closed_months(code, months[0], months[-1])
    live = held(code, months[0], months[-1])
    found = _counts(settled, periods.touching(months[0], month_after(months[-1]), code), months)
    return [each for month in months for each in found[month].of([row for row in live if row.month == month])]


def _counts(settled: Closed, by_period: Sequence[ScopePeriod], months: Sequence[dt.date]) -> dict[dt.date, Included]:
    found = included(by_period, months)
    for month, row in settled.items():
        if row.included is not None:
            found[month] = Included.from_plain(row.included)
    return found


def pictures(code: str, months: Sequence[dt.date]) -> dict[dt.date, int]:
    """How many times each of those consecutive months has been told again."""
    retold = newest_told(code, months[0], months[-1])
    return {month: retold[month].number if month in retold else 0 for month in months}


def _figures(
    month: dt.date, counts: Sequence[MonthTotals], closed: ClosedMonth | None, again: RetoldMonth | None
) -> MonthFigures:
    rows = [each for each in counts if each.month == month]
    if closed is None:
        with showing_from(current_app.extensions["settings"].fewest_shown):
            return month_figures(month, rows)
    disclosed = Disclosed.from_plain(closed.disclosed) if closed.disclosed is not None else None
    if disclosed is not None and again is not None:
        disclosed = Disclosed(again.kept_back, disclosed.sessions, disclosed.fewest)
    return engine.figures(month, rows, disclosed)


def disclosures(
    code: str, months: Sequence[dt.date], counts: Sequence[MonthTotals], kept: Mapping[dt.date, Included]
) -> dict[dt.date, Disclosed]:
    """What is decided of a municipality's consecutive months that are closed now, of what they count by then.

    Unattended work alone sees what neighbours have of the same sessions. It does not see what their agreements let count, so of them
    everything does.
    """
    first, last = months[0], months[-1]
    sessions = _parts([code], first, last)
    others = sorted({each for parts in sessions[code].values() for part in parts for each in part.codes} - {code})
    sessions |= _parts(others, first, last)
    theirs = {
        other: _held(SessionPart.municipality_code == other, true(), not_(SessionPart.shared), first, last)
        for other in others
    }

    def month_of(which: str, month: dt.date, rows: Sequence[MonthTotals]) -> MonthHeld:
        kinds = {row.activity_type for row in rows}
        parts = [part for part in sessions[which].get(month, ()) if part.activity_type in kinds]
        return MonthHeld(month, rows, picture.alike(parts), which)

    found = {}
    for month in months:
        mine = month_of(code, month, kept[month].of(row for row in counts if row.month == month))
        with_it = {each for alike in mine.sessions for each in alike.codes} - {code}
        neighbours = [
            month_of(other, month, [row for row in theirs[other] if row.month == month]) for other in sorted(with_it)
        ]
        with showing_from(current_app.extensions["settings"].fewest_shown):
            found[month] = engine.disclosed(mine, (), neighbours)
    return found


def sessions_of(code: str, month: dt.date, rows: Sequence[MonthTotals] | None = None) -> list[Alike]:
    """The volunteers of a municipality's sessions in a month, by length: of all types, or of those that are told of it."""
    parts = _parts([code], month, month)[code].get(month, ())
    kinds = {row.activity_type for row in rows} if rows is not None else {part.activity_type for part in parts}
    return picture.alike(part for part in parts if part.activity_type in kinds)


def _parts(codes: Collection[str], first: dt.date, last: dt.date) -> dict[str, dict[dt.date, list[Part]]]:
    """What municipalities have of the sessions of those months that were held, by month.

    How long a neighbour's session lasted stands out of reach: then it is the minutes of each of its volunteers.
    """
    part, whole = SessionPart, aliased(SessionPart)
    theirs = select(part.session_id).where(
        part.municipality_code.in_(codes), part.held_on >= first, part.held_on < month_after(last)
    )
    everybody = (
        select(
            whole.session_id,
            func.array_agg(aggregate_order_by(whole.municipality_code, whole.municipality_code), type_=ARRAY(Text)),
            func.sum(whole.volunteers),
            func.sum(whole.volunteer_minutes),
        )
        .where(whole.session_id.in_(theirs), not_(whole.cancelled))
        .group_by(whole.session_id)
        .subquery()
    )
    served, volunteers, minutes = list(everybody.c)[1:]
    rows = db.session.execute(
        select(part, ActivitySession.minutes, served, volunteers, minutes)
        .join(everybody, everybody.c.session_id == part.session_id)
        .outerjoin(
            ActivitySession,
            (ActivitySession.municipality_code == part.municipality_code) & (ActivitySession.id == part.session_id),
        )
        .where(part.municipality_code.in_(codes))
        .order_by(part.held_on, part.session_id)
    )
    found: dict[str, dict[dt.date, list[Part]]] = {code: {} for code in codes}
    for row, lasted, served_codes, helped, together in rows:
        length = picture.length(lasted, int(helped), int(together))
        each = Part(row.activity_type, tuple(served_codes), row.volunteers, row.volunteer_minutes, length, int(helped))
        found[row.municipality_code].setdefault(first_of(row.held_on), []).append(each)
    return found


def included(by_period: Sequence[ScopePeriod], months: Sequence[dt.date]) -> dict[dt.date, Included]:
    """What each month counts by the scopes in force in it: the agreed types, or every type where one opens all groups."""
    found = {}
    for month in months:
        scopes = [
            period.scope for period in by_period if period.valid_from < month_after(month) and period.valid_to > month
        ]
        found[month] = Included(
            types=frozenset(activity.activity_type for scope in scopes for activity in scope.activities),
            everything=any(scope.allows(Capability.ALL_GROUPS) for scope in scopes),
            waiting=any(scope.allows(Capability.CAPACITY) for scope in scopes),
        )
    return found
