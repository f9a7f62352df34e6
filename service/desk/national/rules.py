"""National figures: by what they are told, and their sums. Plain values in, plain values out."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum

from service.activity.activities.rules import apportion
from tenants.calendar import months_back

MAX_MONTHS = 36
ASKED_FROM = 3  # the month from which the paper of the year before is made by itself: what came late in January and February is in it


class Breakdown(StrEnum):
    """By what the figures are told. All but effects sum to the whole: an activity works for several effects."""

    MONTH = "month"
    TERRITORY = "territory"
    MUNICIPALITY = "municipality"
    TYPE = "type"
    EFFECT = "effect"


@dataclass(frozen=True, slots=True)
class NationalSums:
    """What was held under one key: a month, a territory, a municipality, a type or an effect; None is outside of all territories."""

    key: str | None
    sessions: int  # each where it is at home, whatever number of municipalities it served
    cancelled: int
    attendances: int  # each municipality's part
    volunteer_attendances: int
    volunteer_minutes: int


def hours(rows: Sequence[NationalSums]) -> list[int]:
    """The whole hours of each row, which sum to those of all together."""
    minutes = {str(place): row.volunteer_minutes for place, row in enumerate(rows)}
    whole = (sum(minutes.values()) + 30) // 60
    parts = apportion(whole, minutes) if any(minutes.values()) else dict.fromkeys(minutes, 0)
    return list(parts.values())


def span(first: dt.date | None, last: dt.date | None, newest: dt.date) -> tuple[dt.date, dt.date]:
    """The first and the last month that are told: those asked for, in order and not too many; else the thirteen that end with `newest`."""
    last = last or newest
    first = first or months_back(last, 13)[0]
    first, last = min(first, last), max(first, last)
    return max(first, months_back(last, MAX_MONTHS)[0]), last


def year_owed(today: dt.date) -> int | None:
    """The year whose paper is made by itself by now; None before March."""
    return today.year - 1 if today.month >= ASKED_FROM else None
