"""Needs: said, answered, accepted, followed to their end and withdrawn."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from service.network.needs import operations, queries, rules
from service.network.needs import reallocations as moving
from service.network.needs.candidates import of_need
from service.network.needs.items import CandidateItem, MoveItem, NeedItem, StepItem, items_of
from service.network.needs.models import Need
from service.network.needs.rules import NeedState
from service.network.needs.schemas import (
    NeedAnswerFields,
    NeedFields,
    NewNeedFields,
    ProgressFields,
    RemarkFields,
    WithdrawFields,
)
from service.platform.web.api import MunicipalQuery, listed, pages_of, resource, within
from service.platform.web.errors import NotFound
from service.platform.web.etags import seen, seen_if_told, step
from service.platform.web.fields import Choice, whole
from service.platform.web.idempotency import once
from service.platform.web.pages import page_of
from service.platform.web.permits import permit
from tenants.calendar import day_of
from tenants.database import now

bp = resource("needs", __name__, "What municipalities lack, in kinds and numbers, and how it is answered.")


class NeedQuery(MunicipalQuery):
    """What the list of needs is asked with."""

    state = Choice(NeedState, required=False)


@bp.get("/needs")
@permit.signed_in
@bp.arguments(NeedQuery, location="query")
@bp.response(200, pages_of(NeedItem))
def needs(asked: dict[str, Any]) -> Any:
    """List the needs within reach."""
    codes, code = queries.readable(day_of(now())), within(asked["municipality_code"])
    query = queries.needs(codes if code is None else codes & {code}, asked["state"])
    page = page_of(query, [Need.said_at, Need.id], asked["cursor"], asked["limit"])
    return listed(items_of(page.items), page.cursor, asked["limit"])


@bp.get("/needs/<uuid:need_id>")
@permit.signed_in
@bp.response(200, NeedItem)
def need(need_id: UUID) -> Any:
    """Read a need."""
    return items_of([_readable(need_id)])[0]


@bp.post("/needs")
@permit.signed_in
@once
@bp.arguments(NewNeedFields)
@bp.response(201, NeedItem)
def say(given: dict[str, Any]) -> Any:
    """Say what a municipality lacks, where its agreement opens needs."""
    code = within(given["municipality_code"])
    return items_of([operations.say(str(code), given)])[0]


@bp.put("/needs/<uuid:need_id>")
@permit.signed_in
@once
@bp.arguments(whole(NeedFields))
@bp.response(200, NeedItem)
def change(given: dict[str, Any], need_id: UUID) -> Any:
    """Say it anew, while nothing answers it."""
    return items_of([operations.change(need_id, given, seen=seen())])[0]


@bp.post("/needs/<uuid:need_id>/accept")
@permit.signed_in
@step
@once
@bp.arguments(RemarkFields)
@bp.response(200, NeedItem)
def accept(given: dict[str, Any], need_id: UUID) -> Any:
    """Say yes to what answers the need, for the municipality."""
    return items_of([operations.accept(need_id, given, seen=seen_if_told())])[0]


@bp.post("/needs/<uuid:need_id>/progress")
@permit.signed_in
@step
@once
@bp.arguments(ProgressFields)
@bp.response(200, NeedItem)
def progress(given: dict[str, Any], need_id: UUID) -> Any:
    """Say how many are in place. When all are, the need is met."""
    return items_of([operations.progress(need_id, given, seen=seen_if_told())])[0]


@bp.post("/needs/<uuid:need_id>/withdraw")
@permit.signed_in
@step
@once
@bp.arguments(WithdrawFields)
@bp.response(200, NeedItem)
def withdraw(given: dict[str, Any], need_id: UUID) -> Any:
    """Withdraw a need: met some other way, or gone."""
    return items_of([operations.withdraw(need_id, given, seen=seen_if_told())])[0]


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
    return items_of([operations.blank(need_id, note_id)])[0]


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


def _readable(need_id: UUID) -> Need:
    row = queries.need(need_id)
    if row.municipality_code not in queries.readable(day_of(now())):
        raise NotFound
    return row
