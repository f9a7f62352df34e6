"""Reads of needs, their answers and moves, within the reach; and the figures of all municipalities, which all of DRC's people see."""

from __future__ import annotations

import datetime as dt
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from uuid import UUID

from sqlalchemy import ColumnElement, Select, func, or_, select, text

from service.network.needs import rules
from service.network.needs.models import Need, NeedAnswer, NeedEvent, Reallocation
from service.network.needs.rules import NeedAct, NeedParty, NeedState, ReallocationState, Said
from service.network.networks.models import GroupArea
from service.platform.accounts import queries as people
from service.platform.web.finding import find
from tenants import periods
from tenants.calendar import day_of
from tenants.database import db
from tenants.reach import Office, present
from tenants.scope import Capability


def allowed(code: str, day: dt.date) -> bool:
    """Whether the scope in force in a municipality opens needs."""
    period = periods.in_force(code, day)
    return period is not None and period.scope.allows(Capability.NEEDS)


def readable(day: dt.date) -> frozenset[str]:
    """The municipalities whose needs the present person may read: DRC all within reach, others where the scope opens needs."""
    codes = present().codes
    if present().office is not Office.MUNICIPALITY:
        return codes
    return frozenset(code for code in codes if allowed(code, day))


def needs(codes: Collection[str], state: NeedState | None = None) -> Select[Need]:
    """The needs of municipalities, where they stand so, to be listed by page."""
    query = select(Need).where(Need.municipality_code.in_(codes))
    return query if state is None else query.where(_stands(state))


def _stands(state: NeedState) -> ColumnElement[bool]:
    """What `rules.standing` says, as a condition."""
    answered = (
        select(NeedAnswer.id)
        .where(
            NeedAnswer.municipality_code == Need.municipality_code,
            NeedAnswer.need_id == Need.id,
            NeedAnswer.given_back_at.is_(None),
        )
        .exists()
    )
    match state:
        case NeedState.OPEN:
            return Need.over_at.is_(None) & ~answered
        case NeedState.ANSWERED:
            return (Need.state == NeedState.OPEN) & answered
        case NeedState.ACCEPTED | NeedState.IN_PROGRESS:
            return (Need.state == state) & answered
    return Need.state == state


def need(need_id: UUID, code: str | None = None, *, lock: bool = False) -> Need:
    """The need with that id. Raises NotFound when there is none within reach, or in another municipality than `code`."""
    query = select(Need).where(Need.id == need_id)
    if code is not None:
        query = query.where(Need.municipality_code == code)
    return find(query, lock=lock)


def answers(need_ids: Collection[UUID]) -> dict[UUID, list[NeedAnswer]]:
    """The answers to needs, oldest first, those given back among them."""
    found: dict[UUID, list[NeedAnswer]] = {key: [] for key in need_ids}
    query = select(NeedAnswer).where(NeedAnswer.need_id.in_(need_ids)).order_by(NeedAnswer.answered_at, NeedAnswer.id)
    for row in db.session.scalars(query) if need_ids else ():
        found[row.need_id].append(row)
    return found


def given(rows: Iterable[NeedAnswer]) -> int:
    """How many some answers come to, without those given back."""
    return sum(row.number for row in rows if row.given_back_at is None)


def in_numbers(row: Need, rows: Sequence[NeedAnswer]) -> Said:
    """A need as the figures see it."""
    return _said(row, given(rows), rows[0].answered_at if rows else None)


def _said(row: Need, count: int, answered_at: dt.datetime | None) -> Said:
    return Said(
        id=row.id,
        municipality_code=row.municipality_code,
        kind=row.kind,
        number=row.number,
        state=rules.standing(NeedState(row.state), count),
        said_on=day_of(row.said_at),
        over_on=day_of(row.over_at) if row.over_at else None,
        given=count,
        answered_on=day_of(answered_at) if answered_at else None,
    )


def everywhere(need_id: UUID | None = None) -> list[Said]:
    """The needs of all municipalities in numbers: those that are not over, and those that have been within a year. DRC's alone."""
    rows = db.session.execute(
        text("SELECT * FROM app.needs_in_numbers() n WHERE CAST(:one AS uuid) IS NULL OR n.id = CAST(:one AS uuid)"),
        {"one": need_id},
    ).all()
    if not rows:
        return []
    still = func.coalesce(func.sum(NeedAnswer.number).filter(NeedAnswer.given_back_at.is_(None)), 0)
    sums_of = select(NeedAnswer.need_id, still, func.min(NeedAnswer.answered_at)).group_by(NeedAnswer.need_id)
    if need_id is not None:
        sums_of = sums_of.where(NeedAnswer.need_id == need_id)
    sums = {key: (int(count), first) for key, count, first in db.session.execute(sums_of)}
    return [_said(row, *sums.get(row.id, (0, None))) for row in rows]  # type: ignore[arg-type] # a row of the function has the same names


def of_municipality(code: str) -> list[Said]:
    """The needs of one municipality in numbers."""
    rows = db.session.scalars(needs([code])).all()
    found = answers([row.id for row in rows])
    return [in_numbers(row, found[row.id]) for row in rows]


