"""Whether a group has a valid cooperation agreement. Plain values in and out."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from enum import StrEnum
from typing import Protocol

from service.partnership.agreements.rules import ENDS_WITHIN


class CooperationTerm(Protocol):
    """The days on which an agreement holds, the last one included; None is until further notice."""

    @property
    def starts_on(self) -> dt.date:
        """The first day."""

    @property
    def ends_on(self) -> dt.date | None:
        """The last day."""


class CooperationStanding(StrEnum):
    """How a group stands on a day."""

    NONE = "none"
    AHEAD = "ahead"  # signed, and begins later
    VALID = "valid"
    ENDS = "ends"  # valid, and ends soon with nothing after it
    OVER = "over"


def holds(term: CooperationTerm, day: dt.date) -> bool:
    """Whether an agreement holds on a day."""
    return term.starts_on <= day and (term.ends_on is None or day <= term.ends_on)


def standing(terms: Sequence[CooperationTerm], day: dt.date) -> CooperationStanding:
    """How a group stands on a day by all its agreements, in any order."""
    later = any(term.starts_on > day for term in terms)
    held = next((term for term in terms if holds(term, day)), None)
    if held is None:
        return CooperationStanding.AHEAD if later else CooperationStanding.OVER if terms else CooperationStanding.NONE
    soon = held.ends_on is not None and held.ends_on <= day + ENDS_WITHIN
    return CooperationStanding.ENDS if soon and not later else CooperationStanding.VALID
