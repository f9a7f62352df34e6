"""How long a verification holds, and what is told once."""

from __future__ import annotations

import datetime as dt

import pytest

from service.volunteer.certificates.rules import due_mark, renewal
from service.volunteer.volunteers.rules import Certificate

UNTIL = dt.date(2026, 12, 24)


def test_a_verification_holds_two_years_unless_another_number_is_given() -> None:
    assert renewal(dt.date(2026, 11, 24)) == dt.date(2028, 11, 24)
    assert renewal(dt.date(2026, 11, 24), 5) == dt.date(2031, 11, 24)
    assert renewal(dt.date(2024, 2, 29)) == dt.date(2026, 2, 28)
    assert renewal(dt.date(2024, 2, 29), 4) == dt.date(2028, 2, 29)


@pytest.mark.parametrize(
    ("standing", "mark"),
    [
        (Certificate.MISSING, "missing"),
        (Certificate.SOON, "soon:2026-12-24"),
        (Certificate.EXPIRED, "expired:2026-12-24"),
        (Certificate.VALID, None),
    ],
)
def test_what_is_told_once_is_told_again_for_another_day(standing: Certificate, mark: str | None) -> None:
    assert due_mark(standing, UNTIL) == mark
