"""Networks and groups of volunteers, as far as one sees them."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any
from uuid import UUID

from flask.typing import ResponseReturnValue
from marshmallow import fields

from service.network.networks import operations, queries
from service.network.networks.fields import FIELDS, KEPT
from service.network.networks.models import Group, Network
from service.network.networks.queries import parts
from service.network.networks.rules import GroupStatus, NetworkKind
from service.network.networks.schemas import GroupFields, MemberFields, NetworkFields, StatusFields
from service.platform.accounts.own_account import own_code
from service.platform.ledger.operations import record_reading
from service.platform.web.api import Code, Editable, Item, ListQuery, listed, listed_page, pages_of, resource, within
from service.platform.web.api_searching import SearchQuery
from service.platform.web.declared import Way, fields_of
from service.platform.web.etags import seen, version_for_drc
from service.platform.web.fields import Choice, whole
from service.platform.web.idempotency import once
from service.platform.web.identity import me
from service.platform.web.pages import page_of
from service.platform.web.permits import permit
from tenants.calendar import day_of
from tenants.database import now

bp = resource(
    "networks",
    __name__,
    "Networks and groups of volunteers. DRC sees all of it; a municipality what is shared with it and its agreement opens.",
)


class GroupQuery(SearchQuery):
    """What the list of groups is asked with."""

    status = Choice(GroupStatus, required=False)
    municipality_code = Code(required=False)


class AreaItem(Item):
    """A municipality that a group serves, all of it or a named part."""

    municipality_code = fields.String()
    part = fields.String()
    home = fields.Boolean()


class PlaceItem(Item):
    """A place where a group meets."""

    municipality_code = fields.String()
    name = fields.String()
    address = fields.String()


class PublicContactItem(Item):
    """What the group has agreed to publish."""

    name = fields.String()
    phone = fields.String()
    email = fields.String()


class GroupItem(Editable):
    """A group by its public face.

    A municipality sees the contact and the places where they are shared, and of areas and places its own alone.
    """

    id = fields.UUID()
    locals().update(fields_of(FIELDS, Way.TOLD))
    contact = fields.Nested(PublicContactItem, allow_none=True)
    areas = fields.List(fields.Nested(AreaItem))
    places = fields.List(fields.Nested(PlaceItem))


class NetworkItem(Editable):
    """A network of groups: of a region or about a theme."""

    id = fields.UUID()
    name = fields.String()
    kind = fields.String(metadata={"enum": list(NetworkKind)})
    about = fields.String()


class MemberItem(Item):
    """A group that is in a network today."""

    id = fields.UUID()
    name = fields.String()


@bp.get("/groups", tags=["groups"])
@permit.signed_in
@bp.arguments(GroupQuery, location="query")
@bp.response(200, pages_of(GroupItem))
def groups(asked: dict[str, Any]) -> Any:
    """List the groups in sight."""
    query = queries.groups(asked["q"], status=asked["status"], code=within(asked["municipality_code"]))
    page = page_of(query, [Group.sort_key, Group.id], asked["cursor"], asked["limit"])
    if asked["q"]:
        record_reading("group.searched", code=own_code(me()), hits=len(page.items))
    return listed(_items(page.items), page.cursor, asked["limit"])


@bp.get("/groups/<uuid:group_id>", tags=["groups"])
@permit.signed_in
@bp.response(200, GroupItem)
def group(group_id: UUID) -> Any:
    """Read a group."""
    return _items([queries.group(group_id)])[0]


@bp.post("/groups", tags=["groups"])
@permit.drc
@once
@bp.arguments(GroupFields)
@bp.response(201, GroupItem)
def create(given: dict[str, Any]) -> Any:
    """Create a group."""
    return _items([operations.create(given)])[0]


@bp.put("/groups/<uuid:group_id>", tags=["groups"])
@permit.drc
@once
@bp.arguments(whole(GroupFields))
@bp.response(200, GroupItem)
def change(given: dict[str, Any], group_id: UUID) -> Any:
    """Give a group what is sent in place of what it had."""
    return _items([operations.change(group_id, given, seen())])[0]


@bp.post("/groups/<uuid:group_id>/status", tags=["groups"])
@permit.drc
@once
@bp.arguments(StatusFields)
@bp.response(200, GroupItem)
def status(given: dict[str, Any], group_id: UUID) -> Any:
    """Note a step in a group's life. One that closes is out of every municipality's sight."""
    return _items([operations.set_status(group_id, given["status"], given["day"])])[0]


@bp.get("/networks")
@permit.signed_in
@bp.arguments(ListQuery, location="query")
@bp.response(200, pages_of(NetworkItem))
def networks(asked: dict[str, Any]) -> Any:
    """List the networks in sight."""
    page = page_of(queries.networks(), [Network.sort_key, Network.id], asked["cursor"], asked["limit"])
    return listed_page(page, asked["limit"], _network)


@bp.get("/networks/<uuid:network_id>")
@permit.signed_in
@bp.response(200, NetworkItem)
def network(network_id: UUID) -> Any:
    """Read a network."""
    return _network(queries.network(network_id))


@bp.post("/networks")
@permit.drc
@once
@bp.arguments(NetworkFields)
@bp.response(201, NetworkItem)
def create_network(given: dict[str, Any]) -> Any:
    """Create a network."""
    return _network(operations.create_network(given))


@bp.put("/networks/<uuid:network_id>")
@permit.drc
@once
@bp.arguments(whole(NetworkFields))
@bp.response(200, NetworkItem)
def change_network(given: dict[str, Any], network_id: UUID) -> Any:
    """Give a network another name or description."""
    return _network(operations.change_network(network_id, given, seen()))


@bp.get("/networks/<uuid:network_id>/groups")
@permit.drc
@bp.response(200, pages_of(MemberItem))
def members(network_id: UUID) -> Any:
    """List the groups in a network today, all at once: a network has tens of them."""
    found = queries.members(queries.network(network_id).id, day_of(now()))
    return listed(found, None, max(len(found), 1))


@bp.post("/networks/<uuid:network_id>/groups")
@permit.drc
@once
@bp.arguments(MemberFields)
@bp.response(204)
def join(given: dict[str, Any], network_id: UUID) -> ResponseReturnValue:
    """Let a group be in a network from today."""
    operations.join(network_id, given["group_id"])
    return "", 204


@bp.delete("/networks/<uuid:network_id>/groups/<uuid:group_id>")
@permit.drc
@once
@bp.response(204)
def leave(network_id: UUID, group_id: UUID) -> ResponseReturnValue:
    """Let a group be out of a network from today."""
    operations.leave(network_id, group_id)
    return "", 204


def _items(rows: Sequence[Group]) -> list[dict[str, Any]]:
    return [
        {**parts(row, *KEPT), **sent, "id": row.id, "version": version_for_drc(sent)}
        for row, sent in zip(rows, queries.as_sent(rows), strict=True)
    ]


def _network(row: Network) -> dict[str, Any]:
    sent = queries.network_as_sent(row)
    return {**sent, "id": row.id, "version": version_for_drc(sent)}
