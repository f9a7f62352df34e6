"""Activities, their sessions, and a municipality's figures by month.

A single session's counts are DRC's: by so small a number a person could be recognised. A municipality's key reads null
there, and has the figures by month, in which small counts are kept back.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any
from uuid import UUID

from flask_babel import gettext as _
from marshmallow import fields

from service.activities import operations, queries
from service.activities.models import Activity, ActivitySession
from service.activities.rules import MonthFigures
from service.activities.schemas import ChangedActivity, LastDayFields, NewActivity, NewSession
from service.activities.standing import Standing, standing
from service.catalogue.queries import kinds
from service.web.api import (
    Code,
    Id,
    Item,
    MonthName,
    MunicipalQuery,
    listed,
    listed_page,
    once,
    pages_of,
    resource,
    within,
)
from service.web.errors import Invalid, NotFound
from service.web.fields import Day, Month, Strict, Time
from service.web.identity import me
from service.web.pages import page_of
from service.web.permits import permit
from tenants import periods
from tenants.calendar import day_of, first_of, month_after, month_before, month_name, months_back
from tenants.database import now
from tenants.scope import Capability, Scope

bp = resource("activities", __name__, "What runs, what was held, and the figures by month.")
ACTIVITY = (
    "id",
    "municipality_code",
    "activity_type",
    "starts_on",
    "ends_on",
    "public",
    *operations.FACTS,
)
COUNTS = ("volunteers", "volunteer_minutes", "adults", "children")
MOST_MONTHS = 120


class ActivityQuery(MunicipalQuery):
    """What the list of activities is asked with."""


class SessionQuery(MunicipalQuery):
    """What the list of sessions is asked with: of one activity, and of days from one to another, both included."""

    activity_id = Id(required=False)
    first = Day(required=False, data_key="from")
    last = Day(required=False, data_key="to")


class FigureQuery(Strict):
    """From which month to which, both included. Left out: the thirteen months that end with the one before this."""

    first = Month(required=False, data_key="from")
    last = Month(required=False, data_key="to")


class ActivitySent(NewActivity):
    """An activity to start."""

    municipality_code = Code()


class SessionSent(NewSession):
    """One time that an activity was held or cancelled, to record."""

    activity_id = Id()


class ScheduleItem(Item):
    """When an activity meets: a rule of RFC 5545 counted from `anchor`, on the clock on the wall in Denmark."""

    valid_from = fields.Date()
    valid_to = fields.Date(allow_none=True)
    rule = fields.String()
    anchor = fields.Date(allow_none=True)
    starts = Time(allow_none=True)
    minutes = fields.Integer(allow_none=True)
    without_holidays = fields.Boolean()
    without_breaks = fields.Boolean()
    extra = fields.List(fields.Date())
    left_out = fields.List(fields.Date())


class ActivityItem(Item):
    """Something that a group runs in a municipality. `standing` is how it stands today to the agreement in force."""

    id = fields.UUID()
    municipality_code = fields.String()
    activity_type = fields.String()
    group_id = fields.UUID(allow_none=True)
    name = fields.String()
    place = fields.String()
    starts_on = fields.Date()
    ends_on = fields.Date(allow_none=True)
    address = fields.String()
    target_group = fields.String()
    languages = fields.String()
    partners = fields.String()
    seats = fields.Integer(allow_none=True)
    children_under_15 = fields.Boolean()
    standing = fields.String(metadata={"enum": [each.value for each in Standing]})
    schedules = fields.List(fields.Nested(ScheduleItem))
    public = fields.Boolean()


class SessionItem(Item):
    """One time an activity was held, or cancelled. The four counts are null for a municipality's key."""

    id = fields.UUID()
    municipality_code = fields.String()
    activity_id = fields.UUID()
    held_on = fields.Date()
    cancelled = fields.Boolean()
    volunteers = fields.Integer(allow_none=True)
    volunteer_minutes = fields.Integer(allow_none=True)
    adults = fields.Integer(allow_none=True)
    children = fields.Integer(allow_none=True)


class TypeFigures(Item):
    """A month's figures of one activity type. Null is a count that is kept back."""

    activity_type = fields.String()
    sessions = fields.Integer()
    cancelled = fields.Integer()
    attendances = fields.Integer(allow_none=True)
    volunteer_attendances = fields.Integer(allow_none=True)


class FigureItem(Item):
    """A municipality's month. Null is a count of persons so small, or so easily worked out, that it is kept back."""

    id = fields.String()
    municipality_code = fields.String()
    month = MonthName()
    sessions = fields.Integer()
    cancelled = fields.Integer()
    volunteer_hours = fields.Integer()
    attendances = fields.Integer(allow_none=True)
    volunteer_attendances = fields.Integer(allow_none=True)
    by_type = fields.List(fields.Nested(TypeFigures))


@bp.get("/activities")
@permit.signed_in
@bp.arguments(ActivityQuery, location="query")
@bp.response(200, pages_of(ActivityItem))
def activities(asked: dict[str, Any]) -> Any:
    """List the activities within reach. A municipality sees the agreed types, or all where its scope opens all groups."""
    query = queries.activities_in_sight(_sight())
    if code := within(asked["municipality_code"]):
        query = query.where(Activity.municipality_code == code)
    page = page_of(query, [Activity.municipality_code, Activity.id], asked["cursor"], asked["limit"])
    return listed(_activities(page.items), page.cursor, asked["limit"])


@bp.get("/activities/<uuid:activity_id>")
@permit.signed_in
@bp.response(200, ActivityItem)
def activity(activity_id: UUID) -> Any:
    """Read an activity."""
    return _activities([queries.one(queries.activities_in_sight(_sight()).where(Activity.id == activity_id))])[0]


