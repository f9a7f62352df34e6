"""Municipalities, their partnerships, and the draft of a scope."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from typing import Any
from uuid import UUID

from flask import request
from flask.typing import ResponseReturnValue
from marshmallow import fields

from service.partnership.partnerships import operations, queries, rules
from service.partnership.partnerships.models import ScopeDraft
from service.partnership.partnerships.schemas import fields_of
from service.partnership.partnerships.sent import NEWER, NEWER_OF_PAYMENT, ScopeSent, ScopeShown, scope_shown
from service.platform.web.api import (
    Editable,
    Item,
    ListQuery,
    MunicipalQuery,
    listed,
    pages_of,
    resource,
    under,
    within,
)
from service.platform.web.errors import Invalid, NotFound
from service.platform.web.etags import seen
from service.platform.web.fields import Part, Strict, whole
from service.platform.web.here import municipality_here
from service.platform.web.idempotency import once
from service.platform.web.identity import me
from service.platform.web.pages import page_of
from service.platform.web.permits import permit
from service.platform.web.versions import Seen, version_of
from tenants.calendar import day_of
from tenants.database import now
from tenants.models import Municipality, Partnership, ScopePeriod
from tenants.scope import Level, Scope

bp = resource("partnerships", __name__, "Municipalities, their partnerships with the scopes over time, and drafts.")


class Draft(Strict):
    """The draft of a scope, as it is sent."""

    scope = Part(ScopeSent, required=True)


def keep_scope(code: str, scope: Scope, seen: Seen) -> ScopeDraft:
    """Keep a scope as the draft of a municipality.

    Raises Invalid, by the fields sent, when it cannot be agreed, and Changed when the draft is no longer as it was seen.
    """
    try:
        fit = operations.fit(_with_left_out(code, scope))
    except Invalid as invalid:
        raise Invalid(under("scope", invalid.errors)) from invalid
    return operations.keep(code, fields_of(fit), fit, me().person_id, seen)


def _with_left_out(code: str, scope: Scope) -> Scope:
    """A scope that was sent, with the newer fields that were not as the draft has them."""
    found, sent = queries.draft(code), request.get_json()["scope"]
    if found is None or found.stored_scope is None:
        return scope
    before = Scope.from_plain(found.stored_scope)
    paid = {name: getattr(before.payment, name) for name in NEWER_OF_PAYMENT if name not in sent}
    kept = {name: getattr(before, name) for name in NEWER if name not in sent}
    return replace(scope, payment=replace(scope.payment, **paid), **kept)


class MunicipalityItem(Item):
    """A municipality. Its code is its id. `level` is that of the scope in force today, null without one and where it is not readable."""

    id = fields.String()
    municipality_code = fields.String()
    name = fields.String()
    official_name = fields.String()
    cvr = fields.String()
    region = fields.String()
    level = fields.String(allow_none=True, metadata={"enum": [*Level, None]})
    capabilities = fields.List(fields.String(), metadata={"description": "What the scope in force opens."})
    readable = fields.Boolean(
        metadata={
            "description": "False where the scope in force is not stored as this version reads it: tell operations."
        }
    )


class PeriodItem(Item):
    """A time with one scope: from a day, included, until another, not included. The scope is null where it cannot be read."""

    valid_from = fields.Date()
    valid_to = fields.Date()
    agreement_id = fields.UUID()
    scope = ScopeShown(allow_none=True)


class PartnershipItem(Item):
    """A municipality's partnership over time. `scope` is the one in force today, null without one and where it cannot be read."""

    id = fields.UUID()
    municipality_code = fields.String()
    created_at = fields.AwareDateTime()
    scope = ScopeShown(allow_none=True)
    periods = fields.List(fields.Nested(PeriodItem))


class OpenedItem(Item):
    """What a scope opens to the municipality, against the preset of its level."""

    capabilities = fields.List(fields.String())
    added = fields.List(fields.String())
    left_out = fields.List(fields.String())


class DraftItem(Editable):
    """The draft of a scope. `scope` and `opens` are null while something is missing in it."""

    id = fields.UUID()
    municipality_code = fields.String()
    scope = ScopeShown(allow_none=True)
    opens = fields.Nested(OpenedItem, allow_none=True)
    changed_at = fields.AwareDateTime()


