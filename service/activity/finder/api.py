"""Whether anyone can find a group, and what it says of itself."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from marshmallow import fields

from service.activity.finder import operations, queries
from service.activity.finder.models import PublicGroup
from service.activity.finder.schemas import PublicGroupFields
from service.network.networks import queries as networks
from service.platform.web.api import Editable, resource
from service.platform.web.etags import seen
from service.platform.web.fields import whole
from service.platform.web.idempotency import once
from service.platform.web.permits import permit
from service.platform.web.versions import version_of

bp = resource(
    "finder",
    __name__,
    "Which groups anyone can find, as they have agreed to. What is found is open data, without a key: /find-gruppe.json and .csv.",
)


class PublicGroupItem(Editable):
    """What a group shows everybody."""

    id = fields.UUID(metadata={"description": "The group."})
    shown = fields.Boolean(metadata={"description": "Whether anyone can find it."})
    contact = fields.Boolean(metadata={"description": "Whether its public contact stands there."})
    about = fields.String(metadata={"description": "What it says of itself."})
    agreed_on = fields.Date(allow_none=True, metadata={"description": "When the group said yes."})
    address = fields.String(
        allow_none=True, metadata={"description": "Of its public page: the same for as long as the group is there."}
    )


@bp.get("/groups/<uuid:group_id>/public")
@permit.drc
@bp.response(200, PublicGroupItem)
def public(group_id: UUID) -> Any:
    """Whether anyone can find a group."""
    return _item(networks.group(group_id).id, queries.kept(group_id))


@bp.put("/groups/<uuid:group_id>/public")
@permit.drc
@once
@bp.arguments(whole(PublicGroupFields))
@bp.response(200, PublicGroupItem)
def publish(given: dict[str, Any], group_id: UUID) -> Any:
    """Let a group be found by anyone, or no longer."""
    networks.group(group_id)
    return _item(group_id, operations.publish(group_id, **given, seen=seen()))


def _item(group_id: UUID, row: PublicGroup | None) -> dict[str, Any]:
    sent = operations.as_sent(row)
    return {
        **sent,
        "id": group_id,
        "address": operations.address_of(row) or None,
        "version": version_of(sent),
    }
