"""A need from said to met, and capacity that is moved: by one yes, by two, by twenty at once, and back again."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from typing import Any
from uuid import UUID

import pytest
from flask import Flask
from sqlalchemy import func, select

from service.network.capacity import operations as capacity
from service.network.capacity import queries as free
from service.network.capacity.models import CapacityChange
from service.network.needs import operations, queries, reallocations, rules
from service.network.needs.candidates import free_at_home, of_need
from service.network.needs.models import NeedAnswer, Reallocation
from service.network.needs.rules import NeedState, ReallocationState
from service.network.networks import operations as groups
from service.network.networks import queries as networks
from service.network.networks.rules import GroupStatus
from service.platform.ledger.models import LedgerEntry, NationalLedgerEntry
from service.platform.web.errors import Conflict, Invalid, NotFound, Refusal
from tenants.acting import acting_for
from tenants.calendar import day_of
from tenants.database import db, now, transaction
from tenants.reach import Reach, clock
from tests.network.needs.conftest import Border
from tests.support.world import EMPTY, HERE, THERE, World, need_of

NOTHING: dict[str, Any] = {"remark": ""}
NO_REASON: dict[str, Any] = {"reason": ""}


@pytest.fixture(autouse=True)
def inside(app: Flask) -> Iterator[None]:
    with app.app_context():
        yield


def proposed(border: Border, number: int = 3, group: UUID | None = None) -> UUID:
    with acting_for(border.ours), transaction():
        return reallocations.answer(border.need, {**NOTHING, "group_id": group or border.far, "number": number}).id


def stands(border: Border) -> tuple[NeedState, int]:
    """Where HERE's need stands as its own people see it, and how many have been found."""
    with acting_for(border.municipality), transaction():
        row = queries.need(border.need)
        said = queries.in_numbers(row, queries.answers([row.id])[row.id])
        return said.state, said.given


def story(border: Border) -> list[queries.NeedStep]:
    """The story of HERE's need as its own people read it."""
    with acting_for(border.municipality), transaction():
        row = queries.need(border.need)
        found = queries.answers([row.id])[row.id]
        return queries.story(row, found, networks.names({answer.group_id for answer in found}))


def left(border: Border, group: UUID | None = None) -> int:
    with acting_for(border.secretariat), transaction():
        return next(row.free for row in free.of_group(group or border.far) if row.kind == "network_family")


def acts_recorded(table: type[LedgerEntry] | type[NationalLedgerEntry]) -> list[str]:
    with acting_for(clock([HERE, THERE])), transaction():
        return list(db.session.scalars(select(table.act).order_by(table.number)))


# A need


def test_from_said_to_met_in_one_territory(border: Border) -> None:
    """One yes is enough: two of five, then more, and the municipality says what is in place."""
    assert stands(border) == (NeedState.OPEN, 0)
    proposed(border, 2, border.near)
    assert stands(border) == (NeedState.ANSWERED, 2)
    assert left(border, border.near) == 0
    with acting_for(border.municipality), transaction():
        operations.accept(border.need, {**NOTHING, "remark": "Tak"})
    with acting_for(border.ours), transaction():
        capacity.note(border.near, {"network_family": 3})
    proposed(border, 3, border.near)
    assert stands(border) == (NeedState.ACCEPTED, 5)
    with acting_for(border.municipality), transaction():
        operations.progress(border.need, {**NOTHING, "in_place": 3})
    assert stands(border) == (NeedState.IN_PROGRESS, 5)
    with acting_for(border.ours), transaction():
        assert operations.progress(border.need, {**NOTHING, "in_place": 5}).over_at is not None
    assert stands(border) == (NeedState.MET, 5)
    assert [step.act.value for step in story(border)] == [
        "said",
        "answered",
        "accepted",
        "answered",
        "progress",
        "progress",
    ]
    steps = ["need.answered", "need.accepted", "need.answered", "need.progress", "need.progress"]
    assert [act for act in acts_recorded(LedgerEntry) if act.startswith("need.")][-5:] == steps


def test_more_cannot_be_in_place_than_was_found(border: Border) -> None:
    proposed(border, 2, border.near)
    with acting_for(border.municipality), transaction():
        operations.accept(border.need, NOTHING)
    with acting_for(border.municipality), pytest.raises(Invalid) as refused, transaction():
        operations.progress(border.need, {**NOTHING, "in_place": 3})
    assert "in_place" in refused.value.errors


