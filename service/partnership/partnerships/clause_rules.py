"""What one agreement may leave out of the library's clauses, and say in words of its own. Plain values in, what is wrong out.

The boundary clause is every agreement's, word for word. What the library marks as standing in every agreement is left out of none, and
neither is a clause that something agreed demands.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from service.partnership.catalogue.clause_context import context_of
from service.partnership.catalogue.clauses import (
    BOUNDARY,
    AgreementKind,
    Clause,
    ClauseError,
    filled,
    flags_of,
)
from service.partnership.catalogue.rules import CatalogueType
from service.partnership.partnerships.rules import N_, Errors
from tenants.scope import Scope
from tenants.terms import OwnClause

DEMANDED_BY: Mapping[str, str] = {  # a clause, and what demands it
    "meetings": "meetings_per_year",
    "premises": "premises",
    "targets": "targets",
}
SOME_MUNICIPALITY = {"official_name": "Kommunen", "cvr": "00000000"}  # a party is named in every agreement


def may_be_left_out(clause: Clause) -> bool:
    """Whether the library lets an agreement be without the clause."""
    return not clause.mandatory


def may_be_worded(clause: Clause) -> bool:
    """Whether an agreement may say the clause in words of its own."""
    return clause.key != BOUNDARY


def cases_of(scope: Scope) -> frozenset[str]:
    """What holds of an agreement, as the library's texts are chosen by it: of each family of cases one."""
    children = any(activity.children_under_15 for activity in scope.activities)
    return flags_of(
        AgreementKind.PARTNERSHIP, {"children": children, "payment": {"legal_basis": scope.payment.legal_basis}}
    )


def problems(scope: Scope, library: Sequence[Clause], kinds: Mapping[str, CatalogueType]) -> Errors:
    """What is wrong with the clauses that a scope leaves out or words itself, by field. The rest of the scope is fit."""
    errors: Errors = {}
    if left_out := _left_out(scope, library):
        errors["clauses_left_out"] = left_out
    known = {clause.variant: clause for clause in library if may_be_worded(clause)}
    context = context_of(scope, **SOME_MUNICIPALITY, kinds=kinds)
    flags, met = cases_of(scope), set[str]()
    for number, own in enumerate(scope.own_clauses):
        at = f"own_clauses-{number}"
        clause = known.get(own.clause)
        if clause is None:
            errors[f"{at}-clause"] = [N_("Choose a clause of the library. The boundary clause is the same everywhere.")]
        elif own.clause in met:
            errors[f"{at}-clause"] = [N_("The clause stands here twice.")]
        elif own.key in scope.clauses_left_out:
            errors[f"{at}-clause"] = [N_("The clause is left out: it needs no words.")]
        elif clause.applies_when not in flags:
            errors[f"{at}-clause"] = [
                N_(
                    "The clause is for another case than the one that is agreed. Choose the case that is agreed to keep these words,"
                    " or remove them: the standard text of that case stands then."
                )
            ]
        elif not _can_be_filled(clause, own, context):
            errors[f"{at}-body"] = [
                N_("The text cannot be filled: a value in double braces is not known, or it is not agreed.")
            ]
        met.add(own.clause)
    return errors


def _left_out(scope: Scope, library: Sequence[Clause]) -> list[str]:
    optional = {clause.key for clause in library if may_be_left_out(clause)}
    told = []
    if scope.clauses_left_out - optional:
        told.append(N_("Only a clause that the library lets be left out can be."))
    if any(getattr(scope, DEMANDED_BY[key]) for key in scope.clauses_left_out & DEMANDED_BY.keys()):
        told.append(N_("A clause stands in the agreement when something is agreed that it tells of."))
    return told


def _can_be_filled(clause: Clause, own: OwnClause, context: Mapping[str, object]) -> bool:
    try:
        filled(Clause(own.key, clause.title_da, clause.title_en, own.body), context)
    except ClauseError:
        return False
    return True
