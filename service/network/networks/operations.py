"""What DRC's people do about groups and networks. A consultant looks after those of the territory."""

from __future__ import annotations

import datetime as dt
from collections.abc import Collection, Mapping
from typing import Any
from uuid import UUID

from flask_babel import gettext as _
from sqlalchemy import delete
from sqlalchemy.dialects.postgresql import insert

from service.network.networks import queries, rules
from service.network.networks.models import (
    Group,
    GroupArea,
    GroupContact,
    GroupPlace,
    GroupStatusChange,
    GroupWord,
    Network,
    NetworkMember,
)
from service.network.networks.rules import GroupStatus
from service.network.shares import operations as shares
from service.partnership.catalogue.queries import kinds
from service.partnership.catalogue.rules import BoundarySide
from service.platform.ledger.operations import record
from service.platform.web.errors import Conflict, Invalid, Refusal
from service.platform.web.search import words
from service.platform.web.versions import WHATEVER, Seen
from tenants.calendar import day_of
from tenants.database import db, now
from tenants.reach import present
from tenants.register import all_codes, danish_sort_key


def create(given: Mapping[str, Any]) -> Group:
    """Create a group, active from today unless it says otherwise. Raises Invalid by field, and Refusal for a place out of reach."""
    group = Group(**_columns(given), status=given.get("status") or GroupStatus.ACTIVE)
    _check_areas(given["areas"])
    db.session.add(group)
    db.session.flush()
    _put_beside(group, given)
    _put_status(group.id, day_of(now()), group.status)
    record("group.created", f"group:{group.id}")
    return group


def change(group_id: UUID, given: Mapping[str, Any], seen: Seen = WHATEVER) -> Group:
    """Give a group what is sent in place of what it had.

    Raises NotFound, Changed when it is no longer as it was seen, Invalid by field, and Refusal for another's group.
    """
    group = maintained(group_id)
    seen.still(queries.as_sent([group])[0])
    _check_areas(given["areas"], {area.municipality_code for area in queries.areas([group.id])[group.id]})
    for name, value in _columns(given).items():
        setattr(group, name, value)
    _put_beside(group, given)
    record("group.changed", f"group:{group.id}")
    return group


def maintained(group_id: UUID) -> Group:
    """The group, locked, when the present person looks after it. Raises NotFound, and Refusal when others do."""
    group = queries.group(group_id, lock=True)
    codes = [area.municipality_code for area in queries.areas([group_id])[group_id]]
    if not rules.may_maintain(present().codes, codes):
        raise Refusal(_("The group is looked after in another territory. Call the consultant there."))
    return group


def _columns(given: Mapping[str, Any]) -> dict[str, Any]:
    known = kinds()
    unknown = [code for code in given["themes"] if code not in known or known[code].side is BoundarySide.STATUTORY]
    if unknown:
        raise Invalid({"themes": [_("Choose from the catalogue: %(codes)s is not there.", codes=", ".join(unknown))]})
    return {
        "name": given["name"],
        "sort_key": danish_sort_key(given["name"]),
        "kind": given["kind"],
        "cvr": given["cvr"],
        "themes": [code for code in known if code in given["themes"]],
        "meets_children": given["meets_children"],
    }


def _check_areas(areas: Collection[Mapping[str, Any]], before: Collection[str] = ()) -> None:
    codes = [area["municipality_code"] for area in areas]
    errors: dict[str, list[str]] = {}
    known = all_codes()
    for number, code in enumerate(codes):
        if code not in known:
            errors[f"areas-{number}-municipality_code"] = [_("Choose a municipality.")]
        elif codes.count(code) > 1:
            errors[f"areas-{number}-municipality_code"] = [_("The municipality stands here more than once.")]
    if sum(area["home"] for area in areas) > 1:
        errors["areas"] = [_("A group has one home. Tick one.")]
    if errors:
        raise Invalid(errors)
    if not rules.may_maintain(present().codes, {*codes, *before}):
        raise Invalid({"areas": [_("Choose at least one municipality in your territory.")]})


def _put_beside(group: Group, given: Mapping[str, Any]) -> None:
    """What stands in rows beside the group: its areas, places, public contact, and the words it is found by."""
    for table in (GroupArea, GroupPlace, GroupContact, GroupWord):
        db.session.execute(delete(table).where(table.group_id == group.id))
    db.session.add_all(GroupArea(group_id=group.id, **area) for area in given["areas"])
    db.session.add_all(GroupPlace(group_id=group.id, **place) for place in given.get("places", ()))
    contact = given.get("contact") or {}
    if any(contact.values()):
        db.session.add(GroupContact(group_id=group.id, **contact))
    db.session.add_all(GroupWord(group_id=group.id, word=word) for word in words(group.name))
    db.session.flush()


def set_status(group_id: UUID, status: GroupStatus, day: dt.date | None = None) -> Group:
    """Note a step in a group's life, from today or a day that has been. A group that closes is out of every municipality's sight.

    Raises NotFound, Refusal for another's group, and Invalid for a day that has not come.
    """
    group = maintained(group_id)
    today = day_of(now())
    if day is not None and day > today:
        raise Invalid({"day": [_("The day has not come yet.")]})
    _put_status(group_id, day or today, status)
    newest = queries.life(group_id)[0]
    group.status = newest.status
    if group.status == GroupStatus.CLOSED:
        shares.hide(group_id, today)
    record("group.status", f"group:{group.id}", status=status.value, day=(day or today).isoformat())
    return group


def _put_status(group_id: UUID, day: dt.date, status: str) -> None:
    values = {"status": status, "recorded_at": now()}
    db.session.execute(
        insert(GroupStatusChange)
        .values(group_id=group_id, valid_from=day, **values)
        .on_conflict_do_update(index_elements=["group_id", "valid_from"], set_=values)
    )


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
