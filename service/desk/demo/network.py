"""The groups and networks of the demonstration data, and their shares: those that run, and the offered, declined, withdrawn and ended."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from typing import Any
from uuid import UUID

from sqlalchemy import select

from service.activity.finder import operations as finder
from service.desk.demo import files, plan
from service.desk.demo.plan import PlannedOffer
from service.network.cooperation import operations as cooperation
from service.network.networks import operations as networks
from service.network.networks import queries
from service.network.networks.models import Group
from service.network.networks.rules import GroupKind
from service.network.shares import operations as shares
from service.network.shares.models import Share
from service.network.shares.operations import Given
from service.network.shares.rules import CHOSEN, ShareState
from service.network.shares.schemas import SHOWS
from tenants.calendar import first_of
from tenants.database import db

SHOWN = tuple(aspect.value for aspect in CHOSEN)
HIDDEN = frozenset({"vadehav"})  # has not said yes to be found by anyone
ABOUT = "Vi mødes, taler dansk og gør noget sammen. Kom, som du er: der er altid en, der tager imod."
TELLS = frozenset({"0580", "0540"})  # the two that let each other know what they share


def put_in_groups(today: dt.date) -> None:
    """Put in the groups and their shares."""
    for planned in files.groups():
        since = plan.first_day(planned.since, first_of(today))
        themes = {a.activity_type for a in files.activities() if a.group == planned.key}
        contact, _, phone = planned.contact.partition(", tlf. ")
        group = networks.create(
            {
                "name": planned.name,
                "kind": GroupKind.LOOSE,
                "cvr": "",
                "themes": themes,
                "meets_children": any(a.children for a in files.activities() if a.group == planned.key),
                "areas": [
                    {"municipality_code": code, "part": "", "home": code == planned.municipalities[0]}
                    for code in planned.municipalities
                ],
                "places": files.places_of(planned.key),
                "contact": {"name": contact, "phone": phone, "email": ""},
            }
        )
        for code in planned.municipalities:
            share = shares.offer(
                code, title=group.name, shows=SHOWN, valid_from=since, valid_to=None, group_id=group.id
            )
            shares.consent(share, group.id, Given(contact, since, "meeting", SHOWN))
            shares.answer(share.id, accepts=True, code=code, tells_neighbours=code in TELLS)
        if planned.key not in HIDDEN:
            finder.publish(group.id, shown=True, contact=True, about=ABOUT, agreed_on=since)
        if planned.has_cooperation:
            signed = {"signed_on": since, "starts_on": None, "ends_on": planned.cooperation_ends(today)}
            cooperation.note(group.id, signed)
    db.session.flush()


def group_ids() -> dict[str, UUID]:
    """The ids of the groups that have been put in, by their keys in the plan."""
    keys = {planned.name: planned.key for planned in files.groups()}
    found = db.session.execute(select(Group.name, Group.id).where(Group.name.in_(keys)))
    return {keys[name]: group_id for name, group_id in found}


def lay(group_ids: Mapping[str, UUID], today: dt.date) -> None:
    """Make the networks, share them, and make the offers of the plan."""
    network_ids: dict[str, UUID] = {}
    for planned in files.networks():
        network = networks.create_network({"name": planned.name, "kind": planned.kind, "about": planned.about})
        network_ids[planned.key] = network.id
        for key in planned.groups:
            networks.join(network.id, group_ids[key])
        for code in planned.municipalities:
            since = plan.first_day("-6", first_of(today))
            row = shares.offer(
                code, title=network.name, shows=SHOWS, valid_from=since, valid_to=None, network_id=network.id
            )
            for key in planned.groups[:-1]:  # the last has not been asked yet
                shares.consent(row, group_ids[key], _given(since, "meeting", SHOWS))
            shares.answer(row.id, accepts=True, code=code, tells_neighbours=code in TELLS)
    for offer in files.offers():
        _settle(offer, group_ids, network_ids, today)


def _settle(
    offer: PlannedOffer, group_ids: Mapping[str, UUID], network_ids: Mapping[str, UUID], today: dt.date
) -> None:
    month = first_of(today)
    begins, ends = max(plan.first_day(offer.begins, month), month), None
    if offer.stage is ShareState.ENDED:
        begins, ends = plan.first_day(offer.begins, month), plan.first_day(offer.ends, month)
    elif offer.ends:
        ends = plan.first_day(offer.ends, month)
    of: dict[str, Any] = (
        {"group_id": group_ids[offer.group], "title": queries.group(group_ids[offer.group]).name}
        if offer.group
        else {"network_id": network_ids[offer.network], "title": queries.network(network_ids[offer.network]).name}
    )
    row = shares.offer(offer.municipality, shows=offer.shows, valid_from=begins, valid_to=ends, **of)
    if offer.group:
        shares.consent(row, group_ids[offer.group], _given(min(begins, today), "phone", offer.shows))
    _answer(row, offer)


def _answer(row: Share, offer: PlannedOffer) -> None:
    match offer.stage:
        case ShareState.DECLINED:
            shares.answer(row.id, accepts=False, code=offer.municipality)
        case ShareState.WITHDRAWN:
            shares.end(row.id, code=offer.municipality)
        case ShareState.ENDED:
            shares.answer(row.id, accepts=True, code=offer.municipality)


def _given(on: dt.date, how: str, shows: frozenset[str] | tuple[str, ...]) -> Given:
    return Given("Gruppens kontakt (demo)", on, how, tuple(aspect.value for aspect in CHOSEN if aspect in shows))
