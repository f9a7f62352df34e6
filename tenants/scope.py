"""What a partnership covers, as plain values: no database, no clock, no Flask.

The scope that both parties approved is the configuration: what a municipality's people can see and do, what its statement
holds and what counts as agreed are all answered from here.
"""

from __future__ import annotations

import datetime as dt
import math
from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from fractions import Fraction
from typing import Any

from cattrs import BaseValidationError
from cattrs.gen import make_dict_structure_fn
from cattrs.preconf.json import make_converter

from tenants.calendar import months_between
from tenants.stored import Unreadable
from tenants.terms import Earmark, FurtherParty, OwnClause, Post, PriceAdjustment, Vat

FORMAT = 4  # the newest. A stored scope says its own, so that a later shape can read an earlier one


class Level(StrEnum):
    """How far a partnership goes, from a few activities to running large parts of the local effort."""

    TARGETED = "targeted"
    SUPPLEMENTARY = "supplementary"
    COORDINATED = "coordinated"
    INTEGRATED = "integrated"


class Capability(StrEnum):
    """What a scope opens to the municipality's people. Each can be added to a level's preset or left out."""

    FIGURES = "figures"  # key figures by activity type and target
    NEEDS = "needs"  # say what is lacking
    NETWORK = "network"  # the shared network as seen from this municipality
    OFFERS_ACROSS = "offers_across"  # free capacity in groups across the border
    CALENDAR = "calendar"  # the common calendar
    ALL_GROUPS = "all_groups"  # every group that serves the municipality, agreed or not
    RECRUITMENT = "recruitment"  # how recruitment goes
    CAPACITY = "capacity"  # capacity and waiting lists
    YEAR_PLAN = "year_plan"  # the plan of the year


PRESETS: Mapping[Level, frozenset[Capability]] = {
    Level.TARGETED: frozenset(),
    Level.SUPPLEMENTARY: frozenset({Capability.FIGURES, Capability.NEEDS}),
    Level.COORDINATED: frozenset(
        {
            Capability.FIGURES,
            Capability.NEEDS,
            Capability.NETWORK,
            Capability.OFFERS_ACROSS,
            Capability.CALENDAR,
        }
    ),
    Level.INTEGRATED: frozenset(Capability),
}


class Every(StrEnum):
    """The span that a promised number of times is counted over."""

    WEEK = "week"
    FORTNIGHT = "fortnight"
    MONTH = "month"
    QUARTER = "quarter"
    YEAR = "year"


class LegalBasis(StrEnum):
    """The legal form of the payment, if there is one."""

    NONE = "none"
    SECTION_18 = "section_18_grant"
    OTHER_GRANT = "other_grant"
    PUBLIC_CONTRACT = "public_contract"


@dataclass(frozen=True, slots=True)
class Frequency:
    """So many `times` in `every` week, fortnight, month, quarter or year."""

    times: int
    every: Every


@dataclass(frozen=True, slots=True)
class AgreedActivity:
    """One activity that both sides agreed on. `distinction` says how a borderline type differs from a public duty."""

    activity_type: str
    place: str
    frequency: Frequency
    starts_on: dt.date
    ends_on: dt.date
    distinction: str | None = None
    children_under_15: bool = False

    def promised(self, first: dt.date, after: dt.date) -> int | None:
        """How many sessions are promised from `first` to the day before `after`.

        Returns None where the promise is by quarter or year and so says nothing about a single month.
        """
        first, after = max(first, self.starts_on), min(after, self.ends_on + dt.timedelta(days=1))
        days = (after - first).days
        if days <= 0:
            return 0
        match self.frequency.every:
            case Every.WEEK:
                return (self.frequency.times * days * 2 + 7) // 14  # rounded half up
            case Every.FORTNIGHT:
                return (self.frequency.times * days * 2 + 14) // 28
            case Every.MONTH:
                return math.floor(self.frequency.times * months_between(first, after) + Fraction(1, 2))
            case Every.QUARTER | Every.YEAR:
                return None


@dataclass(frozen=True, slots=True)
class Target:
    """A figure to reach in a year, of a measure of the catalogue, for one activity type or for all."""

    measure: str
    value: int
    year: int
    activity_type: str | None = None


@dataclass(frozen=True, slots=True)
class YearAmount:
    """What the municipality pays in a calendar year, in øre."""

    year: int
    ore: int


@dataclass(frozen=True, slots=True)
class Instalment:
    """One payment: the day it is due and its amount in øre."""

    due_on: dt.date
    ore: int


@dataclass(frozen=True, slots=True)
class Payment:
    """The economy of an agreement. `gln` is the 13 digits of the department that is invoiced.

    Without amounts, they are settled later; without instalments, a year's amount is paid at once.
    """

    legal_basis: LegalBasis = LegalBasis.NONE
    amounts: tuple[YearAmount, ...] = ()
    instalments: tuple[Instalment, ...] = ()
    gln: str = ""
    reference_person: str = ""
    earmarks: tuple[Earmark, ...] = ()
    vat: Vat | None = None  # None: nothing is said of it, as of prices below
    price_adjustment: PriceAdjustment | None = None


