"""Reads of check-ins, within the reach."""

from __future__ import annotations

import datetime as dt
from collections import Counter
from collections.abc import Collection, Sequence
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from sqlalchemy import Select, and_, func, or_, select

from service.activity.activities import queries as activities
from service.activity.activities import totals
from service.activity.activities.measures import Asked, Measure
from service.activity.activities.models import Activity, ActivitySession, SessionPart
from service.activity.checkins import rules
from service.activity.checkins.models import CheckIn, CheckInLine
from service.activity.checkins.rules import ASKED, GroupAnswer, Lateness, folded
from service.network.networks import queries as networks
from service.network.networks.models import Group
from service.network.networks.rules import GroupStatus
from service.partnership.catalogue.queries import kinds
from service.partnership.catalogue.rules import MeetsChildren
from service.platform.web.finding import find
from service.platform.work import leases
from service.volunteer.volunteers import queries as volunteers
from tenants import periods
from tenants.calendar import month_after, month_before
from tenants.database import db, now
from tenants.models import Municipality
from tenants.scope import Contact

KEY_LETTERS = 6  # of 16: two among sixty lines end alike once in ten thousand check-ins, and are then named in full
ONE_TO_ONE = "matches"  # how the catalogue counts these activities


def checkins(code: str | None = None, month: dt.date | None = None) -> Select[CheckIn]:
    """The check-ins of a municipality, or of all within reach, to be listed by page."""
    query = select(CheckIn)
    if code is not None:
        query = query.where(CheckIn.municipality_code == code)
    return query if month is None else query.where(CheckIn.month == month)


def checkin(checkin_id: UUID, code: str | None = None, *, lock: bool = False) -> CheckIn:
    """The check-in with that id. Raises NotFound when there is none within reach, or in another municipality than `code`."""
    return find(checkins(code).where(CheckIn.id == checkin_id), lock=lock)


def place(row: CheckIn) -> str:
    """The name of the municipality that a check-in is of."""
    return db.session.get_one(Municipality, row.municipality_code).name


def lateness(row: CheckIn, today: dt.date) -> Lateness:
    """What becomes of an answer to a check-in that is sent today."""
    closed = totals.closed_months(row.municipality_code, row.month, row.month)
    return rules.lateness(row.month, bool(closed), today)


def newest_month() -> dt.date | None:
    """The newest month that anybody within reach has been asked of, or None."""
    return db.session.scalar(select(func.max(CheckIn.month)))


@dataclass(frozen=True, slots=True)
class LineToAnswer:
    """A line with what its form needs to know of the activity."""

    row: CheckInLine
    activity: Activity
    matches: bool  # one to one: matches are counted once a month, at the last of its sessions
    whole: bool  # one to one, and this line stands for the month as a whole
    children: bool  # whether children under 15 can take part
    serves: tuple[str, ...]  # where it serves several municipalities: their codes, its own first
    key: str  # what the names of the line's fields begin with: short, as they are most of the page

    @property
    def asked(self) -> tuple[Measure, ...]:
        """The measures that are asked for, in the order of the form."""
        asks = {Asked.ALWAYS: True, Asked.WOMEN_MEN: self.activity.asks_women_men, Asked.MATCHES: self.matches}
        return tuple(each for each in ASKED if asks[each.asked] and (self.children or each.code != "children"))

    @property
    def main(self) -> tuple[Measure, ...]:
        """Those that stand open."""
        return tuple(each for each in self.asked if not folded(each, self.whole))

    @property
    def more(self) -> tuple[Measure, ...]:
        """Those in the fold."""
        return tuple(each for each in self.asked if folded(each, self.whole))


