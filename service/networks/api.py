"""Groups of the volunteer network, as far as one sees it, and their shares."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from marshmallow import fields

from service.networks import queries
from service.networks.models import Group, GroupShare
from service.web.api import Item, ListQuery, MunicipalQuery, listed_page, pages_of, resource, within
from service.web.identity import me
from service.web.pages import page_of
from service.web.permits import permit
from tenants import periods
from tenants.calendar import day_of
from tenants.database import now
from tenants.scope import Capability

bp = resource(
    "networks", __name__, "Groups of the volunteer network by their public face, and with whom they are shared."
)


class GroupItem(Item):
    """A group's public face: what it has agreed to publish."""

    id = fields.UUID()
    name = fields.String()
    public_contact = fields.String()


class ShareItem(Item):
    """A group's time in a municipality's sight: from a day, included, until another, not included."""

    id = fields.UUID()
    municipality_code = fields.String()
    group_id = fields.UUID()
    valid_from = fields.Date()
    valid_to = fields.Date(allow_none=True)


@bp.get("/groups", tags=["groups"])
@permit.signed_in
@bp.arguments(ListQuery, location="query")
@bp.response(200, pages_of(GroupItem))
def groups(asked: dict[str, Any]) -> Any:
    """List the groups in sight. A municipality sees those shared with it, where its agreement opens the network."""
    page = page_of(queries.groups_in_sight(_network()), [Group.sort_key, Group.id], asked["cursor"], asked["limit"])
    return listed_page(page, asked["limit"])


@bp.get("/groups/<uuid:group_id>", tags=["groups"])
@permit.signed_in
@bp.response(200, GroupItem)
def group(group_id: UUID) -> Any:
    """Read a group."""
    return queries.group_in_sight(group_id, _network())


@bp.get("/shares", tags=["shares"])
@permit.signed_in
@bp.arguments(MunicipalQuery, location="query")
@bp.response(200, pages_of(ShareItem))
def shares(asked: dict[str, Any]) -> Any:
    """List the shares within reach."""
    query = queries.shares(_network(), within(asked["municipality_code"]))
    page = page_of(query, [GroupShare.municipality_code, GroupShare.id], asked["cursor"], asked["limit"])
    return listed_page(page, asked["limit"])


@bp.get("/shares/<uuid:share_id>", tags=["shares"])
@permit.signed_in
@bp.response(200, ShareItem)
def share(share_id: UUID) -> Any:
    """Read a share."""
    return queries.share(share_id, _network())


def _network() -> frozenset[str] | None:
    """The municipalities whose view of the network one has; None is all of it, as DRC has."""
    identity = me()
    if identity.drc:
        return None
    found = ((code, periods.in_force(code, day_of(now()))) for code in identity.codes)
    return frozenset(code for code, period in found if period and period.scope.allows(Capability.NETWORK))
