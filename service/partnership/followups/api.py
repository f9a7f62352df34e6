"""What is followed up by numbers that DRC tells, for programs."""

from __future__ import annotations

from typing import Any

from marshmallow import fields

from service.partnership.followups import operations, queries
from service.partnership.followups.rules import Followed, FollowedKind, Subject
from service.partnership.followups.schemas import ToldSent
from service.platform.web.api import Item, listed, pages_of, resource
from service.platform.web.idempotency import once
from service.platform.web.identity import me
from service.platform.web.permits import permit

bp = resource("follow-ups", __name__, "What was used of earmarks, and reached of targets that only DRC can tell.")


class FollowedItem(Item):
    """An earmark of a year or a target, and what was told of it last; null before anything was. Of an earmark amounts are øre."""

    kind = fields.String(metadata={"enum": list(FollowedKind)})
    name = fields.String(metadata={"description": "The purpose of an earmark, the code of a target's measure."})
    year = fields.Integer()
    agreed = fields.Integer()
    told = fields.Integer(allow_none=True)
    left = fields.Integer(allow_none=True, metadata={"description": "Less than nothing where more was used."})
    currency = fields.String(allow_none=True, metadata={"enum": ["DKK", None]})
    as_of = fields.Date(allow_none=True)
    words = fields.String(metadata={"description": "Where the number is from."})


@bp.get("/municipalities/<municipality_code>/follow-ups", tags=["municipalities"])
@permit.municipality
@bp.response(200, pages_of(FollowedItem))
def follow_ups(municipality_code: str) -> Any:
    """List earmarks by year and the targets that DRC tells, with how each stands."""
    found = queries.followed(municipality_code)
    return listed([_item(one) for one in found], None, max(len(found), 1))


@bp.post("/municipalities/<municipality_code>/follow-ups", tags=["municipalities"])
@permit.drc
@once
@bp.arguments(ToldSent)
@bp.response(200, FollowedItem)
def tell(given: dict[str, Any], municipality_code: str) -> Any:
    """Tell what was used of an earmark by a day, or reached of a target. It holds until it is told anew."""
    subject = Subject(given["year"], FollowedKind(given["kind"]), given["name"])
    return _item(
        operations.tell(municipality_code, subject, given["amount"], given["as_of"], given["words"], me().person_id)
    )


def _item(one: Followed) -> dict[str, Any]:
    told, is_money = one.told, one.subject.kind is FollowedKind.EARMARK
    return {
        "kind": one.subject.kind,
        "name": one.subject.name,
        "year": one.subject.year,
        "agreed": one.agreed,
        "told": told.amount if told else None,
        "left": one.left if is_money else None,
        "currency": "DKK" if is_money else None,
        "as_of": told.as_of if told else None,
        "words": told.words if told else "",
    }
