"""Reads of cooperation agreements, and of those that are made here."""

from __future__ import annotations

import datetime as dt
from collections.abc import Collection, Sequence
from uuid import UUID

from sqlalchemy import ColumnElement, or_, select

from service.network.cooperation.models import CooperationAgreement, CooperationDecision, CooperationOffer
from service.network.cooperation.rules import TOLD, UNDER_WAY, OfferState, how_it_stands
from service.platform.documents.rules import Standing, StandingState
from service.platform.web.finding import find
from service.platform.work import leases
from tenants.calendar import day_of
from tenants.database import db, held, now


def of_group(group_id: UUID) -> Sequence[CooperationAgreement]:
    """A group's agreements, newest first."""
    row = CooperationAgreement
    return db.session.scalars(select(row).where(row.group_id == group_id).order_by(row.starts_on.desc())).all()


def agreement(group_id: UUID, agreement_id: UUID) -> CooperationAgreement:
    """An agreement of a group. Raises NotFound."""
    row = CooperationAgreement
    return find(select(row).where(row.id == agreement_id, row.group_id == group_id))


def holding(day: dt.date) -> ColumnElement[bool]:
    """Whether an agreement holds on a day, as `rules.holds`."""
    row = CooperationAgreement
    return (row.starts_on <= day) & or_(row.ends_on.is_(None), row.ends_on >= day)


def offers(group_id: UUID) -> Sequence[CooperationOffer]:
    """The agreements of a group that were made here or are being made, newest first, of the municipalities within reach."""
    row = CooperationOffer
    return db.session.scalars(select(row).where(row.group_id == group_id).order_by(row.created_at.desc(), row.id)).all()


def offer(offer_id: UUID, group_id: UUID | None = None, *, lock: bool = False) -> CooperationOffer:
    """One of them, of a group where one is named. Raises NotFound."""
    query = select(CooperationOffer).where(CooperationOffer.id == offer_id)
    return find(query if group_id is None else query.where(CooperationOffer.group_id == group_id), lock=lock)


def offer_of_link(link_id: UUID, *, lock: bool = False) -> CooperationOffer | None:
    """What the newest link to a group's contact opens; None for a link that a newer one has taken the place of."""
    query = select(CooperationOffer).where(CooperationOffer.link_id == link_id)
    return db.session.scalar(held(query) if lock else query)


def made_here(ids: Collection[UUID]) -> dict[UUID, CooperationOffer]:
    """Of some agreements, by id, those whose paper was made here, with it; as far as it is within reach."""
    row = CooperationOffer
    found = db.session.scalars(select(row).where(row.cooperation_id.in_(ids))) if ids else ()
    return {each.cooperation_id: each for each in found if each.cooperation_id is not None}


def held_on(day: dt.date, group_ids: Collection[UUID]) -> dict[UUID, tuple[str | None, dt.date | None]]:
    """The groups that have an agreement on a day: its number, where it was made here, and its last day, where it has one."""
    row = CooperationAgreement
    found = db.session.scalars(select(row).where(row.group_id.in_(group_ids), holding(day))).all() if group_ids else ()
    made = made_here([each.id for each in found])
    return {each.group_id: (made[each.id].number if each.id in made else None, each.ends_on) for each in found}


def under_way(group_id: UUID) -> CooperationOffer | None:
    """The one of a group that is neither concluded nor come to nothing, if any."""
    return next((row for row in offers(group_id) if row.state in UNDER_WAY), None)


def decisions(row: CooperationOffer) -> Sequence[CooperationDecision]:
    """What was decided about one, oldest first."""
    made = CooperationDecision
    query = select(made).where(made.municipality_code == row.municipality_code, made.offer_id == row.id)
    return db.session.scalars(query.order_by(made.at, made.id)).all()


def papers_owed() -> list[tuple[str, UUID]]:
    """Those within reach whose paper waits to be made: (municipality, id)."""
    row = CooperationOffer
    due = select(row.municipality_code, row.id).where(row.state == OfferState.PREPARING, leases.is_due(row, now()))
    return [(code, key) for code, key in db.session.execute(due.limit(500))]


def untold() -> list[tuple[str, UUID]]:
    """Those within reach whose state somebody waits to be told of: (municipality, id)."""
    row = CooperationOffer
    waiting = select(row.municipality_code, row.id).where(
        row.state.in_(TOLD), row.told_state.is_distinct_from(row.state)
    )
    return [(code, key) for code, key in db.session.execute(waiting.limit(500))]


def standing(code: str, number: str) -> Standing | None:
    """How the agreement of a paper stands today, as whoever holds the paper is told. Raises NotFound for a number that none has."""
    row = find(
        select(CooperationOffer).where(CooperationOffer.municipality_code == code, CooperationOffer.number == number)
    )
    if row.cooperation_id is None:
        return Standing(StandingState.NOT_AGREED)
    term = db.session.get_one(CooperationAgreement, row.cooperation_id)
    after = next((each for each in reversed(of_group(row.group_id)) if each.starts_on > term.starts_on), None)
    made = made_here([after.id]).get(after.id) if after else None
    return how_it_stands(row, term, OfferState(row.state), day_of(now()), after, made.number if made else None)
