"""Activities, their sessions, and a municipality's figures by month.

A single session's counts are DRC's: by so small a number a person could be recognised. A municipality's key reads null
there, and has the figures by month, in which small counts are kept back.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any
from uuid import UUID

from flask_babel import gettext as _
from marshmallow import fields

from service.activities import operations, queries
from service.activities.models import Activity, ActivitySession
from service.activities.rules import MonthFigures
from service.activities.schemas import NewActivity, NewSession
from service.networks.queries import names
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
from service.web.fields import Day, Month, Strict
from service.web.identity import me
from service.web.pages import page_of
from service.web.permits import permit
from tenants import periods
from tenants.calendar import day_of, first_of, month_after, month_before, month_name, months_back
from tenants.database import now
from tenants.scope import Capability, Scope

bp = resource("activities", __name__, "What runs, what was held, and the figures by month.")
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
    group_id = Id(required=False)


class SessionSent(NewSession):
    """One time that an activity was held or cancelled, to record."""

    activity_id = Id()


class ActivityItem(Item):
    """Something that a group runs in a municipality."""

    id = fields.UUID()
    municipality_code = fields.String()
    activity_type = fields.String()
    group_id = fields.UUID(allow_none=True)
    name = fields.String()
    place = fields.String()
    starts_on = fields.Date()
    ends_on = fields.Date(allow_none=True)


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
    return listed_page(
        page_of(query, [Activity.municipality_code, Activity.id], asked["cursor"], asked["limit"]), asked["limit"]
    )


@bp.get("/activities/<uuid:activity_id>")
@permit.signed_in
@bp.response(200, ActivityItem)
def activity(activity_id: UUID) -> Any:
    """Read an activity."""
    return queries.one(queries.activities_in_sight(_sight()).where(Activity.id == activity_id))


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
    if given["group_id"] and not names([given["group_id"]]):
        raise Invalid({"group_id": [_("Choose one of the options.")]})
    return operations.start(code, given)


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
