"""Draft a scope: keep what was typed, whole or not, and tell what is missing before it can be offered."""

from __future__ import annotations

from dataclasses import replace
from typing import Any
from uuid import UUID

from flask_babel import gettext as _
from sqlalchemy import delete
from sqlalchemy.dialects.postgresql import insert

from service.partnership.catalogue.operations import measures
from service.partnership.catalogue.queries import clauses_in_force, kinds
from service.partnership.partnerships import clause_rules, queries, rules
from service.partnership.partnerships.models import ScopeDraft
from service.partnership.partnerships.schemas import fields_of
from service.platform.web.errors import Conflict, Invalid
from service.platform.web.versions import WHATEVER, Seen
from tenants.calendar import day_of
from tenants.database import db, held, now, uuid7
from tenants.scope import Scope


def fit(scope: Scope) -> Scope:
    """The scope with what the catalogue decides filled in. Raises Invalid, by field, when it cannot be agreed."""
    known = kinds()
    errors = rules.problems(scope, known, measures())
    if not errors and (scope.clauses_left_out or scope.own_clauses):
        errors = clause_rules.problems(scope, clauses_in_force(day_of(now())), known)
    if errors:
        raise Invalid({field: [_(message) for message in messages] for field, messages in errors.items()})
    return as_the_catalogue_has_it(scope)


def as_the_catalogue_has_it(scope: Scope) -> Scope:
    """The scope with what the catalogue decides filled in, whatever else is wrong with it."""
    always = {code for code, kind in kinds().items() if kind.children_under_15 == "yes"}
    return replace(
        scope,
        activities=tuple(
            replace(activity, children_under_15=activity.children_under_15 or activity.activity_type in always)
            for activity in scope.activities
        ),
    )


def keep(code: str, form: dict[str, Any], scope: Scope | None, person_id: UUID, seen: Seen = WHATEVER) -> ScopeDraft:
    """Keep the draft of a municipality: the form as typed, and the scope it means when it is whole and fit.

    Raises Changed when the draft is no longer as it was seen, or is there although none was.
    """
    found, begun = locked(code, person_id)
    seen.still(None if begun else queries.as_sent(found))
    found.form, found.parts, found.stored_scope = form, {}, scope.to_plain() if scope else None
    found.changed_by, found.changed_at = person_id, now()
    db.session.flush()
    return found


def locked(code: str, person_id: UUID) -> tuple[ScopeDraft, bool]:
    """The draft of a municipality, held until the end of the transaction, and whether it has just been begun."""
    begun = db.session.scalar(
        insert(ScopeDraft)
        .values(municipality_code=code, id=uuid7(), form={}, changed_by=person_id, changed_at=now())
        .on_conflict_do_nothing(index_elements=["municipality_code"])  # two who begin at once meet here
        .returning(ScopeDraft.id)
    )
    return db.session.scalars(held(queries.drafts(code))).one(), begun is not None


def draft_of(code: str, scope: Scope, person_id: UUID) -> ScopeDraft:
    """Begin a draft from a scope that was agreed on or offered, whole or, where the catalogue has changed since, with what is missing told.

    Raises Conflict where there is a draft already: what somebody is writing is not written over.
    """
    if queries.draft(code) is not None:
        raise Conflict(
            _("There is a draft for this municipality already. Go on with that one, or throw it away first.")
        )
    try:
        whole: Scope | None = fit(scope)
    except Invalid:
        whole = None
    return keep(code, fields_of(scope), whole, person_id)


def discard(code: str) -> None:
    """Throw the draft of a municipality away; harmless when there is none."""
    db.session.execute(delete(ScopeDraft).where(ScopeDraft.municipality_code == code))


def take_scope(row: ScopeDraft, _text: str) -> None:
    """Take what a draft means out: it is read anew from what is typed."""
    row.stored_scope = None
