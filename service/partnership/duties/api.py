"""Duties of both sides."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any
from uuid import UUID

from marshmallow import fields

from service.partnership.duties import operations, queries
from service.partnership.duties.models import OwedDuty
from service.partnership.duties.rules import DutyKind, DutySide, DutyStanding
from service.partnership.duties.schemas import DoneFields
from service.partnership.duties.views import party_of
from service.platform.web.api import Item, MunicipalQuery, listed, pages_of, resource, within
from service.platform.web.fields import Choice
from service.platform.web.idempotency import once
from service.platform.web.identity import me
from service.platform.web.pages import page_of
from service.platform.web.permits import permit
from tenants.calendar import day_of
from tenants.database import now

bp = resource("duties", __name__, "What the agreements in force make each side do, time by time, for a year ahead.")


class DutyQuery(MunicipalQuery):
    """What the list of duties is asked with."""

    state = Choice(DutyStanding, required=False)
    side = Choice(DutySide, required=False)


class DutyItem(Item):
    """One time that something is due. `title` is as the agreement has it, in Danish; `done_by` is the party that marked it."""

    id = fields.UUID()
    municipality_code = fields.String()
    agreement_id = fields.UUID()
    side = fields.String(metadata={"enum": list(DutySide)})
    kind = fields.String(metadata={"enum": list(DutyKind)})
    title = fields.String()
    due_on = fields.Date()
    state = fields.String(metadata={"enum": list(DutyStanding)})
    done_on = fields.Date(allow_none=True)
    done_by = fields.String(
        allow_none=True, attribute="done_party", metadata={"enum": [DutySide.MUNICIPALITY, DutySide.DRC, None]}
    )
    remark = fields.String()


@bp.get("/duties")
@permit.signed_in
@bp.arguments(DutyQuery, location="query")
@bp.response(200, pages_of(DutyItem))
def duties(asked: dict[str, Any]) -> Any:
    """List the duties within reach, by municipality and day."""
    query = queries.duties(within(asked["municipality_code"]))
    if asked["state"]:
        query = queries.in_state(query, asked["state"], day_of(now()))
    if asked["side"]:
        query = query.where(OwedDuty.side == asked["side"])
    keys = [OwedDuty.municipality_code, OwedDuty.due_on, OwedDuty.id]
    page = page_of(query, keys, asked["cursor"], asked["limit"])
    return listed(_items(page.items), page.cursor, asked["limit"])


@bp.get("/duties/<uuid:duty_id>")
@permit.signed_in
@bp.response(200, DutyItem)
def duty(duty_id: UUID) -> Any:
    """Read a duty."""
    return _items([queries.duty(duty_id)])[0]


@bp.post("/duties/<uuid:duty_id>/done")
@permit.signed_in
@once
@bp.arguments(DoneFields)
@bp.response(200, DutyItem)
def done(given: dict[str, Any], duty_id: UUID) -> Any:
    """Say that a duty was done: a municipality its own and those of both sides, DRC any."""
    person = me()
    return _items([operations.mark_done(duty_id, party_of(person), person.person_id, **given)])[0]


@bp.post("/duties/<uuid:duty_id>/take-back")
@permit.signed_in
@once
@bp.response(200, DutyItem)
def take_back(duty_id: UUID) -> Any:
    """Say that a duty which was marked as done was not."""
    return _items([operations.take_back(duty_id, party_of(me()))])[0]


def _items(rows: Sequence[OwedDuty]) -> list[dict[str, Any]]:
    standings = queries.standings(rows, day_of(now()))
    return [
        {**{name: getattr(row, name) for name in SHOWN}, "state": standings[row.id], "done_party": row.done_party}
        for row in rows
    ]


SHOWN = ("id", "municipality_code", "agreement_id", "side", "kind", "title", "due_on", "done_on", "remark")
