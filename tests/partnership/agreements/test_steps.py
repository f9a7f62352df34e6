"""The life of an agreement as plain values: every step there is, and that there is no other."""

from __future__ import annotations

import datetime as dt
import itertools

import pytest
from hypothesis import given
from hypothesis import strategies as st

from service.partnership.agreements import rules
from service.partnership.agreements.rules import AgreementAct, AgreementState, Party
from service.partnership.agreements.steps import OutOfOrder

ALLOWED = {
    (AgreementState.OFFERED, Party.MUNICIPALITY, AgreementAct.APPROVED): AgreementState.ACCEPTED,
    (AgreementState.OFFERED, Party.MUNICIPALITY, AgreementAct.DECLINED): AgreementState.DECLINED,
    (AgreementState.ACCEPTED, Party.DRC, AgreementAct.APPROVED): AgreementState.CONCLUDED,
    (AgreementState.PREPARING, Party.DRC, AgreementAct.WITHDRAWN): AgreementState.WITHDRAWN,
    (AgreementState.OFFERED, Party.DRC, AgreementAct.WITHDRAWN): AgreementState.WITHDRAWN,
    (AgreementState.ACCEPTED, Party.DRC, AgreementAct.WITHDRAWN): AgreementState.WITHDRAWN,
    (AgreementState.CONCLUDED, Party.DRC, AgreementAct.TERMINATED): AgreementState.TERMINATED,
    (AgreementState.CONCLUDED, Party.MUNICIPALITY, AgreementAct.TERMINATED): AgreementState.TERMINATED,
    (AgreementState.CONCLUDED, Party.DRC, AgreementAct.ENDED_EARLY): AgreementState.ENDED_EARLY,
    (AgreementState.CONCLUDED, Party.MUNICIPALITY, AgreementAct.ENDED_EARLY): AgreementState.ENDED_EARLY,
    (AgreementState.TERMINATED, Party.DRC, AgreementAct.ENDED_EARLY): AgreementState.ENDED_EARLY,
    (AgreementState.TERMINATED, Party.MUNICIPALITY, AgreementAct.ENDED_EARLY): AgreementState.ENDED_EARLY,
    (AgreementState.CONCLUDED, Party.DRC, AgreementAct.ENDED_FOR_BREACH): AgreementState.ENDED_FOR_BREACH,
    (AgreementState.CONCLUDED, Party.MUNICIPALITY, AgreementAct.ENDED_FOR_BREACH): AgreementState.ENDED_FOR_BREACH,
    (AgreementState.TERMINATED, Party.DRC, AgreementAct.ENDED_FOR_BREACH): AgreementState.ENDED_FOR_BREACH,
    (AgreementState.TERMINATED, Party.MUNICIPALITY, AgreementAct.ENDED_FOR_BREACH): AgreementState.ENDED_FOR_BREACH,
}


@pytest.mark.gate("2.3.1")
@pytest.mark.parametrize(("state", "party", "act"), list(itertools.product(AgreementState, Party, AgreementAct)))
def test_every_step_is_allowed_or_refused_as_written_here(
    state: AgreementState, party: Party, act: AgreementAct
) -> None:
    expected = ALLOWED.get((state, party, act))
    assert (act in rules.possible(state, party)) == (expected is not None)
    if expected is None:
        with pytest.raises(OutOfOrder):
            rules.after(state, party, act)
    else:
        assert rules.after(state, party, act) is expected


@pytest.mark.gate("2.3.1")
def test_no_way_leads_to_a_concluded_agreement_without_both() -> None:
    """Walk every way there is: DRC is the last to approve, and the municipality has before it."""
    waiting: list[tuple[AgreementState, tuple[tuple[Party, AgreementAct], ...]]] = [
        (AgreementState.PREPARING, ()),
        (AgreementState.OFFERED, ()),
    ]
    concluded = []
    while waiting:
        state, way = waiting.pop()
        if state is AgreementState.CONCLUDED:
            concluded.append(way)
            continue
        for party, act in itertools.product(Party, AgreementAct):
            if act in rules.possible(state, party):
                waiting.append((rules.after(state, party, act), (*way, (party, act))))
    assert concluded == [((Party.MUNICIPALITY, AgreementAct.APPROVED), (Party.DRC, AgreementAct.APPROVED))]


@pytest.mark.parametrize(
    "state",
    [
        AgreementState.DECLINED,
        AgreementState.WITHDRAWN,
        AgreementState.ENDED_EARLY,
        AgreementState.ENDED_FOR_BREACH,
    ],
)
def test_what_is_over_is_over(state: AgreementState) -> None:
    assert not rules.possible(state, Party.DRC) | rules.possible(state, Party.MUNICIPALITY)


def test_no_party_does_the_others_part() -> None:
    ends = set(rules.ENDING.values())
    assert rules.acts_of(Party.MUNICIPALITY) == {AgreementAct.APPROVED, AgreementAct.DECLINED, *ends}
    assert rules.acts_of(Party.DRC) == {AgreementAct.APPROVED, AgreementAct.WITHDRAWN, *ends}


@pytest.mark.parametrize(
    ("given_on", "months", "ends_on", "expected"),
    [
        (dt.date(2026, 5, 10), 3, dt.date(2027, 12, 31), dt.date(2026, 8, 31)),
        (dt.date(2026, 5, 31), 3, dt.date(2027, 12, 31), dt.date(2026, 8, 31)),
        (dt.date(2026, 11, 1), 3, dt.date(2027, 12, 31), dt.date(2027, 2, 28)),
        (dt.date(2026, 5, 10), 3, dt.date(2026, 6, 30), dt.date(2026, 6, 30)),  # never after the term
        (dt.date(2026, 5, 10), 0, dt.date(2027, 12, 31), dt.date(2026, 5, 31)),
    ],
)
def test_notice_runs_to_the_end_of_a_month(given_on: dt.date, months: int, ends_on: dt.date, expected: dt.date) -> None:
    assert rules.last_day(given_on, months, dt.date(2026, 1, 1), ends_on) == expected


def test_what_ends_before_it_begins_is_in_force_on_its_first_day_alone() -> None:
    begins = dt.date(2027, 1, 1)
    assert rules.last_day(dt.date(2026, 5, 10), 3, begins, dt.date(2027, 12, 31)) == begins


@given(st.dates(dt.date(2020, 1, 1), dt.date(2040, 1, 1)), st.integers(0, 12))
def test_notice_is_never_shorter_than_agreed(day: dt.date, months: int) -> None:
    last = rules.last_day(day, months, day, dt.date(2099, 12, 31))
    whole = (last.year - day.year) * 12 + last.month - day.month
    assert whole == months
    assert (last + dt.timedelta(days=1)).day == 1


def test_the_earliest_start_is_the_month_whose_statement_may_be_to_come() -> None:
    assert rules.earliest_start(dt.date(2026, 11, 30)) == dt.date(2026, 10, 1)
    assert rules.earliest_start(dt.date(2026, 1, 1)) == dt.date(2025, 12, 1)
