"""Offer a share, record a group's consent, answer and end. Every step is dated and in the ledger."""

from __future__ import annotations

import datetime as dt
from collections.abc import Collection
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from flask_babel import gettext as _
from sqlalchemy import ColumnElement, select

from service.network.shares import queries
from service.network.shares.models import Consent, Share, Sight
from service.network.shares.rules import CHOSEN, ShareStanding, ShareState
from service.platform.ledger.operations import record
from service.platform.web.errors import Conflict, Invalid
from tenants.calendar import day_of
from tenants.database import db, held, now
from tenants.reach import Office, present


@dataclass(frozen=True, slots=True)
class Given:
    """A group's consent as it was given: by whom of the group, on what day, how, and to what."""

    by: str
    on: dt.date
    how: str
    shows: tuple[str, ...]


def offer(
    code: str,
    *,
    title: str,
    shows: Collection[str],
    valid_from: dt.date,
    valid_to: dt.date | None,
    group_id: UUID | None = None,
    network_id: UUID | None = None,
) -> Share:
    """Offer a municipality a group or a network under its name `title`. What of it is seen waits for consent and answer.

    Raises Invalid for an end that does not come after the start, and Conflict when the same is offered or shared already.
    """
    if valid_to is not None and valid_to <= valid_from:
        raise Invalid({"valid_to": [_("The last day must not be before the first.")]})
    open_already = queries.shares(code).where(
        Share.group_id == group_id if group_id else Share.network_id == network_id,
        Share.state.in_((ShareState.OFFERED, ShareState.ACCEPTED)),
    )
    for earlier in db.session.scalars(open_already):
        if earlier.valid_to is None or earlier.valid_to > day_of(now()):
            message = _("It is offered to or shared with the municipality already. End that first.")
            raise Conflict(message, {"municipality_code": [message]})
        earlier.state = ShareState.ENDED  # its days are over: it makes room
    db.session.flush()
    row = Share(
        municipality_code=code,
        group_id=group_id,
        network_id=network_id,
        title=title,
        shows=_ordered(shows),
        valid_from=valid_from,
        valid_to=valid_to,
        state=ShareState.OFFERED,
        tells_neighbours=False,
        offered_at=now(),
    )
    db.session.add(row)
    db.session.flush()
    _record("offered", row, shows=row.shows)
    return row


def consent(row: Share, group_id: UUID, given: Given) -> Sight:
    """Record a group's consent to what a share shows of it, or to less; it is seen so far, once the municipality accepts.

    A consent given anew takes the place of the one before.

    Raises Conflict for a share that is over, and Invalid for a day that has not come.
    """
    today = day_of(now())
    if queries.standing(row, today) not in (ShareStanding.OFFERED, ShareStanding.AHEAD, ShareStanding.RUNNING):
        raise Conflict(_("The share is no longer where you saw it. Load the page again."))
    if given.on > today:
        raise Invalid({"given_on": [_("The day has not come yet.")]})
    sight = _sight(row, group_id, today)
    sight.shows, sight.valid_to = [show for show in _ordered(given.shows) if show in row.shows], None
    db.session.merge(
        Consent(
            municipality_code=row.municipality_code,
            sight_id=sight.id,
            given_by=given.by,
            given_on=given.on,
            given_how=given.how,
            recorded_by=present().person_id,
            recorded_at=now(),
        )
    )
    db.session.flush()
    _record("consented", row, group=str(group_id), shows=sight.shows)
    return sight


def withdraw_consent(row: Share, group_id: UUID) -> None:
    """The group takes its consent back: from today the municipality no longer sees it by this share. Harmless to repeat."""
    mine = (Sight.municipality_code == row.municipality_code) & (Sight.share_id == row.id)
    if _end_sights(mine & (Sight.group_id == group_id), day_of(now())):
        _record("consent_withdrawn", row, group=str(group_id))


def hide(group_id: UUID, day: dt.date, network_id: UUID | None = None) -> int:
    """From a day on no municipality sees a group any more, whatever the territory: it closes, or leaves a network.

    Returns how many saw it. With a network, only what its shares show ends.
    """
    which = Sight.group_id == group_id
    ended = _end_sights(which if network_id is None else which & (Sight.network_id == network_id), day)
    for sight in ended:
        code = sight.municipality_code
        where = (
            code if present().has(code) else None
        )  # the chain of a municipality out of reach is not ours to write in
        record("share.hidden", f"share:{sight.share_id}", where, group=str(group_id), municipality=code)
    return len(ended)


