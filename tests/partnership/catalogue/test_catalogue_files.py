"""The reviewed files: whole, in proper Danish letters, and with nothing left to be filled in by hand."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

import service.partnership.catalogue
from service.partnership.catalogue import files
from service.partnership.catalogue.texts import (
    CAPABILITIES,
    CAPABILITIES_DA,
    DRC_DUTIES_DA,
    LEVELS,
    LEVELS_DA,
    MUNICIPALITY_DUTIES_DA,
)
from tenants.scope import Capability, Level

DATA = sorted(Path(service.partnership.catalogue.__path__[0], "data").iterdir())
LEFT_TO_FILL_IN = r"TODO|FIXME|\bXX|___|\[(?!\[?clause\])[a-zæøå ]+\]|lorem|indsæt|udfyldes|\?\?|\.\.\."
WRONG_LETTERS = r"Ã|�|\b(?:boern|koen|aar|maaned|foer|gaelder|vaere)\b"


@pytest.mark.parametrize("path", DATA, ids=lambda path: path.name)
def test_nothing_is_left_to_fill_in(path: Path) -> None:
    text = path.read_text(encoding="utf-8")
    assert not re.search(LEFT_TO_FILL_IN, text, re.IGNORECASE)
    words = re.sub(r"\{[{%].*?[%}]\}", "", text)  # the names of filters are plain letters
    assert not re.search(WRONG_LETTERS, words)


def test_the_search_finds_what_it_looks_for() -> None:
    assert re.search(LEFT_TO_FILL_IN, "Kommunen betaler [beløb] kroner", re.IGNORECASE)
    assert re.search(WRONG_LETTERS, "Aftalen gaelder i et aar")


def test_each_text_has_a_first_version_and_there_are_ten_principles() -> None:
    texts = {(text.kind, text.version): text for text in files.texts()}
    assert {("partnership", 1), ("cooperation", 1), ("principles", 1)} <= texts.keys()
    assert len(texts["principles", 1].content["principles"]) == 10


def test_every_level_and_capability_has_words() -> None:
    for texts in (LEVELS, LEVELS_DA, MUNICIPALITY_DUTIES_DA, DRC_DUTIES_DA):
        assert set(texts) == set(Level)
    for words in (CAPABILITIES, CAPABILITIES_DA):
        assert set(words) == set(Capability)


def test_a_deeper_partnership_asks_no_less_of_either_side() -> None:
    for duties in (MUNICIPALITY_DUTIES_DA, DRC_DUTIES_DA):
        counts = [len(duties[level]) for level in Level]
        assert counts == sorted(counts)
        assert all(duty.text.startswith("at ") for level in Level for duty in duties[level])


def test_a_type_without_its_words_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    rows = files._rows("activity_types.csv")
    for side, missing in (("borderline", "distinction"), ("statutory", "reason")):
        holed = [row | {missing: ""} if row["side"] == side else row for row in rows]
        monkeypatch.setattr(files, "_rows", lambda name, holed=holed: holed)
        with pytest.raises(files.FileError, match=side):
            files.kinds()


def test_an_unknown_outcome_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    files.outcomes()
    rows = [row | {"outcomes": "happiness"} for row in files._rows("activity_types.csv")]
    monkeypatch.setattr(files, "_rows", lambda name: rows)
    with pytest.raises(files.FileError, match="outcome"):
        files.kinds()