def lines(row: CheckIn) -> list[LineToAnswer]:
    """The lines of a check-in by day."""
    found = db.session.execute(
        select(CheckInLine, Activity)
        .join(
            Activity,
            (Activity.municipality_code == CheckInLine.municipality_code) & (Activity.id == CheckInLine.activity_id),
        )
        .where(CheckInLine.municipality_code == row.municipality_code, CheckInLine.checkin_id == row.id)
        .order_by(CheckInLine.held_on, Activity.name, CheckInLine.id)
    ).all()
    known, days = (
        kinds(),
        {activity.id: [line.held_on for line, each in found if each.id == activity.id] for _line, activity in found},
    )
    keys = _keys([line.id for line, _activity in found])
    one_to_one = {activity.id for _line, activity in found if known[activity.activity_type].counting == ONE_TO_ONE}
    others = activities.all_serve({activity.id: activity for _line, activity in found}.values())
    return [
        LineToAnswer(
            line,
            activity,
            activity.id in one_to_one and line.held_on == days[activity.id][-1],
            activity.id in one_to_one and len(days[activity.id]) == 1,
            known[activity.activity_type].children_under_15 is not MeetsChildren.NO
            or activity.children_under_15
            or bool((line.answer | line.before).get("children")),
            _served(line, others[activity.id]),
            keys[line.id],
        )
        for line, activity in found
    ]


def _served(row: CheckInLine, others: Collection[str]) -> tuple[str, ...]:
    """The municipalities that a line's session serves, those included that were told of before the choice of them changed."""
    codes = {*others, *row.answer.get("municipalities", ())} - {row.municipality_code}
    return (row.municipality_code, *sorted(codes)) if codes else ()


def _keys(ids: Collection[UUID]) -> dict[UUID, str]:
    """A name for each line that it keeps when others are added: the end of its id, which is random, or all of it where two end alike."""
    ends = Counter(key.hex[-KEY_LETTERS:] for key in ids)
    return {key: f"x{end if ends[end] == 1 else key.hex}" for key in ids for end in [key.hex[-KEY_LETTERS:]]}


def running(code: str, group_id: UUID, month: dt.date) -> Sequence[Activity]:
    """What a group runs in a municipality on some day of a month."""
    query = activities.activities(code).where(Activity.group_id == group_id, *_runs(month))
    return db.session.scalars(query.order_by(Activity.name, Activity.id)).all()


def _runs(month: dt.date) -> tuple[Any, ...]:
    return (
        Activity.starts_on < month_after(month),
        or_(Activity.ends_on.is_(None), Activity.ends_on >= month),
    )


def unasked(month: dt.date, most: int) -> list[tuple[str, UUID, str]]:
    """The groups that run something in a month and have not been asked of it: (municipality, group, its name), at most so many."""
    asked = select(CheckIn.id).where(
        CheckIn.municipality_code == Activity.municipality_code,
        CheckIn.group_id == Activity.group_id,
        CheckIn.month == month,
    )
    rows = db.session.execute(
        select(Activity.municipality_code, Activity.group_id, Group.name)
        .join(Group, Group.id == Activity.group_id)
        .where(*_runs(month), Group.status != GroupStatus.CLOSED, ~asked.exists())
        .distinct()
        .order_by(Activity.municipality_code, Activity.group_id)
        .limit(most)
    )
    return [(code, group_id, name) for code, group_id, name in rows if group_id is not None]


def to_remind(month: dt.date, reminders: int, most: int) -> Sequence[CheckIn]:
    """The check-ins of a month that nobody has answered and that fewer reminders have been mailed of, at most so many."""
    query = checkins(month=month).where(CheckIn.answered_at.is_(None), CheckIn.reminders < reminders)
    return db.session.scalars(query.order_by(CheckIn.municipality_code, CheckIn.id).limit(most)).all()


def due() -> list[tuple[str, UUID]]:
    """The check-ins within reach whose sessions are to be recorded: (municipality, id)."""
    rows = db.session.execute(
        select(CheckIn.municipality_code, CheckIn.id)
        .where(leases.is_due(CheckIn, now()))
        .order_by(CheckIn.due_from)
        .limit(500)
    )
    return [(code, key) for code, key in rows]


def sessions_between(
    activity_ids: Collection[UUID], code: str, first: dt.date, after: dt.date
) -> Sequence[ActivitySession]:
    """What is recorded of some activities from a day to the day before another, in order. DRC's and unattended work's alone."""
    query = activities.sessions(code).where(
        ActivitySession.activity_id.in_(activity_ids), ActivitySession.held_on >= first, ActivitySession.held_on < after
    )
    return db.session.scalars(query.order_by(ActivitySession.held_on)).all()


@dataclass(frozen=True, slots=True)
class SoFar:
    """What a group has held in a municipality in a year: times, attendances, and the volunteers' hours."""

    sessions: int
    attendances: int
    volunteer_hours: int


