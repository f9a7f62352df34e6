"""A feed's file, read by another's library, holds the same times as our own page."""

from __future__ import annotations

import datetime as dt
from typing import Any

from dateutil.rrule import rruleset, rrulestr
from hypothesis import given
from hypothesis import strategies as st
from icalendar import Calendar, Timezone, vRecur

from service.activity.activities.recurrence import Occurrence, Schedule, occurrences
from service.activity.calendars.ics import Listed, calendar_file
from tenants.calendar import DENMARK
from tests.activity.activities.test_recurrence import schedules

STAMP = dt.datetime(2026, 1, 1, tzinfo=dt.UTC)


def listed(*rows: tuple[Schedule, frozenset[dt.date]], name: str = "Café") -> Listed:
    return Listed("u", name, "Huset", "Sprogcafé", "", STAMP, rows)


def times_in(content: bytes) -> list[tuple[dt.date, dt.time | None]]:
    """The days and times of a file, worked out from its own rules by nothing of ours."""
    found = []
    for event in Calendar.from_ical(content).walk("VEVENT"):
        start = event.decoded("dtstart")
        moments = rruleset()
        first = start if isinstance(start, dt.datetime) else dt.datetime.combine(start, dt.time())
        moments.rdate(first)
        if "rrule" in event:
            text = vRecur(event["rrule"]).to_ical().decode()
            moments.rrule(rrulestr(text, dtstart=first))
        left_out = event.get("exdate", [])
        for group in left_out if isinstance(left_out, list) else [left_out]:
            for day in group.dts:
                given = day.dt
                moments.exdate(given if isinstance(given, dt.datetime) else dt.datetime.combine(given, dt.time()))
        for moment in moments:
            timed = isinstance(start, dt.datetime)
            found.append((moment.date(), moment.timetz().replace(tzinfo=None) if timed else None))
            assert not timed or moment.tzinfo is not None
    return sorted(found, key=lambda each: (each[0], each[1] or dt.time()))


def ours(times: list[Occurrence]) -> list[tuple[dt.date, dt.time | None]]:
    return [(time.day, time.starts) for time in times]


@given(schedules(), st.sets(st.integers(0, 600), max_size=20), st.integers(-100, 400), st.booleans())
def test_read_back_it_holds_the_same_times(schedule: Schedule, shut: set[int], skip: int, timed: bool) -> None:
    if not timed:
        schedule = Schedule(**{**_parts(schedule), "starts": None})
    first = schedule.valid_from + dt.timedelta(days=skip)
    after = first + dt.timedelta(days=500)
    closed = frozenset(schedule.valid_from + dt.timedelta(days=n) for n in shut)
    content = calendar_file("Kalender", [listed((schedule, closed))], first, after)
    assert times_in(content) == ours(occurrences(schedule, first, after, closed=closed))


def _parts(schedule: Schedule) -> dict[str, Any]:
    return {name: getattr(schedule, name) for name in Schedule.__dataclass_fields__}


def test_a_week_of_the_change_stays_at_seven() -> None:
    schedule = Schedule(dt.date(2026, 10, 1), rule="FREQ=WEEKLY;BYDAY=TU", starts=dt.time(19), minutes=90)
    content = calendar_file("K", [listed((schedule, frozenset()))], dt.date(2026, 10, 1), dt.date(2027, 5, 1))
    assert {time for _day, time in times_in(content)} == {dt.time(19)}
    events = Calendar.from_ical(content).walk("VEVENT")
    assert len(events) == 1
    assert events[0].decoded("dtstart").tzinfo.key == DENMARK.key
    told = Calendar.from_ical(content).walk("VTIMEZONE")[0]
    assert isinstance(told, Timezone)
    zone = told.to_tz()
    for day in (dt.date(2026, 10, 20), dt.date(2026, 10, 27), dt.date(2027, 3, 23), dt.date(2027, 3, 30)):
        moment = dt.datetime.combine(day, dt.time(19))
        assert moment.replace(tzinfo=zone).utcoffset() == moment.replace(tzinfo=DENMARK).utcoffset(), day


def test_texts_are_text_and_the_same_file_comes_twice() -> None:
    name = "Kaffe; te, og\nBEGIN:VEVENT\\n"
    schedule = Schedule(dt.date(2026, 10, 1), rule="FREQ=WEEKLY;BYDAY=TU", starts=dt.time(19))
    rows = [listed((schedule, frozenset()), name=name)]
    content = calendar_file("K", rows, dt.date(2026, 10, 1), dt.date(2026, 12, 1))
    events = Calendar.from_ical(content).walk("VEVENT")
    assert [str(event["summary"]) for event in events] == [name]
    assert content == calendar_file("K", rows, dt.date(2026, 10, 1), dt.date(2026, 12, 1))
    assert all(len(line) <= 75 for line in content.split(b"\r\n"))
