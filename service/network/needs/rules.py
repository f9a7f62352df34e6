"""Needs: how far one has come, which groups can answer it, how long needs wait, and what is lacking where. Plain values in and out."""

from __future__ import annotations

import datetime as dt
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from enum import IntEnum, StrEnum
from statistics import median_low
from uuid import UUID

MOST = 200  # of one kind in one need: more is several needs, or a slip of the finger

# The languages that can be welcome, by their ISO 639 codes.
LANGUAGES = ("ar", "bs", "en", "fa", "fr", "ku", "my", "ps", "ru", "so", "sw", "ta", "ti", "tr", "uk", "ur", "vi")


class NeedState(StrEnum):
    """Where a need is in its life."""

    OPEN = "open"
    ANSWERED = "answered"  # DRC has groups for it, some or all
    ACCEPTED = "accepted"  # the municipality has said yes to them
    IN_PROGRESS = "in_progress"  # some of what was given is in place
    MET = "met"
    WITHDRAWN = "withdrawn"


OVER = frozenset({NeedState.MET, NeedState.WITHDRAWN})


class NeedAct(StrEnum):
    """What can be done about a need."""

    SAY = "said"
    CHANGE = "changed"
    ACCEPT = "accepted"
    PROGRESS = "progress"
    WITHDRAW = "withdrawn"
    ANSWER = "answered"
    GIVE_BACK = "given_back"


class NeedParty(StrEnum):
    """Who did it."""

    MUNICIPALITY = "municipality"
    DRC = "drc"


def standing(state: NeedState, given: int) -> NeedState:
    """What a need is, when `given` has been answered and not given back.

    The answers are DRC's rows and the need the municipality's, so neither is written when the other is: a need is answered
    because answers are there, and open again when they are taken back.
    """
    if state in OVER:
        return state
    if given == 0:
        return NeedState.OPEN
    return NeedState.ANSWERED if state is NeedState.OPEN else state


def acts(now: NeedState, side: NeedParty) -> frozenset[NeedAct]:
    """What a side can do about a need that stands so. DRC answers; the municipality accepts; either follows up and withdraws."""
    can = {
        NeedAct.WITHDRAW: now not in OVER,
        NeedAct.CHANGE: now is NeedState.OPEN,
        NeedAct.PROGRESS: now in (NeedState.ACCEPTED, NeedState.IN_PROGRESS),
        NeedAct.ANSWER: side is NeedParty.DRC and now not in OVER,
        NeedAct.ACCEPT: side is NeedParty.MUNICIPALITY and now is NeedState.ANSWERED,
    }
    return frozenset(act for act, possible in can.items() if possible)


def after_progress(number: int, in_place: int) -> NeedState:
    """Where a need is when so many of it are in place. Raises ValueError for a number that it cannot have."""
    if not 0 <= in_place <= number:
        raise ValueError(f"{in_place} of {number} cannot be in place")
    return NeedState.MET if in_place == number else NeedState.IN_PROGRESS


# Which groups can answer


class Near(IntEnum):
    """How near a group is to a need, nearest first."""

    HOME = 0  # it is at home in the municipality
    SERVES = 1  # it serves the municipality already
    TERRITORY = 2
    REGION = 3
    AWAY = 4


@dataclass(frozen=True, slots=True)
class Candidate:
    """A group that has some of what is lacking free."""

    group_id: UUID
    name: str
    sort_key: str
    free: int
    near: Near
    two_yeses: bool  # it is looked after in another territory: the consultant there is asked

    def enough(self, wanted: int) -> bool:
        """Whether it has all of what is wanted."""
        return self.free >= wanted


def near(
    code: str,
    areas: Collection[str],
    home: str | None,
    territories: Mapping[str, str],
    regions: Mapping[str, str],
) -> Near:
    """How near a group that serves `areas` is to a municipality, by territory and region of each municipality on the day."""
    if home == code:
        return Near.HOME
    if code in areas:
        return Near.SERVES
    for kind, places in ((Near.TERRITORY, territories), (Near.REGION, regions)):
        if code in places and any(places.get(area) == places[code] for area in areas):
            return kind
    return Near.AWAY


