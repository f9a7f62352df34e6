"""Offer a group or a network, and record what its groups consent to."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any
from uuid import UUID

from flask_babel import gettext as _

from service.network.networks import operations as networks
from service.network.networks import queries
from service.network.networks.models import Group
from service.network.networks.rules import GroupStatus
from service.network.shares import operations as shares
from service.network.shares import queries as shared
from service.network.shares.models import Share
from service.network.shares.operations import Given
from service.platform.web.errors import Invalid, NotFound, Refusal
from tenants.calendar import day_of
from tenants.database import now
from tenants.reach import present


def offer_group(group_id: UUID, given: Mapping[str, Any]) -> Share:
    """Offer a group to a municipality, with its consent to just that.

    Raises NotFound, Refusal for another's or a closed group, Invalid by field, and Conflict when it is offered or shared already.
    """
    group = networks.maintained(group_id)
    if group.status == GroupStatus.CLOSED:
        raise Refusal(_("The group is closed. It can be offered when it is active again."))
    row = _offer(given, title=group.name, group_id=group.id)
    shares.consent(row, group.id, _given(given))
    return row


def offer_network(network_id: UUID, given: Mapping[str, Any]) -> Share:
    """Offer a network to a municipality; its groups are seen as they consent. Raises NotFound, Invalid and Conflict."""
    network = queries.network(network_id)
    return _offer(given, title=network.name, network_id=network.id)


def _offer(given: Mapping[str, Any], **of: Any) -> Share:
    code = given["municipality_code"]
    if not present().has(code):
        raise Invalid({"municipality_code": [_("Choose a municipality in your territory.")]})
    return shares.offer(code, shows=given["shows"], valid_from=given["valid_from"], valid_to=given["valid_to"], **of)


def groups_of(row: Share) -> list[Group]:
    """The groups that a share is about: the one, or those in the network today."""
    if row.group_id is not None:
        return [queries.group(row.group_id)]
    if row.network_id is None:
        raise NotFound
    return list(queries.members(row.network_id, day_of(now())))


def consent(share_id: UUID, code: str, given: Mapping[str, Any]) -> None:
    """Record the consent of one of the groups that a share is about, as long as it is not closed. Raises NotFound, Invalid and Conflict."""
    row = shared.share(share_id, code, lock=True)
    if given["group_id"] not in {group.id for group in groups_of(row) if group.status != GroupStatus.CLOSED}:
        raise Invalid({"group_id": [_("Choose one of the options.")]})
    shares.consent(row, given["group_id"], _given(given))


def _given(given: Mapping[str, Any]) -> Given:
    return Given(given["given_by"], given["given_on"], given["given_how"], tuple(given["shows"]))
