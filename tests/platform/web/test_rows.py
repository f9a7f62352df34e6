"""Rows of a form without script."""

from __future__ import annotations

import pytest

from service.platform.web.rows import MOST_ROWS, change

TYPED = {"name": "x", "a-0-place": "A", "a-0-day": "1", "a-2-place": "C", "b-0-place": "B", "contact-name": "N"}


def test_a_row_is_added_at_the_end_and_the_others_are_numbered_in_order() -> None:
    assert change(TYPED, "add-a") == {
        "name": "x", "b-0-place": "B", "contact-name": "N",
        "a-0-place": "A", "a-0-day": "1", "a-1-place": "C", "a-2-row": "",
    }  # fmt: skip


def test_a_row_is_removed_and_the_ones_after_it_move_up() -> None:
    assert change(TYPED, "remove-a-0") == {"name": "x", "b-0-place": "B", "contact-name": "N", "a-0-place": "C"}


def test_a_row_that_is_not_there_is_removed_without_harm() -> None:
    changed = change(TYPED, "remove-a-7")
    assert changed is not None
    assert changed["a-1-place"] == "C"


@pytest.mark.parametrize(
    "action", ["", "save", "add", "add-", "add-a-1", "remove-a", "remove-a-x", "remove-a-99999", "add-A B", "ADD-a"]
)
def test_other_buttons_are_none_of_its_business(action: str) -> None:
    assert change(TYPED, action) is None


def test_rows_do_not_grow_without_end() -> None:
    full = {f"a-{n}-place": "x" for n in range(MOST_ROWS)}
    changed = change(full, "add-a")
    assert changed == full
