"""The cooperation agreements of groups, for DRC's programs."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from marshmallow import fields

from service.network.cooperation import operations, queries, rules
from service.network.cooperation.models import CooperationAgreement, CooperationOffer
from service.network.cooperation.schemas import CooperationEndFields, CooperationFields
from service.network.networks import queries as networks
from service.platform.web.api import Item, listed, pages_of, resource
from service.platform.web.idempotency import once
from service.platform.web.permits import permit
from tenants.calendar import day_of
from tenants.database import now

bp = resource("cooperation", __name__, "The cooperation agreements that groups hold with DRC.")


class CooperationItem(Item):
    """An agreement that a group and DRC have signed. `holds`: today. Of one that was made here, the number and the id of its paper."""

    id = fields.UUID()
    signed_on = fields.Date()
    starts_on = fields.Date()
    ends_on = fields.Date(allow_none=True)
    holds = fields.Boolean()
    number = fields.String(allow_none=True)
    document_id = fields.UUID(allow_none=True)


@bp.get("/groups/<uuid:group_id>/cooperation-agreements", tags=["groups"])
@permit.drc
@bp.response(200, pages_of(CooperationItem))
def agreements(group_id: UUID) -> Any:
    """List a group's cooperation agreements, all at once, newest first."""
    rows = queries.of_group(networks.group(group_id).id)
    made = queries.made_here([row.id for row in rows])
    found = [_item(row, made.get(row.id)) for row in rows]
    return listed(found, None, max(len(found), 1))


@bp.post("/groups/<uuid:group_id>/cooperation-agreements", tags=["groups"])
@permit.drc
@once
@bp.arguments(CooperationFields)
@bp.response(201, CooperationItem)
def note(given: dict[str, Any], group_id: UUID) -> Any:
    """Note an agreement that was signed. One that still holds then ends the day before."""
    return _item(operations.note(group_id, given))


@bp.post("/groups/<uuid:group_id>/cooperation-agreements/<uuid:cooperation_id>/end", tags=["groups"])
@permit.drc
@once
@bp.arguments(CooperationEndFields)
@bp.response(200, CooperationItem)
def end(given: dict[str, Any], group_id: UUID, cooperation_id: UUID) -> Any:
    """Set the last day of a group's newest agreement; null lets it hold until further notice."""
    row = operations.end(group_id, cooperation_id, given["ends_on"])
    return _item(row, queries.made_here([row.id]).get(row.id))


def _item(row: CooperationAgreement, made: CooperationOffer | None = None) -> dict[str, Any]:
    told = {name: getattr(row, name) for name in ("id", "signed_on", "starts_on", "ends_on")}
    paper = {name: getattr(made, name) if made else None for name in ("number", "document_id")}
    return told | paper | {"holds": rules.holds(row, day_of(now()))}
