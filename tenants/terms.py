"""What an agreement can say of who does the work, who else is a party, on what terms the money is paid, and in words of its own.

Plain values.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum


@dataclass(frozen=True, slots=True)
class Post:
    """So many positions of a kind. `minutes_per_week` is that of each, and None for full time."""

    title: str
    count: int
    minutes_per_week: int | None = None


class PartyKind(StrEnum):
    """What a party besides the municipality and DRC is."""

    FOUNDATION = "foundation"
    ORGANISATION = "organisation"
    MUNICIPALITY = "municipality"


@dataclass(frozen=True, slots=True)
class FurtherParty:
    """A party besides the municipality and DRC: what it does, and what it pays a year in øre, None where it pays nothing."""

    name: str
    cvr: str
    kind: PartyKind
    role: str
    ore_per_year: int | None = None


@dataclass(frozen=True, slots=True)
class Earmark:
    """An amount, in øre, that is for one purpose alone: in a calendar year, or with None in each year of the term."""

    purpose: str
    ore: int
    year: int | None = None


class Vat(StrEnum):
    """What the amounts are as to value added tax."""

    EXEMPT = "exempt"
    INCLUDED = "included"
    ADDED = "added"


class PriceAdjustment(StrEnum):
    """Whether the amounts follow prices: by the municipalities' index of wages and prices each year, or not at all."""

    INDEX = "wage_and_price_index"
    FIXED = "fixed"


@dataclass(frozen=True, slots=True)
class OwnClause:
    """A clause that an agreement says in words of its own.

    `clause` is its key in the library; where the library has a text for each of several cases, with the case: `payment.other_grant`.
    """

    clause: str
    body: str

    @property
    def key(self) -> str:
        """The key of the clause, whatever the case."""
        return self.clause.partition(".")[0]
