"""Days on which much is closed: public holidays, by a library, and school breaks, by a reviewed file that is edited as they are set.

A break of one municipality stands instead of the common one of the same name and the same time of year.
"""

from __future__ import annotations

import csv
import datetime as dt
from collections.abc import Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass
from functools import cache, lru_cache
from importlib import resources
from itertools import count, islice

import holidays

from service.activity.activities.recurrence import Schedule

EVES = ((12, 24), (12, 31))  # no public holidays, and nobody meets


@dataclass(frozen=True, slots=True)
class SchoolBreak:
    """A school break: its days, both included. Without a municipality it is that of all which have none of their own."""

    name: str
    first: dt.date
    last: dt.date
    municipality_code: str = ""

    def replaces(self, other: SchoolBreak) -> bool:
        """Whether this is a municipality's own time for a break that is common."""
        return self.name == other.name and abs((self.first - other.first).days) < 60


@cache
def _breaks() -> tuple[SchoolBreak, ...]:
    text = (
        resources.files("service.activity.activities").joinpath("data", "school_breaks.csv").read_text(encoding="utf-8")
    )
    rows = csv.DictReader((line for line in text.splitlines() if not line.startswith("#")), delimiter=";", strict=True)
    return tuple(
        SchoolBreak(
            row["name"],
            dt.date.fromisoformat(row["first"]),
            dt.date.fromisoformat(row["last"]),
            row["municipality_code"],
        )
        for row in rows
    )


def breaks_of(code: str, known: Iterable[SchoolBreak]) -> list[SchoolBreak]:
    """The breaks that hold in a municipality: its own, and the common ones that it has none instead of."""
    known = list(known)
    own = [each for each in known if each.municipality_code == code]
    common = [each for each in known if not each.municipality_code and not any(mine.replaces(each) for mine in own)]
    return sorted([*own, *common], key=lambda each: each.first)


@cache
def public_holidays(year: int) -> dict[dt.date, str]:
    """The public holidays of a year with their Danish names, and the two eves."""
    eves = {dt.date(year, month, day) for month, day in EVES}
    found = holidays.country_holidays("DK", years=year, categories=("public", "optional"), language="da")
    public = holidays.country_holidays("DK", years=year)
    return {day: name for day, name in sorted(found.items()) if day in public or day in eves}


@lru_cache(maxsize=1000)
def named(code: str, first: dt.date, after: dt.date) -> tuple[Mapping[dt.date, str], Mapping[dt.date, str]]:
    """The public holidays and the days of school breaks from `first` to the day before `after`, by their names."""
    public = {
        day: name
        for year in range(first.year, after.year + 1)
        for day, name in public_holidays(year).items()
        if first <= day < after
    }
    breaks = {
        day: each.name
        for each in breaks_of(code, _breaks())
        for day in _days(max(each.first, first), min(each.last + dt.timedelta(days=1), after))
    }
    return public, breaks


def days_of(code: str, schedule: Schedule, first: dt.date, after: dt.date) -> Collection[dt.date]:
    """The days that a schedule in a municipality leaves out, by what it has chosen."""
    if not schedule.without_holidays and not schedule.without_breaks:
        return ()
    public, breaks = named(code, first, after)
    return (public.keys() if schedule.without_holidays else set()) | (
        breaks.keys() if schedule.without_breaks else set()
    )


def _days(first: dt.date, after: dt.date) -> list[dt.date]:
    return [first + dt.timedelta(days=n) for n in range(max((after - first).days, 0))]


def is_working(day: dt.date) -> bool:
    """Whether offices are open on a day: from Monday to Friday, and no public holiday or eve. School breaks close none."""
    return day.weekday() < 5 and day not in public_holidays(day.year)


def working_days(first: dt.date) -> Iterator[dt.date]:
    """The working days from `first` on, which is one of them where it is a working day itself; without an end."""
    return filter(is_working, (first + dt.timedelta(days=n) for n in count()))


def working_day(month: dt.date, number: int) -> dt.date:
    """The working day of a month with that number, from 1: the 5th one, say."""
    return next(islice(working_days(month), number - 1, None))
