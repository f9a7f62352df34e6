"""Groups and networks: what they are, where they are in their lives, and who looks after them. Plain values in and out."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import Any


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


class GroupBar(StrEnum):
    """Why a group cannot be so."""

    NO_THEME = "no_theme"  # it is not in the catalogue, or a public duty
    NO_MUNICIPALITY = "no_municipality"
    TWICE = "twice"
    HOMES = "homes"
    ANOTHERS = "anothers"
    OUT_OF_REACH = "out_of_reach"
    CLOSES = "closes"


@dataclass(frozen=True, slots=True)
class GroupFault:
    """Why a group cannot be so, and in which field, as a form calls it."""

    field: str
    why: GroupBar
    codes: str = ""  # of what is not there


@dataclass(frozen=True, slots=True)
class AroundGroup:
    """What the rules look at beside the groups."""

    codes: Collection[str]  # the municipalities within reach
    municipalities: Collection[str]  # all there are
    themes: Sequence[str]  # the activity types that a group can work with, in the catalogue's order


def faults(group: Mapping[str, Any], was: Mapping[str, Any], around: AroundGroup) -> Iterator[GroupFault]:
    """What is wrong with a group as it is told, in place of what it was; nothing, where it is new."""
    if unknown := [code for code in group["themes"] if code not in around.themes]:
        yield GroupFault("themes", GroupBar.NO_THEME, ", ".join(unknown))
    wrong = list(_wrong_areas(group["areas"], around))
    yield from wrong
    codes, before = ({area["municipality_code"] for area in each.get("areas", ())} for each in (group, was))
    if was and not may_maintain(around.codes, before):
        yield GroupFault("areas", GroupBar.ANOTHERS)
    elif not wrong and not may_maintain(around.codes, codes | before):
        yield GroupFault("areas", GroupBar.OUT_OF_REACH)
    if was and was["status"] != group["status"] == GroupStatus.CLOSED:
        yield GroupFault("status", GroupBar.CLOSES)


def _wrong_areas(areas: Sequence[Mapping[str, Any]], around: AroundGroup) -> Iterator[GroupFault]:
    codes = [area["municipality_code"] for area in areas]
    for number, code in enumerate(codes):
        if code not in around.municipalities:
            yield GroupFault(f"areas-{number}-municipality_code", GroupBar.NO_MUNICIPALITY)
        elif codes.count(code) > 1:
            yield GroupFault(f"areas-{number}-municipality_code", GroupBar.TWICE)
    if sum(area["home"] for area in areas) > 1:
        yield GroupFault("areas", GroupBar.HOMES)


def in_order(themes: Collection[str], order: Sequence[str]) -> list[str]:
    """Themes in the catalogue's order, those that are not in it last."""
    return sorted(themes, key=lambda code: order.index(code) if code in order else len(order))


def may_maintain(codes: Collection[str], areas: Collection[str]) -> bool:
    """Whether DRC's person who reaches `codes` looks after a group that serves `areas`: one of them, or a group without any."""
    return not areas or not frozenset(codes).isdisjoint(areas)
