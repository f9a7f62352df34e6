"""What groups have free and what municipalities lack, loaded by the same operations that people use and dated as the plan says."""

from __future__ import annotations

import datetime as dt
from collections import defaultdict
from collections.abc import Callable, Mapping
from typing import Any
from uuid import UUID

from service.desk.demo import files
from service.desk.demo.plan import PlannedAnswer, PlannedNeed
from service.network.capacity import operations as capacity
from service.network.needs import operations, queries, reallocations
from service.network.needs.models import Need
from service.network.needs.operations import Past
from service.network.needs.rules import NeedParty
from tenants.calendar import DENMARK
from tenants.database import db

NOTHING: dict[str, Any] = {"remark": "", "reason": ""}


def load(groups: Mapping[str, UUID], consultant_of: Callable[[str], UUID], today: dt.date) -> int:
    """Load capacity and needs; returns how many needs. `consultant_of` knows who looks after a municipality."""
    planned = files.needs()
    taken = _taken(planned)
    for key, rows in files.capacity().items():
        # What is given to needs below is there at first, so that what the plan says is free is what is left.
        numbers = {row.kind: row.free + taken[key, row.kind] for row in rows}
        capacity.note(groups[key], numbers, today - dt.timedelta(days=rows[0].days_ago))
    for each in planned:
        _need(each, groups, consultant_of, today)
    return len(planned)


def _taken(planned: tuple[PlannedNeed, ...]) -> Mapping[tuple[str, str], int]:
    found: dict[tuple[str, str], int] = defaultdict(int)
    for need in planned:
        for answer in need.answers:
            found[answer.group, need.kind] += 0 if answer.asked else answer.number
    return found


def _at(today: dt.date, days_ago: int, hour: int) -> dt.datetime:
    return dt.datetime.combine(today - dt.timedelta(days=days_ago), dt.time(hour), DENMARK)


def _need(plan: PlannedNeed, groups: Mapping[str, UUID], consultant_of: Callable[[str], UUID], today: dt.date) -> None:
    needed_by = today + dt.timedelta(days=plan.within_days) if plan.within_days else None
    sent = {"kind": plan.kind, "number": plan.number, "needed_by": needed_by, "languages": plan.languages}
    said = Past(_at(today, plan.days_ago, 9), NeedParty.MUNICIPALITY)
    row = operations.say(plan.code, {**NOTHING, **sent, "remark": plan.remark}, said)
    for answer in plan.answers:
        _answer(row, answer, groups[answer.group], consultant_of(plan.code), today)
    if plan.outcome:
        _outcome(row, plan.outcome, today)


def _answer(row: Need, plan: PlannedAnswer, group_id: UUID, by: UUID, today: dt.date) -> None:
    at = _at(today, plan.days_ago, 11)
    move = reallocations.answer(row.id, {**NOTHING, "group_id": group_id, "number": plan.number})
    move.proposed_at, move.proposed_by = at, by
    if not plan.asked:
        move.answered_at, move.answered_by = at, by
        for found in queries.answers([row.id])[row.id]:
            if found.id == move.id:
                found.answered_at = at
    db.session.flush()


def _outcome(row: Need, outcome: tuple[str, ...], today: dt.date) -> None:
    act, *numbers, days_ago = outcome
    past = Past(_at(today, int(days_ago), 13), NeedParty.MUNICIPALITY)
    if act == "withdrawn":
        operations.withdraw(row.id, NOTHING, past=past)
        return
    operations.accept(row.id, NOTHING, past=past)
    if act == "progress":
        operations.progress(row.id, {**NOTHING, "in_place": int(numbers[0])}, past=past)
