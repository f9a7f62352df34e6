"""Activities. Their sessions and the figures are in `sessions_api`."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any
from uuid import UUID

from flask_babel import gettext as _
from marshmallow import fields

from service.activities import operations, queries
from service.activities.models import Activity
from service.activities.schemas import NewActivity
from service.networks.queries import names
from service.web.api import (
    Code,
    Id,
    Item,
    MunicipalQuery,
    listed_page,
    once,
    pages_of,
    resource,
    within,
)
from service.web.errors import Invalid, NotFound
from service.web.identity import me
from service.web.pages import page_of
from service.web.permits import permit
from tenants import periods
from tenants.calendar import day_of
from tenants.database import now
from tenants.scope import Scope

bp = resource("activities", __name__, "What runs.")


class ActivityQuery(MunicipalQuery):
    """What the list of activities is asked with."""


class ActivitySent(NewActivity):
    """An activity to start."""

    municipality_code = Code()
    group_id = Id(required=False)


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


@bp.get("/activities")
@permit.signed_in
@bp.arguments(ActivityQuery, location="query")
@bp.response(200, pages_of(ActivityItem))
def activities(asked: dict[str, Any]) -> Any:
    """List the activities within reach. A municipality sees the agreed types, or all where its scope opens all groups."""
    query = queries.activities_in_sight(sight())
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
    return queries.one(queries.activities_in_sight(sight()).where(Activity.id == activity_id))


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


def sight() -> Mapping[str, Scope | None] | None:
    """What the asker sees by: those scopes; None is DRC, who sees all."""
    return None if me().drc else scopes()


def scopes() -> Mapping[str, Scope | None]:
    """The scope in force today in each of the asker's municipalities."""
    found = {code: periods.in_force(code, day_of(now())) for code in me().codes}
    return {code: period.scope if period else None for code, period in found.items()}
