"""Start an activity, say how its sessions are counted, record what was held, and close a month."""

from __future__ import annotations

import datetime as dt
from collections.abc import Collection, Mapping, Sequence
from dataclasses import asdict
from typing import Any
from uuid import UUID

from flask_babel import gettext as _
from sqlalchemy import delete
from sqlalchemy.dialects.postgresql import insert

from service.activity.activities import agreed, bulk, faults, late, planning, queries, totals
from service.activity.activities.fields import FIELDS, SENT
from service.activity.activities.lateness import LateWay
from service.activity.activities.models import Activity, ActivitySession, AlsoServes, ClosedMonth
from service.activity.activities.rules import COUNTS, from_each, whole
from service.network.networks.queries import areas
from service.partnership.catalogue.queries import kinds
from service.platform.ledger.operations import record as note
from service.platform.web.declared import blank
from service.platform.web.errors import Conflict, Invalid
from service.platform.web.versions import WHATEVER, Seen
from tenants import periods
from tenants.calendar import month_after
from tenants.database import db, now, uuid7


def start(code: str, given: Mapping[str, Any]) -> Activity:
    """Start an activity in a municipality.

    Raises Invalid by field: for a public duty, an unknown type, a group that does not serve the municipality, an end before the
    start, or a schedule from a day that the activity does not run.
    """
    if wrong := planning.wrong_type(given["activity_type"]):
        raise Invalid({"activity_type": [wrong]})
    kind = kinds()[given["activity_type"]]
    if given["ends_on"] is not None and given["ends_on"] < given["starts_on"]:
        raise Invalid({"ends_on": [_("The last day must not be before the first.")]})
    facts = {name: given[name] for name in planning.FACTS if name in given}
    planning.check_group(code, facts.get("group_id"))
    planning.meets_children(kind, facts)
    activity = Activity(
        municipality_code=code,
        activity_type=kind.code,
        starts_on=given["starts_on"],
        ends_on=given["ends_on"],
        **facts,
    )
    db.session.add(activity)
    db.session.flush()
    if given.get("schedule"):
        planning.put_schedule(activity, given["schedule"])
    note("activity.started", f"activity:{activity.id}", code, type=kind.code)
    return activity


def counting_as_sent(activity: Activity) -> dict[str, Any]:
    """How an activity's sessions are counted, in the shape that it is sent in."""
    return {"serves": queries.also_serves(activity), "asks_women_men": activity.asks_women_men}


def set_counting(
    activity_id: UUID, serves: Collection[str], asks_women_men: bool, code: str | None = None, seen: Seen = WHATEVER
) -> Activity:
    """Say which other municipalities an activity serves, and whether women and men are counted. Sessions recorded before stay as they are.

    Raises NotFound, Changed when it is no longer as it was seen, and Invalid for a municipality that the activity's group does not
    serve.
    """
    activity = queries.activity(activity_id, code, lock=True)
    seen.still(counting_as_sent(activity))
    possible = (
        {area.municipality_code for area in areas([activity.group_id])[activity.group_id]}
        if activity.group_id
        else set()
    )
    if set(serves) - possible | set(serves) & {activity.municipality_code}:
        raise Invalid({"serves": [_("Choose among the other municipalities that the group serves.")]})
    mine = (AlsoServes.municipality_code == activity.municipality_code) & (AlsoServes.activity_id == activity.id)
    db.session.execute(delete(AlsoServes).where(mine))
    db.session.add_all(
        AlsoServes(municipality_code=activity.municipality_code, activity_id=activity.id, serves=each)
        for each in serves
    )
    activity.asks_women_men = asks_women_men
    db.session.flush()
    note("activity.counting", f"activity:{activity.id}", activity.municipality_code, others=len(serves))
    return activity


def record(
    activity_id: UUID, given: Mapping[str, Any], code: str | None = None, way: LateWay = LateWay.CORRECTED
) -> ActivitySession:
    """Record one time an activity was held or cancelled, and each municipality's part of it.

    Raises NotFound for an activity out of reach, Invalid for a day that has not come or lies outside the activity's term and for
    counts that cannot be, Conflict when the day is recorded already.
    """
    activity = queries.activity(activity_id, code)
    key, session = uuid7(), _judged(given, activity, queries.also_serves(activity))
    bulk.add({key: {**session, "recorded_at": now()}}, way)
    return queries.session(key)


