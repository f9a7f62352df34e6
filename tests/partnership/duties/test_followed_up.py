"""The list of what is due: made from the agreement, never doubled, ended with it; and each side marks its own."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator
from dataclasses import replace
from uuid import UUID

import pytest
from flask import Flask
from sqlalchemy import func, select

from service import timetable
from service.partnership.agreements import ending
from service.partnership.agreements import operations as agreements
from service.partnership.agreements.rules import Party
from service.partnership.duties import jobs, operations, queries
from service.partnership.duties.models import DutyList, OwedDuty
from service.partnership.duties.rules import DutySide, DutyStanding
from service.platform.ledger import queries as ledger
from service.platform.web.errors import Conflict, Invalid, NotFound
from service.platform.work import waking
from tenants import periods
from tenants.acting import acting_for
from tenants.calendar import day_of
from tenants.database import db, now, transaction
from tenants.reach import Office, Reach, clock
from tenants.scope import Duty, Every
from tests.support.wakeups import woken
from tests.support.world import HERE, THERE, World, agree, scope

EVENING = Duty("at holde en introduktionsaften", every=Every.QUARTER)


@pytest.fixture
def today() -> dt.date:
    return day_of(now())


@pytest.fixture
def inside(app: Flask) -> Iterator[None]:
    with app.app_context():
        yield


def rows(code: str = HERE) -> list[OwedDuty]:
    with acting_for(clock([code])), transaction():
        return list(db.session.scalars(queries.duties(code).order_by(OwedDuty.due_on, OwedDuty.id)))


def make(code: str, day: dt.date) -> int:
    with acting_for(clock([code])), transaction():
        return operations.bring_up(code, day)


def replaced(world: World, today: dt.date, starts: dt.date) -> UUID:
    """An addendum from a day on, with an evening every quarter."""
    with acting_for(clock([HERE])), transaction():
        agreements.withdraw(world.here.offered, world.secretariat, "Et andet tilbud kommer.")
    wanted = scope(
        today,
        "ny",
        starts_on=starts,
        targets=(),
        payment=type(scope(today, "x").payment)(),
        municipality_duties=(EVENING,),
    )
    wanted = replace(wanted, activities=tuple(replace(a, starts_on=starts) for a in wanted.activities))
    return agree(HERE, wanted, world.here.manager, world.secretariat)[0]


def test_the_list_is_made_once_however_often_it_is_asked_for(world: World, inside: None, today: dt.date) -> None:
    before = rows()
    assert before, "the world's agreement has two meetings a year"
    assert {row.kind for row in before} == {"meeting"}
    assert all(row.due_on < today + queries.AHEAD for row in before)
    for _turn in range(2):
        assert make(HERE, today) == 0
    assert [row.id for row in rows()] == [row.id for row in before]


def test_it_reaches_further_as_time_goes_by(world: World, inside: None, today: dt.date) -> None:
    with acting_for(clock([HERE])), transaction():
        assert queries.behind(today) == []
        assert queries.behind(today + dt.timedelta(days=20)) == []
        later = today + dt.timedelta(days=60)
        assert queries.behind(later) == [HERE]
    make(HERE, later)
    with acting_for(clock([HERE])), transaction():
        assert queries.behind(later) == []


def test_the_timetable_rings_for_a_list_that_is_missing(world: World, inside: None, today: dt.date) -> None:
    with acting_for(clock([HERE, THERE])), transaction():
        db.session.query(DutyList).filter_by(municipality_code=THERE).delete()
    waking.connection().flushdb()
    timetable.wake_for_what_is_due()
    assert (operations.JOB, (THERE,)) in woken()
    assert (operations.JOB, (HERE,)) not in woken()
    jobs.bring_up(THERE)
    with acting_for(clock([HERE, THERE])), transaction():
        assert queries.behind(today) == []


def test_concluding_an_agreement_rings_for_its_list(world: World, inside: None, today: dt.date) -> None:
    waking.connection().flushdb()
    replaced(world, today, today)
    assert (operations.JOB, (HERE,)) in woken()


def test_an_addendum_takes_over_from_its_day(world: World, inside: None, today: dt.date) -> None:
    old = {row.agreement_id for row in rows()}
    new = replaced(world, today, today)
    make(HERE, today)
    found = rows()
    assert {row.agreement_id for row in found if row.due_on >= today} == {new}
    assert all(row.due_on < today for row in found if row.agreement_id in old), (
        "what the old one asked after its end is out"
    )
    assert any(row.title == EVENING.text for row in found)
    with acting_for(clock([HERE])), transaction():
        standings = queries.standings(found, today)
    assert {standings[row.id] for row in found if row.agreement_id in old} <= {DutyStanding.MISSED}


def test_notice_ends_the_list_and_what_was_done_stays(world: World, inside: None, today: dt.date) -> None:
    far = rows()[-1]
    with acting_for(clock([HERE])), transaction():
        operations.mark_done(far.id, DutySide.DRC, world.consultant)
        ending.terminate(world.here.agreement, Party.DRC, world.secretariat, "Vi er enige om at holde op.")
        period = periods.in_force(HERE, today)
        assert period is not None
        end = period.valid_to
        late = {"side": "drc", "kind": "written", "title": "at holde kursus", "due_on": end}
        db.session.add(OwedDuty(municipality_code=HERE, agreement_id=world.here.agreement, **late))
    make(HERE, today)
    with acting_for(clock([HERE])), transaction():
        after = [row for row in rows() if row.due_on >= end and row.done_on is None]
        assert after, "the control: something was due after the end"
        assert set(queries.standings(after, today).values()) == {DutyStanding.FALLEN_AWAY}
        assert {row.id for row in queries.falling_away(HERE, today)} == {row.id for row in after}
        assert not {row.id for row in after} & {row.id for row in queries.open_ones(HERE, today)}
        state = queries.in_state(queries.duties(HERE), DutyStanding.FALLEN_AWAY, today)
        assert {row.id for row in db.session.scalars(state)} == {row.id for row in after}
        assert not queries.behind(today)


def test_what_was_due_before_it_was_agreed_was_never_owed(world: World, inside: None, today: dt.date) -> None:
    """The world's agreement began last year and was concluded today."""
    assert all(row.due_on >= today for row in rows())


