"""Note what a group has free, take of it and give back. Every change is kept, and in the ledger."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from uuid import UUID

from flask_babel import gettext as _
from sqlalchemy import select
from sqlalchemy.dialects.postgresql import insert

from service.network.capacity import queries, rules
from service.network.capacity.models import Capacity, CapacityChange
from service.network.capacity.rules import ChangeCause
from service.network.networks import operations as networks
from service.partnership.catalogue.queries import kinds
from service.platform.ledger.operations import record
from service.platform.web.errors import Conflict, Invalid
from service.platform.web.versions import WHATEVER, Seen
from tenants.calendar import day_of
from tenants.database import db, held, now, uuid7
from tenants.reach import present


def note(group_id: UUID, numbers: Mapping[str, int], on: dt.date | None = None, seen: Seen = WHATEVER) -> None:
    """Keep what a group says it has free, today or on a day that has been. A kind that is not named it no longer offers.

    Raises NotFound, Refusal for a group that others look after, Changed when the numbers are no longer as seen, and Invalid by field.
    """
    group = networks.maintained(group_id)
    queries.lock(group.id)
    seen.still(queries.as_sent(group.id))
    today = day_of(now())
    if on is not None and on > today:
        raise Invalid({"noted_on": [_("The day has not come yet.")]})
    unknown = sorted(set(numbers) - set(rules.offered(kinds())))
    if unknown:
        raise Invalid({"free": [_("Choose from the catalogue: %(codes)s is not there.", codes=", ".join(unknown))]})
    for kind in sorted({row.kind for row in queries.of_group(group.id)} | set(numbers)):
        row = _held(group.id, kind)
        before, row.free, row.noted_on = row.free, numbers.get(kind, 0), on or today
        _keep(row, before, ChangeCause.NOTED)
        if kind not in numbers:
            db.session.delete(row)
    db.session.flush()
    record("capacity.noted", f"group:{group.id}", free=dict(sorted(numbers.items())), day=(on or today).isoformat())


def take(group_id: UUID, kind: str, number: int) -> None:
    """Take some of what a group has free. Raises Conflict when there is no longer so much."""
    row = queries.locked(group_id, kind)
    try:
        after = rules.take(row.free if row else 0, number)
    except rules.NotEnough as error:
        message = _("The group no longer has so much free. Load the page again to see how much there is.")
        raise Conflict(message, {"number": [message]}) from error
    if row is not None:
        before, row.free = row.free, after
        _keep(row, before, ChangeCause.TAKEN)
        db.session.flush()


def give_back(group_id: UUID, kind: str, number: int) -> None:
    """Give back what was taken of a group's capacity."""
    row = _held(group_id, kind)
    before, row.free = row.free, rules.give_back(row.free, number)
    _keep(row, before, ChangeCause.GIVEN_BACK)
    db.session.flush()


def _held(group_id: UUID, kind: str) -> Capacity:
    """A group's number of a kind, locked; none at first."""
    db.session.execute(
        insert(Capacity)
        .values(id=uuid7(), group_id=group_id, kind=kind, free=0, noted_on=day_of(now()))
        .on_conflict_do_nothing(index_elements=["group_id", "kind"])
    )
    query = select(Capacity).where(Capacity.group_id == group_id, Capacity.kind == kind)
    return db.session.scalars(held(query)).one()


def _keep(row: Capacity, before: int, cause: ChangeCause) -> None:
    db.session.add(
        CapacityChange(
            group_id=row.group_id,
            kind=row.kind,
            at=now(),
            by=present().person_id,
            cause=cause,
            before=before,
            after=row.free,
        )
    )
