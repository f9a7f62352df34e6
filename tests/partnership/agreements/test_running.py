"""What runs on which days, and whether anything does after an end."""

from __future__ import annotations

import datetime as dt
from dataclasses import replace

import pytest

from service.partnership.agreements.running import RunningAgreement, fallen
from service.partnership.agreements.settling import Payments
from service.partnership.agreements.validity import End, Successor, Validity, ValidityStage
from tenants.scope import Contact, Level, Scope

FIRST, LAST = dt.date(2026, 3, 1), dt.date(2026, 6, 30)
A_DAY = dt.timedelta(days=1)
SOMEONE = Contact("A", "B", "C", "D")
SPRING = RunningAgreement(Scope(Level.TARGETED, FIRST, LAST, SOMEONE, SOMEONE), FIRST, LAST, None, Payments(()))
AUTUMN = replace(SPRING, first=dt.date(2026, 9, 1), last=dt.date(2026, 12, 31))


@pytest.mark.parametrize(
    ("day", "runs", "fell"),
    [
        (FIRST - A_DAY, False, False),  # before it all, nothing has ended
        (FIRST, True, False),
        (LAST, True, False),
        (LAST + A_DAY, False, True),
        (AUTUMN.first - A_DAY, False, True),
        (AUTUMN.first, False, False),
        (AUTUMN.last + A_DAY, False, True),
    ],
)
def test_what_lies_after_an_end_has_fallen_unless_something_is_in_force_again(
    day: dt.date, *, runs: bool, fell: bool
) -> None:
    assert SPRING.has(day) is runs
    assert fallen(day, [SPRING, AUTUMN]) is fell
    assert not fallen(day, [])


@pytest.mark.parametrize(
    ("successor", "goes_on"),
    [(None, False), (Successor("2", LAST), False), (Successor("2", LAST, is_addendum=True), True)],
)
def test_only_an_addendum_lets_an_agreement_go_on(successor: Successor | None, *, goes_on: bool) -> None:
    found = Validity(ValidityStage.IN_FORCE, FIRST, LAST, End.FOLLOWED, None, successor, archived=False)
    assert replace(SPRING, validity=found).goes_on is goes_on
    assert not SPRING.goes_on
