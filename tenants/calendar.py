"""Days and months as Denmark counts them. Months are named by their first day."""

from __future__ import annotations

import datetime as dt
from fractions import Fraction
from zoneinfo import ZoneInfo

DENMARK = ZoneInfo("Europe/Copenhagen")


def day_of(moment: dt.datetime) -> dt.date:
    """The Danish calendar day of an aware moment."""
    return moment.astimezone(DENMARK).date()


def first_of(day: dt.date) -> dt.date:
    """The first day of the day's month."""
    return day.replace(day=1)


def month_after(month: dt.date, count: int = 1) -> dt.date:
    """The first day of the month `count` months after (before, when negative)."""
    number = month.year * 12 + month.month - 1 + count
    return dt.date(number // 12, number % 12 + 1, 1)


def month_before(month: dt.date) -> dt.date:
    """The first day of the month before."""
    return month_after(month, -1)


def months_back(month: dt.date, count: int) -> tuple[dt.date, ...]:
    """The `count` months that end with `month`, oldest first."""
    return tuple(month_after(month, n - count + 1) for n in range(count))


def months_between(first: dt.date, after: dt.date) -> Fraction:
    """How many months there are from a day to the day before another; of a month that is not whole, the part of its days."""
    found = Fraction()
    while first < after:
        begins, ends = first_of(first), month_after(first)
        found += Fraction((min(after, ends) - first).days, (ends - begins).days)
        first = ends
    return found


def bounds(month: dt.date) -> tuple[dt.datetime, dt.datetime]:
    """When a month begins and when it has ended, as moments in UTC.

    Local midnights are converted one by one: October 2026 is 745 hours long and March 743.
    """
    first = dt.datetime.combine(first_of(month), dt.time(), DENMARK)
    after = dt.datetime.combine(month_after(first_of(month)), dt.time(), DENMARK)
    return first.astimezone(dt.UTC), after.astimezone(dt.UTC)


def month_name(month: dt.date) -> str:
    """The month's name outside: `2026-10`."""
    return f"{month:%Y-%m}"


def parse_month(text: str) -> dt.date:
    """The month named `2026-10`. Raises ValueError for anything else."""
    if len(text) != 7 or not text.isascii():
        raise ValueError(f"a month is written 2026-10, not {text!r}")
    return dt.datetime.strptime(text, "%Y-%m").date()  # noqa: DTZ007 - a month has no zone
