"""DRC's side of shares: offers, what groups consent to, and who sees a group and why."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from flask.typing import ResponseReturnValue
from marshmallow import fields

from service.desk.municipality_view import operations
from service.desk.municipality_view.schemas import ConsentOfFields, GroupOfferFields
from service.network.networks import queries as networks
from service.network.shares import operations as shares
from service.network.shares import queries as shared
from service.network.shares.api import ShareItem
from service.network.shares.rules import Aspect, Why
from service.network.shares.schemas import OfferFields
from service.platform.web.api import Item, listed, pages_of, resource
from service.platform.web.idempotency import once
from service.platform.web.permits import permit
from tenants.calendar import day_of
from tenants.database import now

bp = resource(
    "lens",  # what its calls are named after in the API's description: promised
    __name__,
    "Offers of groups and networks, what groups consent to, and who sees a group and why.",
)


class SeerItem(Item):
    """A municipality that a group is or was shared with: what it sees of it today, or why it does not."""

    id = fields.UUID(attribute="share_id", metadata={"description": "The share's id."})
    municipality_code = fields.String()
    why = fields.String(metadata={"enum": list(Why)})
    sees = fields.List(fields.String(metadata={"enum": list(Aspect)}))
    until = fields.Date(allow_none=True, metadata={"description": "The first day without sight, where one is known."})


@bp.get("/groups/<uuid:group_id>/seers", tags=["groups"])
@permit.drc
@bp.response(200, pages_of(SeerItem))
def seers(group_id: UUID) -> Any:
    """List who sees a group and why, all at once; answered by the rules that the walls are held to."""
    today = day_of(now())
    inside = [row.id for row in networks.networks_of(networks.group(group_id).id, today)]
    found = [
        {
            "share_id": seer.share_id,
            "municipality_code": seer.municipality_code,
            "why": seer.why,
            "sees": [aspect for aspect in Aspect if aspect in seer.aspects],
            "until": seer.until,
        }
        for seer in shared.who_sees(group_id, inside, today)
    ]
    return listed(found, None, max(len(found), 1))


@bp.post("/groups/<uuid:group_id>/shares", tags=["groups"])
@permit.drc
@once
@bp.arguments(GroupOfferFields)
@bp.response(201, ShareItem)
def offer_group(given: dict[str, Any], group_id: UUID) -> Any:
    """Offer a group to a municipality, with the group's consent to just that."""
    return operations.offer_group(group_id, given)


@bp.post("/networks/<uuid:network_id>/shares", tags=["networks"])
@permit.drc
@once
@bp.arguments(OfferFields)
@bp.response(201, ShareItem)
def offer_network(given: dict[str, Any], network_id: UUID) -> Any:
    """Offer a network to a municipality; its groups are seen as they consent."""
    return operations.offer_network(network_id, given)


@bp.post("/shares/<uuid:share_id>/consents", tags=["shares"])
@permit.drc
@once
@bp.arguments(ConsentOfFields)
@bp.response(204)
def consent(given: dict[str, Any], share_id: UUID) -> ResponseReturnValue:
    """Record a group's consent to what a share shows of it, or to less. It takes the place of the one before."""
    operations.consent(share_id, shared.share(share_id).municipality_code, given)
    return "", 204


@bp.delete("/shares/<uuid:share_id>/consents/<uuid:group_id>", tags=["shares"])
@permit.drc
@once
@bp.response(204)
def withdraw_consent(share_id: UUID, group_id: UUID) -> ResponseReturnValue:
    """The group takes its consent back: from today the municipality no longer sees it by this share."""
    shares.withdraw_consent(shared.share(share_id, lock=True), group_id)
    return "", 204
