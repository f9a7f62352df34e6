"""A month as a calendar. Plain values in, plain values out."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from uuid import UUID

from tenants.calendar import month_after


@dataclass(frozen=True, slots=True)
class CalendarEntry:
    """One time in the calendar."""

    day: dt.date
    starts: dt.time | None
    ends: dt.time | None
    minutes: int | None
    activity_id: UUID
    municipality_code: str
    name: str
    place: str
    group: str
    standing: str

    @property
    def order(self) -> tuple[dt.date, dt.time, str, UUID]:
        """Where it stands among others: what has no time first."""
        return self.day, self.starts or dt.time(), self.name, self.activity_id


@dataclass(frozen=True, slots=True)
class CalendarDay:
    """A day of the month: what meets, and why it may be empty."""

    date: dt.date
    entries: tuple[CalendarEntry, ...]
    holiday: str
    school_break: str


def month_of(
    month: dt.date, entries: Iterable[CalendarEntry], holidays: Mapping[dt.date, str], breaks: Mapping[dt.date, str]
) -> list[CalendarDay]:
    """The days of a month with what meets on each, in the order of the clock."""
    by_day: dict[dt.date, list[CalendarEntry]] = {}
    for entry in sorted(entries, key=lambda entry: entry.order):
        by_day.setdefault(entry.day, []).append(entry)
    return [
        CalendarDay(day, tuple(by_day.get(day, ())), holidays.get(day, ""), breaks.get(day, ""))
        for day in (month + dt.timedelta(days=n) for n in range((month_after(month) - month).days))
    ]
