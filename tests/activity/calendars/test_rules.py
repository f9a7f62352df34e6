"""A month as a calendar."""

from __future__ import annotations

import datetime as dt
from uuid import UUID

from service.activity.calendars.rules import CalendarDay, CalendarEntry, month_of

FIRST, LAST = dt.date(2027, 2, 1), dt.date(2027, 2, 28)


def entry(day: dt.date, starts: dt.time | None, name: str, activity: int = 1) -> CalendarEntry:
    return CalendarEntry(day, starts, None, None, UUID(int=activity), "0580", name, "Huset", "Gruppen", "agreed")


def test_a_month_has_all_its_days_and_each_what_meets_on_it_in_the_order_of_the_clock() -> None:
    late = entry(LAST, dt.time(19), "Sprogcafé")
    early = entry(LAST, dt.time(9, 30), "Strik")
    twin = entry(LAST, dt.time(19), "Sprogcafé", activity=0)
    other = entry(LAST, dt.time(19), "Lektiehjælp", activity=9)
    any_time = entry(LAST, None, "Åbent hus")
    found = month_of(FIRST, [late, early, twin, other, any_time], {LAST: "Fastelavn"}, {FIRST: "Vinterferie"})
    assert [each.date for each in found] == [FIRST + dt.timedelta(days=n) for n in range(28)]
    assert found[0] == CalendarDay(FIRST, (), "", "Vinterferie")
    assert found[1] == CalendarDay(dt.date(2027, 2, 2), (), "", "")
    assert found[-1] == CalendarDay(LAST, (any_time, early, other, twin, late), "Fastelavn", "")
