"""What the rows of the plan in `data/` say, as plain values, and the days they name.

All days are relative to the month the data is loaded in.
"""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from enum import StrEnum

from service.network.shares.rules import ShareState
from tenants.calendar import month_after
from tenants.scope import Capability, Frequency, LegalBasis, Level


class Stage(StrEnum):
    """How far an agreement of the plan has come."""

    DRAFT = "draft"  # DRC is still drafting
    OFFERED = "offered"  # it waits for the municipality
    ACCEPTED = "accepted"  # it waits for DRC
    CONCLUDED = "concluded"


@dataclass(frozen=True, slots=True)
class PlannedActivity:
    """An activity of the plan: what, where, how often, and how many come on an ordinary day."""

    agreements: tuple[str, ...]  # the keys of the agreements it belongs to
    activity_type: str
    name: str
    place: str
    frequency: Frequency
    days: tuple[int, ...]  # weekdays, Monday is 0
    adults: int
    children: int
    volunteers: int
    minutes: int
    group: str  # the key of the group that runs it; empty: none
    agreed: bool  # False: it runs beside the agreement


@dataclass(frozen=True, slots=True)
class PlannedCapacity:
    """What a group of the plan has free of a kind, and how long ago it said so."""

    group: str
    kind: str
    free: int
    days_ago: int


@dataclass(frozen=True, slots=True)
class PlannedAnswer:
    """A group that answers a need of the plan, or that is asked for in another territory and waits for a yes."""

    group: str
    number: int
    asked: bool
    days_ago: int


@dataclass(frozen=True, slots=True)
class PlannedNeed:
    """What a municipality of the plan lacks, and what came of it: the act, a number where it takes one, and how long ago."""

    code: str
    kind: str
    number: int
    days_ago: int
    within_days: int | None
    languages: tuple[str, ...]
    remark: str
    answers: tuple[PlannedAnswer, ...]
    outcome: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class PlannedAgreement:
    """An agreement of the plan, as its row has it. The first four digits of the key are the municipality's code."""

    key: str
    level: Level
    stage: Stage
    begins: str
    ends: str
    legal_basis: LegalBasis
    kroner: str  # a year's amount, or year:amount for each year
    instalments: int  # a year
    gln: str
    reference_person: str
    department: str
    purpose: str
    target_groups: tuple[str, ...]
    premises: tuple[str, ...]
    support: str
    targets: tuple[str, ...]  # measure, or measure:activity_type
    meetings: int
    notice: int
    evaluation: int | None  # months before the end
    case_number: str  # {year} and {yy} stand for the year it begins
    kle_number: str
    added: frozenset[Capability]
    left_out: frozenset[Capability]
    pace: float  # the part of its sessions that is held

    @property
    def code(self) -> str:
        """The municipality's code."""
        return self.key[:4]


@dataclass(frozen=True, slots=True)
class PlannedEarmark:
    """What an agreement of the plan sets apart for one purpose each year, in kroner, and how much of it in a hundred is used."""

    agreement: str
    purpose: str
    kroner: int
    used: int


@dataclass(frozen=True, slots=True)
class PlannedGroup:
    """A volunteer group of the plan, and the municipalities it is shared with from a day."""

    key: str
    name: str
    contact: str
    since: str
    municipalities: tuple[str, ...]
    cooperation: str  # the last day of its cooperation agreement, in days from today; empty: until further notice; none

    @property
    def has_cooperation(self) -> bool:
        """Whether the group has signed one at all."""
        return self.cooperation != "none"

    def cooperation_ends(self, today: dt.date) -> dt.date | None:
        """Its last day, or None where it is until further notice."""
        return today + dt.timedelta(days=int(self.cooperation)) if self.cooperation else None


@dataclass(frozen=True, slots=True)
class PlannedNetwork:
    """A network of the plan: its groups by their keys, and the municipalities that share it."""

    key: str
    name: str
    kind: str
    about: str
    groups: tuple[str, ...]
    municipalities: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class PlannedOffer:
    """A share of the plan that is not simply running: of a group or of a network, by its key, and how far it has come."""

    group: str
    network: str
    municipality: str
    stage: ShareState
    shows: tuple[str, ...]
    begins: str
    ends: str


@dataclass(frozen=True, slots=True)
class PlannedTerritory:
    """A consultant's territory of the plan."""

    name: str
    mailbox: str
    municipalities: tuple[str, ...]


def first_day(text: str, month: dt.date) -> dt.date:
    """The day a text names: a date, or so many months from `month` (-22, +1). Raises ValueError for anything else."""
    return month_after(month, int(text)) if text[0] in "+-" else dt.date.fromisoformat(text)


def last_day(text: str, month: dt.date) -> dt.date:
    """The last day a text names: a date, the end of a month from `month` (+2), or the end of a year from its year (dec+1)."""
    if text.startswith("dec"):
        return dt.date(month.year + int(text[3:]), 12, 31)
    if text[0] in "+-":
        return month_after(month, int(text) + 1) - dt.timedelta(days=1)
    return dt.date.fromisoformat(text)
