"""Change and end an activity, and keep when it meets: schedules that take over from each other by date."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping, Sequence
from typing import Any
from uuid import UUID

from flask_babel import gettext as _
from sqlalchemy import delete

from service.activity.activities import queries, schemas
from service.activity.activities.models import Activity, ActivitySchedule
from service.activity.activities.recurrence import Occurrence, Schedule, parse
from service.network.networks.queries import areas
from service.partnership.catalogue.queries import kinds
from service.partnership.catalogue.rules import BoundarySide, CatalogueType, MeetsChildren
from service.platform.ledger.operations import record as note
from service.platform.web.errors import Invalid
from service.platform.web.language import day as day_in_words
from service.platform.web.versions import WHATEVER, Seen
from tenants.calendar import day_of
from tenants.database import db, now, uuid7

FACTS = (
    "name",
    "place",
    "group_id",
    "address",
    "target_group",
    "languages",
    "partners",
    "seats",
    "children_under_15",
)
SAME = ("rule", "anchor", "starts", "minutes", "without_holidays", "without_breaks", "extra", "left_out")


def as_sent(activity: Activity, found: Sequence[Schedule]) -> dict[str, Any]:
    """What is edited of an activity, as its form has it: its facts, the last of its schedules, and when which one holds."""
    facts = {name: getattr(activity, name) for name in ("activity_type", "starts_on", *FACTS)}
    last = schemas.as_typed(found[-1] if found else None)
    planned = [{"from": row.valid_from, "anchor": row.anchor, **schemas.as_typed(row)} for row in found]
    return facts | last | {"planned": planned}


def change(activity_id: UUID, given: Mapping[str, Any], code: str | None = None, seen: Seen = WHATEVER) -> Activity:
    """Give an activity what is sent in place of what it was. Type and first day stay where none is sent.

    The type can be another as long as no session is recorded, and the first day no later than the first of those: what was held
    counts by them. A schedule holds from its own first day on; what was planned before stays as it was. Raises NotFound,
    Changed when it is no longer as it was seen, and Invalid by field.
    """
    activity = queries.activity(activity_id, code, lock=True)
    seen.still(as_sent(activity, queries.schedules([activity])[activity.id]))
    facts = {name: given[name] for name in FACTS}
    check_group(activity.municipality_code, facts["group_id"], activity.group_id)
    kind, first = activity.activity_type, activity.starts_on
    _begin_as(activity, given)
    meets_children(kinds()[activity.activity_type], facts)
    for name, value in facts.items():
        setattr(activity, name, value)
    activity.changed_at = now()
    if given.get("schedule"):
        put_schedule(activity, _following(given["schedule"], first, activity.starts_on))
    db.session.flush()
    told = {"type": activity.activity_type} if activity.activity_type != kind else {}
    if activity.starts_on != first:
        told["first"] = activity.starts_on.isoformat()
    note("activity.changed", f"activity:{activity.id}", activity.municipality_code, **told)
    return activity


def _begin_as(activity: Activity, given: Mapping[str, Any]) -> None:
    """Give an activity the type and first day that are sent, as far as its sessions let it. Raises Invalid by field."""
    code, first = given.get("activity_type") or activity.activity_type, given.get("starts_on") or activity.starts_on
    errors: dict[str, list[str]] = {}
    recorded = queries.recorded(activity)
    if code != activity.activity_type:
        wrong = wrong_type(code)
        if recorded:
            wrong = _("Sessions are recorded of this type. End the activity, and start one of the other type.")
        if wrong:
            errors["activity_type"] = [wrong]
    if activity.ends_on is not None and first > activity.ends_on:
        errors["starts_on"] = [_("The first day must not be after the last.")]
    if recorded and first > recorded[0]:
        errors["starts_on"] = [
            _("A session is recorded on %(day)s. Choose that day or an earlier one.", day=day_in_words(recorded[0]))
        ]
    if errors:
        raise Invalid(errors)
    activity.activity_type = code
    if first != activity.starts_on:
        _move_schedules(activity, first)
        activity.starts_on = first
    db.session.flush()


def wrong_type(code: str) -> str:
    """Why an activity cannot be of this type; empty when it can."""
    kind = kinds().get(code)
    if kind is None:
        return _("Choose one of the options.")
    return kind.reason if kind.side is BoundarySide.STATUTORY else ""


def _move_schedules(activity: Activity, first: dt.date) -> None:
    """Let what was to hold on an activity's first day hold from the new one, in the same step of weeks or months."""
    before = [row for row in queries.stored_schedules(activity) if row.valid_from <= max(first, activity.starts_on)]
    if not before:
        return
    *over, last = before
    for row in over:
        db.session.delete(row)
    db.session.flush()
    last.anchor = parse(last.rule).counted_from(last.anchor, first) if last.rule else min(last.anchor, first)
    last.valid_from = first


def _following(schedule: Mapping[str, Any], was: dt.date, first: dt.date) -> Mapping[str, Any]:
    """A schedule that is sent, moved along where the activity's first day is: it cannot hold from before that."""
    day = schedule["valid_from"]
    if was == first or day is None:
        return schedule
    return {**schedule, "valid_from": first if day == was else max(day, first)}