@bp.post("/activities")
@permit.drc
@once
@bp.arguments(ActivitySent)
@bp.response(201, ActivityItem)
def start(given: dict[str, Any]) -> Any:
    """Start an activity."""
    code = within(given["municipality_code"])
    if code is None:
        raise NotFound
    return _activities([operations.start(code, given)])[0]


@bp.put("/activities/<uuid:activity_id>")
@permit.drc
@once
@bp.arguments(ChangedActivity)
@bp.response(200, ActivityItem)
def change(given: dict[str, Any], activity_id: UUID) -> Any:
    """Give an activity what is sent in place of what it was. Its type and first day stay; a schedule holds from its own first day."""
    return _activities([operations.change(activity_id, given)])[0]


@bp.post("/activities/<uuid:activity_id>/end")
@permit.drc
@once
@bp.arguments(LastDayFields)
@bp.response(200, ActivityItem)
def end(given: dict[str, Any], activity_id: UUID) -> Any:
    """Set an activity's last day; null lets it run until further notice."""
    return _activities([operations.end(activity_id, given["ends_on"])])[0]


@bp.get("/sessions")
@permit.signed_in
@bp.arguments(SessionQuery, location="query")
@bp.response(200, pages_of(SessionItem))
def sessions(asked: dict[str, Any]) -> Any:
    """List the sessions of the activities that one sees."""
    query = queries.sessions_in_sight(_sight())
    if code := within(asked["municipality_code"]):
        query = query.where(ActivitySession.municipality_code == code)
    if asked["activity_id"]:
        query = query.where(ActivitySession.activity_id == asked["activity_id"])
    if asked["first"]:
        query = query.where(ActivitySession.held_on >= asked["first"])
    if asked["last"]:
        query = query.where(ActivitySession.held_on <= asked["last"])
    keys = [ActivitySession.municipality_code, ActivitySession.held_on, ActivitySession.id]
    return listed_page(page_of(query, keys, asked["cursor"], asked["limit"]), asked["limit"], _session)


@bp.get("/sessions/<uuid:session_id>")
@permit.signed_in
@bp.response(200, SessionItem)
def session(session_id: UUID) -> Any:
    """Read a session."""
    return _session(queries.one(queries.sessions_in_sight(_sight()).where(ActivitySession.id == session_id)))


@bp.post("/sessions")
@permit.drc
@once
@bp.arguments(SessionSent)
@bp.response(201, SessionItem)
def record(given: dict[str, Any]) -> Any:
    """Record one time that an activity was held or cancelled."""
    return _session(operations.record(given["activity_id"], given))


@bp.get("/municipalities/<municipality_code>/figures")
@permit.capability(Capability.FIGURES)
@bp.arguments(FigureQuery, location="query")
@bp.response(200, pages_of(FigureItem))
def figures(asked: dict[str, Any], municipality_code: str) -> Any:
    """Read a municipality's figures by month, as its statements have them; for itself of months that are over."""
    present = first_of(day_of(now()))
    last = asked["last"] or month_before(present)
    if last >= present and not me().drc:
        # A month under way, read today and tomorrow, would tell the persons of one session.
        raise Invalid({"to": [_("The month is not over. Its figures come when it is.")]})
    first = asked["first"] or months_back(last, 13)[0]
    count = (last.year - first.year) * 12 + last.month - first.month + 1
    if not 1 <= count <= MOST_MONTHS:
        raise Invalid({"from": [_("Ask for 1 to %(most)s months, the first one first.", most=MOST_MONTHS)]})
    found = queries.figures(municipality_code, [month_after(first, n) for n in range(count)])
    return listed([_figures(municipality_code, row) for row in found], None, count)


def _sight() -> Mapping[str, Scope | None] | None:
    """What the asker sees by: the scope in force in each of their municipalities; None is DRC, who sees all."""
    identity = me()
    if identity.drc:
        return None
    found = {code: periods.in_force(code, day_of(now())) for code in identity.codes}
    return {code: period.scope if period else None for code, period in found.items()}


def _activities(rows: Sequence[Activity]) -> list[dict[str, Any]]:
    known, schedules, today = kinds(), queries.schedules(rows), day_of(now())
    scopes = periods.scopes_in_force({row.municipality_code for row in rows}, today)
    return [
        {
            **{name: getattr(row, name) for name in ACTIVITY},
            "standing": standing(known[row.activity_type], scopes.get(row.municipality_code), today),
            "schedules": [
                {
                    **{name: getattr(each, name) for name in ScheduleItem().fields},
                    "extra": sorted(each.extra),
                    "left_out": sorted(each.left_out),
                }
                for each in schedules[row.id]
            ],
        }
        for row in rows
    ]


def _session(row: ActivitySession) -> dict[str, Any]:
    shown = me().drc
    return {
        "id": row.id,
        "municipality_code": row.municipality_code,
        "activity_id": row.activity_id,
        "held_on": row.held_on,
        "cancelled": row.cancelled,
        **{name: getattr(row, name) if shown else None for name in COUNTS},
    }


def _figures(code: str, row: MonthFigures) -> dict[str, Any]:
    return {
        "id": f"{code}-{month_name(row.month)}",
        "municipality_code": code,
        "month": row.month,
        "sessions": row.sessions,
        "cancelled": row.cancelled,
        "volunteer_hours": row.volunteer_hours,
        "attendances": row.attendances,
        "volunteer_attendances": row.volunteer_attendances,
        "by_type": [
            {
                "activity_type": kind,
                "sessions": row.sessions_by_type[kind],
                "cancelled": row.cancelled_by_type[kind],
                "attendances": row.attendances_by_type[kind],
                "volunteer_attendances": row.volunteer_attendances_by_type[kind],
            }
            for kind in sorted(row.sessions_by_type)
        ],
    }
