"""When a municipality moves to another territory, and what of it is no move. Plain values in and out."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from enum import StrEnum

MAX_NAME = 80
MAX_REASON = 300
MAX_AHEAD = dt.timedelta(days=2 * 366)


class MoveFault(StrEnum):
    """Why municipalities do not move."""

    NOBODY = "nobody"
    NOWHERE = "nowhere"
    PAST = "past"
    FAR = "far"
    THERE_ALREADY = "there_already"


@dataclass(frozen=True, slots=True)
class Stay:
    """A municipality's time in a territory, from a day until (not including) another."""

    municipality_code: str
    territory: str
    valid_from: dt.date
    valid_to: dt.date | None

    def holds_on(self, day: dt.date) -> bool:
        """Whether it is there on a day."""
        return self.valid_from <= day and (self.valid_to is None or day < self.valid_to)


def fault_of_move(moved: frozenset[str], to: str, day: dt.date, today: dt.date, stays: list[Stay]) -> MoveFault | None:
    """Why those municipalities cannot move `to` a territory from a day on; None where they can.

    What lies behind stays as it was. Where all are there on that day, and stay, nothing would change.
    """
    if not moved:
        return MoveFault.NOBODY
    if not to:
        return MoveFault.NOWHERE
    if day < today:
        return MoveFault.PAST
    if day > today + MAX_AHEAD:
        return MoveFault.FAR
    stay = {
        each.municipality_code for each in stays if each.territory == to and each.holds_on(day) and not each.valid_to
    }
    return MoveFault.THERE_ALREADY if moved <= stay else None
