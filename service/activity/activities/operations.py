"""Start an activity, say how its sessions are counted, record what was held, and close a month."""

from __future__ import annotations

import datetime as dt
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import asdict
from typing import Any
from uuid import UUID

from flask_babel import gettext as _
from sqlalchemy import delete, select
from sqlalchemy.dialects.postgresql import insert

from service.activity.activities import planning, queries, totals
from service.activity.activities.models import Activity, ActivitySession, AlsoServes, ClosedMonth, SessionPart
from service.activity.activities.rules import COUNTS, Counts, adds_up, from_each, parts_of
from service.network.networks.queries import areas
from service.partnership.catalogue.queries import kinds
from service.platform.ledger.operations import record as note
from service.platform.web import personal
from service.platform.web.errors import Conflict, Invalid
from service.platform.web.versions import WHATEVER, Seen
from tenants import periods
from tenants.calendar import day_of, first_of, month_after
from tenants.database import db, now, uuid7

MOST_MINUTES = 300_000
MATCHES = "matches"  # how the catalogue counts one-to-one activities


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


def record(activity_id: UUID, given: Mapping[str, Any], code: str | None = None) -> ActivitySession:
    """Record one time an activity was held or cancelled, and each municipality's part of it.

    Raises NotFound for an activity out of reach, Invalid for a day that has not come or lies outside the activity's term and for
    counts that cannot be, Conflict when the day is recorded already.
    """
    activity = queries.activity(activity_id, code)
    row = ActivitySession(
        municipality_code=activity.municipality_code,
        activity_id=activity.id,
        serves=queries.also_serves(activity),
        recorded_at=now(),
    )
    _fill(row, activity, given)
    db.session.add(row)
    db.session.flush()
    _put_parts(row, activity)
    return row


def as_sent(row: ActivitySession) -> dict[str, Any]:
    """A session in the shape that it is sent in."""
    names = ("held_on", "cancelled", "cancelled_why", "cancelled_text", "minutes", *COUNTS)
    by = row.by_municipality or {}
    served = [{"municipality_code": code, "adults": by[code][0], "children": by[code][1]} for code in sorted(by)]
    return {name: getattr(row, name) for name in names} | {"municipalities": served}


def change(
    session_id: UUID, given: Mapping[str, Any], code: str | None = None, seen: Seen = WHATEVER
) -> ActivitySession:
    """Give a session what is sent in place of what was recorded, and count its parts anew.

    After the month is closed it is kept as well, and marked late: the month's figures stay. Raises as `record` does, and Changed
    when it is no longer as it was seen.
    """
    row = queries.session(session_id, code, lock=True)
    seen.still(as_sent(row))
    activity = queries.activity(row.activity_id, row.municipality_code)
    _fill(row, activity, given)
    row.changed_at = now()
    db.session.flush()
    _put_parts(row, activity)
    note("session.changed", f"session:{row.id}", row.municipality_code)
    return row


def remove(session_id: UUID, code: str | None = None) -> None:
    """Take away a session that was recorded by mistake, as long as no figure rests on it.

    What a group has told in its check-in is recorded again if that is sent again. Raises NotFound, and Conflict once the month is
    closed: then it is corrected.
    """
    row = queries.session(session_id, code, lock=True)
    code, day = row.municipality_code, row.held_on
    if totals.closed_months(code, first_of(day), first_of(day)):
        raise Conflict(_("The month is closed. Correct the numbers instead: that is kept and marked late."))
    db.session.execute(delete(SessionPart).where(SessionPart.session_id == row.id))
    db.session.delete(row)
    db.session.flush()
    note("session.removed", f"activity:{row.activity_id}", code, day=day.isoformat())


def _fill(row: ActivitySession, activity: Activity, given: Mapping[str, Any]) -> None:
    """What is sent, checked, onto a session."""
    day: dt.date = given["held_on"]
    by_municipality = from_each(given.get("municipalities") or ())
    counts = _counts(given, by_municipality)
    errors = wrong_day(activity, day) | wrong_counts(counts, activity, counted_before=has_women_men(row))
    if given["cancelled"] and (counts.anybody or by_municipality):
        errors["cancelled"] = [_("A cancelled session has no participants or volunteers. Set the numbers to 0.")]
    if not given["cancelled"] and (given.get("cancelled_why") or given.get("cancelled_text")):
        errors["cancelled_why"] = [_("The session was held. Tick that it was cancelled, or leave out why.")]
    if personal.signs(given.get("cancelled_text") or ""):
        errors["cancelled_text"] = [
            _("This looks like a person's number or address. Leave it out: nobody is to be recognised.")
        ]
    if by_municipality and not adds_up(by_municipality, counts, (row.municipality_code, *row.serves)):
        errors["municipalities"] = [
            _("The participants by municipality must add up to all participants, in the municipalities served.")
        ]
    if errors:
        raise Invalid(errors)
    same = select(ActivitySession.id).where(
        ActivitySession.municipality_code == row.municipality_code,
        ActivitySession.activity_id == row.activity_id,
        ActivitySession.held_on == day,
    )
    with db.session.no_autoflush:
        if db.session.scalar(same) not in (None, row.id):
            message = _("This day is recorded already.")
            raise Conflict(message, {"held_on": [message]})
    row.held_on, row.cancelled, row.minutes = day, given["cancelled"], given.get("minutes")
    row.cancelled_why, row.cancelled_text = given.get("cancelled_why") or "", given.get("cancelled_text") or ""
    row.by_municipality = by_municipality or None
    for name, value in asdict(counts).items():
        setattr(row, name, value)


