"""When an activity meets: a rule of RFC 5545, kept as text, and the days that follow from it. Plain values in and out.

Times are the clock on the wall in Denmark: what meets at 19:00 does so on both sides of a change of clocks, since a day and a time
are kept and never a moment. Only a part of the standard is taken, the part that a form can say and a reader can read: every so
many weeks on some weekdays, or every so many months on the first to fourth or last of a weekday or on a day of the month. A rule never
holds its own end: the days that it runs say that, and so the two cannot disagree.
"""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass, field, replace
from math import ceil

from dateutil.rrule import MONTHLY, WEEKLY, rrule, weekday

from tenants.calendar import month_after
from tenants.stored import Unreadable

WEEKDAYS = ("MO", "TU", "WE", "TH", "FR", "SA", "SU")
NTHS = (1, 2, 3, 4, -1)
MOST_EVERY = 12
LAST_DAY_OF_EVERY_MONTH = 28  # a rule for the 30th would be silent in February, and nobody would know why


@dataclass(frozen=True, slots=True)
class Rule:
    """A rule as values. Weekly where both `nths` and `month_day` are empty, else monthly."""

    every: int  # weeks or months
    days: tuple[int, ...] = ()  # weekdays, Monday is 0
    nths: tuple[int, ...] = ()  # which of that weekday in the month; -1 is the last
    month_day: int | None = None

    @property
    def weekly(self) -> bool:
        """Whether weeks are counted, and not months."""
        return not self.nths and self.month_day is None

    def __str__(self) -> str:
        every = f";INTERVAL={self.every}" if self.every > 1 else ""
        if self.month_day is not None:
            return f"FREQ=MONTHLY{every};BYMONTHDAY={self.month_day}"
        days = [f"{nth or ''}{WEEKDAYS[day]}" for day in self.days for nth in self.nths or (0,)]
        return f"FREQ={'WEEKLY' if self.weekly else 'MONTHLY'}{every};BYDAY={','.join(days)}"

    def begins(self, day: dt.date) -> dt.date:
        """The day from which weeks or months are counted when the rule is to hold from `day`: the first that fits, on or after it."""
        each = replace(self, every=1)
        return next(each.days_between(day, day, day + dt.timedelta(days=70)))

    def counted_from(self, anchor: dt.date, day: dt.date) -> dt.date:
        """An anchor on or before `day` that gives the same days as `anchor` does, and goes on in the same step before them."""
        if day >= anchor:
            return anchor
        if self.weekly:
            return anchor - dt.timedelta(weeks=ceil((anchor - day).days / 7 / self.every) * self.every)
        months = (anchor.year - day.year) * 12 + anchor.month - day.month
        return month_after(anchor, -ceil(months / self.every) * self.every)

    def days_between(self, anchor: dt.date, first: dt.date, after: dt.date) -> Iterator[dt.date]:
        """The days from `first` to the day before `after`, counted from `anchor`."""
        start = dt.datetime.combine(self._near(anchor, first), dt.time())
        found = (
            rrule(WEEKLY, dtstart=start, interval=self.every, byweekday=self.days)
            if self.weekly
            else rrule(MONTHLY, dtstart=start, interval=self.every, bymonthday=self.month_day)
            if self.month_day is not None
            else rrule(
                MONTHLY,
                dtstart=start,
                interval=self.every,
                byweekday=[weekday(day, nth) for day in self.days for nth in self.nths],
            )
        )
        for moment in found:
            day = moment.date()
            if day >= after:
                return
            if day >= max(first, anchor):
                yield day

    def _near(self, anchor: dt.date, first: dt.date) -> dt.date:
        """A day to count from that is close to `first` and gives the same days: what began years ago costs no more."""
        if first <= anchor:
            return anchor
        if self.weekly:
            week = anchor - dt.timedelta(days=anchor.weekday())
            return max(anchor, week + dt.timedelta(weeks=(first - week).days // 7 // self.every * self.every))
        months = (first.year - anchor.year) * 12 + first.month - anchor.month
        return max(anchor, month_after(anchor, months // self.every * self.every))


def parse(text: str) -> Rule:
    """The rule that a text is. Raises Unreadable for what is not RFC 5545, and for the parts of it that are not taken."""
    parts = {name: value for name, _, value in (part.partition("=") for part in text.split(";"))}
    every = parts.pop("INTERVAL", "1")
    frequency, days, month_day = parts.pop("FREQ", ""), parts.pop("BYDAY", ""), parts.pop("BYMONTHDAY", "")
    if parts or not re.fullmatch(r"[1-9][0-9]?", every, re.ASCII) or int(every) > MOST_EVERY:
        raise Unreadable(f"no rule that this code reads: {text}")
    if frequency == "MONTHLY" and re.fullmatch(r"[1-9][0-9]?", month_day, re.ASCII) and not days:
        if int(month_day) > LAST_DAY_OF_EVERY_MONTH:
            raise Unreadable(f"no rule that this code reads: {text}")
        return Rule(int(every), month_day=int(month_day))
    pattern = {"WEEKLY": r"()(MO|TU|WE|TH|FR|SA|SU)", "MONTHLY": r"([1-4]|-1)(MO|TU|WE|TH|FR|SA|SU)"}.get(frequency, "")
    found = [re.fullmatch(pattern, day, re.ASCII) for day in days.split(",")]
    if month_day or not pattern or not all(found):
        raise Unreadable(f"no rule that this code reads: {text}")
    pairs = {(int(match[1] or 0), WEEKDAYS.index(match[2])) for match in found if match}
    wanted = tuple(sorted({day for _nth, day in pairs}))
    nths = tuple(nth for nth in NTHS if nth in {nth for nth, _day in pairs})
    if len(pairs) != len(wanted) * max(len(nths), 1):  # "first Monday and second Friday" has no words in the form
        raise Unreadable(f"no rule that this code reads: {text}")
    return Rule(int(every), wanted, nths)


@dataclass(frozen=True, slots=True)
class Schedule:
    """When an activity meets from a day until another, both included; None is without end.

    `extra` are days besides those of the rule, chosen one by one, so that they stand whatever is closed. `left_out` never come.
    """

    valid_from: dt.date
    valid_to: dt.date | None = None
    rule: str = ""  # empty: on the extra days alone
    anchor: dt.date | None = None  # where the counting of weeks or months began, when before `valid_from`
    starts: dt.time | None = None
    minutes: int | None = None
    without_holidays: bool = False
    without_breaks: bool = False
    extra: frozenset[dt.date] = field(default_factory=frozenset)
    left_out: frozenset[dt.date] = field(default_factory=frozenset)


@dataclass(frozen=True, slots=True, order=True)
class Occurrence:
    """One time that an activity is to meet."""

    day: dt.date
    starts: dt.time | None = None
    minutes: int | None = None

    @property
    def ends(self) -> dt.time | None:
        """The time on the wall when it ends, where both are known."""
        if self.starts is None or self.minutes is None:
            return None
        return (dt.datetime.combine(self.day, self.starts) + dt.timedelta(minutes=self.minutes)).time()


def occurrences(
    schedule: Schedule, first: dt.date, after: dt.date, *, closed: Collection[dt.date] = ()
) -> list[Occurrence]:
    """The times from `first` to the day before `after`, in order, less the days of the rule that are `closed`."""
    first = max(first, schedule.valid_from)
    if schedule.valid_to is not None:
        after = min(after, schedule.valid_to + dt.timedelta(days=1))
    if first >= after:
        return []
    days = {day for day in schedule.extra if first <= day < after}
    if schedule.rule:
        rule = parse(schedule.rule)
        anchor = schedule.anchor or rule.begins(schedule.valid_from)
        days |= set(rule.days_between(anchor, first, after)).difference(closed)
    return [Occurrence(day, schedule.starts, schedule.minutes) for day in sorted(days - schedule.left_out)]


def current_of(schedules: Sequence[Schedule], day: dt.date) -> Schedule | None:
    """The schedule that holds on a day; before the first one that, and after the last one none."""
    return next((each for each in schedules if each.valid_to is None or day <= each.valid_to), None)
