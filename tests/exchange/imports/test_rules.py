"""Imports: what is done with a row, what stands in the way, and which column is which."""

from __future__ import annotations

import pytest

from service.exchange.imports.rules import (
    Deed,
    RowChoice,
    WriteBar,
    barred,
    deed,
    first_to_see,
    guess,
    heading_row,
    meant,
    plain_heading,
    shown_name,
    to_do,
)
from service.exchange.records.rules import Verdict

KNOWN = {"name": ("Navn", "Name"), "cvr": ("CVR-nummer", "CVR"), "email": ("E-mail", "Mailadresse")}


def test_what_is_done_with_a_row_is_said_by_its_verdict_and_of_a_doubtful_one_by_a_person() -> None:
    deeds = {(verdict, choice): deed(verdict, choice) for verdict in Verdict for choice in ("", *RowChoice)}
    done = {key: what for key, what in deeds.items() if what}
    assert done == {
        **{(Verdict.NEW, choice): Deed.CREATE for choice in ("", *RowChoice)},
        **{(Verdict.CHANGED, choice): Deed.CHANGE for choice in ("", *RowChoice)},
        (Verdict.DOUBTFUL, RowChoice.NEW): Deed.CREATE,
        (Verdict.DOUBTFUL, RowChoice.CHANGE): Deed.CHANGE,
    }


@pytest.mark.parametrize(
    ("counts", "bar", "bar_with_refused_left_out"),
    [
        ({(Verdict.NEW, ""): 2}, None, None),
        ({(Verdict.DOUBTFUL, ""): 1, (Verdict.NEW, ""): 2}, WriteBar.DOUBTFUL, WriteBar.DOUBTFUL),
        ({(Verdict.DOUBTFUL, ""): 0, (Verdict.NEW, ""): 2}, None, None),
        ({(Verdict.DOUBTFUL, "skip"): 1, (Verdict.NEW, ""): 2}, None, None),
        ({(Verdict.REFUSED, ""): 1, (Verdict.NEW, ""): 2}, WriteBar.REFUSED, None),
        ({(Verdict.REFUSED, ""): 0, (Verdict.NEW, ""): 2}, None, None),
        ({(Verdict.REFUSED, ""): 1}, WriteBar.REFUSED, WriteBar.NOTHING),
        ({(Verdict.SAME, ""): 5, (Verdict.DOUBTFUL, "skip"): 1}, WriteBar.NOTHING, WriteBar.NOTHING),
        ({}, WriteBar.NOTHING, WriteBar.NOTHING),
    ],
)
def test_what_stands_in_the_way(
    counts: dict[tuple[str, str], int], bar: WriteBar | None, bar_with_refused_left_out: WriteBar | None
) -> None:
    assert barred(counts, leave_out=False) is bar
    assert barred(counts, leave_out=True) is bar_with_refused_left_out


def test_rows_are_counted_where_there_is_something_to_do() -> None:
    counts: dict[tuple[str, str], int] = {
        (Verdict.NEW, ""): 2,
        (Verdict.CHANGED, ""): 3,
        (Verdict.SAME, ""): 50,
        (Verdict.DOUBTFUL, "new"): 4,
    }
    assert to_do(counts) == 9


def test_a_heading_is_its_letters_and_digits() -> None:
    assert plain_heading(" CVR-Nummer: ") == plain_heading("cvr nummer") == "cvr nummer"


@pytest.mark.parametrize(
    ("headings", "columns"),
    [
        (["Navn", "CVR", "E-mail"], ["name", "cvr", "email"]),
        (["e mail", "NAVN", "Telefon"], ["email", "name", ""]),
        (["Navn", "Name"], ["name", ""]),  # each column once
        (["Mailadr", "CVR-numer"], ["", "cvr"]),
        (["Mailadressen", "Mailadresse"], ["", "email"]),  # what is called so before what is alike
        (["CVR-numer", "CVR-nummr"], ["cvr", ""]),
        (["cv", "", "Nav"], ["", "", "name"]),  # of two letters nothing is guessed
        (["Navn", "CVR-numer", "E-mail"], ["name", "cvr", "email"]),
        ([], []),
    ],
)
def test_each_heading_means_the_column_that_is_called_so_or_almost_so(headings: list[str], columns: list[str]) -> None:
    assert guess(headings, KNOWN) == columns


def test_two_letters_are_like_nothing_and_what_is_found_is_not_found_anew() -> None:
    assert guess(["ve"], {"road": ("vej",)}) == [""]
    assert guess(["vej"], {"road": ("veje",)}) == ["road"]
    assert guess(["vej"], {"road": ("vej",), "roads": ("veje",)}) == ["road"]


def test_cells_under_no_column_are_not_kept() -> None:
    assert meant(["Strik", "hemmeligt", "12345678"], ["name", "", "cvr"]) == ["Strik", "", "12345678"]
    assert meant(["Strik", "mere"], ["name"]) == ["Strik"]


@pytest.mark.parametrize(
    ("rows", "place"),
    [
        ([["Navn", "CVR"], ["Strik", "1"]], 0),
        ([["Grupper 2026"], ["Navn", "CVR", "E-mail"], ["Navn", "CVR"]], 1),
        ([["Grupper 2026"], ["Navn", "Andet"]], 0),  # one known name is hardly any
        ([["Grupper 2026"], ["Navn", "CVR"]], 1),
        ([], 0),
    ],
)
def test_the_headings_stand_where_most_are_known(rows: list[list[str]], place: int) -> None:
    assert heading_row(rows, KNOWN) == place


@pytest.mark.parametrize(
    ("name", "shown"),
    [
        ("grupper 2026_a-b.csv", "grupper 2026_a-b.csv"),
        ("C:\\Users\\Åse\\grupper.xlsx", "grupper.xlsx"),
        ("/tmp/x/æøå.csv", "æøå.csv"),  # noqa: S108 - a name, and no file
        ("<b>a</b>", "b_"),
        ("a<b>c", "a_b_c"),
        ("a" * 101, "a" * 100),
        ("  ", "fil"),
        ("mappe/", "fil"),
    ],
)
def test_a_file_is_shown_by_its_name_alone(name: str, shown: str) -> None:
    assert shown_name(name) == shown


def test_what_needs_a_hand_is_seen_first() -> None:
    order = ["refused", "doubtful", "changed", "new", "same"]
    for number, verdict in enumerate(order):
        assert first_to_see({**dict.fromkeys(order[number:], 1), **dict.fromkeys(order[:number], 0)}) == verdict
    assert first_to_see({}) == "new"