def test_a_mark_is_dated_and_in_the_ledger_and_can_be_taken_back(world: World, inside: None, today: dt.date) -> None:
    duty = rows()[0]
    with acting_for(clock([HERE])), transaction():
        operations.mark_done(duty.id, DutySide.MUNICIPALITY, world.here.staff, remark="God aften.")
    (marked,) = [row for row in rows() if row.id == duty.id]
    assert (marked.done_on, marked.done_party, marked.done_by) == (today, "municipality", world.here.staff)
    with acting_for(clock([HERE])), transaction():
        with pytest.raises(Conflict):
            operations.mark_done(duty.id, DutySide.DRC, world.consultant)
        operations.take_back(duty.id, DutySide.DRC)
    with acting_for(clock([HERE])), transaction():
        with pytest.raises(Conflict):
            operations.take_back(duty.id, DutySide.DRC)
        acts = [
            (row.act, row.details)
            for row in db.session.scalars(ledger.entries(HERE).order_by("number"))
            if row.act.startswith("duty.")
        ]
    said = {"due_on": duty.due_on.isoformat()}
    assert acts == [("duty.done", said | {"party": "municipality"}), ("duty.taken_back", said | {"party": "drc"})]
    (back,) = [row for row in rows() if row.id == duty.id]
    assert (back.done_on, back.done_by, back.remark) == (None, None, "")


def test_a_day_to_come_is_refused(world: World, inside: None, today: dt.date) -> None:
    duty = rows()[0]
    with acting_for(clock([HERE])), transaction(), pytest.raises(Invalid):
        operations.mark_done(duty.id, DutySide.DRC, world.consultant, done_on=today + dt.timedelta(days=1))


def test_a_municipality_marks_no_duty_of_drc_nor_of_a_neighbour(world: World, inside: None, today: dt.date) -> None:
    with acting_for(clock([HERE])), transaction():
        drcs = OwedDuty(
            municipality_code=HERE,
            agreement_id=world.here.agreement,
            side="drc",
            kind="written",
            title="at holde kursus",
            due_on=today,
        )
        db.session.add(drcs)
        db.session.flush()
        theirs = drcs.id
    neighbours = rows(THERE)[0].id
    mine = Reach(Office.MUNICIPALITY, frozenset({HERE}), world.here.staff)
    for duty in (theirs, neighbours):
        with acting_for(mine), transaction(), pytest.raises(NotFound):
            operations.mark_done(duty, DutySide.MUNICIPALITY, world.here.staff)
    with acting_for(mine), transaction():
        assert db.session.scalar(select(func.count()).where(OwedDuty.id == neighbours)) == 0


def test_what_comes_again_is_overdue_once_and_what_it_overtook_was_missed(
    world: World, inside: None, today: dt.date
) -> None:
    with acting_for(clock([HERE])), transaction():
        for days in (-200, -110, -20, 70):
            db.session.add(
                OwedDuty(
                    municipality_code=HERE,
                    agreement_id=world.here.agreement,
                    side="municipality",
                    kind="written",
                    title=EVENING.text,
                    due_on=today + dt.timedelta(days=days),
                )
            )
    found = [row for row in rows() if row.title == EVENING.text]
    with acting_for(clock([HERE])), transaction():
        standings = queries.standings(found, today)
        assert [standings[row.id] for row in found] == [
            DutyStanding.MISSED,
            DutyStanding.MISSED,
            DutyStanding.OVERDUE,
            DutyStanding.AHEAD,
        ]
        for state in DutyStanding:
            asked = set(db.session.scalars(queries.in_state(queries.duties(HERE), state, today)))
            assert {row.id for row in asked if row.title == EVENING.text} == {
                key for key, standing in standings.items() if standing is state
            }
        short = queries.in_short(HERE, today)
        assert ([row.id for row in short.overdue], short.own_overdue) == ([found[2].id], 1)
