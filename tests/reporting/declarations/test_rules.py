"""What may be said of child certificates: enough to rely on, too little to work out a person."""

from __future__ import annotations

import datetime as dt
from collections.abc import Collection, Mapping
from itertools import combinations, product
from uuid import UUID

import pytest
from hypothesis import given
from hypothesis import strategies as st

from service.activity.activities.disclosure import K
from service.reporting.declarations.rules import lines, owed_year, reminder, sentence, stated, unnumbered

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


# Beside the number of volunteers that the municipality reads of the same day

GROUPS = [UUID(int=number) for number in range(4)]


def few_told(volunteers: int, given: Collection[int]) -> bool:
    """Whether some volunteers, from 1 to 4, are left beside those of a group, or of all that give a number."""
    every = [sum(some) for size in {1, len(given)} for some in combinations(given, size)] if given else []
    return any(1 <= abs(volunteers - count) <= 4 for count in every)


def test_without_a_number_it_is_said_whether_all_have_a_certificate() -> None:
    told = stated(seen(8, 0), numbered=False)
    assert told == {"all": True, "holders": None, "verified": None, "oldest": None, "newest": None}
    assert sentence(stated(seen(8, 6), numbered=False), 2025).startswith("Ikke alle frivillige, der")


@pytest.mark.parametrize(
    ("volunteers", "waiting", "confirmed", "kept_back"),
    [
        (9, {0: 9}, [], set()),
        (9, {0: 6}, [], {0}),  # 3 who meet no children
        (9, {0: 12}, [], {0}),  # 3 who rest
        (14, {0: 9}, [], set()),  # 5
        (20, {0: 7, 1: 10}, [], {0}),  # 3 beside both: the smaller is kept back
        (20, {0: 10, 1: 7}, [], {1}),
        (20, {0: 6, 1: 18}, [], {1}),  # 2 beside one: the other, though smaller, is given
        (20, {0: 10}, [7], {0}),  # what was given stays
        (20, {0: 7, 1: 7}, [], set()),
        (30, {0: 8, 1: 9, 2: 11}, [], {0}),
        (12, {0: 10, 1: 12}, [], {0}),
    ],
)
def test_no_number_is_given_within_four_of_the_municipalitys_volunteers(
    volunteers: int, waiting: Mapping[int, int], confirmed: list[int], kept_back: set[int]
) -> None:
    found = unnumbered(volunteers, {GROUPS[number]: count for number, count in waiting.items()}, confirmed)
    assert found == {GROUPS[number] for number in kept_back}


@given(st.integers(0, 40), st.dictionaries(st.sampled_from(GROUPS), st.integers(5, 20)))
def test_what_is_given_leaves_no_small_rest(volunteers: int, waiting: dict[UUID, int]) -> None:
    given = [count for group, count in waiting.items() if group not in unnumbered(volunteers, waiting)]
    assert not few_told(volunteers, given)


def test_the_control_numbers_that_nobody_holds_beside_each_other_leave_one() -> None:
    assert few_told(168, [165])
    assert few_told(20, [7, 10])
    assert not few_told(20, [7])
