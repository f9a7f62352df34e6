"""What may be shown of how volunteers come and go. Plain values in and out.

A municipality knows the rule, and it knows that this month's volunteers are last month's and those who came, less those who left.
So a number of volunteers from 1 to 4 is not shown (k = 5), and of a month neither those who came nor those who left are, unless
both are none or 5 and more and both ends of the month are shown. Where the ends are shown and the movements not, four pairs of
movements or more give the same ends; where an end is not shown, no movement leads to it.
"""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass

from service.activity.activities.disclosure import fewest
from tenants.calendar import month_before, months_back

MONTHS = 13


@dataclass(frozen=True, slots=True)
class Movement:
    """Volunteers at the end of a month, and of those who came and who left since the end of the one before."""

    volunteers: int
    came: int
    left: int

    @property
    def before(self) -> int:
        """How many there were at the end of the month before."""
        return self.volunteers - self.came + self.left


@dataclass(frozen=True, slots=True)
class ShownChange:
    """What of that may be shown; None is not shown."""

    volunteers: int | None
    came: int | None
    left: int | None


def shown(month: Movement) -> ShownChange:
    """What of a month may be shown."""
    ends = _open(month.volunteers) and _open(month.before)
    moved = ends and _open(month.came) and _open(month.left)
    return ShownChange(
        month.volunteers if _open(month.volunteers) else None,
        month.came if moved else None,
        month.left if moved else None,
    )


def _open(count: int) -> bool:
    return count == 0 or count >= fewest()


def owed(today: dt.date) -> list[dt.date]:
    """The months that are to be counted by a day, oldest first: the 13 that are over."""
    return list(months_back(month_before(today), MONTHS))
