"""Whatever the parties do, in whatever order: no agreement reaches a state that the rules forbid, periods never overlap, and the scope of a
day is that of the agreement in force.
"""

from __future__ import annotations

import datetime as dt
from itertools import pairwise

import pytest
from flask import Flask
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from service.partnership.agreements import ending, operations, queries, rules
from service.partnership.agreements.models import Agreement
from service.partnership.agreements.rules import AgreementState, EndState, Party
from service.partnership.agreements.validity import ValidityStage
from service.platform.documents import queries as papers
from service.platform.web.errors import NotFound, Refusal
from tenants import periods
from tenants.acting import acting_for
from tenants.calendar import day_of
from tenants.database import db, now
from tenants.reach import clock
from tests.support.world import World

pytestmark = pytest.mark.usefixtures("app")
DAY, WHY = dt.timedelta(days=1), "Det har vi talt om."
STEPS = ("approve", "decline", "withdraw", "terminate", "propose", "agree", "refuse", "take_back", "breach")
REACHED = {  # by any number of steps
    state: {AgreementState(state)} | {after for (at, _who, _act), after in rules._STEPS.lead.items() if at is state}
    for state in AgreementState
}


def take(world: World, step: str, party: Party, which: int, days: int) -> None:
    """One step by somebody about the agreement in force or the one that is offered. Raises what the operation raises."""
    here, today = world.here, day_of(now())
    agreement_id, who = (here.agreement, here.offered)[which], {Party.DRC: world.secretariat}.get(party, here.manager)
    last = today + days * DAY
    match step:
        case "approve":
            paper = papers.document(queries.agreement(agreement_id).document_id or agreement_id)
            operations.approve(agreement_id, party, who, paper.sha256)
        case "decline":
            operations.decline(agreement_id, who, WHY)
        case "withdraw":
            operations.withdraw(agreement_id, who, WHY)
        case "terminate":
            ending.terminate(agreement_id, party, who, WHY)
        case "propose":
            ending.propose(agreement_id, party, who, WHY, last_day=last)
        case "breach":
            ending.end_for_breach(agreement_id, party, who, WHY, last_day=last, called_on=today - 20 * DAY)
        case _:
            to = {"agree": EndState.FINAL, "refuse": EndState.DECLINED, "take_back": EndState.WITHDRAWN}[step]
            ending.answer(agreement_id, party, who, to, WHY)


def hold(code: str) -> None:
    """The days of the periods are those of the agreements, and of one at a time."""
    db.session.expire_all()
    rows = db.session.query(Agreement).filter_by(municipality_code=code).all()
    stands = queries.validities(rows, day_of(now()))
    found = sorted(periods.history(code), key=lambda each: each.valid_from)
    assert all(one.valid_to <= following.valid_from for one, following in pairwise(found))
    assert {each.agreement_id: (each.valid_from, each.valid_to - DAY) for each in found} == {
        key: (each.first_day, each.last_day) for key, each in stands.items()
    }
    for each in found:
        for day in (each.valid_from, each.valid_to - DAY, each.valid_to):
            in_force = periods.in_force(code, day)
            of_day = queries.validities(rows, day)
            assert [key for key, one in of_day.items() if one.stage is ValidityStage.IN_FORCE] == (
                [in_force.agreement_id] if in_force else []
            )


@given(
    story=st.lists(
        st.tuples(st.sampled_from(STEPS), st.sampled_from(Party), st.integers(0, 1), st.sampled_from((0, 30, 90, 500))),
        min_size=3,
        max_size=10,
    )
)
@settings(max_examples=12, deadline=None, derandomize=True, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_no_sequence_of_steps_leads_astray(app: Flask, world: World, story: list[tuple[str, Party, int, int]]) -> None:
    with app.app_context(), acting_for(clock([world.here.code])):
        for step, party, which, days in story:
            before = {row.id: AgreementState(row.state) for row in db.session.query(Agreement)}
            tried = db.session.begin_nested()
            try:
                take(world, step, party, which, days)
                tried.commit()
            except (Refusal, NotFound):
                tried.rollback()
            hold(world.here.code)
            for row in db.session.query(Agreement):
                assert AgreementState(row.state) in REACHED[before[row.id]], (step, party)
        db.session.rollback()


def test_control_a_period_that_ends_on_another_day_is_told(app: Flask, world: World) -> None:
    code = world.here.code
    with app.app_context(), acting_for(clock([code])):
        take(world, "terminate", Party.DRC, 0, 0)
        hold(code)
        period = periods.in_force(code, day_of(now()))
        assert period
        period.valid_to += DAY
        db.session.flush()
        with pytest.raises(AssertionError):
            hold(code)
        db.session.rollback()
