"""Start an activity, and record what was held."""

from __future__ import annotations

import datetime as dt
from typing import Any
from uuid import UUID

from flask_babel import gettext as _
from sqlalchemy import select

from service.activities import queries
from service.activities.models import Activity, ActivitySession
from service.catalogue.queries import kinds
from service.catalogue.rules import Side
from service.web.errors import Conflict, Invalid
from tenants.calendar import day_of
from tenants.database import db, now


def start(code: str, given: dict[str, Any]) -> Activity:
    """Start an activity in a municipality. Raises Invalid for a public duty, an unknown type or an end before the start."""
    kind = kinds().get(given["activity_type"])
    if kind is None:
        raise Invalid({"activity_type": [_("Choose one of the options.")]})
    if kind.side is Side.STATUTORY:
        raise Invalid({"activity_type": [kind.reason]})
    if given["ends_on"] is not None and given["ends_on"] < given["starts_on"]:
        raise Invalid({"ends_on": [_("The last day must not be before the first.")]})
    activity = Activity(
        municipality_code=code,
        activity_type=kind.code,
        group_id=given.get("group_id"),
        name=given["name"],
        place=given["place"],
        starts_on=given["starts_on"],
        ends_on=given["ends_on"],
    )
    db.session.add(activity)
    db.session.flush()
    return activity


def record(activity_id: UUID, given: dict[str, Any], code: str | None = None) -> ActivitySession:
    """Record one time an activity was held or cancelled.

    Raises NotFound for an activity out of reach, Invalid for a day that has not come or lies outside the activity's term or for
    counts of a cancelled session, Conflict when the day is recorded already.
    """
    activity = queries.activity(activity_id, code)
    errors: dict[str, list[str]] = {}
    day: dt.date = given["held_on"]
    if day > day_of(now()):
        errors["held_on"] = [_("The day has not come yet.")]
    elif day < activity.starts_on or (activity.ends_on is not None and day > activity.ends_on):
        errors["held_on"] = [_("The activity did not run on that day.")]
    counts = ("volunteers", "volunteer_minutes", "adults", "children")
    if given["cancelled"] and any(given[name] for name in counts):
        errors["cancelled"] = [_("A cancelled session has no participants or volunteers. Set the numbers to 0.")]
    if errors:
        raise Invalid(errors)
    same = select(ActivitySession.id).where(
        ActivitySession.municipality_code == activity.municipality_code,
        ActivitySession.activity_id == activity.id,
        ActivitySession.held_on == day,
    )
    if db.session.scalar(same) is not None:
        message = _("This day is recorded already.")
        raise Conflict(message, {"held_on": [message]})
    row = ActivitySession(
        municipality_code=activity.municipality_code,
        activity_id=activity.id,
        held_on=day,
        cancelled=given["cancelled"],
        recorded_at=now(),
        **{name: given[name] for name in counts},
    )
    db.session.add(row)
    db.session.flush()
    return row