@bp.get("/municipalities", tags=["municipalities"])
@permit.signed_in
@bp.arguments(ListQuery, location="query")
@bp.response(200, pages_of(MunicipalityItem))
def municipalities(asked: dict[str, Any]) -> Any:
    """List the municipalities within reach, in Danish order."""
    page = page_of(
        queries.municipalities(me().codes), [Municipality.sort_key, Municipality.code], asked["cursor"], asked["limit"]
    )
    return listed(_municipalities(page.items), page.cursor, asked["limit"])


@bp.get("/municipalities/<municipality_code>", tags=["municipalities"])
@permit.municipality
@bp.response(200, MunicipalityItem)
def municipality(municipality_code: str) -> Any:
    """Read a municipality."""
    return _municipalities([municipality_here()])[0]


def _municipalities(rows: Sequence[Municipality]) -> list[dict[str, Any]]:
    codes, today = [row.code for row in rows], day_of(now())
    periods, regions = queries.in_force(codes, today), queries.regions(codes, today)
    scopes = {code: scope for code, period in periods.items() if (scope := period.readable)}
    return [
        {
            "id": row.code,
            "municipality_code": row.code,
            "name": row.name,
            "official_name": row.official_name,
            "cvr": row.cvr,
            "region": regions[row.code],
            "level": scopes[row.code].level if row.code in scopes else None,
            "capabilities": sorted(scopes[row.code].capabilities) if row.code in scopes else [],
            "readable": row.code in scopes or row.code not in periods,
        }
        for row in rows
    ]


@bp.get("/partnerships")
@permit.signed_in
@bp.arguments(MunicipalQuery, location="query")
@bp.response(200, pages_of(PartnershipItem))
def partnerships(asked: dict[str, Any]) -> Any:
    """List the partnerships within reach, with the scope in force and all periods."""
    query = queries.partnerships(within(asked["municipality_code"]))
    page = page_of(query, [Partnership.municipality_code, Partnership.id], asked["cursor"], asked["limit"])
    return listed(_partnerships(page.items), page.cursor, asked["limit"])


@bp.get("/partnerships/<uuid:partnership_id>")
@permit.signed_in
@bp.response(200, PartnershipItem)
def partnership(partnership_id: UUID) -> Any:
    """Read a partnership."""
    return _partnerships([queries.partnership(partnership_id)])[0]


def _partnerships(rows: Sequence[Partnership]) -> list[dict[str, Any]]:
    today = day_of(now())
    found: dict[str, list[ScopePeriod]] = {row.municipality_code: [] for row in rows}
    for period in queries.periods_of(found):
        found[period.municipality_code].append(period)
    return [
        {
            "id": row.id,
            "municipality_code": row.municipality_code,
            "created_at": row.created_at,
            "scope": next(
                (_shown(p) for p in found[row.municipality_code] if p.valid_from <= today < p.valid_to), None
            ),
            "periods": [
                {
                    "valid_from": p.valid_from,
                    "valid_to": p.valid_to,
                    "agreement_id": p.agreement_id,
                    "scope": _shown(p),
                }
                for p in found[row.municipality_code]
            ],
        }
        for row in rows
    ]


def _shown(period: ScopePeriod) -> dict[str, Any] | None:
    scope = period.readable
    return scope_shown(scope) if scope else None


@bp.get("/municipalities/<municipality_code>/draft")
@permit.drc
@bp.response(200, DraftItem)
def draft(municipality_code: str) -> Any:
    """Read the draft of a municipality's scope, and what it would open."""
    found = queries.draft(municipality_code)
    if found is None:
        raise NotFound
    return _draft(found)


@bp.put("/municipalities/<municipality_code>/draft")
@permit.drc
@once
@bp.arguments(whole(Draft))
@bp.response(200, DraftItem)
def keep_draft(given: dict[str, Any], municipality_code: str) -> Any:
    """Keep a scope as the municipality's draft, in place of the one before."""
    return _draft(keep_scope(municipality_here().code, given["scope"], seen()))


@bp.delete("/municipalities/<municipality_code>/draft")
@permit.drc
@once
@bp.response(204)
def discard_draft(municipality_code: str) -> ResponseReturnValue:
    """Throw the draft away. Harmless when there is none."""
    operations.discard(municipality_code)
    return "", 204


def _draft(found: ScopeDraft) -> dict[str, Any]:
    scope = Scope.from_plain(found.stored_scope) if found.stored_scope else None
    return {
        "id": found.id,
        "municipality_code": found.municipality_code,
        "scope": scope_shown(scope) if scope else None,
        "opens": rules.opened(scope) if scope else None,
        "changed_at": found.changed_at,
        "version": version_of(queries.as_sent(found)),
    }
