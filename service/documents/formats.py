"""Danish ways to write amounts, days, months and numbers on paper."""

from __future__ import annotations

import datetime as dt

MONTHS = (
    "januar",
    "februar",
    "marts",
    "april",
    "maj",
    "juni",
    "juli",
    "august",
    "september",
    "oktober",
    "november",
    "december",
)


def tal(number: int) -> str:
    """1234567 as 1.234.567."""
    return f"{number:,}".replace(",", ".")


def kroner(ore: int) -> str:
    """Øre as kroner: 1.400.000 kr., or 1.400.000,50 kr."""
    whole, rest = divmod(abs(ore), 100)
    sign = "-" if ore < 0 else ""
    return f"{sign}{tal(whole)},{rest:02d} kr." if rest else f"{sign}{tal(whole)} kr."


def procent(share: int) -> str:
    """A share of a hundred: 73 %."""
    return f"{tal(share)} %"


def dato(day: str | dt.date) -> str:
    """2026-05-01 as 1. maj 2026."""
    day = dt.date.fromisoformat(day) if isinstance(day, str) else day
    return f"{day.day}. {MONTHS[day.month - 1]} {day.year}"


def maaned(month: str | dt.date) -> str:
    """2026-10 as oktober 2026."""
    month = dt.date.fromisoformat(f"{month[:7]}-01") if isinstance(month, str) else month
    return f"{MONTHS[month.month - 1]} {month.year}"


def antal(number: int, one: str, many: str) -> str:
    """A number with its noun: 1 møde, 2 møder."""
    return f"{tal(number)} {one if number == 1 else many}"


def opremsning(items: list[str] | tuple[str, ...]) -> str:
    """A list in a sentence: a, b og c."""
    return items[0] if len(items) == 1 else f"{', '.join(items[:-1])} og {items[-1]}" if items else ""


FILTERS = {
    "tal": tal,
    "kroner": kroner,
    "procent": procent,
    "dato": dato,
    "maaned": maaned,
    "antal": antal,
    "opremsning": opremsning,
}
