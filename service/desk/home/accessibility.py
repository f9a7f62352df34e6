"""The accessibility statement: when it was reviewed, and whether it must be again. Plain values in and out."""

from __future__ import annotations

import datetime as dt

# Whoever has held the statement against the service, in both languages, puts that day here.
REVIEWED = dt.date(2026, 11, 30)
HOLDS = dt.timedelta(days=365)  # the Danish act's order 904 of 22 August 2019: reviewed every year


def is_old(reviewed: dt.date, today: dt.date) -> bool:
    """Whether a statement that was reviewed on a day must be reviewed anew."""
    return today - reviewed > HOLDS