@pytest.mark.parametrize("step", ["accept", "progress"])
def test_steps_are_taken_in_order(border: Border, step: str) -> None:
    given = {**NOTHING, "in_place": 1}
    with acting_for(border.municipality), pytest.raises(Conflict), transaction():
        getattr(operations, step)(border.need, given)


def test_drc_does_not_say_yes_for_the_municipality(border: Border) -> None:
    proposed(border, 2, border.near)
    with acting_for(border.ours), pytest.raises(Conflict), transaction():
        operations.accept(border.need, NOTHING)


def test_what_is_answered_is_not_changed_and_what_is_over_stays(border: Border) -> None:
    with acting_for(border.municipality), transaction():
        operations.change(border.need, need_of(number=4))
    proposed(border, 2, border.near)
    with acting_for(border.municipality), pytest.raises(Conflict), transaction():
        operations.change(border.need, need_of(number=9))
    with acting_for(border.municipality), transaction():
        operations.withdraw(border.need, NO_REASON)
    for again in (operations.withdraw, operations.accept):
        with acting_for(border.municipality), pytest.raises(Conflict), transaction():
            again(border.need, {**NOTHING, **NO_REASON})


def test_a_need_is_said_where_the_agreement_opens_it(border: Border) -> None:
    with acting_for(clock([EMPTY])), pytest.raises(Refusal), transaction():
        operations.say(EMPTY, need_of())


@pytest.mark.parametrize(
    ("changes", "field"),
    [
        ({"kind": "housing_placement"}, "kind"),
        ({"kind": "noget"}, "kind"),
        ({"needed_by": day_of(now()).replace(year=2020)}, "needed_by"),
    ],
)
def test_what_is_wrong_is_told_by_field(border: Border, changes: dict[str, Any], field: str) -> None:
    with acting_for(border.municipality), pytest.raises(Invalid) as refused, transaction():
        operations.say(HERE, need_of(**changes))
    assert field in refused.value.errors


# Moves


def test_across_territories_it_takes_two_yeses(border: Border) -> None:
    move_id = proposed(border)
    assert stands(border) == (NeedState.OPEN, 0), "nothing is given before the other has said yes"
    assert left(border) == 10
    with acting_for(border.ours), pytest.raises(Conflict), transaction():
        reallocations.accept(move_id, NOTHING)  # one does not answer for the other
    with acting_for(border.theirs), transaction():
        reallocations.accept(move_id, {**NOTHING, "remark": "Gerne"})
    assert stands(border) == (NeedState.ANSWERED, 3)
    assert left(border) == 7
    with acting_for(border.secretariat), transaction():
        move = queries.move(move_id)
        assert (move.state, move.proposed_by, move.answered_by) == (
            ReallocationState.AGREED,
            border.ours.person_id,
            border.theirs.person_id,
        )
        change = free_changes(border.far)[0]
        assert (change.before, change.after, change.by) == (10, 7, border.theirs.person_id)
    assert acts_recorded(NationalLedgerEntry)[-2:] == ["move.proposed", "move.agreed"]


def free_changes(group: UUID) -> list[CapacityChange]:
    return list(free.changes(group))


def test_the_secretariat_who_proposed_does_not_say_yes_to_itself(border: Border) -> None:
    with acting_for(border.secretariat), transaction():
        move_id = reallocations.answer(border.need, {**NOTHING, "group_id": border.far, "number": 1}).id
    with acting_for(border.secretariat), pytest.raises(Conflict), transaction():
        reallocations.accept(move_id, NOTHING)


def test_a_no_gives_nothing_and_a_proposal_is_taken_back(border: Border) -> None:
    first, second = proposed(border, 2), proposed(border, 3)
    with acting_for(border.ours), pytest.raises(Invalid), transaction():
        reallocations.answer(border.need, {**NOTHING, "group_id": border.far, "number": 1})  # five are proposed already
    with acting_for(border.theirs), transaction():
        reallocations.decline(first, {**NOTHING, "remark": "Vi har lovet dem væk"})
    with acting_for(border.ours), transaction():
        reallocations.withdraw(second, NOTHING)
    for move_id in (first, second):
        with acting_for(border.theirs), pytest.raises(Conflict), transaction():
            reallocations.accept(move_id, NOTHING)
    assert stands(border) == (NeedState.OPEN, 0)
    assert left(border) == 10


