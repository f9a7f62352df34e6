"""Groups and networks: what they are, where they are in their lives, and who looks after them. Plain values in and out."""

from __future__ import annotations

from collections.abc import Collection
from enum import StrEnum


class GroupKind(StrEnum):
    """What a group is."""

    ASSOCIATION = "association"
    LOOSE = "loose"


class GroupStatus(StrEnum):
    """Where a group is in its life."""

    FORMING = "forming"
    ACTIVE = "active"
    RESTING = "resting"
    CLOSED = "closed"


class NetworkKind(StrEnum):
    """What holds a network together."""

    REGIONAL = "regional"
    THEME = "theme"


def may_maintain(codes: Collection[str], areas: Collection[str]) -> bool:
    """Whether DRC's person who reaches `codes` looks after a group that serves `areas`: one of them, or a group without any."""
    return not areas or not frozenset(codes).isdisjoint(areas)
