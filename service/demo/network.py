"""The networks of the demonstration data, and the shares that are not simply running: offered, declined, withdrawn and ended."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from typing import Any
from uuid import UUID

from service.demo import files, rules
from service.demo.rules import PlannedOffer
from service.networks import operations as networks
from service.networks import queries
from service.shares import operations as shares
from service.shares.models import Share
from service.shares.operations import Given
from service.shares.rules import CHOSEN, ShareState
from service.shares.schemas import SHOWS
from tenants.calendar import first_of

TELLS = frozenset({"0580", "0540"})  # the two that let each other know what they share


def lay(group_ids: Mapping[str, UUID], today: dt.date) -> None:
    """Make the networks, share them, and make the offers of the plan."""
    network_ids: dict[str, UUID] = {}
    for planned in files.networks():
        network = networks.create_network({"name": planned.name, "kind": planned.kind, "about": planned.about})
        network_ids[planned.key] = network.id
        for key in planned.groups:
            networks.join(network.id, group_ids[key])
        for code in planned.municipalities:
            since = rules.first_day("-6", first_of(today))
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
    begins, ends = max(rules.first_day(offer.begins, month), month), None
    if offer.stage is ShareState.ENDED:
        begins, ends = rules.first_day(offer.begins, month), rules.first_day(offer.ends, month)
    elif offer.ends:
        ends = rules.first_day(offer.ends, month)
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
