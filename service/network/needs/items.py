"""Needs, what answers them, moves and figures as the API answers them."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from marshmallow import fields

from service.network.needs import operations, queries, rules
from service.network.needs.models import Need
from service.network.needs.rules import Near, NeedAct, NeedParty, NeedState, ReallocationState
from service.platform.web.api import Editable, Item
from service.platform.web.versions import version_of
from tenants.calendar import day_of
from tenants.database import now

REMOVED = {"description": "null where it has been removed."}


class AnswerItem(Item):
    """So many of what is lacking, from a group."""

    id = fields.UUID()
    group_id = fields.UUID()
    number = fields.Integer()
    answered_at = fields.AwareDateTime()
    remark = fields.String(allow_none=True, metadata=REMOVED)
    given_back_at = fields.AwareDateTime(allow_none=True)


class NeedItem(Editable):
    """What a municipality lacks. `given` of the `number` have been found, `in_place` of them have come about."""

    id = fields.UUID()
    municipality_code = fields.String()
    kind = fields.String(metadata={"description": "The code of an activity type."})
    number = fields.Integer()
    given = fields.Integer()
    in_place = fields.Integer()
    needed_by = fields.Date(allow_none=True)
    languages = fields.List(fields.String(metadata={"enum": list(rules.LANGUAGES)}))
    remark = fields.String()
    state = fields.String(metadata={"enum": list(NeedState)})
    said_at = fields.AwareDateTime()
    over_at = fields.AwareDateTime(allow_none=True)
    days_waited = fields.Integer(
        allow_none=True, metadata={"description": "From the day it was said to its first answer."}
    )
    answers = fields.List(fields.Nested(AnswerItem))


class StepItem(Item):
    """A step in the story of a need. `id` is of what was written in it; `blanked_at` and `blanked_by` say who removed that."""

    id = fields.UUID(attribute="note")
    at = fields.AwareDateTime()
    act = fields.String(metadata={"enum": list(NeedAct)})
    side = fields.String(metadata={"enum": list(NeedParty)})
    number = fields.Integer(allow_none=True)
    remark = fields.String(allow_none=True, metadata=REMOVED)
    blanked_at = fields.AwareDateTime(allow_none=True)
    blanked_by = fields.String(allow_none=True, metadata={"enum": [*NeedParty, None]})


class CandidateItem(Item):
    """A group that can answer. `asked`: it is looked after in another territory, whose consultant is asked first."""

    id = fields.UUID(metadata={"description": "The group."})
    name = fields.String()
    free = fields.Integer()
    enough = fields.Boolean()
    near = fields.String(metadata={"enum": [each.name.lower() for each in Near]})
    asked = fields.Boolean()


class MoveItem(Item):
    """Capacity of a group for a need: proposed, agreed to by the other side, and perhaps given back."""

    id = fields.UUID()
    municipality_code = fields.String()
    need_id = fields.UUID()
    group_id = fields.UUID()
    kind = fields.String()
    number = fields.Integer()
    needed_by = fields.Date(allow_none=True)
    state = fields.String(metadata={"enum": list(ReallocationState)})
    proposed_at = fields.AwareDateTime()
    proposed_by = fields.UUID(allow_none=True)
    remark = fields.String(allow_none=True, metadata=REMOVED)
    answered_at = fields.AwareDateTime(allow_none=True)
    answered_by = fields.UUID(allow_none=True)
    answer_remark = fields.String(allow_none=True, metadata=REMOVED)
    given_back_at = fields.AwareDateTime(allow_none=True)
    given_back_by = fields.UUID(allow_none=True)
    given_back_remark = fields.String(allow_none=True, metadata=REMOVED)


class BalanceItem(Item):
    """What is lacking and free in a municipality, and how many days its needs wait: the middle one and the longest."""

    id = fields.String()
    municipality_code = fields.String()
    lacking = fields.Integer()
    free = fields.Integer()
    days_waited_median = fields.Integer(allow_none=True)
    days_waited_longest = fields.Integer(allow_none=True)


def items_of(rows: Sequence[Need]) -> list[dict[str, Any]]:
    """Needs with what answers them, in the shape of `NeedItem`."""
    today, found = day_of(now()), queries.answers([row.id for row in rows])
    items = []
    for row in rows:
        said = queries.in_numbers(row, found[row.id])
        own = {name: getattr(row, name) for name in NeedItem().fields if hasattr(row, name)}
        told = {
            "version": version_of(operations.as_seen(row, said.given)),
            "given": said.given,
            "state": said.state,
            "days_waited": rules.wait(said, today),
        }
        items.append({**own, **told, "answers": found[row.id]})
    return items
