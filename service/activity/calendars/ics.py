"""Activities as an iCalendar file (RFC 5545), which calendar programs read. No person is in it.

A rule goes out as a rule, with the days left out beside it, so that a program shows one series and not a hundred meetings; times
carry the zone of Denmark, so that they stay the clock on the wall. The same activities give the same bytes.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Collection, Iterable, Iterator, Sequence
from dataclasses import dataclass

from icalendar import Calendar, Event, Timezone, vRecur

from service.activity.activities.recurrence import Occurrence, Schedule, occurrences
from tenants.calendar import DENMARK

REFRESH = dt.timedelta(hours=1)
# Denmark's changes of clocks by the European rule, as programs read them.
ZONE = """BEGIN:VTIMEZONE
TZID:Europe/Copenhagen
BEGIN:DAYLIGHT
DTSTART:19960331T020000
TZNAME:CEST
TZOFFSETFROM:+0100
TZOFFSETTO:+0200
RRULE:FREQ=YEARLY;BYMONTH=3;BYDAY=-1SU
END:DAYLIGHT
BEGIN:STANDARD
DTSTART:19961027T030000
TZNAME:CET
TZOFFSETFROM:+0200
TZOFFSETTO:+0100
RRULE:FREQ=YEARLY;BYMONTH=10;BYDAY=-1SU
END:STANDARD
END:VTIMEZONE
""".replace("\n", "\r\n")


@dataclass(frozen=True, slots=True)
class Listed:
    """An activity in a feed: what a program shows of it, and when it meets; `closed` are the days that each schedule leaves out."""

    uid: str
    name: str
    place: str
    about: str
    url: str
    stamp: dt.datetime
    schedules: tuple[tuple[Schedule, frozenset[dt.date]], ...]


def calendar_file(title: str, rows: Iterable[Listed], first: dt.date, after: dt.date) -> bytes:
    """What meets from `first` to the day before `after` as a file."""
    found = Calendar()
    found.add("prodid", "-//DRC Frivillig//Partnerskab//DA")
    found.add("version", "2.0")
    found.add("calscale", "GREGORIAN")
    found.add("method", "PUBLISH")
    found.add("name", title)
    found.add("x-wr-calname", title)
    found.add("x-wr-timezone", DENMARK.key)
    found.add("refresh-interval", REFRESH, parameters={"VALUE": "DURATION"})
    found.add("x-published-ttl", "PT1H")
    found.add_component(Timezone.from_ical(ZONE))
    for row in rows:
        for schedule, closed in row.schedules:
            for event in _events(row, schedule, occurrences(schedule, first, after, closed=closed)):
                found.add_component(event)
    content: bytes = found.to_ical()
    return content


def _events(row: Listed, schedule: Schedule, times: Sequence[Occurrence]) -> Iterator[Event]:
    """The days of the rule as one series, and each day besides it as an event of its own: not every program reads lists of such days."""
    days = [time.day for time in times]
    plain = Schedule(schedule.valid_from, schedule.valid_to, schedule.rule, schedule.anchor)
    after = days[-1] + dt.timedelta(days=1) if days else schedule.valid_from
    by_rule = {time.day for time in occurrences(plain, days[0], after)} if days and schedule.rule else set()
    series = [day for day in days if day in by_rule]
    if series:
        yield _series(row, schedule, series, by_rule)
    for day in days:
        if day not in by_rule:
            yield _event(row, schedule, day, f"{day:%Y%m%d}-ekstra")


def _series(row: Listed, schedule: Schedule, days: Sequence[dt.date], by_rule: Collection[dt.date]) -> Event:
    """A series from the first day that it is held: the weeks and months between are counted from there, and come out the same."""
    event = _event(row, schedule, days[0], f"{schedule.valid_from:%Y%m%d}")
    if len(days) == 1:
        return event
    until = _at(days[-1], schedule)
    rule = vRecur.from_ical(schedule.rule)
    rule["UNTIL"] = [until.astimezone(dt.UTC) if isinstance(until, dt.datetime) else until]
    event.add("rrule", rule)
    kept = set(days)
    if left_out := [_at(day, schedule) for day in sorted(by_rule) if day not in kept and day > days[0]]:
        event.add("exdate", left_out, parameters={} if schedule.starts else {"VALUE": "DATE"})
    return event


def _event(row: Listed, schedule: Schedule, day: dt.date, key: str) -> Event:
    event = Event()
    event.add("uid", f"{row.uid}-{key}@partnerskab")
    event.add("dtstamp", row.stamp)
    event.add("summary", row.name)
    event.add("location", row.place)
    event.add("description", row.about)
    if row.url:
        event.add("url", row.url)
    event.add("transp", "TRANSPARENT")  # it is to be seen, and blocks nobody's day
    event.add("dtstart", _at(day, schedule))
    if schedule.starts is not None and schedule.minutes is not None:
        event.add("duration", dt.timedelta(minutes=schedule.minutes))
    return event


def _at(day: dt.date, schedule: Schedule) -> dt.date | dt.datetime:
    return day if schedule.starts is None else dt.datetime.combine(day, schedule.starts, DENMARK)
