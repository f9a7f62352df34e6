"""Capacity given to a need: at once where one consultant looks after both, by mutual yes across territories, and given back.

The yes does three things in one transaction: the free number falls, the need is answered, and the move bears both names. The
group's consultant has no reach to the need itself, and does not need it: what is written is DRC's.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any
from uuid import UUID

from flask_babel import gettext as _

from service.network.capacity import operations as capacity
from service.network.needs import operations, queries, rules
from service.network.needs.models import Need, NeedAnswer, Reallocation
from service.network.needs.rules import NeedAct, ReallocationAct, ReallocationState
from service.network.networks import queries as networks
from service.network.networks.rules import GroupStatus
from service.platform.ledger.operations import record
from service.platform.web.errors import Conflict, Invalid
from tenants.calendar import day_of
from tenants.database import db, now
from tenants.reach import present


def answer(need_id: UUID, given: Mapping[str, Any], code: str | None = None) -> Reallocation:
    """Answer a need with a group that has capacity: agreed at once, or proposed to the consultant of the group's territory.

    Raises NotFound, Conflict when the need is over or the group no longer has so much, and Invalid by field.
    """
    row = operations.open_for(NeedAct.ANSWER, need_id, code)
    group = next(iter(networks.groups_by([given["group_id"]])), None)
    if group is None or group.status != GroupStatus.ACTIVE:
        raise Invalid({"group_id": [_("Choose a group that is active.")]})
    left = row.number - queries.given(queries.answers([row.id])[row.id]) - _proposed(row)
    if given["number"] > left:
        raise Invalid(
            {"number": [_("%(left)s are still lacking and not proposed. Write at most that many.", left=max(left, 0))]}
        )
    areas = [area.municipality_code for area in networks.areas([group.id])[group.id]]
    across = rules.two_yeses(row.municipality_code, areas, queries.territories(day_of(now())))
    move = Reallocation(
        municipality_code=row.municipality_code,
        need_id=row.id,
        group_id=group.id,
        kind=row.kind,
        number=given["number"],
        needed_by=row.needed_by,
        state=ReallocationState.PROPOSED,
        proposed_at=now(),
        proposed_by=present().person_id,
        remark=given["remark"],
        answer_remark="",
        given_back_remark="",
    )
    db.session.add(move)
    db.session.flush()
    if across:
        _record("proposed", move)
    else:
        _agree(move, "")
    return move


def _proposed(row: Need) -> int:
    return sum(move.number for move in queries.moves_of([row.id]) if move.state == ReallocationState.PROPOSED)


def accept(move_id: UUID, given: Mapping[str, Any]) -> Reallocation:
    """The group's consultant says yes. Raises NotFound, and Conflict when it is answered, or the group or the need cannot any more."""
    move = _for(ReallocationAct.ACCEPT, move_id, given)
    if networks.group(move.group_id).status != GroupStatus.ACTIVE:
        raise Conflict(_("The group is not active. Say no, and the other consultant sees it."))
    need = next(iter(queries.everywhere(move.need_id)), None)
    if need is None or need.lacking < move.number:
        raise Conflict(_("The need no longer lacks so many. Say no, and the other consultant sees it."))
    _agree(move, given["remark"])
    return move


def decline(move_id: UUID, given: Mapping[str, Any]) -> Reallocation:
    """The group's consultant says no. Raises NotFound and Conflict."""
    move = _for(ReallocationAct.DECLINE, move_id, given)
    _answered(move, ReallocationState.DECLINED, given["remark"])
    _record("declined", move)
    return move


def withdraw(move_id: UUID, given: Mapping[str, Any]) -> Reallocation:
    """The need's consultant takes the proposal back. Raises NotFound and Conflict."""
    move = _for(ReallocationAct.WITHDRAW, move_id, given)
    _answered(move, ReallocationState.WITHDRAWN, given["remark"])
    _record("withdrawn", move)
    return move


def give_back(move_id: UUID, given: Mapping[str, Any]) -> Reallocation:
    """Undo a move: the group has it free again, and the need lacks it again. Raises NotFound and Conflict."""
    move = _for(ReallocationAct.GIVE_BACK, move_id, given)
    move.state, move.given_back_at, move.given_back_by = ReallocationState.GIVEN_BACK, now(), present().person_id
    move.given_back_remark = given["remark"]
    found = db.session.get_one(NeedAnswer, (move.municipality_code, move.id))
    found.given_back_at, found.given_back_remark = move.given_back_at, move.given_back_remark
    capacity.give_back(move.group_id, move.kind, move.number)
    _record("given_back", move)
    return move


def blank(move_id: UUID) -> Reallocation:
    """Take out what was written about a move, in its answer as well. It does not come back. Raises NotFound and Conflict."""
    move = queries.move(move_id, lock=True)
    operations.take_out(move.municipality_code, move.id)
    _record("note_blanked", move)
    return move


def _for(act: ReallocationAct, move_id: UUID, given: Mapping[str, Any]) -> Reallocation:
    """The move, locked, when the present person can do this about it now. Raises NotFound, Invalid and Conflict."""
    move = queries.move(move_id, lock=True)
    if act not in acts(move):
        raise Conflict(
            _("The move is no longer where you saw it, or it is for another to answer. Load the page again.")
        )
    return move


def acts(move: Reallocation) -> frozenset[ReallocationAct]:
    """What the present person can do about a move."""
    needs_side, groups_side = queries.sides(move, networks.areas([move.group_id]))
    me = present().person_id
    return rules.move_acts(
        ReallocationState(move.state),
        needs_side=needs_side,
        groups_side=groups_side,
        own_proposal=me is not None and move.proposed_by == me,
    )


def _agree(move: Reallocation, remark: str) -> None:
    capacity.take(move.group_id, move.kind, move.number)
    _answered(move, ReallocationState.AGREED, remark)
    db.session.add(
        NeedAnswer(
            municipality_code=move.municipality_code,
            id=move.id,
            need_id=move.need_id,
            group_id=move.group_id,
            number=move.number,
            answered_at=move.answered_at,
            remark=move.remark,
            given_back_remark="",
        )
    )
    db.session.flush()
    _record("agreed", move)


def _answered(move: Reallocation, state: ReallocationState, remark: str) -> None:
    move.state, move.answered_at, move.answered_by, move.answer_remark = state, now(), present().person_id, remark
    db.session.flush()


def _record(act: str, move: Reallocation) -> None:
    """In DRC's chain, as either side may be out of the other's reach; and in the municipality's, where it is within."""
    details: dict[str, Any] = {
        "need": str(move.need_id),
        "group": str(move.group_id),
        "kind": move.kind,
        "number": move.number,
    }
    record(f"move.{act}", f"move:{move.id}", municipality=move.municipality_code, **details)
    done = {"agreed": "need.answered", "given_back": "need.given_back", "note_blanked": "need.note_blanked"}.get(act)
    if done and present().has(move.municipality_code):
        record(done, f"need:{move.need_id}", move.municipality_code, kind=move.kind, number=move.number)
