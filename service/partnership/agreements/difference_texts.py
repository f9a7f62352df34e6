"""What is said of a difference: each part of a scope by its name (`difference_words`), and each value as people write it."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, fields, is_dataclass
from enum import Enum
from typing import Any

from flask_babel import get_locale, ngettext
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l

from service.partnership.agreements.difference import AgreementDifference, ChangeKind, ScopeChange
from service.partnership.agreements.difference_words import CHOICES, HEADINGS, WORDS
from service.partnership.catalogue.clauses import ALWAYS
from service.partnership.catalogue.rules import CatalogueType
from service.partnership.catalogue.texts import APPLIES, EVERY
from service.platform.web.language import day, money, number
from tenants.scope import (
    AgreedActivity,
    Capability,
    Frequency,
    Instalment,
    Scope,
    Target,
    YearAmount,
)
from tenants.terms import OwnClause

MEMBER_AND_VALUE = (
    2  # fields of what is a name and one value, such as a year's amount: the value's own name says nothing more
)
KINDS = {
    ChangeKind.ADDED: _l("Added"),
    ChangeKind.REMOVED: _l("Removed"),
    ChangeKind.CHANGED: _l("Changed"),
    ChangeKind.REORDERED: _l("In another order"),
}


@dataclass(frozen=True, slots=True)
class CatalogueNames:
    """What activity types and measures are called."""

    kinds: Mapping[str, CatalogueType]
    measures: Mapping[str, Mapping[str, str]]


@dataclass(frozen=True, slots=True)
class ChangeRow:
    """A change as it is shown: what, what has become of it, from what and to what."""

    what: str
    kind: str
    before: str
    after: str


def rows(found: AgreementDifference, names: CatalogueNames) -> dict[str, list[ChangeRow]]:
    """What differs between two scopes, in words, by heading."""
    said = _Said(names, _titles(found))
    grouped: dict[str, list[ChangeRow]] = {str(heading): [] for heading in HEADINGS.values()}
    for change in found.changes:
        grouped.setdefault(heading_of(change), []).append(said.row(change))
    grouped[str(HEADINGS["ends_on"])] += _length(found.before.scope, found.after.scope)
    grouped[str(HEADINGS["payment"])] += _altogether(found.before.scope, found.after.scope)
    return {heading: told for heading, told in grouped.items() if told}


def heading_of(change: ScopeChange) -> str:
    """What a change is told under."""
    return str(HEADINGS.get(change.path[0].field, _("Other")))


def word_of(owner: type, field: str) -> str:
    """What a field is called."""
    return str(WORDS.get(owner, {}).get(field, field.replace("_", " ").capitalize()))


def _length(before: Scope, after: Scope) -> Iterator[ChangeRow]:
    """How many days the term has, where that differs."""
    days = [(scope.ends_on - scope.starts_on).days + 1 for scope in (before, after)]
    if days[0] != days[1]:
        said = [ngettext("%(num)s day", "%(num)s days", each) for each in days]
        yield ChangeRow(_("The term's length"), str(KINDS[ChangeKind.CHANGED]), *said)


def _altogether(before: Scope, after: Scope) -> Iterator[ChangeRow]:
    """What is paid in all, where that differs, and by how much."""
    ore = [sum(amount.ore for amount in scope.payment.amounts) for scope in (before, after)]
    if ore[0] != ore[1]:
        more, apart = ore[1] > ore[0], money(abs(ore[1] - ore[0]))
        kind = _("%(amount)s more", amount=apart) if more else _("%(amount)s less", amount=apart)
        yield ChangeRow(_("In all"), kind, money(ore[0]), money(ore[1]))


def _titles(found: AgreementDifference) -> dict[str, str]:
    """What the clauses are called, those too that one of the agreements leaves out, by key."""
    facts = (found.before.facts, found.after.facts)
    return {
        clause["key"]: clause["title"]
        for each in facts
        for clause in (*each.get("left_out", ()), *each.get("clauses", ()))
    }


class _Said:
    """Says what stands in a scope."""

    def __init__(self, names: CatalogueNames, titles: Mapping[str, str]) -> None:
        self.names = names
        self.fields: Mapping[str, Callable[[Any], str]] = {  # values that are written otherwise than their kind is
            "ore": money,
            "ore_per_year": money,
            "minutes_per_week": _hours,
            "year": str,
            "activity_type": self._kind,
            "measure": self._measure,
            "notice_months": lambda months: ngettext("%(num)s month", "%(num)s months", months),
            "clauses_left_out": lambda key: titles.get(key, key),
            "clause": _case,
            "body": lambda _body: _("see the clause, word by word"),
        }
        self.members: Mapping[
            type, Callable[[Any], tuple[str, str]]
        ] = {  # what a member of a list is called, and the rest
            AgreedActivity: self._activity,
            Target: self._target,
            YearAmount: lambda amount: (str(amount.year), money(amount.ore)),
            Instalment: lambda instalment: (day(instalment.due_on), money(instalment.ore)),
            OwnClause: lambda own: (titles.get(own.key, own.key), _("in words of its own")),
        }

    def row(self, change: ScopeChange) -> ChangeRow:
        """A change in words."""
        kind = str(KINDS[change.kind])
        if isinstance(_one(change), Capability):
            kind = _("Opens") if change.kind is ChangeKind.ADDED else _("Closes")
        what = " · ".join(self._called(change))
        return ChangeRow(what, kind, self._side(change, change.before), self._side(change, change.after))

    def _called(self, change: ScopeChange) -> Iterator[str]:
        """What the row is about: the fields that lead to it, but for what stands above, and the members of lists."""
        steps, above = change.path, heading_of(change)
        for at, step in enumerate(steps):
            word = word_of(step.owner, step.field)
            alone = at > 0 and steps[at - 1].member is not None and len(fields(step.owner)) == MEMBER_AND_VALUE
            if word != above and not alone and not isinstance(_one(change), Capability):
                yield word
            if step.member is not None:
                yield self.member(step.member)[0]
        if change.kind in (ChangeKind.ADDED, ChangeKind.REMOVED):
            yield self.member(_one(change), steps[-1].field)[0]

    def _side(self, change: ScopeChange, one: Any) -> str:
        if change.kind in (ChangeKind.ADDED, ChangeKind.REMOVED):
            return "" if one is None else self.member(one)[1]
        if change.kind is ChangeKind.REORDERED:
            return "; ".join(self.member(each)[0] for each in one)
        return self.value(change.path[-1].field, one)

    def member(self, one: Any, field: str = "") -> tuple[str, str]:
        """A member of a list, or of what is ticked in `field`: what it is called, and what else it says."""
        if type(one) in self.members:
            return self.members[type(one)](one)
        if not is_dataclass(one):
            return self.value(field, one), ""
        name, *rest = [(field.name, getattr(one, field.name)) for field in fields(one)]
        told = (
            f"{word_of(type(one), key)}: {self.value(key, value)}" for key, value in rest if value not in (None, "")
        )
        return self.value(*name), "; ".join(told)

    def value(self, field: str, one: Any) -> str:
        """A value as people write it."""
        if one in (None, "", ()):
            return _("not agreed")
        if field in self.fields:
            return self.fields[field](one)
        match one:
            case bool():
                return _("Yes") if one else _("No")
            case Enum():
                return str(CHOICES.get(type(one), {}).get(one, one.value))
            case dt.date():
                return day(one)
            case int():
                return number(one)
            case Frequency():
                times = ngettext("%(num)s time", "%(num)s times", one.times)
                return f"{times} {EVERY[one.every]}"
            case tuple():
                return "; ".join(self.value(field, each) for each in one)
        return " · ".join(filter(None, self.member(one))) if is_dataclass(one) else str(one)

    def _activity(self, one: AgreedActivity) -> tuple[str, str]:
        told = [self.value("", one.frequency), f"{day(one.starts_on)} – {day(one.ends_on)}"]
        told += [_("children under 15 are met")] if one.children_under_15 else []
        told += [one.distinction] if one.distinction else []
        return f"{self._kind(one.activity_type)}, {one.place}", "; ".join(told)

    def _target(self, one: Target) -> tuple[str, str]:
        about = self._kind(one.activity_type) if one.activity_type else _("All activities")
        return f"{self._measure(one.measure)}, {about}, {one.year}", number(one.value)

    def _kind(self, code: str) -> str:
        return self.names.kinds[code].name(_language()) if code in self.names.kinds else code

    def _measure(self, code: str) -> str:
        return self.names.measures.get(code, {}).get(_language(), code)


def _case(variant: str) -> str:
    return str(APPLIES[variant.partition(".")[2] or ALWAYS])


def _hours(minutes: int) -> str:
    return f"{minutes // 60}:{minutes % 60:02d}"


def _one(change: ScopeChange) -> Any:
    """What has come, or what is gone."""
    return change.before if change.kind is ChangeKind.REMOVED else change.after


def _language() -> str:
    return "en" if str(get_locale()).startswith("en") else "da"
