"""Change and end an activity, and keep when it meets: schedules that take over from each other by date."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping, Sequence
from typing import Any
from uuid import UUID

from flask_babel import gettext as _
from sqlalchemy import delete

from service.activities import queries
from service.activities.models import Activity, ActivitySchedule
from service.activities.recurrence import Occurrence, parse
from service.catalogue.queries import kinds
from service.catalogue.rules import Children, Kind
from service.ledger.operations import record as note
from service.networks.queries import areas
from service.web.errors import Invalid
from service.web.language import day as day_in_words
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


def change(activity_id: UUID, given: Mapping[str, Any], code: str | None = None) -> Activity:
    """Give an activity what is sent in place of what it was. Its type and first day stay: what was held counts by them.

    A schedule holds from its own first day on; what was planned before stays as it was. Raises NotFound, and Invalid by field.
    """
    activity = queries.activity(activity_id, code, lock=True)
    facts = {name: given[name] for name in FACTS}
    check_group(activity.municipality_code, facts["group_id"], activity.group_id)
    meets_children(kinds()[activity.activity_type], facts)
    for name, value in facts.items():
        setattr(activity, name, value)
    activity.changed_at = now()
    if given.get("schedule"):
        put_schedule(activity, given["schedule"])
    db.session.flush()
    note("activity.changed", f"activity:{activity.id}", activity.municipality_code)
    return activity


def end(activity_id: UUID, ends_on: dt.date | None, code: str | None = None) -> Activity:
    """Set an activity's last day, past or to come; None lets it run until further notice.

    Raises NotFound, and Invalid for a day before it began or before a session that is recorded.
    """
    activity = queries.activity(activity_id, code, lock=True)
    if ends_on is not None:
        if ends_on < activity.starts_on:
            raise Invalid({"ends_on": [_("The last day must not be before the first.")]})
        last = queries.last_recorded(activity)
        if last is not None and ends_on < last:
            raise Invalid(
                {
                    "ends_on": [
                        _("A session is recorded on %(day)s. Choose that day or a later one.", day=day_in_words(last))
                    ]
                }
            )
    activity.ends_on = ends_on
    activity.ended_at = now() if ends_on is not None else None
    db.session.flush()
    day = ends_on.isoformat() if ends_on else None
    note("activity.ended", f"activity:{activity.id}", activity.municipality_code, day=day)
    return activity


def preview(code: str, given: Mapping[str, Any], activity: Activity | None = None) -> list[Occurrence]:
    """The next times if an activity were started or changed as sent; nothing is kept. Raises Invalid by field."""
    activity = activity or Activity(
        municipality_code=code, id=uuid7(), starts_on=given["starts_on"], ends_on=given["ends_on"]
    )
    if not given["schedule"]:
        return []
    known = queries.stored_schedules(activity)
    fresh = _planned_schedule(activity, known, given["schedule"])
    return queries.next_times_with(activity, known, fresh, day_of(now()))


def check_group(code: str, group_id: UUID | None, before: UUID | None = None) -> None:
    """Raises Invalid for a group that does not serve the municipality, unless it is the one that the activity has."""
    if group_id is None or group_id == before:
        return
    if code not in {area.municipality_code for area in areas([group_id])[group_id]}:
        raise Invalid(
            {"group_id": [_("Choose a group that serves the municipality. The group's own page says where it works.")]}
        )


def meets_children(kind: Kind, facts: dict[str, Any]) -> None:
    """What is for children meets children, whatever is ticked."""
    facts["children_under_15"] = bool(facts.get("children_under_15")) or kind.children_under_15 is Children.YES


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
