"""A version of a text that is being written: what may be changed of it, what differs from the one before, what is wrong with it.

All plain values. The boundary clause is no clause to be edited: a version in which it is another than in the version before is not put in
use. No clause is added or taken away, so that a clause keeps its number and its name from one agreement to the next.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import groupby
from typing import Any

from service.partnership.catalogue.clauses import (
    BOUNDARY,
    AgreementKind,
    Clause,
    ClauseError,
    check_clauses,
    filled,
    flags_of,
)
from service.partnership.catalogue.examples import cases
from service.partnership.catalogue.wording import Block

PRINCIPLES = "principles"
KINDS = (*AgreementKind, PRINCIPLES)
Content = Mapping[str, Any]
State = dict[str, Any]


@dataclass(frozen=True, slots=True)
class TextFault:
    """Why a version cannot be put in use: which clause, empty where it is about all of them, and what is wrong with it."""

    key: str
    detail: str


@dataclass(frozen=True, slots=True)
class PrintedClause:
    """A clause as it comes out in an example: its words, or what is missing in it."""

    clause: Clause
    blocks: tuple[Block, ...]
    fault: str


def keys(content: Content) -> list[str]:
    """The clauses of a version by key, in order."""
    return [key for key, _variants in groupby(content["clause"], key=lambda clause: clause["key"])]


def variants(content: Content, key: str) -> list[Clause]:
    """A clause of a version, with its variants. Empty where there is none."""
    return [Clause.from_plain(clause) for clause in content["clause"] if clause["key"] == key]


def locked(key: str) -> bool:
    """Whether a clause is edited by nobody."""
    return key == BOUNDARY


def as_edited(content: Content, key: str) -> State:
    """What can be changed of a clause: its titles and mark, and the body of each variant by `body_` and when it applies."""
    first, *_more = found = variants(content, key)
    bodies = {f"body_{clause.applies_when}": clause.body.strip() for clause in found}
    return {"title_da": first.title_da, "title_en": first.title_en, "mandatory": first.mandatory, **bodies}


def edited(content: Content, key: str, given: State) -> dict[str, Any]:
    """A version with one clause as it was given. Raises ClauseError for one that is locked."""
    if locked(key):
        raise ClauseError("the boundary clause cannot be changed")
    return {
        **content,
        "clause": [_one(clause, given) if clause["key"] == key else clause for clause in content["clause"]],
    }


def _one(clause: Mapping[str, Any], given: State) -> dict[str, Any]:
    was = as_edited({"clause": [clause]}, clause["key"])
    changes = {name: value for name, value in given.items() if name in was and value != was[name]}
    body = changes.pop(f"body_{clause.get('applies_when', 'always')}", None)
    return {
        **clause,
        **changes,
        **({} if body is None else {"body": f"{body}\n"}),
    }  # what was not changed stays to the last letter


def principles_as_edited(content: Content) -> State:
    """What can be changed of the principles, one a line."""
    return {**content, "principles": "\n".join(content["principles"])}


def principles_edited(given: State) -> dict[str, Any]:
    """The principles as they were given, one a line."""
    return {**given, "principles": [line.strip() for line in given["principles"].splitlines() if line.strip()]}


def changed(kind: str, before: Content, after: Content) -> frozenset[str]:
    """The clauses, by key, that differ between two versions; of the principles their parts."""
    if kind == PRINCIPLES:
        return frozenset(name for name in after if after[name] != before.get(name))
    return frozenset(
        key
        for key in {*keys(before), *keys(after)}
        if not variants(before, key) or not variants(after, key) or as_edited(before, key) != as_edited(after, key)
    )


def faults(kind: str, before: Content, after: Content) -> list[TextFault]:
    """What keeps a version from being put in use after another."""
    if kind == PRINCIPLES:
        whole = after["title_da"] and after["intro_da"] and len(after["principles"]) > 0
        return [] if whole else [TextFault("", "the title, the introduction or all principles are missing")]
    found = []
    if variants(before, BOUNDARY) != variants(after, BOUNDARY):
        found.append(TextFault(BOUNDARY, "the boundary clause must stay as it is"))
    try:
        check_clauses(AgreementKind(kind), after["clause"])
    except ClauseError as error:
        return [*found, TextFault("", str(error))]
    return [*found, *_unfilled(AgreementKind(kind), after["clause"])]


def _unfilled(kind: AgreementKind, texts: Sequence[Mapping[str, Any]]) -> list[TextFault]:
    """The clauses that come out with a blank in one agreement or another: each once."""
    found: dict[str, str] = {}
    for rich in (True, False):
        for printed in previews(kind, texts, rich=rich):
            if printed.fault:
                found.setdefault(printed.clause.key, printed.fault)
    return [TextFault(key, detail) for key, detail in found.items()]


def previews(kind: AgreementKind, texts: Sequence[Mapping[str, Any]], *, rich: bool) -> Iterator[PrintedClause]:
    """Each clause as it comes out in the examples to which it applies: one that cannot be filled keeps no other from being read."""
    every = [Clause.from_plain(text) for text in texts]
    for context in cases(kind, rich=rich):
        flags = flags_of(kind, context)
        yield from (_printed(clause, context) for clause in every if clause.applies_when in flags)


def _printed(clause: Clause, context: Mapping[str, Any]) -> PrintedClause:
    try:
        return PrintedClause(clause, filled(clause, context), "")
    except ClauseError as error:
        return PrintedClause(clause, (), str(error))


@dataclass(frozen=True, slots=True)
class ClauseShown:
    """A clause of a version as a page shows it: each variant in an example, how it was in the version before, and what is wrong."""

    number: int
    key: str
    title: str
    mandatory: bool
    locked: bool
    changed: bool
    variants: tuple[tuple[PrintedClause, str], ...]  # with the body of the version before, empty where it is the same
    faults: tuple[str, ...]


def shown(kind: AgreementKind, content: Content, before: Content | None, *, rich: bool) -> list[ClauseShown]:
    """The clauses of a version, with all agreed that can be or with as little. Without a version before, none is told as changed."""
    differ = changed(kind, before, content) if before is not None else frozenset()
    wrong = faults(kind, before if before is not None else content, content)
    printed: dict[Clause, PrintedClause] = {}
    for each in previews(kind, content["clause"], rich=rich):
        printed[each.clause] = each if each.fault or each.clause not in printed else printed[each.clause]
    return [
        ClauseShown(
            number,
            key,
            variants(content, key)[0].title_da,
            variants(content, key)[0].mandatory,
            locked(key),
            key in differ,
            tuple((printed[clause], _before(clause, before)) for clause in variants(content, key)),
            tuple(fault.detail for fault in wrong if fault.key == key),
        )
        for number, key in enumerate(keys(content), 1)
    ]


def _before(clause: Clause, before: Content | None) -> str:
    was = [one for one in variants(before, clause.key) if one.applies_when == clause.applies_when] if before else []
    return "".join(one.body.strip() for one in was if one.body.strip() != clause.body.strip())
