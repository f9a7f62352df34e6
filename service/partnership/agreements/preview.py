"""What a draft will say as an agreement: its paper's own text, before it is a paper, and where it departs from the standard text."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Any

from service.partnership.agreements import addenda, offering
from service.partnership.agreements import paper as printing
from service.partnership.agreements.difference import ClauseChange, clause_changes
from service.partnership.agreements.word_difference import LineParts, of_clause
from service.partnership.catalogue.clauses import RenderedClause, printable
from service.platform.documents.paper import Paper
from tenants.calendar import day_of
from tenants.database import db, now
from tenants.models import Municipality
from tenants.scope import Scope

NUMBER = "gives, når aftalen tilbydes"  # in the place of the paper's number, on it and so in Danish
SHOUT = "HER MANGLER NOGET: punktet kan ikke trykkes."


@dataclass(frozen=True, slots=True)
class Preview:
    """The paper as it would be made today; the clauses that cannot be printed, with why; and what differs from the standard text."""

    paper: Paper
    faults: tuple[tuple[str, str], ...] = ()  # by the clause's title
    clauses: tuple[tuple[ClauseChange, tuple[LineParts, ...]], ...] = ()  # as in a difference between two agreements


def of_agreement(code: str, scope: Scope) -> Preview:
    """A scope as an agreement of its own. A clause that cannot be printed shouts, and keeps no other from being read."""
    municipality, today = db.session.get_one(Municipality, code), day_of(now())
    faults: list[tuple[str, str]] = []

    def shouting(*args: Any, **options: Any) -> Sequence[RenderedClause]:
        printed = printable(*args, **options)
        faults.extend((clause.title, clause.fault) for clause in printed if clause.fault)
        return [replace(clause, blocks=(SHOUT,)) if clause.fault else clause for clause in printed]

    facts = offering.facts_of(scope, municipality, today, shouting)
    as_standard = replace(scope, clauses_left_out=frozenset(), own_clauses=())
    standard = offering.facts_of(as_standard, municipality, today, printable)
    differs = tuple((each, of_clause(each)) for each in clause_changes(standard, facts) if each.kind)
    return Preview(_paper(facts, today), tuple(faults), differs)


def of_addendum(code: str, scope: Scope) -> Preview:
    """A scope as an addendum to the agreement in force on its first day. Raises Refusal, Invalid and ClauseError."""
    return Preview(_paper(addenda.prepared(code, scope).facts, day_of(now())))


def _paper(facts: dict[str, Any], today: dt.date) -> Paper:
    return printing.paper(facts, NUMBER, today)
