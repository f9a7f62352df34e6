"""Every text of the pages is there in Danish."""

from __future__ import annotations

import ast
from pathlib import Path

from babel.messages.catalog import Catalog
from babel.messages.checkers import num_plurals, python_format

from service.platform.web.translations.build import DANISH, danish_of, in_code, merged, read, texts, without_danish

ROOT = Path(__file__).parents[3]


def lacking(asked: Catalog, danish: Catalog) -> list[str]:
    """The texts that are asked for and have no finished Danish."""
    return without_danish(merged(asked, [danish])[0])


def test_every_text_of_the_code_and_the_templates_has_its_danish() -> None:
    assert lacking(in_code(), read(DANISH)) == []


def test_the_catalogue_holds_nothing_that_is_no_longer_used() -> None:
    used = {message.id for message in texts(in_code())}
    assert [message.id for message in texts(read(DANISH)) if message.id not in used] == []


def test_what_is_filled_in_is_the_same_in_both_languages() -> None:
    danish = read(DANISH)
    for message in texts(danish):
        python_format(danish, message)
        num_plurals(danish, message)
        for text in danish_of(message):
            assert text.strip() == text, message.id


def test_the_danish_reads_as_danish() -> None:
    """Nobody's e-mail, no English left over, no three dots, no shouting."""
    same_in_both = {
        "E-mail",
        "Menu",
        "kr.",
        "Start",
        "Status",
        "Type",
        "Mentor",
        "Link",
        "Send",
        "%(what)s: %(why)s",
        "%(paper)s %(year)s",
        "Check-in",
        "Mail",
        "Version",
        "Version %(number)s",
        "version %(number)s",
    }
    for message in texts(read(DANISH)):
        for text in danish_of(message):
            assert "!" not in text, text
            assert "..." not in text, text
            assert text != message.id or text in same_in_both or len(text) < 4, text


def test_a_missing_a_guessed_and_an_empty_text_are_found() -> None:
    """The control."""
    asked, danish = Catalog(), Catalog(locale="da")
    for text in ("Finished", "Missing", "Guessed", "Empty"):
        asked.add(text)
    danish.add("Finished", "Færdig")
    danish.add("Guessed", "Gættet", flags=["fuzzy"])
    danish.add("Empty", "")
    assert lacking(asked, danish) == ["Missing", "Guessed", "Empty"]


def hidden(source: str) -> list[int]:
    """The lines on which a text stands within an f-string: there it is not gathered by every Python, and comes out in English."""
    called = {"_", "_l", "gettext", "lazy_gettext", "ngettext"}
    return [
        inside.lineno
        for node in ast.walk(ast.parse(source))
        if isinstance(node, ast.JoinedStr)
        for inside in ast.walk(node)
        if isinstance(inside, ast.Call) and isinstance(inside.func, ast.Name) and inside.func.id in called
    ]


def test_no_text_is_hidden_within_another() -> None:
    files = [file for file in (ROOT / "service").rglob("*.py") if hidden(file.read_text(encoding="utf-8"))]
    assert files == []
    assert hidden("told = f\"{what} {_('Planned')}\"") == [1], "the control"


def test_the_templates_are_read_too() -> None:
    """The control of the gathering: a text of Python, one of a template, and one that is only in a macro's call."""
    found = {message.id for message in texts(in_code())}
    assert {"Fill in this field.", "Go to the content of the page", "Show the figures as a table"} <= found
