"""What every version of the clauses must hold, and how clauses are filled in.

How a clause's body is written is described in `wording`.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from enum import StrEnum
from itertools import groupby
from types import MappingProxyType
from typing import Any, TypedDict

from service.partnership.catalogue.wording import Block, WordingError, render, template
from tenants.scope import LegalBasis


class AgreementKind(StrEnum):
    """The two kinds of agreement."""

    PARTNERSHIP = "partnership"  # DRC and a municipality
    COOPERATION = "cooperation"  # DRC and a volunteer group


class PartyLine(TypedDict):
    """A municipality as a party."""

    official_name: str
    cvr: str


class GroupLine(TypedDict):
    """A volunteer group as a party; `cvr` is empty where it has none."""

    name: str
    cvr: str


class LevelLine(TypedDict):
    """A level in words: its code, its Danish name, and what it means."""

    code: str
    da: str
    text: str


class ContactLine(TypedDict):
    """A contact; a title, phone or e-mail that is not known is empty."""

    name: str
    title: str
    phone: str
    email: str


class DistinctionLine(TypedDict):
    """How an activity of the named type differs from a public duty."""

    name: str
    text: str


class _FurtherParties(TypedDict, total=False):
    further_parties: list[PartyLine]  # besides the municipality and DRC


class ClauseContext(_FurtherParties):
    """All that the clauses of a partnership agreement are filled from: JSON values, most as the scope stores them.

    Every key is there. Empty (or None, for a day) means that it was not agreed, and each text has words for that.
    """

    municipality: PartyLine
    drc_cvr: str
    municipality_contact: ContactLine
    drc_contact: ContactLine
    department: str
    level: LevelLine
    purpose: str  # may be several paragraphs
    target_groups: list[str]
    activities: list[dict[str, Any]]  # as the scope stores them; the annex prints them
    capabilities: list[str]  # phrases that continue "adgang til"
    distinctions: list[DistinctionLine]
    children: bool  # whether any agreed activity meets children under 15
    municipality_duties: list[str]  # each with when it is due
    drc_duties: list[str]
    support: str  # consultants, hours, courses
    targets: list[dict[str, Any]]  # as the scope stores them; the annex prints them
    meetings_per_year: int
    payment: dict[str, Any]  # legal_basis, amounts, instalments, gln, reference_person, as the scope stores them
    premises: list[str]
    starts_on: str
    ends_on: str
    evaluation_on: str | None
    notice_months: int
    case_number: str
    kle_number: str


class CooperationContext(TypedDict):
    """All that the clauses of a cooperation agreement are filled from."""

    group: GroupLine
    drc_cvr: str
    group_contact: ContactLine
    drc_contact: ContactLine
    municipalities: list[str]  # the names of those the group works in, at least one
    area: str  # how the area is bounded within them
    activities: list[str]  # names of types
    distinctions: list[DistinctionLine]
    children: bool
    group_duties: list[str]  # besides those that every group has
    drc_duties: list[str]
    income: list[str]
    municipal_agreement: str  # what the group's own agreement with the municipality is about
    integration_council_seat: bool
    starts_on: str
    ends_on: str | None
    notice_months: int


CONTEXTS: Mapping[AgreementKind, Any] = {
    AgreementKind.PARTNERSHIP: ClauseContext,
    AgreementKind.COOPERATION: CooperationContext,
}
HOW_MANY = {AgreementKind.PARTNERSHIP: 20, AgreementKind.COOPERATION: 16}
ALWAYS = "always"
_CHILDREN = {True: "children", False: "no_children"}
_PAYMENT = {
    LegalBasis.NONE: "no_payment",
    LegalBasis.SECTION_18: "section_18_grant",
    LegalBasis.OTHER_GRANT: "other_grant",
    LegalBasis.PUBLIC_CONTRACT: "public_contract",
}
# One flag of each family applies to an agreement, so a clause whose variants bear a whole family is printed once.
FAMILIES = (frozenset({ALWAYS}), frozenset(_CHILDREN.values()), frozenset(_PAYMENT.values()))
BOUNDARY = "boundary"


class ClauseError(ValueError):
    """A clause that is not as it must be, or cannot be filled. The message names the clause."""


@dataclass(frozen=True, slots=True)
class Clause:
    """One clause of a version, or one variant of it."""

    key: str
    title_da: str
    title_en: str
    body: str
    mandatory: bool = True  # stands in every agreement; another may be left out of one
    removable: bool = True  # a later version may be without it
    applies_when: str = ALWAYS

    @property
    def variant(self) -> str:
        """What tells it apart from the other variants of its clause."""
        return self.key if self.applies_when == ALWAYS else f"{self.key}.{self.applies_when}"

    @staticmethod
    def from_plain(plain: Mapping[str, Any]) -> Clause:
        """A clause as its file has it. Raises ClauseError for unknown or missing parts."""
        try:
            return Clause(**plain)
        except TypeError as error:
            raise ClauseError(f"clause {plain.get('key')!r}: {error}") from error


def check_clauses(kind: AgreementKind, texts: Sequence[Mapping[str, Any]]) -> None:
    """Whether a version of the clauses can be put into use. Raises ClauseError, which says what is wrong.

    There are as many clauses as the kind has; each applies in every case, by itself or through its variants; each can
    be read; and the boundary clause is there, always, mandatory and not removable.
    """
    every = [Clause.from_plain(text) for text in texts]
    groups = [(key, list(variants)) for key, variants in groupby(every, key=lambda c: c.key)]
    if len({key for key, _ in groups}) != len(groups) or len(groups) != HOW_MANY[kind]:
        raise ClauseError(
            f"there must be {HOW_MANY[kind]} {kind} clauses with keys of their own, there are {len(groups)}"
        )
    for key, variants in groups:
        flags = {variant.applies_when for variant in variants}
        if flags not in FAMILIES or len(flags) != len(variants):
            raise ClauseError(f"clause {key!r} must apply once in every case, its variants apply {sorted(flags)}")
        if len({(v.title_da, v.title_en, v.mandatory, v.removable) for v in variants}) != 1:
            raise ClauseError(f"the variants of clause {key!r} must have the same titles and marks")
        for variant in variants:
            try:
                template(variant.body)
            except WordingError as error:
                raise ClauseError(f"clause {key!r} {error}") from error
    if not any(c.key == BOUNDARY and c.applies_when == ALWAYS and c.mandatory and not c.removable for c in every):
        raise ClauseError("the boundary clause must be there, always, mandatory and not removable")


@dataclass(frozen=True, slots=True)
class RenderedClause:
    """A clause as it is printed. A block is a paragraph (text) or the points of a list.

    `own`: it is said in the agreement's own words. With a `fault` it cannot be printed, and has no block.
    """

    number: int
    key: str
    title: str
    blocks: tuple[Block, ...]
    own: bool = False
    fault: str = ""

    def to_plain(self) -> dict[str, Any]:
        """The clause as JSON values."""
        blocks = [block if isinstance(block, str) else list(block) for block in self.blocks]
        plain = {"number": self.number, "key": self.key, "title": self.title, "blocks": blocks}
        return plain | ({"own": True} if self.own else {})


def flags_of(kind: AgreementKind, context: Mapping[str, Any]) -> frozenset[str]:
    """What `applies_when` can say that holds of an agreement: of each family one."""
    flags = {ALWAYS, _CHILDREN[bool(context["children"])]}
    if kind is AgreementKind.PARTNERSHIP:
        flags.add(_PAYMENT[LegalBasis(context["payment"]["legal_basis"])])
    return frozenset(flags)


def filled(clause: Clause, context: Mapping[str, Any]) -> tuple[Block, ...]:
    """The words of a clause in one agreement. Raises ClauseError, which names the clause."""
    try:
        return render(clause.body, context)
    except WordingError as error:
        raise ClauseError(f"clause {clause.key!r} {error}") from error


def clauses(
    texts: Sequence[Mapping[str, Any]],
    context: Mapping[str, Any],
    *,
    kind: AgreementKind = AgreementKind.PARTNERSHIP,
    left_out: frozenset[str] = frozenset(),
    own: Mapping[str, str] = MappingProxyType({}),
) -> tuple[RenderedClause, ...]:
    """The clauses as printed in one agreement, numbered, without those whose keys are in `left_out`, and with the bodies of `own`.

    `context` holds what `ClauseContext` or `CooperationContext` says, `own` bodies by variant. Raises ClauseError for a context that
    lacks something, a mandatory clause left out, words of its own for the boundary clause or for one that is not printed, a value that
    is blank where a text needs it, or no boundary clause.
    """
    every = [Clause.from_plain(text) for text in texts]
    printed = printable(texts, context, kind=kind, left_out=left_out, own=own)
    for clause in every:
        if clause.key in left_out and clause.mandatory:
            raise ClauseError(f"clause {clause.key!r} stands in every agreement")
    flags = flags_of(kind, context)
    there = {clause.variant for clause in every if clause.applies_when in flags and clause.key not in left_out}
    if astray := own.keys() - (there - {BOUNDARY}):
        raise ClauseError(f"this agreement has no clause {min(astray)!r} that it can say in words of its own")
    for fault in (clause.fault for clause in printed if clause.fault):
        raise ClauseError(fault)
    if BOUNDARY not in {clause.key for clause in printed}:
        raise ClauseError("no agreement is made without the boundary clause")
    return printed


def printable(
    texts: Sequence[Mapping[str, Any]],
    context: Mapping[str, Any],
    *,
    kind: AgreementKind = AgreementKind.PARTNERSHIP,
    left_out: frozenset[str] = frozenset(),
    own: Mapping[str, str] = MappingProxyType({}),
) -> tuple[RenderedClause, ...]:
    """The clauses as they would be printed: one that cannot be says so and keeps no other from being read.

    Raises ClauseError for a context that lacks something.
    """
    missing = CONTEXTS[kind].__required_keys__ - context.keys()
    if missing:
        raise ClauseError(f"the clauses cannot be filled without {sorted(missing)}")
    flags, every = flags_of(kind, context), map(Clause.from_plain, texts)
    stand = (clause for clause in every if clause.applies_when in flags and clause.key not in left_out)
    return tuple(_printed(number, clause, own.get(clause.variant), context) for number, clause in enumerate(stand, 1))


def _printed(number: int, clause: Clause, body: str | None, context: Mapping[str, Any]) -> RenderedClause:
    own = body is not None and body.strip() != clause.body.strip()
    try:
        blocks = filled(replace(clause, body=body) if body is not None else clause, context)
    except ClauseError as error:
        return RenderedClause(number, clause.key, clause.title_da, (), own, str(error))
    return RenderedClause(number, clause.key, clause.title_da, blocks, own)