def two_yeses(code: str, areas: Collection[str], territories: Mapping[str, str]) -> bool:
    """Whether a group that serves `areas` is looked after in another territory than the municipality's, so that both must say yes."""
    if not areas or code in areas:
        return False
    return not (code in territories and any(territories.get(area) == territories[code] for area in areas))


def ranked(candidates: Iterable[Candidate], wanted: int) -> list[Candidate]:
    """The near ones first; among those equally near the ones that have enough, then the ones that have more. A total order."""
    return sorted(candidates, key=lambda c: (c.near, not c.enough(wanted), -c.free, c.sort_key, c.group_id))


# Capacity that is moved


class ReallocationState(StrEnum):
    """How far a move has come."""

    PROPOSED = "proposed"
    AGREED = "agreed"
    DECLINED = "declined"
    WITHDRAWN = "withdrawn"
    GIVEN_BACK = "given_back"


class ReallocationAct(StrEnum):
    """What can be done about a move."""

    ACCEPT = "accept"
    DECLINE = "decline"
    WITHDRAW = "withdraw"
    GIVE_BACK = "give_back"


def move_acts(
    state: ReallocationState, *, needs_side: bool, groups_side: bool, own_proposal: bool
) -> frozenset[ReallocationAct]:
    """What a person can do about a move, by whether they look after the need, the group, or both, and proposed it themselves.

    Two yeses are those of two persons: nobody answers their own proposal.
    """
    proposed, agreed = state is ReallocationState.PROPOSED, state is ReallocationState.AGREED
    can = {
        ReallocationAct.ACCEPT: proposed and groups_side and not own_proposal,
        ReallocationAct.DECLINE: proposed and groups_side and not own_proposal,
        ReallocationAct.WITHDRAW: proposed and needs_side,
        ReallocationAct.GIVE_BACK: agreed and (needs_side or groups_side),
    }
    return frozenset(act for act, possible in can.items() if possible)


# The figures


@dataclass(frozen=True, slots=True)
class Said:
    """A need in numbers: all that the figures are made of."""

    id: UUID
    municipality_code: str
    kind: str
    number: int
    state: NeedState
    said_on: dt.date
    over_on: dt.date | None
    given: int = 0
    answered_on: dt.date | None = None

    @property
    def lacking(self) -> int:
        """How many are still lacking: of a need that is over, none."""
        return 0 if self.state in OVER else max(self.number - self.given, 0)


@dataclass(frozen=True, slots=True)
class Waits:
    """How long needs wait, in days from the day they are said: the middle one (of two, the shorter) and the longest."""

    count: int
    median: int | None
    longest: int | None


def wait(need: Said, today: dt.date) -> int | None:
    """How many days a need waited for its first answer, or has waited until today. None for one withdrawn unanswered."""
    if need.answered_on is None and need.state is NeedState.WITHDRAWN:
        return None
    return max(((need.answered_on or today) - need.said_on).days, 0)


def waits(needs: Iterable[Said], today: dt.date) -> Waits:
    """How long some needs waited for their first answer; those that still wait count until today."""
    days = [found for need in needs if (found := wait(need, today)) is not None]
    return Waits(len(days), median_low(days), max(days)) if days else Waits(0, None, None)


@dataclass(frozen=True, slots=True)
class Balance:
    """What is lacking and what is free, of one kind or of all together, in one municipality or in all."""

    lacking: int = 0
    free: int = 0

    def __add__(self, other: Balance) -> Balance:
        """Both together."""
        return Balance(self.lacking + other.lacking, self.free + other.free)


def balance(codes: Sequence[str], needs: Iterable[Said], free: Iterable[tuple[str, int]]) -> dict[str, Balance]:
    """What is lacking and free in each of the municipalities: needs by where they are said, capacity by where its group is at home."""
    found = dict.fromkeys(codes, Balance())
    for need in needs:
        if need.municipality_code in found:
            found[need.municipality_code] += Balance(lacking=need.lacking)
    for code, number in free:
        if code in found:
            found[code] += Balance(free=number)
    return found
