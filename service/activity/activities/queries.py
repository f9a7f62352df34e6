"""Reads of activities and sessions, and the one source of figures."""

from __future__ import annotations

import datetime as dt
from collections.abc import Collection, Mapping, Sequence
from uuid import UUID

from sqlalchemy import ColumnElement, Select, and_, false, func, or_, select, true
from sqlalchemy.orm import InstrumentedAttribute

from service.activity.activities import non_working_days
from service.activity.activities.models import (
    Activity,
    ActivitySchedule,
    ActivitySession,
    AlsoServes,
    ClosedMonth,
    SessionPart,
)
from service.activity.activities.recurrence import Occurrence, Schedule, occurrences
from service.network.networks import queries as group_queries
from service.network.networks.models import Group
from service.network.networks.rules import GroupStatus
from service.platform.web.finding import find
from tenants.calendar import first_of, month_after
from tenants.database import db
from tenants.scope import Capability, Scope

LOOK_BACK = dt.timedelta(days=62)  # for what is not recorded yet


def activities(code: str | None = None) -> Select[Activity]:
    """The activities of a municipality, or of all within reach, to be listed by page."""
    query = select(Activity)
    return query if code is None else query.where(Activity.municipality_code == code)


def activity(activity_id: UUID, code: str | None = None, *, lock: bool = False) -> Activity:
    """The activity with that id. Raises NotFound when there is none within reach, or in another municipality than `code`."""
    return find(activities(code).where(Activity.id == activity_id), lock=lock)


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


def parts_in_sight(scopes: Mapping[str, Scope | None]) -> Select[SessionPart]:
    """What municipalities have of the sessions that a reader sees, as in `activities_in_sight`."""
    return select(SessionPart).where(or_(false(), *(_part_seen(code, scope) for code, scope in scopes.items())))


def _part_seen(code: str, scope: Scope | None) -> ColumnElement[bool]:
    return and_(SessionPart.municipality_code == code, _type_seen(SessionPart.activity_type, scope))


def _in_sight(scopes: Mapping[str, Scope | None]) -> ColumnElement[bool]:
    return or_(false(), *(_seen(code, scope) for code, scope in scopes.items()))


def _seen(code: str, scope: Scope | None) -> ColumnElement[bool]:
    return and_(Activity.municipality_code == code, _type_seen(Activity.activity_type, scope))


def _type_seen(column: InstrumentedAttribute[str], scope: Scope | None) -> ColumnElement[bool]:
    if scope is None:
        return false()
    if scope.allows(Capability.ALL_GROUPS):
        return true()
    return column.in_({activity.activity_type for activity in scope.activities})


def also_serves(activity: Activity) -> list[str]:
    """The codes of the other municipalities that an activity serves. Empty to a municipality's own people."""
    return all_serve([activity])[activity.id]


def all_serve(activities: Collection[Activity]) -> dict[UUID, list[str]]:
    """As `also_serves`, of several activities, by activity."""
    found: dict[UUID, list[str]] = {row.id: [] for row in activities}
    query = select(AlsoServes.activity_id, AlsoServes.serves).where(
        AlsoServes.municipality_code.in_({row.municipality_code for row in activities}),
        AlsoServes.activity_id.in_(found),
    )
    for key, code in db.session.execute(query.order_by(AlsoServes.serves)):
        found[key].append(code)
    return found


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


def recorded(activity: Activity) -> tuple[dt.date, dt.date] | None:
    """The first and the last day that a session of an activity is recorded on, or None where none is."""
    first, last = db.session.execute(
        select(func.min(ActivitySession.held_on), func.max(ActivitySession.held_on)).where(
            ActivitySession.municipality_code == activity.municipality_code,
            ActivitySession.activity_id == activity.id,
        )
    ).one()
    return (first, last) if first else None


def next_times(activity: Activity, found: Sequence[Schedule], today: dt.date, most: int = 5) -> list[Occurrence]:
    """The next times of an activity, from today on, at most two years ahead."""
    return next_meetings(activity.municipality_code, found, today, most)


def next_meetings(code: str, found: Sequence[Schedule], today: dt.date, most: int = 5) -> list[Occurrence]:
    """As `next_times`, of an activity in that municipality by its schedules alone."""
    times: list[Occurrence] = []
    for quarter in range(8):
        first = today + dt.timedelta(days=91 * quarter)
        times += meetings(code, found, first, first + dt.timedelta(days=91))
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


