"""What may be said of child certificates: enough to rely on, too little to work out a person."""

from __future__ import annotations

import datetime as dt
from itertools import product

import pytest
from hypothesis import given
from hypothesis import strategies as st

from service.activity.activities.disclosure import K
from service.reporting.declarations.rules import lines, owed_year, reminder, sentence, stated

DAY = dt.date(2025, 3, 1)
KEPT_BACK = ("oplyses ikke", "oplyses ikke")
NAMES = (
    "Frivillige med en rolle med børn",
    "Heraf med gyldig børneattest",
    "Ældste gyldige attest er set",
    "Nyeste gyldige attest er set",
)


def seen(verified: int, missing: int) -> list[dt.date | None]:
    return [*(DAY + dt.timedelta(days=number) for number in range(verified)), *([None] * missing)]


def test_all_is_said_whatever_the_number_and_the_number_from_five_on() -> None:
    assert stated(seen(3, 0)) == {"all": True, "holders": None, "verified": None, "oldest": None, "newest": None}
    told = stated(seen(6, 0))
    assert told == {"all": True, "holders": 6, "verified": 6, "oldest": "2025-03-01", "newest": "2025-03-06"}
    assert sentence(told, 2025) == (
        "Alle 6 frivillige, der den 31. december 2025 havde en rolle med børn under 15 år i gruppen, havde en gyldig børneattest."
    )


@pytest.mark.parametrize(
    ("verified", "missing", "numbers", "said", "values"),
    [
        (5, 0, (5, 5), "Alle 5 frivillige, der", ("5", "5", "1. marts 2025", "5. marts 2025")),
        (5, 5, (10, 5), "Af de 10 frivillige, der", ("10", "5", "1. marts 2025", "5. marts 2025")),
        (0, 5, (5, 0), "Af de 5 frivillige, der", ("5", "0", *KEPT_BACK)),
        (6, 4, (10, None), "Ikke alle frivillige, der", ("10", KEPT_BACK[0], *KEPT_BACK)),
        (4, 0, (None, None), "Alle frivillige, der", (*KEPT_BACK, *KEPT_BACK)),
        (3, 1, (None, None), "Ikke alle frivillige, der", (*KEPT_BACK, *KEPT_BACK)),
    ],
)
def test_what_is_said_by_how_many_there_are(
    verified: int, missing: int, numbers: tuple[int | None, int | None], said: str, values: tuple[str, ...]
) -> None:
    """Five is enough, on each side; in words for the paper too, where the same is kept back."""
    told = stated(seen(verified, missing))
    assert (told["holders"], told["verified"]) == numbers
    assert sentence(told, 2025).startswith(said)
    assert lines(told) == tuple(zip(NAMES, values, strict=True))


def test_no_count_from_one_to_four_follows_from_what_is_said() -> None:
    """Everything that could give the same declaration is gathered: a small count that all of it agrees on would be known."""
    found: dict[str, set[tuple[int, int]]] = {}
    for verified, missing in product(range(30), range(30)):
        if verified + missing:
            told = {k: v for k, v in stated(seen(verified, missing)).items() if k not in ("oldest", "newest")}
            found.setdefault(str(told), set()).add((verified, missing))
    for said, same in found.items():
        for counts in ([v for v, _m in same], [m for _v, m in same], [v + m for v, m in same]):
            assert len(set(counts)) > 1 or counts[0] == 0 or counts[0] >= K, said


def test_the_control_a_rule_that_gave_every_number_is_told() -> None:
    found: dict[str, set[int]] = {}
    for verified, missing in product(range(1, 30), range(30)):
        found.setdefault(f"{verified} of {verified + missing}", set()).add(missing)
    assert any(len(same) == 1 and 0 < min(same) < K for same in found.values())


@given(st.integers(0, 40), st.integers(0, 40))
def test_days_are_those_of_five_or_more(verified: int, missing: int) -> None:
    if verified + missing == 0:
        return
    told = stated(seen(verified, missing))
    assert (told["oldest"] is not None) <= (verified >= K)
    assert told["all"] == (missing == 0)
    assert all(value for _name, value in lines(told))
    assert sentence(told, 2025).endswith("gyldig børneattest.")


def test_january_owes_the_year_before() -> None:
    assert owed_year(dt.date(2026, 1, 1)) == 2025
    assert owed_year(dt.date(2026, 1, 31)) == 2025
    assert owed_year(dt.date(2026, 2, 1)) is None


def test_one_who_has_not_answered_is_reminded_twice() -> None:
    days = [0, 13, 14, 27, 28, 59]
    assert [reminder(DAY, DAY + dt.timedelta(days=number)) for number in days] == [0, 0, 1, 1, 2, 2]
