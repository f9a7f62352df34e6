"""When the activities of the plan meet, and how many come. Plain values in and out; nothing here is by chance.

Every count comes from a seed of its own, so that the same plan gives the same figures for a month that lies equally far back.
"""

from __future__ import annotations

import datetime as dt
import random
from dataclasses import dataclass, replace
from typing import Any

from service.activity.activities import non_working_days
from service.activity.activities.recurrence import Rule, Schedule, occurrences
from service.activity.activities.rules import Counts
from service.desk.demo.plan import PlannedActivity
from tenants.calendar import first_of, month_after, months_back
from tenants.scope import Every

MONTHS_BACK = 13  # how far back sessions reach, before the present month
LAGGING = 0.8  # a municipality that holds fewer of its sessions than this does not grow either
# What goes on in July, as people are there whether schools are open or not; all else pauses.
IN_JULY = frozenset(
    {
        "language_cafe",
        "volunteer_advice",
        "network_family",
        "social_event",
        "cycling_course",
        "companion",
        "everyday_interpreter",
    }
)
CANCELLED = ("volunteers", "participants", "premises", "weather")
WITH_SCHOOL = frozenset({"homework_help", "leisure_support"})
MATCHED = frozenset({"network_family", "mentor"})
ASKS_WOMEN_MEN = frozenset({"language_cafe", "job_club"})
FRIDAY = 4
EPOCH = dt.date(2020, 2, 1)  # from which every other week and every third month are counted
AT = {  # when on a weekday each type begins; the others at 19
    "homework_help": dt.time(15),
    "leisure_support": dt.time(16),
    "children_youth_group": dt.time(15, 30),
    "volunteer_advice": dt.time(16, 30),
    "companion": dt.time(10),
    "everyday_interpreter": dt.time(10),
    "womens_activity": dt.time(17),
}


@dataclass(frozen=True, slots=True, kw_only=True)
class DemoSession(Counts):
    """One session as it is recorded. A cancelled one counts nothing."""

    held_on: dt.date
    cancelled: bool = False
    cancelled_why: str = ""
    minutes: int | None = None


def rhythm(activity: PlannedActivity) -> Schedule:
    """When an activity of the plan meets: its rhythm, less holidays and, where it pauses with the schools, their breaks."""
    nths: tuple[int, ...] = ()
    every = 1
    match activity.frequency.every:
        case Every.FORTNIGHT:
            every = 2
        case Every.MONTH:
            nths = (2,) if activity.frequency.times == 1 else (1, 3)
        case Every.QUARTER if activity.frequency.times == 1:
            nths, every = (2,), 3
        case _:
            pass  # every week, also what is promised as so many times over a longer span
    weekend = min(activity.days) > FRIDAY
    return Schedule(
        valid_from=EPOCH,
        rule=str(Rule(every, activity.days, nths)),
        starts=dt.time(13) if weekend else AT.get(activity.activity_type, dt.time(19)),
        minutes=activity.minutes,
        without_holidays=True,
        without_breaks=activity.activity_type in WITH_SCHOOL or activity.activity_type not in IN_JULY,
    )


def schedule_of(activity: PlannedActivity, starts_on: dt.date) -> dict[str, Any]:
    """The schedule of an activity that begins on a day, as it is sent: from its first time on, so that the weeks come out the same."""
    found = rhythm(activity)
    first = occurrences(found, starts_on, starts_on + dt.timedelta(days=200))[0].day
    sent = {name: getattr(found, name) for name in ("rule", "starts", "minutes", "without_holidays", "without_breaks")}
    return {**sent, "extra": (), "left_out": (), "valid_from": first, "recount": False}


def session_days(activity: PlannedActivity, month: dt.date) -> list[dt.date]:
    """The days of a month on which an activity is planned."""
    found, after = rhythm(activity), month_after(month)
    return [
        day.day for day in occurrences(found, month, after, closed=non_working_days.days_of("", found, month, after))
    ]


def sessions(activity: PlannedActivity, code: str, pace: float, today: dt.date) -> list[DemoSession]:
    """The sessions of an activity in a municipality from thirteen months before today's month to the day before today."""
    months = months_back(first_of(today), MONTHS_BACK + 1)
    found = []
    for number, month in enumerate(months):
        # Seeded by how far back the month is, so that the figures do not depend on when the data is loaded.
        chance = random.Random(f"{code}/{activity.name}/{activity.place}/{len(months) - number}")  # noqa: S311 - not for secrets
        growth = 0.9 if pace < LAGGING else 0.86 + 0.02 * number
        for day in session_days(activity, month):
            counted = _counted(activity, day, pace, growth, chance)
            if counted is not None and day < today:
                found.append(_matched(activity, counted, number) if activity.activity_type in MATCHED else counted)
    return found


def _matched(activity: PlannedActivity, counted: DemoSession, number: int) -> DemoSession:
    """A session with its pairs: one more every other month."""
    if counted.cancelled:
        return counted
    first = counted.held_on.day <= (7 if activity.frequency.every is Every.WEEK else 14)
    return replace(
        counted,
        active_matches=activity.adults + number // 2,
        new_matches=1 if first and number and not number % 2 else 0,
        ended_matches=0,
        waiting=3 + number % 4,
    )


def _counted(
    activity: PlannedActivity, day: dt.date, pace: float, growth: float, chance: random.Random
) -> DemoSession | None:
    held, told, more, less = chance.random(), chance.random(), chance.gauss(1, 0.17), chance.gauss(1, 0.17)
    if held > pace:
        why = CANCELLED[day.day % len(CANCELLED)]
        return DemoSession(held_on=day, cancelled=True, cancelled_why=why) if told < 0.6 else None
    volunteers = max(1, round(activity.volunteers * less))
    adults = max(1, round(activity.adults * growth * more)) if activity.adults else 0
    children = max(1, round(activity.children * growth * less)) if activity.children else 0
    asked = activity.activity_type in ASKS_WOMEN_MEN
    return DemoSession(
        held_on=day,
        minutes=activity.minutes,
        volunteers=volunteers,
        volunteer_minutes=volunteers * activity.minutes,
        adults=adults,
        children=children,
        new_faces=min(adults + children, int(told * 3)),
        women=adults - adults // 3 if asked else None,
        men=adults // 3 if asked else None,
    )
