"""Ask for check-ins, remind of them, keep what is typed, and take an answer."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping, Sequence
from typing import Any
from uuid import UUID

from flask_babel import gettext as _
from sqlalchemy.dialects.postgresql import insert

from service.activity.activities import faults
from service.activity.activities.models import Activity, ActivitySession
from service.activity.activities.rules import Counts, adds_up, of_people, whole
from service.activity.checkins import letters, queries, rules, stories
from service.activity.checkins.models import CheckIn, CheckInLine
from service.activity.checkins.queries import ONE_TO_ONE, LineToAnswer
from service.activity.checkins.rules import BESIDE, MUNICIPALITIES, NUMBERS, TAKEN_OVER, Outcome
from service.partnership.catalogue.queries import kinds
from service.platform.ledger.operations import record as note
from service.platform.web.errors import Conflict, Invalid, Refusal
from service.platform.web.versions import WHATEVER, Seen
from service.platform.work import leases, waking
from tenants.calendar import day_of, month_after, month_before, month_name
from tenants.database import db, now, uuid7
from tenants.reach import present

JOB = "service.checkins.jobs.record"
AT_ONCE = 100  # how many are asked in one transaction: the next round of the timetable takes the next
MOST_TYPED = 40_000


def ask(month: dt.date) -> int:
    """Ask the groups within reach that run something in a month and have not been asked. Returns how many were new."""
    found = queries.unasked(month, AT_ONCE)
    mailed = queries.recipients({group_id for _code, group_id, _name in found})
    asked = 0
    for code, group_id, name in found:
        row = _asked(code, group_id, name, month)
        if row is None:
            continue
        _put_lines(row)
        note("checkin.asked", f"checkin:{row.id}", code, month=month_name(month))
        letters.mail(row, mailed.get(group_id, ()), 0)
        asked += 1
    return asked


def ask_owed() -> int:
    """From the 25th, ask the groups what they held; on the 1st and the 3rd, remind those who have not answered. Returns how many."""
    today = day_of(now())
    return sum(ask(month) + remind(month, today) for month in rules.months_to_ask(today))


def _asked(code: str, group_id: UUID, name: str, month: dt.date) -> CheckIn | None:
    """The check-in that is new; None where another has asked in the same moment."""
    known = {"municipality_code": code, "group_id": group_id, "group_name": name, "month": month}
    blank: dict[str, Any] = {"reminders": 0, "draft": {}, "story": "", "work_state": leases.DONE}
    return db.session.scalar(
        insert(CheckIn)
        .values(**known, **blank, id=uuid7(), asked_at=now(), due_from=now())
        .on_conflict_do_nothing(index_elements=["municipality_code", "month", "group_id"])
        .returning(CheckIn)
    )


def remind(month: dt.date, today: dt.date) -> int:
    """Remind those within reach who have not answered, of each reminder once. Returns how many."""
    number = rules.reminders_due(month, today)
    found = queries.to_remind(month, number, AT_ONCE) if number else []
    mailed = queries.recipients({row.group_id for row in found})
    for row in found:
        row.reminders = number
        letters.mail(row, mailed.get(row.group_id, ()), number)
    return len(found)


def send_again(checkin_id: UUID, code: str) -> int:
    """Mail the link anew to those who answer for the group. Returns how many. Raises NotFound, and Refusal once it is closed."""
    row = queries.checkin(checkin_id, code)
    if not rules.is_open(row.month, day_of(now())):
        raise Refusal(_("The month is closed for the link. Fill it in here."))
    mailed = queries.recipients([row.group_id]).get(row.group_id, ())
    letters.mail(row, mailed, int(now().timestamp()))
    return len(mailed)


def _put_lines(row: CheckIn) -> None:
    """A line for each session that is planned or recorded, and one in the month for each activity that is one to one."""
    known = kinds()
    for activity in queries.running(row.municipality_code, row.group_id, row.month):
        code, matches = row.municipality_code, known[activity.activity_type].counting == ONE_TO_ONE
        recorded = queries.sessions_between([activity.id], code, month_before(row.month), month_after(row.month))
        earlier = [each for each in recorded if each.held_on < row.month and not each.cancelled]
        before = _numbers(earlier[-1]) if earlier else {}
        days: dict[dt.date, int | None] = {} if matches else dict(queries.planned(activity, row.month))
        done = {each.held_on: each for each in recorded if each.held_on >= row.month}
        if matches and not done:
            days = {min(row.month.replace(day=rules.ASKED_ON), activity.ends_on or dt.date.max): None}
        for day in sorted(days.keys() | done.keys()):
            if activity.starts_on <= day and (activity.ends_on is None or day <= activity.ends_on):
                db.session.add(_line(row, activity, day, days.get(day), before, done.get(day)))
    db.session.flush()


def _line(
    row: CheckIn,
    activity: Activity,
    day: dt.date,
    minutes: int | None,
    before: Mapping[str, Any],
    session: ActivitySession | None = None,
) -> CheckInLine:
    return CheckInLine(
        municipality_code=row.municipality_code,
        id=uuid7(),
        checkin_id=row.id,
        activity_id=activity.id,
        held_on=day,
        minutes=minutes or before.get("minutes"),
        before=dict(before),
        answer=_as_answer(session) if session else {},
        session_id=session.id if session else None,
    )


def _numbers(session: ActivitySession) -> dict[str, Any]:
    """The numbers of a session that another month can begin with."""
    found = {name: getattr(session, name) for name in TAKEN_OVER}
    return {name: value for name, value in found.items() if value is not None}


def _as_answer(session: ActivitySession) -> dict[str, Any]:
    """A session as the answer that it would have been."""
    if session.cancelled:
        return {"state": Outcome.CANCELLED.value, "cancelled_why": session.cancelled_why or None}
    told = {"state": Outcome.HELD.value, **{name: getattr(session, name) for name in NUMBERS}}
    return told | ({MUNICIPALITIES: rules.people(session.by_municipality)} if session.by_municipality else {})


def keep_draft(checkin_id: UUID, typed: Mapping[str, str]) -> CheckIn:
    """Keep what is typed and not sent, whatever it is, so that it is there on the next screen. Raises NotFound, Invalid for too much."""
    row = queries.checkin(checkin_id, lock=True)
    if sum(len(name) + len(value) for name, value in typed.items()) > MOST_TYPED:
        raise Invalid({"_schema": [_("Write at most %(most)s characters.", most=MOST_TYPED)]})
    row.draft, row.saved_at = {name: value.replace("\x00", "") for name, value in typed.items()}, now()
    return row


def add_line(checkin_id: UUID, activity_id: UUID, day: dt.date) -> CheckInLine:
    """Add a day that an activity of the group's was held. Raises NotFound, Invalid by field, and Conflict for a day that is there."""
    row = queries.checkin(checkin_id, lock=True)
    activity = next(
        (each for each in queries.running(row.municipality_code, row.group_id, row.month) if each.id == activity_id),
        None,
    )
    if activity is None:
        raise Invalid({"activity_id": [_("Choose one of the options.")]})
    if not row.month <= day < month_after(row.month):
        raise Invalid({"held_on": [_("Choose a day in the month.")]})
    if wrong := faults.of_day(activity, day):
        raise Invalid(wrong)
    found = [line.row for line in queries.lines(row) if line.row.activity_id == activity_id]
    if day in {line.held_on for line in found}:
        message = _("The day is on the list already.")
        raise Conflict(message, {"held_on": [message]})
    line = _line(row, activity, day, found[0].minutes if found else None, found[0].before if found else {})
    db.session.add(line)
    db.session.flush()
    return line


