"""What differs between two versions of an agreement: what they settle, part by part, and their text, clause by clause.

A scope is walked by its own fields, so that a field of tomorrow is compared too; how it is told in words, `difference_texts` says.
Everything here is a plain value. The difference has one hash, by which an approval says which one was shown.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, fields, is_dataclass, replace
from enum import Enum, StrEnum
from typing import Any

from service.platform.documents.paper import canonical
from tenants.scope import (
    AgreedActivity,
    Capability,
    Duty,
    Frequency,
    Instalment,
    Scope,
    Target,
    YearAmount,
    as_plain,
)
from tenants.terms import OwnClause

FORMAT = 1  # of what is hashed
PRINCIPLES = "principles"  # the annex, compared as a clause
WHOLE = (Frequency,)  # said in one: once a week
# By what a member of a list is known again in the other version, the surest first; of any other kind by its first field.
KNOWN_BY: Mapping[type, tuple[tuple[str, ...], ...]] = {
    AgreedActivity: (("activity_type", "place"), ("activity_type",)),
    Target: (("measure", "activity_type", "year"),),
    YearAmount: (("year",),),
    Instalment: (("due_on",), ("ore",)),
    Duty: (("text",),),
    OwnClause: (("clause",), ("key",)),  # the same clause, for another case
}


class ChangeKind(StrEnum):
    """What has become of something."""

    ADDED = "added"
    REMOVED = "removed"
    CHANGED = "changed"
    REORDERED = "reordered"  # the same members of a list, in another order


@dataclass(frozen=True, slots=True)
class PathStep:
    """A field on the way to a change, of which kind of value, and of a list that member, as it is in the later version."""

    owner: type
    field: str
    member: Any = None


@dataclass(frozen=True, slots=True)
class ScopeChange:
    """One thing that differs between two scopes, and the fields that lead to it.

    `before` is None of what is added, `after` of what is removed.
    """

    path: tuple[PathStep, ...]
    kind: ChangeKind
    before: Any
    after: Any

    @property
    def name(self) -> str:
        """The fields that lead to it: payment.amounts.ore."""
        return ".".join(step.field for step in self.path)


@dataclass(frozen=True, slots=True)
class ClauseLine:
    """A line of a clause: its heading, a paragraph or a point."""

    kind: str
    text: str


@dataclass(frozen=True, slots=True)
class ClauseChange:
    """A clause in both versions. Without a kind it is the same; one that is only in one version has no lines in the other."""

    key: str
    title: str
    number: int | None  # in the later version, in the earlier where it is gone; None of an annex
    kind: ChangeKind | None
    before: tuple[ClauseLine, ...]
    after: tuple[ClauseLine, ...]


@dataclass(frozen=True, slots=True)
class AgreementVersion:
    """One version: the agreement's id and number, what it settles for the whole term, and what its paper says."""

    id: str
    number: str
    scope: Scope
    facts: Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class AgreementDifference:
    """All that differs between two versions."""

    before: AgreementVersion
    after: AgreementVersion
    changes: tuple[ScopeChange, ...]
    clauses: tuple[ClauseChange, ...]  # the same ones too, in the order of the later version

    @property
    def changed_clauses(self) -> tuple[ClauseChange, ...]:
        """The clauses that are not the same."""
        return tuple(clause for clause in self.clauses if clause.kind)

    def to_plain(self) -> dict[str, Any]:
        """The difference as JSON values: which versions, each change, and each clause that differs with its whole text in both."""
        return {
            "format": FORMAT,
            "before": self.before.id,
            "after": self.after.id,
            "changes": [_change_plain(change) for change in self.changes],
            "clauses": [
                {
                    "key": clause.key,
                    "kind": clause.kind.value,
                    "before": [[line.kind, line.text] for line in clause.before],
                    "after": [[line.kind, line.text] for line in clause.after],
                }
                for clause in self.clauses
                if clause.kind
            ],
        }

    @property
    def sha256(self) -> str:
        """The hash that the difference is known by."""
        return hashlib.sha256(canonical(self.to_plain()).encode()).hexdigest()


def between(before: AgreementVersion, after: AgreementVersion) -> AgreementDifference:
    """What differs between an earlier version and a later one."""
    return AgreementDifference(
        before,
        after,
        tuple(scope_changes(before.scope, after.scope)),
        tuple(clause_changes(before.facts, after.facts)),
    )


def scope_changes(before: Any, after: Any, path: tuple[PathStep, ...] = ()) -> Iterator[ScopeChange]:
    """Each thing that differs between two scopes, or two parts of one kind, in the order of their fields."""
    for field in fields(after):
        earlier, later = getattr(before, field.name), getattr(after, field.name)
        here = (*path, PathStep(type(after), field.name))
        if earlier == later:
            continue
        if isinstance(later, frozenset):
            yield from _set_changes(earlier, later, here)
        elif isinstance(later, tuple):
            yield from _list_changes(earlier, later, here)
        elif is_dataclass(later) and is_dataclass(earlier) and not isinstance(later, WHOLE):
            yield from scope_changes(earlier, later, here)
        else:
            yield ScopeChange(here, ChangeKind.CHANGED, earlier, later)


