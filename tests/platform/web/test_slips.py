"""Which texts look as if they told of a person."""

from __future__ import annotations

import pytest

from service.platform.web.slips import Sign, TextKind, slips
from tests.platform.web.slip_cases import CASES


@pytest.mark.parametrize("case", CASES, ids=lambda case: case[0])
def test_what_tells_of_a_person_is_found_and_what_does_not_is_not(case: tuple[str, dict[Sign, str], TextKind]) -> None:
    text, expected, *kind = case
    assert {slip.sign: slip.words for slip in slips(text, *kind)} == expected


def test_there_are_cases_enough_of_each_kind() -> None:
    assert sum(bool(case[1]) for case in CASES) >= 40
    assert sum(not case[1] for case in CASES) >= 30
    assert {sign for case in CASES for sign in case[1]} == set(Sign)
