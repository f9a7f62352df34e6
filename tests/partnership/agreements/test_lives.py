"""Whatever the parties do, in whatever order and on whatever day: no agreement reaches a state that the rules forbid, periods never
overlap, the scope of a day is that of the agreement in force, and each conclusion and each end has its paper.

`LIVES=300 make test ARGS="-k test_lives"` tries so many lives instead of a few.
"""

from __future__ import annotations

import datetime as dt
import os
from collections.abc import Callable
from types import ModuleType
from typing import Any, ClassVar
from uuid import UUID

import pytest
from flask import Flask
from hypothesis import HealthCheck, Phase, settings
from hypothesis import strategies as st
from hypothesis.stateful import (
    RuleBasedStateMachine,
    initialize,
    invariant,
    rule,
    run_state_machine_as_test,
)

from service.partnership.agreements import certifying, rules
from service.partnership.agreements.models import Agreement
from service.partnership.agreements.rules import EndState, EndWay, Party
from tenants import periods
from tenants.calendar import first_of, month_after
from tenants.scope import Capability
from tests.partnership.agreements.stage import DAY, MAY, Agreed, Life, set_on
from tests.support.rows import Rows

LIVES, STEPS = int(os.environ.get("LIVES", "8")), 25
parties, lengths = st.sampled_from(Party), st.integers(3, 30)
beginnings = st.sampled_from(("offer", "renew", "amend", "take in"))
decisions = st.sampled_from(("approve", "approve", "decline", "withdraw"))
mostly, seldom = st.sampled_from((True, True, True, False)), st.sampled_from((False, False, True))
further = st.sampled_from((0, 1, 1, 2, 3))  # steps that both want
ahead = st.sampled_from((0, 1, 30, 60, 400))
opens = st.sampled_from((Capability.RECRUITMENT, Capability.NEEDS))
answers = st.sampled_from((None, EndState.FINAL, EndState.FINAL, EndState.DECLINED, EndState.WITHDRAWN))


def other(party: Party) -> Party:
    """The other of the two."""
    return Party.DRC if party is Party.MUNICIPALITY else Party.MUNICIPALITY


STEPS_TAKEN = {"offer", "renew", "amend", "take_in", "propose", *MAY}


class Living(RuleBasedStateMachine):
    """Agreements that go random ways."""

    life: ClassVar[Life]

    @initialize(months=lengths)
    def begin(self, months: int) -> None:
        self.life.begin()
        self.life.offer(first_of(self.today), months)
        for _each in range(3):
            self.life.go_on()

    @property
    def today(self) -> dt.date:
        return self.life.clock.today

    # Few rules with a choice within: Hypothesis leaves some of the rules out of each life.

    @rule(how=beginnings, months=st.integers(-2, 8), length=lengths, opens=opens, steps=further)
    def begin_one(self, how: str, months: int, length: int, opens: Capability, steps: int) -> None:
        first = month_after(first_of(self.today), months)
        match how:
            case "offer":
                self.life.offer(first, length)
            case "renew":
                self.life.renew()
            case "amend":
                self.life.amend(first, opens)
            case _:
                self.life.take_in(month_after(first, -10), length)
        for _each in range(steps):
            self.life.go_on()

    @rule(how=decisions, party=parties, to=answers, whose_turn=mostly)
    def answer_one(self, how: str, party: Party, to: EndState | None, whose_turn: bool) -> None:
        proposed = next((each for each in self.life.concluded if each.proposed), None)
        if proposed and proposed.proposed and to:
            mine = (proposed.proposed[0] is party) is (to is EndState.WITHDRAWN)
            self.life.answer(party if mine or not whose_turn else other(party), proposed, to)
        elif whose_turn and (waits := self.life.open_one):
            may = [who for state, who in MAY[how] if state == waits.state]
            self.life.decide(how, may[0]) if may else self.life.go_on()
        else:
            self.life.decide(how, party)

    @rule(way=st.sampled_from(EndWay), party=parties, days=ahead, whichever=seldom)
    def end_one(self, way: EndWay, party: Party, days: int, whichever: bool) -> None:
        agreed, last = self.life.runs_on(self.today), self.today + days * DAY
        if agreed is None or whichever:
            agreed = self.life.concluded[-1]
        elif agreed.state != "concluded" and agreed.proposed is None:
            way = EndWay.AGREED
        match way:
            case EndWay.NOTICE:
                self.life.notice(party, agreed)
            case EndWay.BREACH:
                self.life.breach(party, agreed, last)
            case EndWay.AGREED:
                self.life.propose(party, agreed, last)

    @rule(days=st.sampled_from((1, 15, 100)))
    def days_pass(self, days: int) -> None:
        self.life.clock.at += days * DAY

    @invariant()
    def holds(self) -> None:
        self.life.hold()

    def teardown(self) -> None:
        self.life.filed()
        self.life.hold()