def end(activity_id: UUID, ends_on: dt.date | None, code: str | None = None, seen: Seen = WHATEVER) -> Activity:
    """Set an activity's last day, past or to come; None lets it run until further notice.

    Raises NotFound, Changed when the day is no longer as it was seen, and Invalid for a day before it began or before a session
    that is recorded.
    """
    activity = queries.activity(activity_id, code, lock=True)
    seen.still(end_as_sent(activity))
    if ends_on is not None:
        if ends_on < activity.starts_on:
            raise Invalid({"ends_on": [_("The last day must not be before the first.")]})
        recorded = queries.recorded(activity)
        if recorded and ends_on < recorded[1]:
            last = day_in_words(recorded[1])
            raise Invalid(
                {"ends_on": [_("A session is recorded on %(day)s. Choose that day or a later one.", day=last)]}
            )
    activity.ends_on = ends_on
    activity.ended_at = now() if ends_on is not None else None
    db.session.flush()
    day = ends_on.isoformat() if ends_on else None
    note("activity.ended", f"activity:{activity.id}", activity.municipality_code, day=day)
    return activity


def end_as_sent(activity: Activity) -> dict[str, Any]:
    """An activity's last day, in the shape that it is sent in."""
    return {"ends_on": activity.ends_on}


def preview(code: str, given: Mapping[str, Any], activity: Activity | None = None) -> list[Occurrence]:
    """The next times if an activity were started or changed as sent; nothing is kept. Raises Invalid by field."""
    if not given["schedule"]:
        return []
    if activity is None:
        first, last = given["starts_on"], given["ends_on"]
        return _next_times(
            Activity(municipality_code=code, id=uuid7(), starts_on=first, ends_on=last), given["schedule"]
        )
    was, tried = activity.starts_on, db.session.begin_nested()
    try:
        _begin_as(activity, given)
        return _next_times(activity, _following(given["schedule"], was, activity.starts_on))
    finally:
        tried.rollback()


def _next_times(activity: Activity, schedule: Mapping[str, Any]) -> list[Occurrence]:
    known = queries.stored_schedules(activity)
    fresh = _planned_schedule(activity, known, schedule)
    return queries.next_times_with(activity, known, fresh, day_of(now()))


def check_group(code: str, group_id: UUID | None, before: UUID | None = None) -> None:
    """Raises Invalid for a group that does not serve the municipality, unless it is the one that the activity has."""
    if group_id is None or group_id == before:
        return
    if code not in {area.municipality_code for area in areas([group_id])[group_id]}:
        raise Invalid(
            {"group_id": [_("Choose a group that serves the municipality. The group's own page says where it works.")]}
        )


def meets_children(kind: CatalogueType, facts: dict[str, Any]) -> None:
    """What is for children meets children, whatever is ticked."""
    facts["children_under_15"] = bool(facts.get("children_under_15")) or kind.children_under_15 is MeetsChildren.YES


def put_schedule(activity: Activity, given: Mapping[str, Any]) -> None:
    """Let a schedule hold from its first day on, in place of what was to hold then. Harmless to repeat."""
    fresh = _planned_schedule(activity, queries.stored_schedules(activity), given)
    if fresh is None:
        return
    mine = (ActivitySchedule.municipality_code == activity.municipality_code) & (
        ActivitySchedule.activity_id == activity.id
    )
    db.session.execute(delete(ActivitySchedule).where(mine, ActivitySchedule.valid_from >= fresh.valid_from))
    db.session.add(fresh)
    db.session.flush()


def _planned_schedule(
    activity: Activity, known: Sequence[ActivitySchedule], given: Mapping[str, Any]
) -> ActivitySchedule | None:
    """The schedule that would hold, not yet kept; None when it is the one that holds already. Raises Invalid by field."""
    today = day_of(now())
    first = given["valid_from"] or (max(today, activity.starts_on) if known else activity.starts_on)
    if first < activity.starts_on or (activity.ends_on is not None and first > activity.ends_on):
        raise Invalid({"valid_from": [_("The activity does not run on that day.")]})
    before = [row for row in known if row.valid_from <= first]
    last = before[-1] if before else None
    same_rule = last is not None and last.rule == given["rule"] and not given["recount"]
    fresh = ActivitySchedule(
        municipality_code=activity.municipality_code,
        activity_id=activity.id,
        valid_from=first,
        anchor=last.anchor if last is not None and same_rule else _anchor(given["rule"], first),
        extra=list(given["extra"]),
        left_out=list(given["left_out"]),
        **{name: given[name] for name in ("rule", "starts", "minutes", "without_holidays", "without_breaks")},
    )
    later = any(row.valid_from > first for row in known)
    if last is not None and not later and all(getattr(last, name) == getattr(fresh, name) for name in SAME):
        return None
    return fresh


def _anchor(rule: str, first: dt.date) -> dt.date:
    return parse(rule).begins(first) if rule else first
