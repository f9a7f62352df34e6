"""Draft a scope: keep what was typed, whole or not, and tell what is missing before it can be offered."""

from __future__ import annotations

from dataclasses import replace
from typing import Any
from uuid import UUID

from flask_babel import gettext as _
from sqlalchemy import delete
from sqlalchemy.dialects.postgresql import insert

from service.catalogue.operations import measures
from service.catalogue.queries import kinds
from service.partnerships import rules
from service.partnerships.models import ScopeDraft
from service.web.errors import Invalid
from tenants.database import db, now, uuid7
from tenants.scope import Scope


def fit(scope: Scope) -> Scope:
    """The scope with what the catalogue decides filled in. Raises Invalid, by field, when it cannot be agreed."""
    known = kinds()
    errors = rules.problems(scope, known, measures())
    if errors:
        raise Invalid({field: [_(message) for message in messages] for field, messages in errors.items()})
    always = {code for code, kind in known.items() if kind.children_under_15 == "yes"}
    return replace(
        scope,
        activities=tuple(
            replace(activity, children_under_15=activity.children_under_15 or activity.activity_type in always)
            for activity in scope.activities
        ),
    )


def keep(code: str, form: dict[str, Any], scope: Scope | None, person_id: UUID) -> None:
    """Keep the draft of a municipality: the form as typed, and the scope it means when it is whole and fit."""
    values = {
        "form": form,
        "scope": scope.to_plain() if scope else None,
        "changed_by": person_id,
        "changed_at": now(),
    }
    db.session.execute(
        insert(ScopeDraft.__table__)  # type: ignore[arg-type] # by the columns' names: `scope` is not the attribute's
        .values(municipality_code=code, id=uuid7(), **values)
        .on_conflict_do_update(index_elements=["municipality_code"], set_=values)
    )


def discard(code: str) -> None:
    """Throw the draft of a municipality away; harmless when there is none."""
    db.session.execute(delete(ScopeDraft).where(ScopeDraft.municipality_code == code))
