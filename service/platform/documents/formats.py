"""Danish ways to write amounts, days, months and numbers on paper."""

from __future__ import annotations

import datetime as dt
from decimal import Decimal

from babel import Locale
from babel.dates import get_month_names
from babel.lists import format_list
from babel.numbers import format_decimal

from tenants.calendar import DENMARK

DANISH = Locale.parse("da")
MONTHS = tuple(get_month_names("wide", locale=DANISH).values())


def tal(number: int) -> str:
    """1234567 as 1.234.567."""
    return format_decimal(number, locale=DANISH)


def kroner(ore: int) -> str:
    """Øre as kroner: 1.400.000 kr., or 1.400.000,50 kr."""
    return f"{format_decimal(Decimal(ore) / 100, '#,##0.00' if ore % 100 else '#,##0', locale=DANISH)} kr."


def timer(minutes: int) -> str:
    """Minutes as hours: 37, or 18,5."""
    return format_decimal(Decimal(minutes) / 60, "#,##0.##", locale=DANISH)


def procent(share: int) -> str:
    """A share of a hundred: 73 %."""
    return f"{tal(share)} %"


def dato(day: str | dt.date) -> str:
    """2026-05-01 as 1. maj 2026."""
    day = dt.date.fromisoformat(day) if isinstance(day, str) else day
    return f"{day.day}. {MONTHS[day.month - 1]} {day.year}"


def tidspunkt(moment: str) -> str:
    """2026-11-30T18:05:09+00:00 as it was in Denmark: 30. november 2026 kl. 19.05.09."""
    there = dt.datetime.fromisoformat(moment).astimezone(DENMARK)
    return f"{dato(there.date())} kl. {there:%H.%M.%S}"


def maaned(month: str | dt.date) -> str:
    """2026-10 as oktober 2026."""
    month = dt.date.fromisoformat(f"{month[:7]}-01") if isinstance(month, str) else month
    return f"{MONTHS[month.month - 1]} {month.year}"


def antal(number: int, one: str, many: str) -> str:
    """A number with its noun: 1 møde, 2 møder."""
    return f"{tal(number)} {one if number == 1 else many}"


def opremsning(items: list[str] | tuple[str, ...]) -> str:
    """A list in a sentence: a, b og c."""
    return format_list(items, locale=DANISH) if items else ""


FILTERS = {
    "tal": tal,
    "kroner": kroner,
    "procent": procent,
    "dato": dato,
    "tidspunkt": tidspunkt,
    "maaned": maaned,
    "antal": antal,
    "opremsning": opremsning,
}
