"""When a check-in is asked for, reminded of and due, and what of it is missing. Plain values in, plain values out."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import Any
from uuid import UUID

from service.activity.activities.measures import BY_CODE, CHECKIN, Measure, Together, told_together
from tenants.calendar import first_of, month_after, month_before

PARTICIPANTS = told_together(Together.PARTICIPANTS)
PURPOSE = "checkin"
LINK_DAYS = 30  # how old a link may be; a new one can be sent
ASKED_ON = 25  # of the month itself
REMINDED_ON = (1, 3)  # of the month after
CLOSED_AFTER = 5  # of the month after, the day included: what is sent until then is in the month's statement
OPEN_MONTHS = 2  # from the first of the month: so long the link takes answers, late ones too

ASKED = tuple(BY_CODE[code] for code in sorted(CHECKIN, key=lambda code: CHECKIN[code].place))
NUMBERS = ("minutes", *CHECKIN)  # what is told of a session in numbers
BESIDE = frozenset({"minutes", "waiting"})  # of those, what does not say that it was held
# What another month can begin with. Who was new is not new again; and women and men stand in the fold, where nobody looks, and do not
# fit once the adults are mended.
TAKEN_OVER = ("minutes", *(code for code, asked in CHECKIN.items() if asked.carried))
EACH = ("state", "cancelled_why", *NUMBERS)  # what is asked of a session
MUNICIPALITIES = "municipalities"  # asked besides, where it serves several: how many participants came from each


class CheckInState(StrEnum):
    """How far a check-in has come."""

    WAITING = "waiting"
    PARTLY = "partly"
    ANSWERED = "answered"


class Lateness(StrEnum):
    """What becomes of an answer that is sent now."""

    IN_TIME = "in_time"  # it is in the month's statement
    OVERDUE = "overdue"  # it is in it only if that has not been issued by then
    LATE = "late"  # the statement is issued: it is told of as a late entry


@dataclass(frozen=True, slots=True)
class GroupAnswer:
    """What a group that was asked of a month in a municipality has told so far. `types` are those of what it runs there."""

    municipality_code: str
    checkin_id: UUID
    group_id: UUID
    group_name: str
    types: tuple[str, ...]
    reported: bool  # it has sent an answer
    whole: bool  # of each of its days, and all of it is recorded


class Outcome(StrEnum):
    """What a line says: the session was held, or cancelled."""

    HELD = "held"
    CANCELLED = "cancelled"


def months_to_ask(today: dt.date) -> list[dt.date]:
    """The months whose check-ins must have been asked for by now: this one from the 25th, the one before while its answers are in time."""
    this = first_of(today)
    months = [month_before(this)] if today.day <= CLOSED_AFTER else []
    return [*months, this] if today.day >= ASKED_ON else months


def closes_on(month: dt.date) -> dt.date:
    """The last day on which an answer of a month is in time: it is in the month's statement."""
    return month_after(month).replace(day=CLOSED_AFTER)


def in_time(month: dt.date, today: dt.date) -> bool:
    """Whether an answer of a month is in time. One that comes later is taken as well, and is late once the statement is issued."""
    return today <= closes_on(month)


def lateness(month: dt.date, closed: bool, today: dt.date) -> Lateness:
    """What becomes of an answer that is sent today, of a month that is `closed` for its municipality or not."""
    if closed:
        return Lateness.LATE
    return Lateness.IN_TIME if in_time(month, today) else Lateness.OVERDUE


def last_day(month: dt.date) -> dt.date:
    """The last day of a month."""
    return month_after(month) - dt.timedelta(days=1)


def is_open(month: dt.date, today: dt.date) -> bool:
    """Whether a month's check-in takes an answer by its link, late or not."""
    return today < month_after(month, OPEN_MONTHS)


def reminders_due(month: dt.date, today: dt.date) -> int:
    """How many reminders of a month's check-in are due by today; none once its answers are late."""
    if not in_time(month, today):
        return 0
    return sum(today >= month_after(month).replace(day=day) for day in REMINDED_ON)


def numbers_needed(matches: bool, told: Mapping[str, Any]) -> tuple[str, ...]:
    """What must be told of a session that was held: who came, or how many matches are active."""
    return ("active_matches",) if matches and told.get("adults") is None else ("volunteers", "adults")


def folded(measure: Measure, whole: bool) -> bool:
    """Whether a measure is asked for in the fold: few tell it, or the line stands for a month as a `whole`, where pairs come first."""
    return CHECKIN[measure.code].folded or (whole and measure.code in PARTICIPANTS)


def people(counted: Mapping[str, Sequence[int]]) -> dict[str, int]:
    """Participants by municipality, of adults and children by municipality."""
    return {code: sum(pair) for code, pair in counted.items()}


def missing(held_on: dt.date, answer: Mapping[str, Any], today: dt.date) -> bool:
    """Whether a session that should have been told of by today has not been."""
    return held_on <= today and not answer.get("state")


def state(
    answers: Iterable[tuple[dt.date, Mapping[str, Any]]], sent: bool, month: dt.date, today: dt.date
) -> CheckInState:
    """How far a check-in has come: `answers` are its days with what is told of each."""
    if not sent:
        return CheckInState.WAITING
    last = max(today, last_day(month))  # days to come will want an answer too
    return CheckInState.PARTLY if any(missing(day, told, last) for day, told in answers) else CheckInState.ANSWERED


def as_planned(line: Mapping[str, Any], minutes: int | None) -> dict[str, Any]:
    """A line that nothing is told of, held as planned; another stays as it is."""
    if line.get("state"):
        return dict(line)
    return {
        **line,
        "state": Outcome.HELD.value,
        **({"minutes": minutes} if minutes and not line.get("minutes") else {}),
    }


def as_before(line: Mapping[str, Any], before: Mapping[str, Any]) -> dict[str, Any]:
    """A line with the numbers of last month where it has none; a cancelled one stays as it is.

    Where participants came from is no part of it: it would not add up once a number is mended, and nobody counted it this time.
    """
    if line.get("state") == Outcome.CANCELLED or not before:
        return dict(line)
    blanks = {name: value for name, value in before.items() if line.get(name) in (None, "")}
    return {**line, **blanks, "state": Outcome.HELD.value}
