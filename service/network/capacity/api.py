"""What a group has free, as far as one sees it."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from marshmallow import fields

from service.network.capacity import operations, queries, rules
from service.network.capacity.schemas import CapacityFields, numbers
from service.network.networks import queries as networks
from service.platform.web.api import Editable, Item, resource
from service.platform.web.etags import seen, version_for_drc
from service.platform.web.fields import whole
from service.platform.web.idempotency import once
from service.platform.web.permits import permit
from tenants.calendar import day_of
from tenants.database import now

bp = resource("capacity", __name__, "What groups have free, as numbers per kind.")


class FreeItem(Item):
    """How many of a kind a group has free, and when it said so. `old` where that is so long ago that it may not hold."""

    kind = fields.String(metadata={"description": "The code of an activity type."})
    free = fields.Integer()
    noted_on = fields.Date()
    old = fields.Boolean()


class CapacityItem(Editable):
    """What a group has free. A municipality sees it where the share shows capacity and its agreement opens it."""

    id = fields.UUID(metadata={"description": "The group."})
    free = fields.List(fields.Nested(FreeItem))


@bp.get("/groups/<uuid:group_id>/capacity", tags=["groups"])
@permit.signed_in
@bp.response(200, CapacityItem)
def capacity(group_id: UUID) -> Any:
    """Read what a group has free."""
    return _item(networks.group(group_id).id)


@bp.put("/groups/<uuid:group_id>/capacity", tags=["groups"])
@permit.drc
@once
@bp.arguments(whole(CapacityFields))
@bp.response(200, CapacityItem)
def note(given: dict[str, Any], group_id: UUID) -> Any:
    """Note what a group says it has free, whole: a kind that is left out it does not offer."""
    operations.note(group_id, numbers(given), given["noted_on"], seen())
    return _item(group_id)


def _item(group_id: UUID) -> dict[str, Any]:
    today = day_of(now())
    return {
        "id": group_id,
        "version": version_for_drc(queries.as_sent(group_id)),
        "free": [
            {"kind": row.kind, "free": row.free, "noted_on": row.noted_on, "old": rules.is_old(row.noted_on, today)}
            for row in queries.of_group(group_id)
        ],
    }