def test_a_move_is_given_back_with_its_days(border: Border) -> None:
    move_id = proposed(border)
    with acting_for(border.theirs), transaction():
        reallocations.accept(move_id, NOTHING)
    with acting_for(border.theirs), transaction():
        reallocations.give_back(move_id, {**NOTHING, "remark": "Familierne er flyttet"})
    assert stands(border) == (NeedState.OPEN, 0)
    assert left(border) == 10
    with acting_for(border.theirs), pytest.raises(Conflict), transaction():
        reallocations.give_back(move_id, NOTHING)
    last = story(border)[-1]
    assert (last.act.value, last.remark) == ("given_back", "Familierne er flyttet")
    assert last.group is None, "the group is not in the municipality's sight, so it is not named"


def test_a_need_withdrawn_meanwhile_takes_nothing(border: Border) -> None:
    move_id = proposed(border)
    with acting_for(border.municipality), transaction():
        operations.withdraw(border.need, NO_REASON)
    with acting_for(border.theirs), pytest.raises(Conflict), transaction():
        reallocations.accept(move_id, NOTHING)
    assert left(border) == 10


def test_a_group_that_has_less_meanwhile_gives_nothing(border: Border) -> None:
    move_id = proposed(border)
    with acting_for(border.theirs), transaction():
        capacity.note(border.far, {"network_family": 2})
    with acting_for(border.theirs), pytest.raises(Conflict), transaction():
        reallocations.accept(move_id, NOTHING)
    assert (stands(border), left(border)) == ((NeedState.OPEN, 0), 2)


def at_once(app: Flask, reach: Reach, move_ids: list[UUID]) -> list[str]:
    """Say yes to each at once, and tell how each went."""
    ready, found = threading.Barrier(len(move_ids)), []

    def one(move_id: UUID) -> None:
        with app.app_context(), acting_for(reach):
            ready.wait()
            try:
                with transaction():
                    reallocations.accept(move_id, NOTHING)
                found.append("yes")
            except Conflict:
                found.append("conflict")
            finally:
                db.session.remove()

    threads = [threading.Thread(target=one, args=(each,)) for each in move_ids]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(60)
    return found


def test_twenty_yeses_at_once_give_one(app: Flask, border: Border) -> None:
    move_id = proposed(border)
    assert sorted(at_once(app, border.theirs, [move_id] * 20)) == ["conflict"] * 19 + ["yes"]
    assert left(border) == 7
    assert stands(border) == (NeedState.ANSWERED, 3)
    with acting_for(border.secretariat), transaction():
        assert db.session.scalar(select(func.count()).select_from(NeedAnswer)) == 1


def test_the_last_free_ones_go_to_one_of_many(app: Flask, border: Border) -> None:
    """Eight needs want the one mentor there is: one gets it, and the number never falls below none."""
    with acting_for(border.municipality), transaction():
        needs = [operations.say(HERE, need_of("mentor", 1)).id for _ in range(8)]
    with acting_for(border.ours), transaction():
        asked = [reallocations.answer(each, {**NOTHING, "group_id": border.far, "number": 1}).id for each in needs]
    assert sorted(at_once(app, border.theirs, asked)) == ["conflict"] * 7 + ["yes"]
    with acting_for(border.secretariat), transaction():
        assert next(row.free for row in free.of_group(border.far) if row.kind == "mentor") == 0


# Who sees what


def test_a_move_is_seen_from_both_sides_and_by_no_third(border: Border) -> None:
    move_id = proposed(border)
    for reach in (border.ours, border.theirs, border.secretariat):
        with acting_for(reach), transaction():
            assert queries.move(move_id).id == move_id
    with (
        acting_for(Reach(border.ours.office, frozenset({EMPTY}), border.ours.person_id)),
        transaction(),
        pytest.raises(NotFound),
    ):
        queries.move(move_id)
    with acting_for(border.theirs), transaction(), pytest.raises(NotFound):
        queries.need(border.need)


