"""Reads of shares, within the reach."""

from __future__ import annotations

import datetime as dt
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from uuid import UUID

from sqlalchemy import ColumnElement, Select, false, func, select, text

from service.network.shares import rules
from service.network.shares.models import Consent, Share, Sight
from service.network.shares.rules import Aspect, ShareStanding, ShareState, ShareTerm, Why
from service.platform.web.finding import find
from tenants.database import db
from tenants.models import ScopePeriod
from tenants.scope import Capability


def shares(code: str | None = None) -> Select[Share]:
    """The shares with a municipality, or with all within reach, to be listed by page."""
    query = select(Share)
    return query if code is None else query.where(Share.municipality_code == code)


def share(share_id: UUID, code: str | None = None, *, lock: bool = False) -> Share:
    """The share with that id. Raises NotFound when there is none within reach, or in another municipality than `code`."""
    return find(shares(code).where(Share.id == share_id), lock=lock)


def standing(row: Share, today: dt.date) -> ShareStanding:
    """What a share is today."""
    return rules.standing(ShareState(row.state), ShareTerm(row.valid_from, row.valid_to), today)


def shares_of_network(network_id: UUID) -> Sequence[Share]:
    """The shares of a network with the municipalities within reach, the newest of each first."""
    query = shares().where(Share.network_id == network_id)
    return db.session.scalars(query.order_by(Share.municipality_code, Share.offered_at.desc(), Share.id)).all()


def networks_in_sight(code: str, capabilities: Collection[Capability], today: dt.date) -> Select[UUID | None]:
    """The ids of the networks that a municipality sees today, when its scope opens `capabilities`; to be looked for in a query."""
    running = Share.state == ShareState.ACCEPTED, *_holds(Share, today)
    query = select(Share.network_id).where(Share.municipality_code == code, Share.network_id.is_not(None), *running)
    return query if rules.opened((), capabilities) else query.where(false())


def _holds(table: type[Share] | type[Sight], today: dt.date) -> tuple[ColumnElement[bool], ...]:
    return table.valid_from <= today, func.coalesce(table.valid_to > today, True)


def waiting(code: str) -> Sequence[Share]:
    """The shares that a municipality has been offered and has not answered, oldest first."""
    return db.session.scalars(
        shares(code).where(Share.state == ShareState.OFFERED).order_by(Share.offered_at, Share.id)
    ).all()


def sights(share_id: UUID, code: str) -> Sequence[Sight]:
    """What a share shows, group by group."""
    return db.session.scalars(
        select(Sight).where(Sight.municipality_code == code, Sight.share_id == share_id).order_by(Sight.valid_from)
    ).all()


def consents(code: str, sight_ids: Collection[UUID]) -> dict[UUID, Consent]:
    """The consents behind what is shown, by its id. DRC alone sees them."""
    query = select(Consent).where(Consent.municipality_code == code, Consent.sight_id.in_(sight_ids))
    return {row.sight_id: row for row in db.session.scalars(query)} if sight_ids else {}


@dataclass(frozen=True, slots=True)
class Seer:
    """A municipality and why it sees a group, or why it does not; what it sees; and by which share."""

    municipality_code: str
    share_id: UUID
    network: str  # the name of the network that is shared; empty where the group itself is
    why: Why
    aspects: frozenset[Aspect]
    until: dt.date | None  # the first day without sight, as far as is known today


def who_sees(group_id: UUID, network_ids: Collection[UUID], today: dt.date) -> list[Seer]:
    """Every municipality within reach that a group is or was shared with, by itself or in one of its networks, and why it sees it or not.

    Answered by the rules that PostgreSQL's wall is held to: `rules.why` and `rules.opened`.
    """
    shown = (Sight.municipality_code == Share.municipality_code) & (Sight.share_id == Share.id)
    rows = db.session.execute(
        select(Share, Sight)
        .outerjoin(Sight, shown & (Sight.group_id == group_id))
        .where((Share.group_id == group_id) | Share.network_id.in_(network_ids))
        .order_by(Share.municipality_code, Share.network_id.is_not(None), Share.valid_from.desc(), Share.id)
    )
    found: dict[Share, list[Sight]] = {}
    for row, sight in rows:
        found.setdefault(row, []).extend([sight] if sight else [])
    periods = _in_force({row.municipality_code for row in found}, today)
    return [_seer(row, sights, periods.get(row.municipality_code), today) for row, sights in found.items()]


def _seer(row: Share, shown: Sequence[Sight], period: ScopePeriod | None, today: dt.date) -> Seer:
    terms = [(ShareTerm(sight.valid_from, sight.valid_to), sight) for sight in shown]
    term, sight = next((pair for pair in terms if pair[0].holds(today)), terms[-1] if terms else (None, None))
    capabilities = period.scope.capabilities if period else None
    reason = rules.why(standing(row, today), term, capabilities, today)
    seen = reason is Why.SEEN and sight is not None
    ends = [
        day for day in (row.valid_to, sight.valid_to if sight else None, period.valid_to if period else None) if day
    ]
    return Seer(
        row.municipality_code,
        row.id,
        row.title if row.network_id else "",
        reason,
        rules.opened(sight.shows if sight else (), capabilities or ()) if seen else frozenset(),
        min(ends) if seen and ends else None,
    )


def _in_force(codes: Collection[str], day: dt.date) -> Mapping[str, ScopePeriod]:
    rows = db.session.scalars(
        select(ScopePeriod).where(
            ScopePeriod.municipality_code.in_(codes), ScopePeriod.valid_from <= day, ScopePeriod.valid_to > day
        )
    )
    return {row.municipality_code: row for row in rows}


def in_sight(code: str, capabilities: Collection[Capability], today: dt.date) -> dict[UUID, frozenset[Aspect]]:
    """The groups that a municipality sees today, when its scope opens `capabilities`, and what it sees of each. One query."""
    rows = db.session.execute(
        select(Sight.group_id, Sight.shows)
        .join(Share, (Share.municipality_code == Sight.municipality_code) & (Share.id == Sight.share_id))
        .where(
            Sight.municipality_code == code,
            Share.state == ShareState.ACCEPTED,
            *_holds(Share, today),
            *_holds(Sight, today),
        )
    )
    found: dict[UUID, frozenset[Aspect]] = {}
    for group_id, shows in rows:
        found[group_id] = found.get(group_id, frozenset()) | rules.opened(shows, capabilities)
    return {group_id: seen for group_id, seen in found.items() if seen}


def neighbours(group_id: UUID) -> list[str]:
    """The codes of the other municipalities that share a group, where both they and the asker's municipality let it be told."""
    return sorted(db.session.scalars(text("SELECT app.neighbours_of(:group)"), {"group": group_id}))