@dataclass(frozen=True, slots=True)
class Contact:
    """A named person whom the other side may call: at work, published by agreement."""

    name: str
    title: str
    phone: str
    email: str


@dataclass(frozen=True, slots=True)
class Duty:
    """Something that one side undertakes: by a day, every month, quarter or year, or, with neither, throughout the term.

    With both, it is due on the day for the first time, and from then on every so often.
    """

    text: str
    due_on: dt.date | None = None
    every: Every | None = None


@dataclass(frozen=True, slots=True)
class Scope:
    """All that an agreement settles. `starts_on` and `ends_on` are both within the term."""

    level: Level
    starts_on: dt.date
    ends_on: dt.date
    municipality_contact: Contact
    drc_contact: Contact
    capabilities: frozenset[Capability] = frozenset()
    activities: tuple[AgreedActivity, ...] = ()
    targets: tuple[Target, ...] = ()
    payment: Payment = field(default_factory=Payment)
    notice_months: int = 3
    department: str = ""
    purpose: str = ""
    target_groups: tuple[str, ...] = ()
    municipality_duties: tuple[Duty, ...] = ()
    drc_duties: tuple[Duty, ...] = ()
    premises: tuple[str, ...] = ()
    support: str = ""
    meetings_per_year: int = 2
    evaluation_on: dt.date | None = None
    case_number: str = ""
    kle_number: str = ""
    posts: tuple[Post, ...] = ()
    further_parties: tuple[FurtherParty, ...] = ()
    clauses_left_out: frozenset[str] = frozenset()  # by key
    own_clauses: tuple[OwnClause, ...] = ()

    def allows(self, capability: Capability) -> bool:
        """Whether the agreement opens `capability` to the municipality."""
        return capability in self.capabilities

    def agreed(self, activity_type: str, day: dt.date) -> bool:
        """Whether an activity of that type is agreed on that day."""
        return any(a.activity_type == activity_type and a.starts_on <= day <= a.ends_on for a in self.activities)

    def values(self) -> dict[str, Any]:
        """Every field as JSON values."""
        plain: dict[str, Any] = as_plain(self)
        for name in ("capabilities", "clauses_left_out"):
            plain[name] = sorted(plain[name])
        return plain

    def to_plain(self) -> dict[str, Any]:
        """The scope as it is stored: JSON values, the same for equal scopes, in the earliest format that can say it.

        So what uses nothing new is read by the version before, which serves on while it is replaced.
        """
        plain, earliest = self.values(), 2
        for number, names, paid in _SINCE:
            if any(plain[name] for name in names) or any(plain["payment"][name] for name in paid):
                earliest = number
        for number, names, paid in _SINCE:
            if number > earliest:
                plain = {name: value for name, value in plain.items() if name not in names}
                plain["payment"] = {name: value for name, value in plain["payment"].items() if name not in paid}
        return plain | {"format": earliest}

    @staticmethod
    def from_plain(plain: Mapping[str, Any]) -> Scope:
        """The scope that `to_plain` wrote, now or in an earlier format. Raises Unreadable for another format, and for a wrong shape."""
        if not isinstance(plain, Mapping):
            raise Unreadable("a stored scope is no object")
        given = {name: value for name, value in plain.items() if name != "format"}
        match plain.get("format"):
            case 1:
                given |= {side: [{"text": text} for text in given[side]] for side in _DUTIES if side in given}
            case 2 | 3 | 4:
                pass
            case other:
                told = other if isinstance(other, int) else "unknown"
                raise Unreadable(f"a stored scope has format {told}, this code reads 1 to {FORMAT}")
        try:
            scope: Scope = _converter.structure(given, Scope)
        except BaseValidationError as error:  # its words hold what was read, names and phones among it
            raise Unreadable("a stored scope has not the shape of its format") from error
        return scope

    @staticmethod
    def readable(plain: Mapping[str, Any]) -> Scope | None:
        """As `from_plain`, and None where it cannot be read: for a list of many, which tells that of the one and shows the others."""
        try:
            return Scope.from_plain(plain)
        except Unreadable:
            return None


def as_plain(part: Any) -> Any:
    """A part of a scope as JSON values: a text, a number, a day, or a group of these."""
    return _converter.unstructure(part)


_DUTIES = ("municipality_duties", "drc_duties")  # plain texts in format 1
_SINCE = (  # the fields that came with a format, and those of the payment
    (3, ("posts", "further_parties"), ("earmarks", "vat", "price_adjustment")),
    (4, ("clauses_left_out", "own_clauses"), ()),
)


def _converter_for_scopes() -> Any:
    converter = make_converter(forbid_extra_keys=True)
    converter.register_structure_hook(dt.date, lambda value, _: dt.date.fromisoformat(value))
    converter.register_unstructure_hook(dt.date, lambda value: value.isoformat())
    converter.register_structure_hook(Scope, make_dict_structure_fn(Scope, converter, _cattrs_forbid_extra_keys=True))
    return converter


_converter = _converter_for_scopes()
