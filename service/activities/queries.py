"""Reads of activities and sessions, and the one source of figures."""

from __future__ import annotations

import datetime as dt
from collections.abc import Collection, Mapping, Sequence
from typing import TypeVar
from uuid import UUID

from sqlalchemy import ColumnElement, DateTime, Select, and_, case, cast, false, func, or_, select

from service.activities import closed
from service.activities.models import Activity, ActivitySchedule, ActivitySession
from service.activities.recurrence import Occurrence, Schedule, occurrences
from service.activities.rules import Held, MonthFigures, month_figures
from service.networks import queries as group_queries
from service.networks.models import Group
from service.networks.rules import GroupStatus
from service.web.errors import NotFound
from tenants import periods
from tenants.calendar import month_after
from tenants.database import db
from tenants.scope import Capability, Scope

Row = TypeVar("Row", Activity, ActivitySession)


def activities(code: str | None = None) -> Select[Activity]:
    """The activities of a municipality, or of all within reach, to be listed by page."""
    query = select(Activity)
    return query if code is None else query.where(Activity.municipality_code == code)


def activity(activity_id: UUID, code: str | None = None, *, lock: bool = False) -> Activity:
    """The activity with that id. Raises NotFound when there is none within reach, or in another municipality than `code`."""
    query = activities(code).where(Activity.id == activity_id)
    found = db.session.scalar(query.with_for_update() if lock else query)
    if found is None:
        raise NotFound
    return found


def one(query: Select[Row]) -> Row:
    """The one row of a query. Raises NotFound when it has none."""
    found = db.session.scalar(query)
    if found is None:
        raise NotFound
    return found


def activities_seen(code: str, drc: bool, scope: Scope | None) -> Select[Activity]:
    """The activities of a municipality that its reader sees, to be listed by page.

    DRC sees all. The municipality's own people see those of the types that the scope in force agrees on, all where it opens
    every group, and none where no scope is in force.
    """
    query = activities(code)
    return query if drc else query.where(_seen(code, scope))


def activities_in_sight(scopes: Mapping[str, Scope | None] | None) -> Select[Activity]:
    """The activities that a reader sees in several municipalities, by the scope in force in each; None is DRC, who sees all."""
    return activities() if scopes is None else activities().where(_in_sight(scopes))


def sessions_in_sight(scopes: Mapping[str, Scope | None] | None) -> Select[ActivitySession]:
    """The sessions of the activities that a reader sees, as in `activities_in_sight`."""
    if scopes is None:
        return sessions()
    same = (Activity.municipality_code == ActivitySession.municipality_code) & (
        Activity.id == ActivitySession.activity_id
    )
    return sessions().join(Activity, same).where(_in_sight(scopes))


def _in_sight(scopes: Mapping[str, Scope | None]) -> ColumnElement[bool]:
    return or_(false(), *(_seen(code, scope) for code, scope in scopes.items()))


def _seen(code: str, scope: Scope | None) -> ColumnElement[bool]:
    here = Activity.municipality_code == code
    if scope is None:
        return false()
    if scope.allows(Capability.ALL_GROUPS):
        return here
    return and_(here, Activity.activity_type.in_({activity.activity_type for activity in scope.activities}))


def schedules(activities: Collection[Activity]) -> dict[UUID, list[Schedule]]:
    """When those activities meet, by activity: schedules that follow on each other."""
    found: dict[UUID, list[Schedule]] = {row.id: [] for row in activities}
    if not found:
        return found
    codes = {row.municipality_code for row in activities}
    rows: dict[UUID, list[ActivitySchedule]] = {key: [] for key in found}
    query = select(ActivitySchedule).where(
        ActivitySchedule.municipality_code.in_(codes), ActivitySchedule.activity_id.in_(found)
    )
    for row in db.session.scalars(query.order_by(ActivitySchedule.valid_from)):
        rows[row.activity_id].append(row)
    return {row.id: _in_turn(rows[row.id], row) for row in activities}


def stored_schedules(activity: Activity) -> Sequence[ActivitySchedule]:
    """The schedules of an activity as they are kept, oldest first."""
    query = select(ActivitySchedule).where(
        ActivitySchedule.municipality_code == activity.municipality_code, ActivitySchedule.activity_id == activity.id
    )
    return db.session.scalars(query.order_by(ActivitySchedule.valid_from)).all()


def last_recorded(activity: Activity) -> dt.date | None:
    """The last day that a session of an activity is recorded on."""
    return db.session.scalar(
        select(func.max(ActivitySession.held_on)).where(
            ActivitySession.municipality_code == activity.municipality_code,
            ActivitySession.activity_id == activity.id,
        )
    )


def next_times(activity: Activity, found: Sequence[Schedule], today: dt.date, most: int = 5) -> list[Occurrence]:
    """The next times of an activity, from today on, at most two years ahead."""
    times: list[Occurrence] = []
    for quarter in range(8):
        first = today + dt.timedelta(days=91 * quarter)
        times += meetings(activity.municipality_code, found, first, first + dt.timedelta(days=91))
        if len(times) >= most:
            break
    return times[:most]


def next_times_with(
    activity: Activity, known: Sequence[ActivitySchedule], fresh: ActivitySchedule | None, today: dt.date
) -> list[Occurrence]:
    """The next times of an activity if a schedule that is not kept yet were to hold."""
    rows = [row for row in known if fresh is None or row.valid_from < fresh.valid_from]
    return next_times(activity, _in_turn([*rows, *([fresh] if fresh else [])], activity), today)