def as_sent(row: ActivitySession) -> dict[str, Any]:
    """A session in the shape that it is sent in."""
    by = row.by_municipality or {}
    served = [{"municipality_code": code, "adults": by[code][0], "children": by[code][1]} for code in sorted(by)]
    return {name: getattr(row, name) for name in (*SENT, *COUNTS)} | {"municipalities": served}


def change(
    session_id: UUID,
    given: Mapping[str, Any],
    code: str | None = None,
    seen: Seen = WHATEVER,
    way: LateWay = LateWay.CORRECTED,
) -> ActivitySession:
    """Give a session what is sent in place of what was recorded, and count its parts anew.

    After the month is closed it is marked late, and what it changes is entered (`late`). Raises as `record` does, and Changed when
    it is no longer as it was seen.
    """
    row = queries.session(session_id, code, lock=True)
    seen.still(as_sent(row))
    activity = queries.activity(row.activity_id, row.municipality_code)
    bulk.change({row.id: _judged(given, activity, row.serves, row)}, way)
    db.session.refresh(row)
    note("session.changed", f"session:{row.id}", row.municipality_code)
    return row


def remove(session_id: UUID, code: str | None = None) -> None:
    """Take away a session that was recorded by mistake. Once its month is closed, what that takes from it is entered (`late`).

    What a group has told in its check-in is recorded again if that is sent again. Raises NotFound.
    """
    row = queries.session(session_id, code, lock=True)
    code, activity_id, day = row.municipality_code, row.activity_id, row.held_on
    bulk.remove([session_id])
    note("session.removed", f"activity:{activity_id}", code, day=day.isoformat())


def _judged(
    given: Mapping[str, Any], activity: Activity, serves: Sequence[str], row: ActivitySession | None = None
) -> bulk.Json:
    """What is sent of a session that serves those too, as it is written; `row` is what was recorded. Raises as `record` does."""
    day, counted = given["held_on"], from_each(given.get("municipalities") or ())
    session = {
        "municipality_code": activity.municipality_code,
        "activity_id": str(activity.id),
        **{name: given.get(name) or empty for name, empty in blank(FIELDS).items()},
        "held_on": day.isoformat(),
        "serves": list(serves),
        "by_municipality": counted or None,
        **asdict(whole(given, given.get("minutes"), counted)),
    }
    errors = faults.of_session(session, activity, serves, counted_before=row is not None and has_women_men(row))
    if "by_municipality" in errors:
        errors["municipalities"] = errors.pop("by_municipality")  # as it is called where it is sent
    if errors:
        raise Invalid(errors)
    if bulk.of_days([(activity.id, day)]).get((activity.id, day)) not in (None, row.id if row else None):
        message = _("This day is recorded already.")
        raise Conflict(message, {"held_on": [message]})
    return session


def has_women_men(row: ActivitySession) -> bool:
    """Whether women or men were counted at a session. Then they stay, whatever the activity counts from now on."""
    return row.women is not None or row.men is not None


def close(code: str, months: Sequence[dt.date]) -> None:
    """Close a municipality's consecutive months: what they count now, by which agreements, and what is kept back of it, is kept.

    What comes later is entered as late (`late`). Nothing is changed meanwhile: it is in what is kept, or late. Harmless to repeat. Takes
    the time of an integer program for each month: in a worker, never in a request.
    """
    late.hold_back(code)
    settled = totals.closed_months(code, months[0], months[-1])
    still_open = [month for month in months if month not in settled]
    if not still_open:
        return
    held = totals.held(code, months[0], months[-1])
    by_period = periods.touching(months[0], month_after(months[-1]), code)
    included = totals.included(by_period, months)
    disclosed = totals.disclosures(code, still_open, held, included)
    rows = [
        {
            "municipality_code": code,
            "id": uuid7(),
            "month": month,
            "closed_at": now(),
            "counted": [each.to_plain() for each in held if each.month == month],
            "included": included[month].to_plain(),
            "disclosed": disclosed[month].to_plain(),
            "agreed": [each.to_plain() for each in agreed.within(by_period, month)],
        }
        for month in still_open
    ]
    db.session.execute(
        insert(ClosedMonth).values(rows).on_conflict_do_nothing(index_elements=["municipality_code", "month"])
    )
