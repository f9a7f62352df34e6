"""The count at the end finds what is wrong: controls for `make chaos`, which runs by itself and not here."""

from __future__ import annotations

from dataclasses import replace

import pytest

from tests.chaos.tally import Tally

WHOLE = Tally(asked=22, made=22, owed=22, received=22, again=3)


def test_all_of_it_is_right() -> None:
    assert WHOLE.wrong(22) == [], "a mail that came twice under one Message-ID is one to its reader"


@pytest.mark.parametrize(
    "spoilt",
    [
        {"asked": 21, "made": 21, "owed": 21, "received": 21},
        {"made": 21},
        {"doubled": 1},
        {"corrupt": 1},
        {"owed": 21, "received": 21},
        {"received": 21},
        {"strange": frozenset({"019a"})},
        {"unmade": ["0101 2026-10: failed"]},
    ],
)
def test_whatever_is_wrong_is_told(spoilt: dict[str, object]) -> None:
    assert replace(WHOLE, **spoilt).wrong(22)  # type: ignore[arg-type]