def groups_serving(code: str) -> list[Group]:
    """The groups that serve a municipality and have not closed, in Danish order."""
    query = group_queries.groups(code=code).where(Group.status != GroupStatus.CLOSED)
    return list(db.session.scalars(query.order_by(Group.sort_key, Group.id)))


def _in_turn(rows: Sequence[ActivitySchedule], activity: Activity) -> list[Schedule]:
    """The schedules of an activity, each until the day before the next, the last until the activity ends."""
    lasts = [*(row.valid_from - dt.timedelta(days=1) for row in rows[1:]), None]
    ends = activity.ends_on
    return [
        as_schedule(row, min(last, ends) if last and ends else last or ends)
        for row, last in zip(rows, lasts[: len(rows)], strict=True)
    ]


def as_schedule(row: ActivitySchedule, valid_to: dt.date | None) -> Schedule:
    """A stored schedule as a value."""
    return Schedule(
        valid_from=row.valid_from,
        valid_to=valid_to,
        rule=row.rule,
        anchor=row.anchor,
        starts=row.starts,
        minutes=row.minutes,
        without_holidays=row.without_holidays,
        without_breaks=row.without_breaks,
        extra=frozenset(row.extra),
        left_out=frozenset(row.left_out),
    )


def planned(
    code: str | None, activity_ids: Collection[UUID] | None, first: dt.date, after: dt.date
) -> dict[UUID, list[Occurrence]]:
    """The times that activities are to meet from `first` to the day before `after`, by activity, holidays and breaks left out.

    Of a municipality, or of all within reach; of those activities, or of all that run then. Two queries, however many they are.
    """
    query = activities(code).where(
        Activity.starts_on < after, or_(Activity.ends_on.is_(None), Activity.ends_on >= first)
    )
    if activity_ids is not None:
        query = query.where(Activity.id.in_(activity_ids))
    return times_of(db.session.scalars(query).all(), first, after)


def times_of(rows: Collection[Activity], first: dt.date, after: dt.date) -> dict[UUID, list[Occurrence]]:
    """The times that those activities are to meet from `first` to the day before `after`, by activity."""
    by_activity = schedules(rows)
    return {row.id: meetings(row.municipality_code, by_activity[row.id], first, after) for row in rows}


def meetings(code: str, found: Sequence[Schedule], first: dt.date, after: dt.date) -> list[Occurrence]:
    """The times by schedules of an activity in a municipality, less the holidays and breaks that each leaves out."""
    times: list[Occurrence] = []
    for schedule in found:
        shut = closed.days_of(code, schedule, first, after)
        times += occurrences(schedule, first, after, closed=shut)
    return times


def sessions(code: str | None = None, activity_id: UUID | None = None) -> Select[ActivitySession]:
    """The sessions of a municipality or an activity, or of all within reach, to be listed by page."""
    query = select(ActivitySession)
    if code is not None:
        query = query.where(ActivitySession.municipality_code == code)
    return query if activity_id is None else query.where(ActivitySession.activity_id == activity_id)


def session(session_id: UUID) -> ActivitySession:
    """The session with that id. Raises NotFound."""
    found = db.session.scalar(sessions().where(ActivitySession.id == session_id))
    if found is None:
        raise NotFound
    return found


def held(code: str, first: dt.date, last: dt.date) -> list[Held]:
    """What was held in a municipality from the month `first` to the month `last`, by month and activity type."""
    month = func.date_trunc("month", cast(ActivitySession.held_on, DateTime))
    once = case((ActivitySession.cancelled, 0), else_=1)
    rows = db.session.execute(
        select(
            month,
            Activity.activity_type,
            func.sum(once),
            func.sum(1 - once),
            func.sum(ActivitySession.adults + ActivitySession.children),
            func.sum(ActivitySession.volunteers),
            func.sum(ActivitySession.volunteer_minutes),
        )
        .join(
            Activity,
            (Activity.municipality_code == ActivitySession.municipality_code)
            & (Activity.id == ActivitySession.activity_id),
        )
        .where(
            ActivitySession.municipality_code == code,
            ActivitySession.held_on >= first,
            ActivitySession.held_on < month_after(last),
        )
        .group_by(month, Activity.activity_type)
        .order_by(month, Activity.activity_type)
    )
    return [Held(row[0].date(), row[1], *(int(value) for value in row[2:])) for row in rows]


def figures(code: str, months: Sequence[dt.date]) -> list[MonthFigures]:
    """A municipality's figures for consecutive months, oldest first, as they may be shown.

    Each month counts what the scope in force in that month lets count: the agreed types, or every type where it opens all
    groups. So a month has the same figures in every later statement, whatever is agreed by then.
    """
    counts = held(code, months[0], months[-1])
    by_period = periods.touching(months[0], month_after(months[-1]), code)
    found = []
    for month in months:
        scopes = [
            period.scope for period in by_period if period.valid_from < month_after(month) and period.valid_to > month
        ]
        types = {activity.activity_type for scope in scopes for activity in scope.activities}
        everything = any(scope.allows(Capability.ALL_GROUPS) for scope in scopes)
        found.append(month_figures(month, [row for row in counts if everything or row.activity_type in types]))
    return found


def recent(code: str, before: dt.date, most: int = 5) -> Sequence[ActivitySession]:
    """The newest sessions of a municipality before a day."""
    return db.session.scalars(
        sessions(code)
        .where(ActivitySession.held_on < before)
        .order_by(ActivitySession.held_on.desc(), ActivitySession.id)
        .limit(most)
    ).all()