def answer(share_id: UUID, accepts: bool, code: str | None = None, *, tells_neighbours: bool = False) -> Share:
    """Accept or decline for the municipality. Raises NotFound, and Conflict when it has been answered or withdrawn."""
    row = queries.share(share_id, code, lock=True)
    if row.state != ShareState.OFFERED:
        raise Conflict(_("The share is no longer where you saw it. Load the page again."))
    row.state = ShareState.ACCEPTED if accepts else ShareState.DECLINED
    row.answered_at = now()
    row.tells_neighbours = accepts and tells_neighbours
    _record("accepted" if accepts else "declined", row, tells_neighbours=row.tells_neighbours)
    return row


def tell_neighbours(share_id: UUID, tells: bool, code: str | None = None) -> Share:
    """Let others who share the same know of this municipality, or no longer.

    Raises NotFound, and Conflict for a share that was not accepted or is over.
    """
    row = queries.share(share_id, code, lock=True)
    if queries.standing(row, day_of(now())) not in (ShareStanding.AHEAD, ShareStanding.RUNNING):
        raise Conflict(_("The share is no longer where you saw it. Load the page again."))
    if row.tells_neighbours != tells:
        row.tells_neighbours = tells
        _record("tells_neighbours", row, tells_neighbours=tells)
    return row


def end(share_id: UUID, day: dt.date | None = None, code: str | None = None) -> Share:
    """End a share on a day, today when none is given: from then on nothing of it is seen. An offer is withdrawn.

    Raises NotFound, Invalid for a day that has been, and Conflict for a share that is over.
    """
    row = queries.share(share_id, code, lock=True)
    today = day_of(now())
    day = day or today
    if row.state not in (ShareState.OFFERED, ShareState.ACCEPTED) or (
        row.valid_to is not None and row.valid_to <= today
    ):
        raise Conflict(_("The share is no longer where you saw it. Load the page again."))
    if day < today:
        raise Invalid({"day": [_("The day has been. Choose today or a day to come.")]})
    if row.state == ShareState.OFFERED and present().office is Office.MUNICIPALITY:
        raise Conflict(_("The share is offered and not begun. Accept or decline it."))
    row.ended_at = now()
    if row.state == ShareState.OFFERED:
        row.state = ShareState.WITHDRAWN
        _record("withdrawn", row)
        return row
    row.valid_to = max(day if row.valid_to is None else min(day, row.valid_to), row.valid_from)
    if day <= today:
        row.state = ShareState.ENDED
    _record("ended", row, day=row.valid_to.isoformat())
    return row


def _ordered(shows: Collection[str]) -> list[str]:
    return [aspect.value for aspect in CHOSEN if aspect in shows]


def _sight(row: Share, group_id: UUID, today: dt.date) -> Sight:
    """The sight that a consent given today is for: with the share's first day, and from today where there was one before."""
    mine = (
        (Sight.municipality_code == row.municipality_code) & (Sight.share_id == row.id) & (Sight.group_id == group_id)
    )
    before = db.session.scalars(select(Sight).where(mine).order_by(Sight.valid_from)).all()
    begins = max(today, row.valid_from) if before else row.valid_from
    same = next((sight for sight in before if sight.valid_from == begins), None)
    _end_sights(mine, begins)
    if same is not None:
        return same
    sight = Sight(
        municipality_code=row.municipality_code,
        share_id=row.id,
        group_id=group_id,
        network_id=row.network_id,
        shows=[],
        valid_from=begins,
    )
    db.session.add(sight)
    db.session.flush()
    return sight


def _end_sights(which: ColumnElement[bool], day: dt.date) -> list[Sight]:
    ended = []
    for sight in db.session.scalars(held(select(Sight).where(which))):
        if sight.valid_to is None or sight.valid_to > day:
            sight.valid_to = max(day, sight.valid_from)
            ended.append(sight)
    db.session.flush()
    return ended


def _record(act: str, row: Share, **details: Any) -> None:
    record(f"share.{act}", f"share:{row.id}", row.municipality_code, **details)
