"""Why something is set aside, and when it is tried again. Plain values in, plain values out."""

from __future__ import annotations

import datetime as dt
from enum import StrEnum

FIRST_PAUSE = dt.timedelta(minutes=1)
MAX_PAUSE = dt.timedelta(hours=1)


class AsideCause(StrEnum):
    """Why something is set aside, as far as one can tell without reading what people wrote."""

    UNREADABLE = "unreadable"  # stored, and not as this version reads it
    DATABASE = "database"  # PostgreSQL did not take it
    FAULT = "fault"  # anything else


def pause(times: int) -> dt.timedelta:
    """How long what was set aside so many times in a row waits before it is tried again."""
    return min(FIRST_PAUSE * (1 << min(times - 1, 10)), MAX_PAUSE)


def waits(retry_at: dt.datetime, moment: dt.datetime) -> bool:
    """Whether what is set aside is to be left alone still. Where a clock was ahead, nobody waits for longer than a pause."""
    return moment < retry_at <= moment + MAX_PAUSE