@pytest.fixture
def life(app: Flask, rows: Rows, monkeypatch: pytest.MonkeyPatch) -> Life:
    return Life(app, rows, set_on(monkeypatch))


def test_no_life_of_an_agreement_leads_astray(life: Life) -> None:
    made = type("Living", (Living,), {"life": life})
    run_state_machine_as_test(
        made,
        settings=settings(
            max_examples=LIVES,
            stateful_step_count=STEPS,
            deadline=None,
            suppress_health_check=list(HealthCheck),
            database=None,
            derandomize=True,  # the same lives each time: what is met is counted below, and chance must not decide it
            phases=[Phase.generate],  # what goes astray is told at once: to make its way shorter would take minutes
        ),
    )
    taken = {what for what in life.met if not what.endswith("refused")}
    assert len(taken & STEPS_TAKEN) > 6, f"too little was met for this to mean much: {life.met}"


def agree(life: Life, first: dt.date, months: int = 12) -> Agreed:
    """An agreement that both conclude, with its papers."""
    life.offer(first, months)
    for _each in range(3):
        life.go_on()
    return life.concluded[-1]


def test_every_step_can_be_taken_and_no_other(life: Life) -> None:
    """The control of the random lives, one by hand: each step is met, and what is out of turn is refused."""
    life.begin()
    today = first_of(life.clock.today)
    first = agree(life, today)
    life.amend(month_after(today, 2), Capability.RECRUITMENT)
    life.decide("approve", Party.MUNICIPALITY)  # there is no paper yet
    life.go_on()
    life.decide("approve", Party.DRC)  # it is not DRC's turn
    life.decide("decline", Party.MUNICIPALITY)
    life.renew()
    life.decide("withdraw", Party.MUNICIPALITY)  # it is not theirs
    life.decide("withdraw", Party.DRC)
    life.take_in(month_after(today, -30), 24)
    life.propose(Party.DRC, first, life.clock.today + 30 * DAY)
    life.answer(Party.DRC, first, EndState.FINAL)  # nobody agrees to one's own
    life.answer(Party.MUNICIPALITY, first, EndState.DECLINED)
    life.notice(Party.MUNICIPALITY, first)
    life.propose(Party.DRC, first, life.clock.today + 60 * DAY)
    life.answer(Party.MUNICIPALITY, first, EndState.FINAL)
    life.breach(Party.DRC, first, life.clock.today)  # it has been ended
    life.clock.at += 61 * DAY
    second = agree(life, month_after(first_of(life.clock.today), 1))
    life.breach(Party.DRC, second, second.starts + 9 * DAY)
    life.filed()
    life.hold()
    assert {what: life.met[what] for what in STEPS_TAKEN} == dict.fromkeys(STEPS_TAKEN, 1) | {
        "approve": 4,
        "offer": 2,
        "propose": 2,
    }
    assert {what for what in life.met if what.endswith("refused")} == {
        "approve: refused",
        "withdraw: refused",
        "agree: refused",
        "breach: refused",
    }


def no_end(_code: str, _agreement_id: UUID, _last: dt.date) -> None:
    """The period of an agreement that has been ended goes on."""


def no_certificate(_agreement: Agreement) -> None:
    """Nobody asks for the certificate."""


@pytest.mark.parametrize(
    ("module", "name", "fault", "told"),
    [
        (periods, "end", no_end, "the scope of"),
        (certifying, "owe", no_certificate, "is missing"),
        (rules, "last_day", lambda given, *_terms: given, "is terminated until"),
    ],
)
def test_control_a_fault_that_is_planted_is_told(
    life: Life, monkeypatch: pytest.MonkeyPatch, module: ModuleType, name: str, fault: Callable[..., Any], told: str
) -> None:
    monkeypatch.setattr(module, name, fault)
    life.begin()

    def ended() -> None:
        life.notice(Party.DRC, agree(life, first_of(life.clock.today)))
        life.hold()
        life.filed()

    with pytest.raises(AssertionError, match=told):
        ended()
