"""What comes of a row. Plain values in and out."""

from __future__ import annotations

from enum import StrEnum


class Verdict(StrEnum):
    """What would come of a row."""

    NEW = "new"
    CHANGED = "changed"
    SAME = "same"
    DOUBTFUL = "doubtful"
    REFUSED = "refused"
