"""What DRC's people do about groups and networks. A consultant looks after those of the territory."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from typing import Any
from uuid import UUID

from flask_babel import gettext as _
from sqlalchemy.dialects.postgresql import insert

from service.network.networks import bulk, queries, rules
from service.network.networks.bulk import Json
from service.network.networks.models import Group, Network, NetworkMember
from service.network.networks.rules import GroupBar, GroupStatus
from service.network.networks.texts import GROUP_BARS, reason
from service.network.shares import operations as shares
from service.platform.keeping import REMOVED
from service.platform.ledger.operations import record
from service.platform.web.errors import Conflict, Invalid, Refusal
from service.platform.web.versions import WHATEVER, Seen
from tenants.calendar import day_of
from tenants.database import db, now
from tenants.reach import present
from tenants.register import danish_sort_key


def create(given: Mapping[str, Any]) -> Group:
    """Create a group, active from today unless it says otherwise. Raises Invalid by field."""
    [key] = bulk.create([_allowed(given, given.get("status") or GroupStatus.ACTIVE, {})])
    record("group.created", f"group:{key}")
    return queries.group(key)


def change(group_id: UUID, given: Mapping[str, Any], seen: Seen = WHATEVER) -> Group:
    """Give a group what is sent in place of what it had.

    Raises NotFound, Changed when it is no longer as it was seen, Invalid by field, and Refusal for another's group.
    """
    group = maintained(group_id)
    seen.still(queries.as_sent([group])[0])
    was = bulk.told([group_id])[group_id]
    bulk.change({group_id: _allowed(given, was["status"], was)})
    db.session.refresh(group)
    record("group.changed", f"group:{group.id}")
    return group


def maintained(group_id: UUID) -> Group:
    """The group, locked, when the present person looks after it. Raises NotFound, and Refusal when others do."""
    group = queries.group(group_id, lock=True)
    codes = [area.municipality_code for area in queries.areas([group_id])[group_id]]
    if not rules.may_maintain(present().codes, codes):
        raise Refusal(str(GROUP_BARS[GroupBar.ANOTHERS]))
    return group


def _allowed(given: Mapping[str, Any], status: str, was: Json) -> Json:
    """A group as it is told, of what is sent. Raises Invalid by field where the rules do not allow it in place of what it was."""
    around = queries.around()
    group = {
        **bulk.blank(),
        **given,
        "themes": rules.in_order(given["themes"], around.themes),
        "contact": {**bulk.NO_CONTACT, **(given.get("contact") or {})},
        "status": status,
    }
    errors: dict[str, list[str]] = {}
    for fault in rules.faults(group, was, around):
        errors.setdefault(fault.field, []).append(reason(fault))
    if errors:
        raise Invalid(errors)
    return group


def set_status(group_id: UUID, status: GroupStatus, day: dt.date | None = None) -> Group:
    """Note a step in a group's life, from today or a day that has been. A group that closes is out of every municipality's sight.

    Raises NotFound, Refusal for another's group, and Invalid for a day that has not come.
    """
    group = maintained(group_id)
    today = day_of(now())
    if day is not None and day > today:
        raise Invalid({"day": [_("The day has not come yet.")]})
    bulk.step(group_id, day or today, status)
    db.session.refresh(group)
    if group.status == GroupStatus.CLOSED:
        shares.hide(group_id, today)
    record("group.status", f"group:{group.id}", status=status.value, day=(day or today).isoformat())
    return group


def create_network(given: Mapping[str, Any]) -> Network:
    """Create a network."""
    network = Network(**given, sort_key=danish_sort_key(given["name"]))
    db.session.add(network)
    db.session.flush()
    record("network.created", f"network:{network.id}")
    return network


def change_network(network_id: UUID, given: Mapping[str, Any], seen: Seen = WHATEVER) -> Network:
    """Give a network another name or description. Raises NotFound, and Changed when it is no longer as it was seen."""
    network = queries.network(network_id, lock=True)
    seen.still(queries.network_as_sent(network))
    for name, value in {**given, "sort_key": danish_sort_key(given["name"])}.items():
        setattr(network, name, value)
    record("network.changed", f"network:{network.id}")
    return network


def join(network_id: UUID, group_id: UUID) -> None:
    """Let a group be in a network from today. Raises NotFound, Refusal for another's group, Conflict when it is in it already."""
    network, group = queries.network(network_id), maintained(group_id)
    today = day_of(now())
    if queries.membership(network.id, group.id, today):
        message = _("The group is in the network already.")
        raise Conflict(message, {"group_id": [message]})
    db.session.execute(
        insert(NetworkMember)
        .values(network_id=network.id, group_id=group.id, valid_from=today)
        .on_conflict_do_update(index_elements=["network_id", "group_id", "valid_from"], set_={"valid_to": None})
    )
    record("network.joined", f"network:{network.id}", group=str(group.id))


def leave(network_id: UUID, group_id: UUID) -> None:
    """Let a group be out of a network from today: what the network's shares showed of it is out of sight. Harmless to repeat."""
    network, group = queries.network(network_id), maintained(group_id)
    today = day_of(now())
    membership = queries.membership(network.id, group.id, today)
    if membership is None:
        return
    membership.valid_to = today
    shares.hide(group.id, today, network.id)
    record("network.left", f"network:{network.id}", group=str(group.id))


def take_name(row: Group | Network, _text: str) -> None:
    """Take the name of a group or network out, with what it is found and sorted by."""
    if isinstance(row, Group):
        bulk.change({row.id: bulk.told([row.id])[row.id] | {"name": REMOVED}})
    else:
        row.name, row.sort_key = REMOVED, danish_sort_key(REMOVED)
