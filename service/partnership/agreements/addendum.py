"""What an addendum may change: one declaration, by the fields of a scope, with the clauses that each can touch.

All else is the agreement's own: who the parties are, on what legal basis one pays, where the boundary to public duties lies, how far the
partnership goes and how it ends. Whoever wants that otherwise makes a new agreement.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from service.partnership.agreements.difference import ChangeKind, ClauseChange, ScopeChange
from service.partnership.catalogue.clauses import ALWAYS, BOUNDARY

CHANGEABLE: Mapping[str, frozenset[str]] = {
    "ends_on": frozenset({"term"}),
    "capabilities": frozenset({"scope"}),
    # An activity close to a public duty comes and goes with its distinction, which the boundary's clause prints.
    "activities": frozenset({"children", BOUNDARY}),
    "targets": frozenset({"targets"}),
    "payment.amounts": frozenset({"payment"}),
    "payment.instalments": frozenset({"payment"}),
    "payment.gln": frozenset({"payment"}),
    "payment.reference_person": frozenset({"payment"}),
    "payment.earmarks": frozenset(),  # they and the positions stand in the annex alone
    "posts": frozenset(),
    "municipality_duties": frozenset({"roles"}),
    "drc_duties": frozenset({"roles"}),
    "premises": frozenset({"premises"}),
    "support": frozenset({"volunteers"}),
    "meetings_per_year": frozenset({"meetings"}),
    "evaluation_on": frozenset({"term"}),
    # Where the addendum changes the case that a clause's own words were written for, they move to the new case or give way.
    "own_clauses": frozenset(),
}


def field_of(change: ScopeChange) -> str:
    """The declared field that a change lies in."""
    parts = change.name.split(".")
    return ".".join(parts[:2]) if parts[0] == "payment" else parts[0]


def beyond(changes: Iterable[ScopeChange], cases: frozenset[str]) -> list[ScopeChange]:
    """The changes that no addendum makes, where `cases` is what holds of the agreement from then on, as clauses are chosen by it.

    How an activity that stays differs from a public duty is not rewritten, and own words only follow their clause's case.
    """
    return [
        change
        for change in changes
        if field_of(change) not in CHANGEABLE or _rewrites_boundary(change) or not _follows_case(change, cases)
    ]


def untouchable(changes: Iterable[ScopeChange], clauses: Iterable[ClauseChange]) -> list[ClauseChange]:
    """The clauses that come out otherwise although none of the changes, each of a kind that an addendum makes, touches them."""
    touched = frozenset[str]().union(*(CHANGEABLE[field_of(change)] for change in changes))
    return [clause for clause in clauses if clause.kind and clause.key not in touched]


def _rewrites_boundary(change: ScopeChange) -> bool:
    return change.kind is ChangeKind.CHANGED and change.name == "activities.distinction"


def _follows_case(change: ScopeChange, cases: frozenset[str]) -> bool:
    """Whether a change is of no own words, or of those whose case has gone: kept as they are for the new case, or given up."""
    if field_of(change) != "own_clauses":
        return True
    if change.name == "own_clauses.clause":
        return _case(change.before) not in cases and _case(change.after) in cases
    return change.kind is ChangeKind.REMOVED and _case(change.before.clause) not in cases


def _case(variant: str) -> str:
    return variant.partition(".")[2] or ALWAYS