def so_far(row: CheckIn, told: Sequence[LineToAnswer]) -> SoFar:
    """The group's year up to the check-in's month, with what was just sent of that month, recorded or not."""
    part = SessionPart
    counts = db.session.execute(
        select(
            func.count().filter(part.cancelled.is_(False)),
            func.coalesce(func.sum(part.adults + part.children), 0),
            func.coalesce(func.sum(part.volunteer_minutes), 0),
        ).where(
            part.municipality_code == row.municipality_code,
            part.group_id == row.group_id,
            part.held_on >= row.month.replace(month=1),
            part.held_on < row.month,
        )
    ).one()
    held = [line.row.answer for line in told if line.row.answer.get("state") == "held"]
    people = sum((each.get("adults") or 0) + (each.get("children") or 0) for each in held)
    minutes = sum((each.get("minutes") or 0) * (each.get("volunteers") or 0) for each in held)
    return SoFar(counts[0] + len(held), counts[1] + people, (counts[2] + minutes + 30) // 60)


@dataclass(frozen=True, slots=True)
class Recipient:
    """Somebody who answers for a group."""

    name: str
    email: str
    language: str


def recipients(group_ids: Collection[UUID]) -> dict[UUID, list[Recipient]]:
    """Who is mailed of a group's check-in, by group: its contacts, else the address that it has published."""
    found = {
        key: [Recipient(row.name, row.email, row.language) for row in rows]
        for key, rows in volunteers.contacts(group_ids).items()
    }
    published = networks.contacts([key for key, rows in found.items() if not rows])
    return found | {key: [Recipient(row.name, row.email, "da")] for key, row in published.items() if row.email}


def whom_to_call(code: str, day: dt.date) -> Contact | None:
    """DRC's contact by the agreement in force in a municipality, or None."""
    period = periods.in_force(code, day)
    return period.scope.drc_contact if period else None


def answers(month: dt.date, codes: Collection[str]) -> list[GroupAnswer]:
    """What the groups that were asked of a month in these municipalities have told so far, by municipality and name. One query."""
    runs = select(func.array_agg(Activity.activity_type.distinct())).where(
        Activity.municipality_code == CheckIn.municipality_code, Activity.group_id == CheckIn.group_id, *_runs(month)
    )
    untold = select(CheckInLine.id).where(
        CheckInLine.municipality_code == CheckIn.municipality_code,
        CheckInLine.checkin_id == CheckIn.id,
        CheckInLine.answer["state"].astext.is_(None),
    )
    sent, recorded = CheckIn.answered_at.is_not(None), CheckIn.work_state == leases.DONE
    rows = db.session.execute(
        select(
            CheckIn.municipality_code,
            CheckIn.id,
            CheckIn.group_id,
            CheckIn.group_name,
            runs.scalar_subquery(),
            sent,
            and_(sent, recorded, ~untold.exists()),
        )
        .where(CheckIn.month == month, CheckIn.municipality_code.in_(codes))
        .order_by(CheckIn.municipality_code, CheckIn.group_name, CheckIn.id)
    )
    return [
        GroupAnswer(code, key, group_id, name, tuple(sorted(types)), reported, whole)
        for code, key, group_id, name, types, reported, whole in rows
        if types  # else it runs nothing there any more, and owes nothing
    ]


def planned(activity: Activity, month: dt.date) -> list[tuple[dt.date, int | None]]:
    """The days that an activity is to be held in a month, and for how long: by its schedule, else four weeks after the month before."""
    if activities.schedules([activity])[activity.id]:
        times = activities.times_of([activity], month, month_after(month))[activity.id]
        return list({each.day: each.minutes for each in times}.items())
    before = sessions_between([activity.id], activity.municipality_code, month_before(month), month)
    weekly = {day for day, times in Counter(row.held_on.weekday() for row in before).items() if times > 2}
    days = {row.held_on + dt.timedelta(weeks=4): row.minutes for row in before}
    days |= {row.held_on + dt.timedelta(weeks=5): row.minutes for row in before if row.held_on.weekday() in weekly}
    return [(day, days[day]) for day in sorted(days) if month <= day < month_after(month)]
