"""Free capacity: numbers per kind, how long they hold, and what is left when some is taken. Plain values in and out.

A kind is the code of an activity type in the catalogue, which has a unit in words (`texts`): capacity and needs speak of the same
things. Only what volunteers can take on has one: a public duty is neither offered nor asked for.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from enum import StrEnum

from service.partnership.catalogue.rules import BoundarySide, CatalogueType

MOST = 999  # of one kind in one group: more is a slip of the finger
HOLDS_DAYS = 92  # about three months: after that a number is shown as old, and the group is asked


class ChangeCause(StrEnum):
    """Why a number changed."""

    NOTED = "noted"  # the group has said so
    TAKEN = "taken"  # given to a need
    GIVEN_BACK = "given_back"


class NotEnough(ValueError):
    """More was to be taken than is free."""


def offered(kinds: Mapping[str, CatalogueType]) -> list[str]:
    """The kinds that capacity and needs can be of, in the catalogue's order."""
    return [code for code, kind in kinds.items() if kind.side is not BoundarySide.STATUTORY]


def is_old(noted_on: dt.date, today: dt.date) -> bool:
    """Whether a number was noted so long ago that it has to be asked for again."""
    return (today - noted_on).days > HOLDS_DAYS


def take(free: int, number: int) -> int:
    """What is left. Raises NotEnough, and ValueError for no number at all."""
    if number < 1:
        raise ValueError(f"one takes at least one, not {number}")
    if number > free:
        raise NotEnough
    return free - number


def give_back(free: int, number: int) -> int:
    """What there is when some is given back; a number is never beyond what can be noted."""
    if number < 1:
        raise ValueError(f"one gives back at least one, not {number}")
    return min(free + number, MOST)