def _counts(given: Mapping[str, Any], by_municipality: Mapping[str, Sequence[int]]) -> Counts:
    """The counts that were sent. Time left out is that of all volunteers for as long as it lasted; participants left out are the sums."""
    found = {name: given.get(name) for name in COUNTS}
    whole = {name: found[name] or 0 for name in ("volunteers", "volunteer_minutes", "adults", "children", "new_faces")}
    if found["volunteer_minutes"] is None:
        whole["volunteer_minutes"] = whole["volunteers"] * (given.get("minutes") or 0)
    if by_municipality and not whole["adults"] + whole["children"]:
        whole["adults"], whole["children"] = (sum(pair[n] for pair in by_municipality.values()) for n in (0, 1))
    return Counts(**found | whole)


def wrong_day(activity: Activity, day: dt.date) -> dict[str, list[str]]:
    """What is wrong with a day as that of a session of an activity, by field."""
    if day > day_of(now()):
        return {"held_on": [_("The day has not come yet.")]}
    if day < activity.starts_on or (activity.ends_on is not None and day > activity.ends_on):
        return {"held_on": [_("The activity did not run on that day.")]}
    return {}


def has_women_men(row: ActivitySession) -> bool:
    """Whether women or men were counted at a session. Then they stay, whatever the activity counts from now on."""
    return row.women is not None or row.men is not None


def wrong_counts(counts: Counts, activity: Activity, *, counted_before: bool = False) -> dict[str, list[str]]:
    """What is wrong with the counts of a session of an activity, by field."""
    errors: dict[str, list[str]] = {}
    if counts.volunteer_minutes > MOST_MINUTES:
        errors["volunteer_minutes"] = [_("Write a whole number from %(low)s to %(high)s.", low=0, high=MOST_MINUTES)]
    if not (activity.asks_women_men or counted_before) and (counts.women is not None or counts.men is not None):
        errors["women"] = [_("Women and men are not counted at this activity.")]
    elif (counts.women or 0) + (counts.men or 0) > counts.adults:
        errors["women"] = [_("There are more women and men than participants aged 15 and over.")]
    if counts.new_faces > counts.adults + counts.children:
        errors["new_faces"] = [_("There are more new faces than participants.")]
    matches = (counts.active_matches, counts.new_matches, counts.ended_matches)
    if matches == (None, None, None):
        return errors
    if kinds()[activity.activity_type].counting != MATCHES:
        errors["active_matches"] = [_("Matches are counted at one-to-one activities only.")]
    elif (counts.new_matches or 0) > (counts.active_matches or 0):
        errors["new_matches"] = [_("There are more new matches than active ones.")]
    return errors


def _put_parts(row: ActivitySession, activity: Activity) -> None:
    """Write what each municipality has of a session, in place of what it had."""
    db.session.execute(delete(SessionPart).where(SessionPart.session_id == row.id))
    db.session.add_all(parts(row, activity))
    db.session.flush()


def parts(row: ActivitySession, activity: Activity) -> Iterable[SessionPart]:
    """A session's parts, as rows."""
    codes = [row.municipality_code, *row.serves]
    for code, counts in parts_of(row.counts, codes, row.by_municipality).items():
        home = code == row.municipality_code
        yield SessionPart(
            municipality_code=code,
            id=uuid7(),
            session_id=row.id,
            activity_id=row.activity_id if home else None,
            activity_type=activity.activity_type,
            group_id=activity.group_id,
            held_on=row.held_on,
            home=home,
            shared=len(codes) > 1,
            cancelled=row.cancelled,
            **asdict(counts),
        )


def close(code: str, months: Sequence[dt.date]) -> None:
    """Close a municipality's consecutive months: what they count now, and by which scopes, stays so. Harmless to repeat."""
    still_open = [month for month in months if month not in totals.closed_months(code, months[0], months[-1])]
    if not still_open:
        return
    held = totals.held(code, months[0], months[-1])
    included = totals.included(periods.touching(months[0], month_after(months[-1]), code), months)
    rows = [
        {
            "municipality_code": code,
            "id": uuid7(),
            "month": month,
            "closed_at": now(),
            "counted": [each.to_plain() for each in held if each.month == month],
            "included": included[month].to_plain(),
        }
        for month in still_open
    ]
    db.session.execute(
        insert(ClosedMonth).values(rows).on_conflict_do_nothing(index_elements=["municipality_code", "month"])
    )