def opens(before: Scope, after: Scope) -> tuple[list[Capability], list[Capability]]:
    """What the later scope opens to the municipality's people that the earlier did not, and what it closes."""
    return (
        [each for each in Capability if each in after.capabilities - before.capabilities],
        [each for each in Capability if each in before.capabilities - after.capabilities],
    )


def _set_changes(before: frozenset[Any], after: frozenset[Any], path: tuple[PathStep, ...]) -> Iterator[ScopeChange]:
    yield from (ScopeChange(path, ChangeKind.ADDED, None, each) for each in _in_order(after - before))
    yield from (ScopeChange(path, ChangeKind.REMOVED, each, None) for each in _in_order(before - after))


def _in_order(found: frozenset[Any]) -> list[Any]:
    """The members as their kind has them in order, so that equal sets are told alike."""
    return sorted(found, key=lambda each: list(type(each)).index(each) if isinstance(each, Enum) else each)


def _list_changes(before: tuple[Any, ...], after: tuple[Any, ...], path: tuple[PathStep, ...]) -> Iterator[ScopeChange]:
    partner = _paired(before, after)
    for at, later in enumerate(after):
        if at not in partner:
            yield ScopeChange(path, ChangeKind.ADDED, None, later)
        elif before[partner[at]] != later:
            yield from scope_changes(before[partner[at]], later, (*path[:-1], replace(path[-1], member=later)))
    gone = set(range(len(before))) - set(partner.values())
    yield from (ScopeChange(path, ChangeKind.REMOVED, before[at], None) for at in sorted(gone))
    order = [partner[at] for at in sorted(partner)]
    if order != sorted(order):
        yield ScopeChange(path, ChangeKind.REORDERED, before, after)


def _paired(before: Sequence[Any], after: Sequence[Any]) -> dict[int, int]:
    """Which member of the earlier list each of the later one is, by their places: equal ones first, then those known by the same."""
    partner: dict[int, int] = {}
    for known_by in (None, *_known_by(after)):
        for at, later in enumerate(after):
            taken = set(partner.values())
            for other, earlier in enumerate(before):
                if at not in partner and other not in taken and _known(earlier, known_by) == _known(later, known_by):
                    partner[at] = other
    return partner


def _known_by(members: Sequence[Any]) -> tuple[tuple[str, ...], ...]:
    if not members or not is_dataclass(members[0]):
        return ()
    return KNOWN_BY.get(type(members[0]), ((fields(members[0])[0].name,),))


def _known(member: Any, known_by: tuple[str, ...] | None) -> Any:
    return member if known_by is None else [getattr(member, name) for name in known_by]


def clause_changes(before: Mapping[str, Any], after: Mapping[str, Any]) -> Iterator[ClauseChange]:
    """Each clause of two papers' facts, by its key: those of the later in its order, then those that are gone."""
    earlier, later = _clauses(before), _clauses(after)
    for key, clause in later.items():
        known, lines = _lines(earlier[key]) if key in earlier else (), _lines(clause)
        kind = ChangeKind.CHANGED if known else ChangeKind.ADDED
        yield ClauseChange(key, clause["title"], clause["number"], None if known == lines else kind, known, lines)
    for key, clause in earlier.items():
        if key not in later:
            yield ClauseChange(key, clause["title"], clause["number"], ChangeKind.REMOVED, _lines(clause), ())


def _clauses(facts: Mapping[str, Any]) -> dict[str, Mapping[str, Any]]:
    """The clauses of a paper's facts by key, and the principles that are annexed to it."""
    found = {clause["key"]: clause for clause in facts.get("clauses", ())}
    if facts.get("principles"):
        annex = "Bilag 1. Principper for det frivillige arbejde"
        found[PRINCIPLES] = {"title": annex, "number": None, "blocks": [facts["principles"]]}
    return found


def _lines(clause: Mapping[str, Any]) -> tuple[ClauseLine, ...]:
    lines = [ClauseLine("heading", clause["title"])]
    for block in clause["blocks"]:
        lines += (
            [ClauseLine("text", block)] if isinstance(block, str) else [ClauseLine("point", point) for point in block]
        )
    return tuple(lines)


def _change_plain(change: ScopeChange) -> dict[str, Any]:
    return {
        "path": change.name,
        "kind": change.kind.value,
        "before": as_plain(change.before),
        "after": as_plain(change.after),
        "of": [as_plain(step.member) for step in change.path if step.member is not None],
    }