def as_sent(row: CheckIn, found: Sequence[LineToAnswer]) -> dict[str, Any]:
    """What has been sent of a check-in, as its form has it: nothing of what is blank, as the form is to weigh little."""
    told = {line.key: {name: value for name, value in line.row.answer.items() if value is not None} for line in found}
    return {key: answer for key, answer in told.items() if answer} | stories.as_sent(row)


def answer(
    checkin_id: UUID, told: Mapping[UUID, Mapping[str, Any]], story: Mapping[str, Any], seen: Seen = WHATEVER
) -> CheckIn:
    """Take an answer: what is told of each line, by its id, and a story. Lines left out stay as they were.

    The sessions are recorded by a worker within seconds. Raises NotFound, Changed when another has sent since, and Invalid by field,
    a line's fields after its key.
    """
    row = queries.checkin(checkin_id, lock=True)
    found = queries.lines(row)
    seen.still(as_sent(row, found))
    by_id = {line.row.id: line for line in found}
    if told.keys() - by_id.keys():
        raise Invalid({"lines": [_("Choose one of the options.")]})
    if errors := wrong(found, told) | stories.wrong(story):
        raise Invalid(errors)
    for key, given in told.items():
        by_id[key].row.answer = _kept(given, by_id[key].row.answer)
    stories.put(row, story)
    row.draft, row.answered_at, row.answered_by = {}, now(), present().person_id
    leases.again(row)
    waking.wake(JOB, row.municipality_code, str(row.id))
    counted = sum(bool(line.row.answer) for line in by_id.values())
    note("checkin.answered", f"checkin:{row.id}", row.municipality_code, lines=counted, of=len(by_id))
    return row


