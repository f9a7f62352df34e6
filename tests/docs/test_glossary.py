"""The glossary has the words of the field, and each is called in the code as it says."""

from __future__ import annotations

import csv
import re
from collections.abc import Iterator

from tests.docs.pages import PLACE, ROOT

VOCABULARY = ROOT / "docs/vocabulary.csv"
PAGE = ROOT / "docs/glossary.md"
ROW = re.compile(r"^\| ([^|]+) \| ([^|]+) \| (?:`([^`|]+)`)? ?\| ([^|]+) \| (?:`([^`|]+)`)? ?\|$", re.MULTILINE)


def told(page: str) -> list[tuple[str, str, str, str]]:
    """The words of the field: Danish, English, what it is called in the code, and where."""
    return [(da, en, name, where) for da, en, name, _meaning, where in ROW.findall(page) if da not in ("Danish", "---")]


def misplaced(rows: list[tuple[str, str, str, str]]) -> Iterator[str]:
    """What is not called so where it says. That the place is there, `test_pages` looks."""
    for da, _en, name, where in rows:
        if PLACE.match(f"`{where}`"):
            found = re.split(r"[:.]", where)[-1] == name
        else:
            found = bool(name) == bool(where) and (
                not where or bool(re.search(rf"\b{name}\b", (ROOT / where).read_text()))
            )
        if not found:
            yield da


def test_the_glossary_has_the_words_of_the_vocabulary() -> None:
    with VOCABULARY.open(newline="") as file:
        words = [(row["da"], row["en"], row["code_name"]) for row in csv.DictReader(file)]
    assert len(words) > 80
    assert [row[:3] for row in told(PAGE.read_text())] == words


def test_each_word_is_called_so_there() -> None:
    assert list(misplaced(told(PAGE.read_text()))) == []


def test_the_control_a_word_that_is_called_otherwise_is_told() -> None:
    types = "service/partnership/catalogue/data/activity_types.csv"
    right = [("kommune", "municipality", "Municipality", "tenants.models:Municipality"), ("x", "x", "mentor", types)]
    wrong = [
        ("a", "a", "City", "tenants.models:Municipality"),
        ("b", "b", "golf", types),
        ("c", "c", "golf", ""),
        ("d", "d", "", types),
    ]
    assert list(misplaced(right + wrong)) == ["a", "b", "c", "d"]
