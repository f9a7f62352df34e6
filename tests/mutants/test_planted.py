"""Two faults that were planted once and that no test noticed: each is planted here anew, and the test that notices it now is red."""

from __future__ import annotations

from uuid import UUID

import pytest

from service.platform.web.errors import Invalid
from tests.activity.activities.test_parts import activity, inside  # noqa: F401 - fixtures
from tests.activity.activities.test_parts import (
    test_women_and_men_are_counted_where_the_activity_asks as women_and_men_where_it_asks,
)
from tests.api.conftest import Program, program, secretariat  # noqa: F401 - fixtures
from tests.api.test_shapes import (
    test_every_list_that_is_asked_for_a_municipality_gives_what_is_that_ones_and_nothing_else as every_list_is_narrowed,
)
from tests.mutants.code.making import Mutant, mutants_of
from tests.mutants.code.within import code_of, function_of, instead
from tests.support.world import World

RED = (AssertionError, pytest.fail.Exception)


def planted(file: str, function: str, becomes: str) -> Mutant:
    (found,) = (each for each in mutants_of(file) if each.function == function and each.becomes == (becomes,))
    return found


@pytest.mark.parametrize(
    ("file", "function", "becomes"),
    [
        (
            "faults.py",
            "of_counts",
            "if not (activity.asks_women_men or counted_before) and (counts.women is not None and counts.men is not None):",
        ),
        ("operations.py", "has_women_men", "return row.women is not None and row.men is not None"),
    ],
)
def test_women_without_men_are_noticed(activity: UUID, file: str, function: str, becomes: str) -> None:  # noqa: F811
    mutant = planted(f"service/activity/activities/{file}", function, becomes)
    with instead(function_of(mutant), code_of(mutant)), pytest.raises((*RED, Invalid)):
        women_and_men_where_it_asks(activity)


def test_the_filter_by_municipality_left_out_is_noticed(world: World, secretariat: Program) -> None:  # noqa: F811
    mutant = planted("service/activity/activities/api.py", "activities", "query = query")
    with instead(function_of(mutant), code_of(mutant)), pytest.raises(RED, match="activities"):
        every_list_is_narrowed(world, secretariat)
