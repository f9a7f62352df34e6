"""People who would like to volunteer, for DRC alone."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from flask.typing import ResponseReturnValue
from marshmallow import fields

from service.activity.interests import operations, queries
from service.activity.interests.models import Interest
from service.activity.interests.rules import InterestState
from service.activity.interests.schemas import InterestQuery
from service.platform.ledger.operations import record_reading
from service.platform.web.api import Item, listed, pages_of, resource, within
from service.platform.web.idempotency import once
from service.platform.web.pages import page_of
from service.platform.web.permits import permit

bp = resource("interests", __name__, "People who would like to volunteer, when they have confirmed it. For DRC alone.")
KEPT = (
    "id", "municipality_code", "group_id", "name", "email", "phone", "themes", "weekdays",
    "asked_at", "confirmed_at", "answered_at", "volunteer_id",
)  # fmt: skip


class InterestItem(Item):
    """Somebody who would like to volunteer."""

    id = fields.UUID()
    municipality_code = fields.String(metadata={"description": "Where."})
    group_id = fields.UUID(allow_none=True, metadata={"description": "The group that was asked for, if one was."})
    name = fields.String()
    email = fields.String()
    phone = fields.String()
    themes = fields.List(fields.String(), metadata={"description": "Codes of activity types."})
    weekdays = fields.List(fields.String(), metadata={"description": "MO, TU ..."})
    state = fields.String(
        metadata={"enum": [each.value for each in InterestState if each is not InterestState.UNCONFIRMED]}
    )
    asked_at = fields.AwareDateTime()
    confirmed_at = fields.AwareDateTime()
    answered_at = fields.AwareDateTime(allow_none=True)
    volunteer_id = fields.UUID(
        allow_none=True, metadata={"description": "The volunteer who came of it, a moment later."}
    )


@bp.get("/interests")
@permit.drc
@bp.arguments(InterestQuery, location="query")
@bp.response(200, pages_of(InterestItem))
def interests(asked: dict[str, Any]) -> ResponseReturnValue:
    """List those who would like to volunteer, the oldest first."""
    query = queries.interests(asked["state"])
    if asked["municipality_code"]:
        query = query.where(Interest.municipality_code == within(asked["municipality_code"]))
    page = page_of(query, (Interest.asked_at, Interest.id), asked["cursor"], asked["limit"])
    record_reading("interest.read", hits=len(page.items))
    return listed([_item(row) for row in page.items], page.cursor, asked["limit"])


@bp.get("/interests/<uuid:interest_id>")
@permit.drc
@bp.response(200, InterestItem)
def interest(interest_id: UUID) -> Any:
    """Read one."""
    row = queries.interest(interest_id)
    operations.looked_at(row)
    return _item(row)


@bp.post("/interests/<uuid:interest_id>/answer")
@permit.drc
@once
@bp.response(200, InterestItem)
def answer(interest_id: UUID) -> Any:
    """Note that somebody has been answered."""
    return _item(operations.answer(interest_id))


def _item(row: Interest) -> dict[str, Any]:
    return {name: getattr(row, name) for name in KEPT} | {"state": queries.state(row).value}
