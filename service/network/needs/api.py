"""Needs, what answers them, moves between territories, and the figures of all municipalities."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any
from uuid import UUID

from marshmallow import fields

from service.network.capacity.rules import offered
from service.network.needs import operations, queries, rules
from service.network.needs import reallocations as moving
from service.network.needs.candidates import free_at_home, of_need
from service.network.needs.models import Need, Reallocation
from service.network.needs.rules import Near, NeedAct, NeedParty, NeedState, ReallocationState
from service.network.needs.schemas import (
    NeedAnswerFields,
    NeedFields,
    NewNeedFields,
    ProgressFields,
    RemarkFields,
    WithdrawFields,
)
from service.partnership.catalogue.queries import kinds
from service.platform.web.api import (
    Editable,
    Item,
    ListQuery,
    MunicipalQuery,
    listed,
    listed_page,
    pages_of,
    resource,
    within,
)
from service.platform.web.errors import NotFound
from service.platform.web.etags import seen, seen_if_told, step
from service.platform.web.fields import Choice, Text, whole
from service.platform.web.idempotency import once
from service.platform.web.pages import page_of
from service.platform.web.permits import permit
from service.platform.web.versions import version_of
from tenants import register
from tenants.calendar import day_of
from tenants.database import now

bp = resource("needs", __name__, "What municipalities lack, in kinds and numbers, and how it is answered.")

REMOVED = {"description": "null where it has been removed."}


class NeedQuery(MunicipalQuery):
    """What the list of needs is asked with."""

    state = Choice(NeedState, required=False)


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


class MoveQuery(ListQuery):
    """What the list of moves is asked with."""

    state = Choice(ReallocationState, required=False)


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


class BalanceQuery(ListQuery):
    """What the figures are asked with."""

    kind = Text(60, required=False)


class BalanceItem(Item):
    """What is lacking and free in a municipality, and how many days its needs wait: the middle one and the longest."""

    id = fields.String()
    municipality_code = fields.String()
    lacking = fields.Integer()
    free = fields.Integer()
    days_waited_median = fields.Integer(allow_none=True)
    days_waited_longest = fields.Integer(allow_none=True)


@bp.get("/needs")
@permit.signed_in
@bp.arguments(NeedQuery, location="query")
@bp.response(200, pages_of(NeedItem))
def needs(asked: dict[str, Any]) -> Any:
    """List the needs within reach."""
    codes, code = queries.readable(day_of(now())), within(asked["municipality_code"])
    query = queries.needs(codes if code is None else codes & {code}, asked["state"])
    page = page_of(query, [Need.said_at, Need.id], asked["cursor"], asked["limit"])
    return listed(_items(page.items), page.cursor, asked["limit"])


@bp.get("/needs/<uuid:need_id>")
@permit.signed_in
@bp.response(200, NeedItem)
def need(need_id: UUID) -> Any:
    """Read a need."""
    return _items([_readable(need_id)])[0]


@bp.post("/needs")
@permit.signed_in
@once
@bp.arguments(NewNeedFields)
@bp.response(201, NeedItem)
def say(given: dict[str, Any]) -> Any:
    """Say what a municipality lacks, where its agreement opens needs."""
    code = within(given["municipality_code"])
    return _items([operations.say(str(code), given)])[0]


@bp.put("/needs/<uuid:need_id>")
@permit.signed_in
@once
@bp.arguments(whole(NeedFields))
@bp.response(200, NeedItem)
def change(given: dict[str, Any], need_id: UUID) -> Any:
    """Say it anew, while nothing answers it."""
    return _items([operations.change(need_id, given, seen=seen())])[0]


@bp.post("/needs/<uuid:need_id>/accept")
@permit.signed_in
@step
@once
@bp.arguments(RemarkFields)
@bp.response(200, NeedItem)
def accept(given: dict[str, Any], need_id: UUID) -> Any:
    """Say yes to what answers the need, for the municipality."""
    return _items([operations.accept(need_id, given, seen=seen_if_told())])[0]


@bp.post("/needs/<uuid:need_id>/progress")
@permit.signed_in
@step
@once
@bp.arguments(ProgressFields)
@bp.response(200, NeedItem)
def progress(given: dict[str, Any], need_id: UUID) -> Any:
    """Say how many are in place. When all are, the need is met."""
    return _items([operations.progress(need_id, given, seen=seen_if_told())])[0]


@bp.post("/needs/<uuid:need_id>/withdraw")
@permit.signed_in
@step
@once
@bp.arguments(WithdrawFields)
@bp.response(200, NeedItem)
def withdraw(given: dict[str, Any], need_id: UUID) -> Any:
    """Withdraw a need: met some other way, or gone."""
    return _items([operations.withdraw(need_id, given, seen=seen_if_told())])[0]


@bp.get("/needs/<uuid:need_id>/story")
@permit.signed_in
@bp.response(200, pages_of(StepItem))
def story(need_id: UUID) -> Any:
    """List what has happened to a need, all at once, oldest first."""
    row = _readable(need_id)
    steps = queries.story(row, queries.answers([row.id])[row.id], {})
    return listed(steps, None, max(len(steps), 1))


@bp.post("/needs/<uuid:need_id>/story/<uuid:note_id>/blank")
@permit.signed_in
@once
@bp.response(200, NeedItem)
def blank(need_id: UUID, note_id: UUID) -> Any:
    """Remove what was written in a step, for good: one's own side's; for DRC, either's."""
    return _items([operations.blank(need_id, note_id)])[0]


