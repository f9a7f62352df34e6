"""Shares of groups and networks with municipalities: offered, answered and ended."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from marshmallow import fields

from service.network.shares import operations, queries
from service.network.shares.models import Share
from service.network.shares.rules import CHOSEN, ShareState
from service.network.shares.schemas import AnswerFields, EndFields
from service.platform.web.api import Item, MunicipalQuery, listed_page, pages_of, resource, within
from service.platform.web.errors import NotFound
from service.platform.web.fields import Choice
from service.platform.web.idempotency import once
from service.platform.web.identity import me
from service.platform.web.pages import page_of
from service.platform.web.permits import permit

bp = resource(
    "shares",
    __name__,
    "A group or a network in a municipality's sight: what is shown, from when to when, and how far it has come.",
)


class ShareQuery(MunicipalQuery):
    """What the list of shares is asked with."""

    state = Choice(ShareState, required=False)


class ShareItem(Item):
    """A share: of a group or of a whole network. `valid_to` is the first day without sight."""

    id = fields.UUID()
    municipality_code = fields.String()
    group_id = fields.UUID(allow_none=True)
    network_id = fields.UUID(allow_none=True)
    title = fields.String()
    shows = fields.List(fields.String(metadata={"enum": list(CHOSEN)}))
    valid_from = fields.Date()
    valid_to = fields.Date(allow_none=True)
    state = fields.String(metadata={"enum": list(ShareState)})
    tells_neighbours = fields.Boolean()
    offered_at = fields.AwareDateTime()
    answered_at = fields.AwareDateTime(allow_none=True)
    ended_at = fields.AwareDateTime(allow_none=True)


@bp.get("/shares")
@permit.signed_in
@bp.arguments(ShareQuery, location="query")
@bp.response(200, pages_of(ShareItem))
def shares(asked: dict[str, Any]) -> Any:
    """List the shares within reach."""
    query = queries.shares(within(asked["municipality_code"]))
    if asked["state"]:
        query = query.where(Share.state == asked["state"])
    page = page_of(query, [Share.municipality_code, Share.id], asked["cursor"], asked["limit"])
    return listed_page(page, asked["limit"])


@bp.get("/shares/<uuid:share_id>")
@permit.signed_in
@bp.response(200, ShareItem)
def share(share_id: UUID) -> Any:
    """Read a share."""
    return queries.share(share_id)


@bp.post("/shares/<uuid:share_id>/accept")
@permit.signed_in
@once
@bp.arguments(AnswerFields)
@bp.response(200, ShareItem)
def accept(given: dict[str, Any], share_id: UUID) -> Any:
    """Accept an offer, for the municipality."""
    return operations.answer(_municipalitys(share_id), True, tells_neighbours=given["tells_neighbours"])


@bp.post("/shares/<uuid:share_id>/decline")
@permit.signed_in
@once
@bp.response(200, ShareItem)
def decline(share_id: UUID) -> Any:
    """Decline an offer, for the municipality."""
    return operations.answer(_municipalitys(share_id), False)


@bp.post("/shares/<uuid:share_id>/end")
@permit.signed_in
@once
@bp.arguments(EndFields)
@bp.response(200, ShareItem)
def end(given: dict[str, Any], share_id: UUID) -> Any:
    """End a share, from today or a day to come; either side may. DRC withdraws its offer so."""
    return operations.end(share_id, given["day"])


def _municipalitys(share_id: UUID) -> UUID:
    """The share, for the municipality's own people alone to answer. Raises NotFound."""
    if me().drc:
        raise NotFound
    return share_id
