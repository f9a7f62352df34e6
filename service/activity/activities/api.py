"""Activities. Their sessions and the figures are in `sessions_api`."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any
from uuid import UUID

from marshmallow import fields

from service.activity.activities import operations, planning, queries
from service.activity.activities.coverage import Coverage, standing
from service.activity.activities.models import Activity
from service.activity.activities.schemas import ChangedActivity, LastDayFields, NewActivity
from service.partnership.catalogue.queries import kinds
from service.platform.web.api import Code, Editable, Item, MunicipalQuery, listed, pages_of, resource, within
from service.platform.web.date_fields import Time
from service.platform.web.errors import NotFound
from service.platform.web.etags import seen, version_for_drc
from service.platform.web.fields import whole
from service.platform.web.finding import find
from service.platform.web.idempotency import once
from service.platform.web.identity import me
from service.platform.web.pages import page_of
from service.platform.web.permits import permit
from tenants import periods
from tenants.calendar import day_of
from tenants.database import now
from tenants.scope import Scope

bp = resource("activities", __name__, "What runs.")
ACTIVITY = (
    "id",
    "municipality_code",
    "activity_type",
    "starts_on",
    "ends_on",
    "public",
    *planning.FACTS,
)


class ActivityQuery(MunicipalQuery):
    """What the list of activities is asked with."""


class ActivitySent(NewActivity):
    """An activity to start."""

    municipality_code = Code()


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


class ActivityItem(Editable):
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
    standing = fields.String(metadata={"enum": [each.value for each in Coverage]})
    schedules = fields.List(fields.Nested(ScheduleItem))
    public = fields.Boolean()


@bp.get("/activities")
@permit.signed_in
@bp.arguments(ActivityQuery, location="query")
@bp.response(200, pages_of(ActivityItem))
def activities(asked: dict[str, Any]) -> Any:
    """List the activities within reach. A municipality sees the agreed types, or all where its scope opens all groups."""
    query = queries.activities_in_sight(sight())
    if code := within(asked["municipality_code"]):
        query = query.where(Activity.municipality_code == code)
    page = page_of(query, [Activity.municipality_code, Activity.id], asked["cursor"], asked["limit"])
    return listed(_activities(page.items), page.cursor, asked["limit"])


@bp.get("/activities/<uuid:activity_id>")
@permit.signed_in
@bp.response(200, ActivityItem)
def activity(activity_id: UUID) -> Any:
    """Read an activity."""
    return _activities([find(queries.activities_in_sight(sight()).where(Activity.id == activity_id))])[0]


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
@bp.arguments(whole(ChangedActivity))
@bp.response(200, ActivityItem)
def change(given: dict[str, Any], activity_id: UUID) -> Any:
    """Give an activity what is sent in place of what it was. A schedule holds from its own first day.

    Type and first day stay where they are left out. The type cannot be another once a session is recorded.
    """
    return _activities([planning.change(activity_id, given, seen=seen())])[0]


@bp.post("/activities/<uuid:activity_id>/end")
@permit.drc
@once
@bp.arguments(LastDayFields)
@bp.response(200, ActivityItem)
def end(given: dict[str, Any], activity_id: UUID) -> Any:
    """Set an activity's last day; null lets it run until further notice."""
    return _activities([planning.end(activity_id, given["ends_on"])])[0]


def sight() -> Mapping[str, Scope | None] | None:
    """What the asker sees by: those scopes; None is DRC, who sees all."""
    return None if me().drc else scopes()


def scopes() -> Mapping[str, Scope | None]:
    """The scope in force today in each of the asker's municipalities."""
    found = {code: periods.in_force(code, day_of(now())) for code in me().codes}
    return {code: period.scope if period else None for code, period in found.items()}


def _activities(rows: Sequence[Activity]) -> list[dict[str, Any]]:
    known, schedules, today = kinds(), queries.schedules(rows), day_of(now())
    scopes = periods.scopes_in_force({row.municipality_code for row in rows}, today)
    return [
        {
            **{name: getattr(row, name) for name in ACTIVITY},
            "version": version_for_drc(planning.as_sent(row, schedules[row.id])),
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