def last_missing(code: str, activity_id: UUID, today: dt.date) -> dt.date | None:
    """The last day until today, of the last two months, that an activity was to meet and nothing is recorded of."""
    first = today - LOOK_BACK
    times = planned(code, [activity_id], first, today + dt.timedelta(days=1)).get(activity_id, ())
    recorded = select(ActivitySession.held_on).where(
        ActivitySession.municipality_code == code,
        ActivitySession.activity_id == activity_id,
        ActivitySession.held_on >= first,
    )
    return max({time.day for time in times}.difference(db.session.scalars(recorded)), default=None)


def times_of(rows: Collection[Activity], first: dt.date, after: dt.date) -> dict[UUID, list[Occurrence]]:
    """The times that those activities are to meet from `first` to the day before `after`, by activity."""
    by_activity = schedules(rows)
    return {row.id: meetings(row.municipality_code, by_activity[row.id], first, after) for row in rows}


def meetings(code: str, found: Sequence[Schedule], first: dt.date, after: dt.date) -> list[Occurrence]:
    """The times by schedules of an activity in a municipality, less the holidays and breaks that each leaves out."""
    times: list[Occurrence] = []
    for schedule in found:
        shut = non_working_days.days_of(code, schedule, first, after)
        times += occurrences(schedule, first, after, closed=shut)
    return times


def sessions(code: str | None = None, activity_id: UUID | None = None) -> Select[ActivitySession]:
    """The sessions of a municipality or an activity, or of all within reach, to be listed by page. DRC's alone."""
    query = select(ActivitySession)
    if code is not None:
        query = query.where(ActivitySession.municipality_code == code)
    return query if activity_id is None else query.where(ActivitySession.activity_id == activity_id)


def session(session_id: UUID, code: str | None = None, *, lock: bool = False) -> ActivitySession:
    """The session with that id. Raises NotFound when there is none within reach, or in another municipality than `code`."""
    return find(sessions(code).where(ActivitySession.id == session_id), lock=lock)


def parts(code: str, activity_id: UUID) -> Select[SessionPart]:
    """What a municipality has of the sessions of one of its activities, to be listed by page."""
    return select(SessionPart).where(SessionPart.municipality_code == code, SessionPart.activity_id == activity_id)


def parts_of(session_ids: Collection[UUID]) -> dict[UUID, list[SessionPart]]:
    """What each municipality has of some sessions; for a municipality's own people, itself alone."""
    found: dict[UUID, list[SessionPart]] = {key: [] for key in session_ids}
    query = select(SessionPart).where(SessionPart.session_id.in_(session_ids))
    for row in db.session.scalars(query.order_by(SessionPart.municipality_code)) if session_ids else ():
        found[row.session_id].append(row)
    return found


def late(rows: Sequence[ActivitySession]) -> set[UUID]:
    """The sessions among these that were recorded as they are after their month was closed."""
    if not rows:
        return set()
    query = select(ClosedMonth).where(
        ClosedMonth.municipality_code.in_({row.municipality_code for row in rows}),
        ClosedMonth.month.in_({first_of(row.held_on) for row in rows}),
    )
    at = {(row.municipality_code, row.month): row.closed_at for row in db.session.scalars(query)}
    keys = {row.id: (row.municipality_code, first_of(row.held_on)) for row in rows}
    return {row.id for row in rows if keys[row.id] in at and row.written_at > at[keys[row.id]]}


def cancelled_why(code: str, month: dt.date) -> dict[str, dict[str, int]]:
    """How often each activity type of a municipality was cancelled in a month, by why, as recorded by now; where nobody said why, by ''.

    Of the activities that are at home in it: what a neighbour cancelled, that one knows why.
    """
    part, row = SessionPart, ActivitySession
    same = (row.municipality_code == part.municipality_code) & (row.id == part.session_id)
    found: dict[str, dict[str, int]] = {}
    for kind, why, count in db.session.execute(
        select(part.activity_type, row.cancelled_why, func.count())
        .join(row, same)
        .where(
            part.municipality_code == code,
            part.cancelled,
            part.held_on >= month,
            part.held_on < month_after(month),
        )
        .group_by(part.activity_type, row.cancelled_why)
        .order_by(part.activity_type, row.cancelled_why)
    ):
        found.setdefault(kind, {})[why] = count
    return found