def wrong(found: Sequence[LineToAnswer], told: Mapping[UUID, Mapping[str, Any]]) -> dict[str, list[str]]:
    """What is wrong with what is told of lines, by field, after the line's key."""
    by_id = {line.row.id: line for line in found}
    return {
        f"{by_id[key].key}-{name}": messages
        for key, given in told.items()
        for name, messages in _wrong(by_id[key], given).items()
    }


def _kept(given: Mapping[str, Any], before: Mapping[str, Any]) -> dict[str, Any]:
    """What is told of a line as it is kept. That where participants came from is told no more is kept too, so that it is recorded."""
    if not given["state"]:
        return {}
    kept = {name: value for name, value in given.items() if value is not None and name != MUNICIPALITIES}
    counted = given.get(MUNICIPALITIES) or {}
    if any(counted.values()) and given["state"] == Outcome.HELD:
        return kept | {MUNICIPALITIES: dict(counted)}
    return kept | ({MUNICIPALITIES: {}} if MUNICIPALITIES in before else {})


def _wrong(line: LineToAnswer, given: Mapping[str, Any]) -> dict[str, list[str]]:
    """What is wrong with what is told of a line."""
    needed = _("Fill in this field.")
    if not given["state"]:
        told = any(given.get(name) for name in (*NUMBERS, MUNICIPALITIES) if name not in BESIDE)
        return {"state": [needed]} if told else {}
    if given["state"] == Outcome.CANCELLED:
        return {}
    if line.row.held_on > day_of(now()):
        return {"state": [_("The day has not come yet.")]}
    blank = [name for name in rules.numbers_needed(line.matches, given) if given.get(name) is None]
    errors = {name: [needed] for name in blank}
    if not blank:
        errors |= faults.of_parts(whole(given, None, None))
        errors |= _wrong_municipalities(line, given)
    return errors


def _wrong_municipalities(line: LineToAnswer, given: Mapping[str, Any]) -> dict[str, list[str]]:
    counted = given.get(MUNICIPALITIES) or {}
    if not any(counted.values()):
        return {}
    whole = Counts(adults=given.get("adults") or 0, children=given.get("children") or 0)
    if adds_up(of_people(whole.adults, counted), whole, line.serves):
        return {}
    if set(counted) - set(line.serves):
        message = _("The participants by municipality must add up to all participants, in the municipalities served.")
    else:
        message = _(
            "The numbers by municipality come to %(sum)s, and there were %(people)s participants. Mend one of them.",
            sum=sum(counted.values()),
            people=whole.adults + whole.children,
        )
    return {MUNICIPALITIES: [message]}