@dataclass(frozen=True, slots=True)
class NeedStep:
    """A step in the story of a need: when, what, by which side, how many, their remark, and the group where it is told.

    Where the remark is None, it has been removed: `blanked_at`, by the side `blanked_by`.
    """

    note: UUID
    at: dt.datetime
    act: NeedAct
    side: NeedParty
    number: int | None
    remark: str | None
    group: str | None = None
    blanked_at: dt.datetime | None = None
    blanked_by: NeedParty | None = None

    def can_be_blanked(self, by: NeedParty) -> bool:
        """Whether a side can take the remark out."""
        return bool(self.remark) and by in (NeedParty.DRC, self.side)


def story(row: Need, rows: Sequence[NeedAnswer], names: Mapping[UUID, str]) -> list[NeedStep]:
    """What has happened to a need, oldest first. A group is named where it is in sight: among `names`."""
    events = db.session.scalars(
        select(NeedEvent).where(NeedEvent.municipality_code == row.municipality_code, NeedEvent.need_id == row.id)
    )
    steps = [
        NeedStep(
            *(e.id, e.at, NeedAct(e.act), NeedParty(e.side), e.number, e.remark),
            blanked_at=e.blanked_at,
            blanked_by=NeedParty(e.blanked_by) if e.blanked_by else None,
        )
        for e in events
    ]
    for answer in rows:
        told = answer.number, names.get(answer.group_id), answer.blanked_at
        steps.append(_of_drc(answer.id, answer.answered_at, NeedAct.ANSWER, answer.remark, *told))
        if answer.given_back_at is not None:
            steps.append(_of_drc(answer.id, answer.given_back_at, NeedAct.GIVE_BACK, answer.given_back_remark, *told))
    return sorted(steps, key=lambda step: step.at)


def _of_drc(
    note: UUID,
    at: dt.datetime,
    act: NeedAct,
    remark: str | None,
    number: int,
    group: str | None,
    blanked_at: dt.datetime | None,
) -> NeedStep:
    return NeedStep(
        note, at, act, NeedParty.DRC, number, remark, group, blanked_at, NeedParty.DRC if blanked_at else None
    )


def noted_step(row: Need, note_id: UUID) -> tuple[NeedEvent | None, NeedAnswer | None]:
    """The step of a need that bears an id: told by either side, or DRC's answer."""
    key = row.municipality_code, note_id
    event, answer = db.session.get(NeedEvent, key), db.session.get(NeedAnswer, key)
    return event if event and event.need_id == row.id else None, answer if answer and answer.need_id == row.id else None


# Groups that can answer


def territories(day: dt.date) -> dict[str, str]:
    """The consultants' territory of each municipality on a day, where it is in one."""
    return {code: place.territory for code, place in people.surroundings(day).items() if place.territory}


# Moves


def _mine() -> ColumnElement[bool]:
    """A move is seen by those who look after its need or its group."""
    codes = present().codes
    served = select(GroupArea.group_id).where(GroupArea.municipality_code.in_(codes))
    homeless = ~select(GroupArea.id).where(GroupArea.group_id == Reallocation.group_id).exists()
    return or_(Reallocation.municipality_code.in_(codes), Reallocation.group_id.in_(served), homeless)


def moves(*states: ReallocationState) -> Select[Reallocation]:
    """The moves from or to the present person's territory, to be listed by page."""
    query = select(Reallocation).where(_mine())
    return query.where(Reallocation.state.in_(states)) if states else query


def move(move_id: UUID, *, lock: bool = False) -> Reallocation:
    """One of them. Raises NotFound."""
    return find(moves().where(Reallocation.id == move_id), lock=lock)


def moves_of(need_ids: Collection[UUID]) -> Sequence[Reallocation]:
    """The moves for needs, oldest first. DRC's alone."""
    query = select(Reallocation).where(Reallocation.need_id.in_(need_ids))
    return db.session.scalars(query.order_by(Reallocation.proposed_at, Reallocation.id)).all() if need_ids else []


def sides(row: Reallocation, areas: Mapping[UUID, Sequence[GroupArea]]) -> tuple[bool, bool]:
    """Whether the present person looks after the need, and the group, of a move."""
    codes = present().codes
    served = [area.municipality_code for area in areas[row.group_id]]
    return row.municipality_code in codes, not served or not codes.isdisjoint(served)


# What waits, for the start page


@dataclass(frozen=True, slots=True)
class NeedsOverview:
    """How a municipality's needs stand, for its start page."""

    open: int
    to_accept: Sequence[Need]


def of_start_page(code: str) -> NeedsOverview:
    """How many needs of a municipality are not over, and those whose answer waits for it. Two queries."""
    running = db.session.scalars(needs([code]).where(Need.over_at.is_(None)).order_by(Need.said_at, Need.id)).all()
    found = answers([row.id for row in running])
    answered = [row for row in running if in_numbers(row, found[row.id]).state is NeedState.ANSWERED]
    return NeedsOverview(len(running), answered)