def test_an_answer_waits_for_the_municipality_until_it_is_accepted(border: Border) -> None:
    def waits() -> tuple[int, list[UUID]]:
        with acting_for(border.municipality), transaction():
            found = queries.of_start_page(HERE)
            return found.open, [row.id for row in found.to_accept]

    assert waits() == (1, [])
    proposed(border, 2, border.near)
    assert waits() == (1, [border.need])
    with acting_for(border.municipality), transaction():
        operations.accept(border.need, NOTHING)
    assert waits() == (1, [])


def test_the_candidates_are_ranked_with_their_reasons(border: Border) -> None:
    with acting_for(border.ours), transaction():
        row = queries.need(border.need)
        found = rules.ranked(of_need(row, day_of(now())), 5)
    assert [(each.group_id, each.near.name, each.two_yeses) for each in found] == [
        (border.near, "HOME", False),
        (border.far, "REGION", True),
    ]


def test_the_figures_of_all_are_the_same_for_all_of_drcs_people(border: Border, world: World) -> None:
    move_id = proposed(border)
    with acting_for(border.theirs), transaction():
        reallocations.accept(move_id, NOTHING)
    figures = []
    for reach in (border.ours, border.theirs, border.secretariat):
        with acting_for(reach), transaction():
            said = queries.everywhere()
            figures.append(rules.balance([HERE, THERE], said, free_at_home("network_family")))
    assert figures[0] == figures[1] == figures[2]
    assert (figures[0][HERE].lacking, figures[0][HERE].free) == (2, 2)
    assert (figures[0][THERE].lacking, figures[0][THERE].free) == (5, 7)
    with acting_for(border.municipality), transaction():
        assert queries.everywhere() == [], "no municipality reads the figures of others"
        assert [each.id for each in queries.of_municipality(HERE)] == [border.need]


def test_a_closed_group_answers_nothing(border: Border) -> None:
    with acting_for(border.ours), transaction():
        groups.set_status(border.near, GroupStatus.RESTING)
    with acting_for(border.ours), pytest.raises(Invalid), transaction():
        reallocations.answer(border.need, {**NOTHING, "group_id": border.near, "number": 1})
    with acting_for(border.ours), transaction():
        assert [c.group_id for c in of_need(queries.need(border.need), day_of(now()))] == [border.far]


def test_a_number_is_noted_by_those_who_look_after_the_group(border: Border) -> None:
    with acting_for(border.ours), pytest.raises(Refusal), transaction():
        capacity.note(border.far, {"mentor": 4})
    with acting_for(border.theirs), transaction():
        capacity.note(border.far, {"mentor": 4})
        assert [(row.kind, row.free) for row in free.of_group(border.far)] == [("mentor", 4)]
        causes = [(c.kind, c.before, c.after) for c in free_changes(border.far)]
    assert ("network_family", 10, 0) in causes, "what is no longer offered is kept as a change"


def test_statuses_in_sql_are_those_of_the_rules(border: Border) -> None:
    """The list by state asks PostgreSQL, the page asks the rules: they say the same at every step."""

    def listed() -> list[NeedState]:
        with acting_for(border.municipality), transaction():
            return [state for state in NeedState if db.session.scalars(queries.needs([HERE], state)).all()]

    def steps() -> Iterator[None]:
        yield
        proposed(border, 2, border.near)
        yield
        with acting_for(border.municipality), transaction():
            operations.accept(border.need, NOTHING)
        yield
        with acting_for(border.ours), transaction():
            move = db.session.scalars(select(Reallocation)).one()
            reallocations.give_back(move.id, NOTHING)
        yield
        with acting_for(border.municipality), transaction():
            operations.withdraw(border.need, NO_REASON)
        yield

    seen = []
    for _ in steps():
        assert listed() == [stands(border)[0]]
        seen += listed()
    assert seen == [NeedState.OPEN, NeedState.ANSWERED, NeedState.ACCEPTED, NeedState.OPEN, NeedState.WITHDRAWN]


def test_no_name_and_no_text_is_in_the_ledger(border: Border) -> None:
    with acting_for(border.municipality), transaction():
        operations.say(HERE, need_of(remark="hemmeligtord"))
    with acting_for(clock([HERE])), transaction():
        rows = db.session.scalars(
            select(LedgerEntry).where(LedgerEntry.act == "need.said").order_by(LedgerEntry.number)
        ).all()
        assert rows
        assert all("hemmeligtord" not in str(row.details) for row in rows)