@bp.get("/needs/<uuid:need_id>/candidates")
@permit.drc
@bp.response(200, pages_of(CandidateItem))
def candidates(need_id: UUID) -> Any:
    """List the groups that can answer, all at once: the near ones first, of those the ones that have enough."""
    row = queries.need(need_id)
    lacking = queries.in_numbers(row, queries.answers([row.id])[row.id]).lacking
    found = [
        {
            "id": each.group_id,
            "name": each.name,
            "free": each.free,
            "enough": each.enough(lacking),
            "near": each.near.name.lower(),
            "asked": each.two_yeses,
        }
        for each in rules.ranked(of_need(row, day_of(now())), lacking)
    ]
    return listed(found, None, max(len(found), 1))


@bp.post("/needs/<uuid:need_id>/answer")
@permit.drc
@once
@bp.arguments(NeedAnswerFields)
@bp.response(200, MoveItem)
def answer(given: dict[str, Any], need_id: UUID) -> Any:
    """Answer with a group: agreed at once, or proposed to the consultant of the group's territory."""
    return moving.answer(need_id, given)


@bp.get("/moves", tags=["moves"])
@permit.drc
@bp.arguments(MoveQuery, location="query")
@bp.response(200, pages_of(MoveItem))
def moves(asked: dict[str, Any]) -> Any:
    """List the moves from and to one's own territory."""
    query = queries.moves(*([asked["state"]] if asked["state"] else []))
    page = page_of(query, [Reallocation.proposed_at, Reallocation.id], asked["cursor"], asked["limit"])
    return listed_page(page, asked["limit"])


@bp.get("/moves/<uuid:move_id>", tags=["moves"])
@permit.drc
@bp.response(200, MoveItem)
def move(move_id: UUID) -> Any:
    """Read a move."""
    return queries.move(move_id)


@bp.post("/moves/<uuid:move_id>/accept", tags=["moves"])
@permit.drc
@once
@bp.arguments(RemarkFields)
@bp.response(200, MoveItem)
def accept_move(given: dict[str, Any], move_id: UUID) -> Any:
    """Say yes for the group: the free number falls and the need is answered."""
    return moving.accept(move_id, given)


@bp.post("/moves/<uuid:move_id>/decline", tags=["moves"])
@permit.drc
@once
@bp.arguments(RemarkFields)
@bp.response(200, MoveItem)
def decline_move(given: dict[str, Any], move_id: UUID) -> Any:
    """Say no for the group."""
    return moving.decline(move_id, given)


@bp.post("/moves/<uuid:move_id>/withdraw", tags=["moves"])
@permit.drc
@once
@bp.arguments(RemarkFields)
@bp.response(200, MoveItem)
def withdraw_move(given: dict[str, Any], move_id: UUID) -> Any:
    """Take a proposal back."""
    return moving.withdraw(move_id, given)


@bp.post("/moves/<uuid:move_id>/give-back", tags=["moves"])
@permit.drc
@once
@bp.arguments(RemarkFields)
@bp.response(200, MoveItem)
def give_back_move(given: dict[str, Any], move_id: UUID) -> Any:
    """Undo a move: the group has it free again, and the need lacks it again."""
    return moving.give_back(move_id, given)


@bp.post("/moves/<uuid:move_id>/blank", tags=["moves"])
@permit.drc
@once
@bp.response(200, MoveItem)
def blank_move(move_id: UUID) -> Any:
    """Remove what was written about a move, for good, in its answer as well."""
    return moving.blank(move_id)


@bp.get("/capacity", tags=["capacity"])
@permit.drc
@bp.arguments(BalanceQuery, location="query")
@bp.response(200, pages_of(BalanceItem))
def balance(asked: dict[str, Any]) -> Any:
    """What is lacking and free in every municipality, of one kind or of all: the 98 at once, in Danish order."""
    kind = asked["kind"] or None
    if kind is not None and kind not in offered(kinds()):
        raise NotFound
    today, codes = day_of(now()), [row.code for row in register.municipalities()]
    said = [each for each in queries.everywhere() if kind is None or each.kind == kind]
    figures = rules.balance(codes, said, free_at_home(kind))
    waits = {code: rules.waits([each for each in said if each.municipality_code == code], today) for code in codes}
    items = [
        {
            "id": code,
            "municipality_code": code,
            "lacking": figures[code].lacking,
            "free": figures[code].free,
            "days_waited_median": waits[code].median,
            "days_waited_longest": waits[code].longest,
        }
        for code in codes
    ]
    return listed(items, None, len(items))


def _readable(need_id: UUID) -> Need:
    row = queries.need(need_id)
    if row.municipality_code not in queries.readable(day_of(now())):
        raise NotFound
    return row


def _items(rows: Sequence[Need]) -> list[dict[str, Any]]:
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
