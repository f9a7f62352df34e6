"""A file as rows: encodings, separators, spreadsheets, and what is no file of rows at all."""

from __future__ import annotations

import datetime as dt
import io
import zipfile
from collections.abc import Iterator
from typing import Any

import pytest
from flask import Flask
from openpyxl import Workbook

from service.transfers import reading, rules
from service.transfers.reading import Unreadable
from tests.transfers.conftest import csv_of, xlsx_of

ROWS = (("Navn", "By"), ("Ærø Øl & Å", 'To "store", huse; ja'), ("Łódź", "1\n2"))


@pytest.fixture(autouse=True)
def inside(app: Flask) -> Iterator[None]:
    """Refusals are told in Danish."""
    with app.app_context():
        yield


def read(content: bytes) -> list[list[str]]:
    """The cells of a file."""
    return [cells for _number, cells in reading.rows(content)]


@pytest.mark.parametrize("separator", [";", ",", "\t"])
@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16"])
def test_text_is_read_whatever_its_letters_and_separators(separator: str, encoding: str) -> None:
    assert read(csv_of(*ROWS, separator=separator, encoding=encoding)) == [list(row) for row in ROWS]


def test_what_windows_writes_is_read() -> None:
    """cp1252, as older Danish systems save it: with é and a long dash that UTF-8 would not be."""
    rows = (("Navn", "By"), ("Café Ærø – nord", "Århus"))
    assert read(csv_of(*rows, encoding="cp1252")) == [list(row) for row in rows]


def test_commas_in_danish_numbers_are_no_separators() -> None:
    assert read(b"Dato;Timer\n14-01-2026;7,5\n15-01-2026;8,0\n") == [
        ["Dato", "Timer"],
        ["14-01-2026", "7,5"],
        ["15-01-2026", "8,0"],
    ]


def test_a_row_has_the_number_that_the_spreadsheet_shows() -> None:
    assert [number for number, _cells in reading.rows(b"Navn\n\n\nA\n")] == [1, 4]
    assert [number for number, _cells in reading.rows(xlsx_of(["Navn"], [], ["A"]))] == [1, 3]


def test_cells_are_read_as_a_person_would_type_them() -> None:
    cells = [
        580,
        7.5,
        12.0,
        True,
        dt.datetime(2026, 1, 14),  # noqa: DTZ001 - as a spreadsheet has it
        dt.time(7, 30),
        dt.timedelta(hours=27, minutes=5),
        None,
        " x ",
    ]
    assert read(xlsx_of(cells)) == [["580", "7,5", "12", "ja", "2026-01-14", "07:30", "27:05", "", "x"]]


def test_a_formula_is_the_value_that_was_stored_with_it() -> None:
    content = xlsx_of(["Navn"], ["=1+1"])
    assert read(content) == [["Navn"]], "never calculated: no value, no cell"
    with_value = _changed(
        content,
        "xl/worksheets/sheet1.xml",
        lambda text: text.replace("<v></v>", "<v>2</v>").replace("<v />", "<v>2</v>"),
    )
    assert read(with_value) == [["Navn"], ["2"]]


def test_the_first_sheet_that_is_shown_is_read() -> None:
    book, out = Workbook(), io.BytesIO()
    book.active.append(["skjult"])
    book.active.sheet_state = "hidden"
    book.create_sheet("Her").append(["vist"])
    book.save(out)
    assert read(out.getvalue()) == [["vist"]]


def _changed(content: bytes, name: str, change: Any) -> bytes:
    """A spreadsheet with one of its parts changed."""
    out = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(content)) as old, zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as new:
        for part in old.namelist():
            data = old.read(part)
            new.writestr(part, change(data.decode()) if part == name else data)
    return out.getvalue()


def _with_part(content: bytes, name: str, data: bytes) -> bytes:
    """A spreadsheet with one part more."""
    out = io.BytesIO(content)
    with zipfile.ZipFile(out, "a", zipfile.ZIP_DEFLATED) as parts:
        parts.writestr(name, data)
    return out.getvalue()


def _entities(text: str) -> str:
    bomb = '<!DOCTYPE x [<!ENTITY a "aaaaaaaaaa"><!ENTITY b "&a;&a;&a;&a;&a;&a;&a;&a;&a;&a;">]>'
    return text.replace("<worksheet", bomb + "<worksheet", 1)


SHEET = xlsx_of(["Navn"], ["A"])


def _lying(content: bytes) -> bytes:
    """A spreadsheet whose sheet says that it is smaller than it is."""
    bomb = bytearray(
        _changed(content, "xl/worksheets/sheet1.xml", lambda text: text + "<!--" + "x" * 3_000_000 + "-->")
    )
    for sign, offset in ((b"PK\x01\x02", 24), (b"PK\x03\x04", 22)):
        at = -1
        while (at := bomb.find(sign, at + 1)) >= 0:
            name = bomb[at + (46 if offset == 24 else 30) :][:24]
            if name.startswith(b"xl/worksheets/sheet1.xml"):
                bomb[at + offset : at + offset + 4] = (200).to_bytes(4, "little")
    return bytes(bomb)


@pytest.mark.parametrize(
    ("content", "told"),
    [
        (b"", "tom"),
        (b" \r\n ", "tom"),
        (b"%PDF-1.7 ...", "ikke et regneark"),
        (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1", "gammel Excel-fil"),
        (b"Navn;By\x00\x01\x02", "ikke et regneark"),
        (b"PK\x03\x04 half a file", "kan ikke læses"),
        (SHEET[: len(SHEET) // 2], "kan ikke læses"),
        (_with_part(SHEET, "xl/vbaProject.bin", b"x"), "makroer"),
        (_with_part(SHEET, "xl/media/image1.png", b"\x00" * (121 * 1024 * 1024)), "for stor"),
        (_lying(SHEET), "kan ikke læses"),
        (_changed(SHEET, "xl/worksheets/sheet1.xml", _entities), "kan ikke læses"),
        (_with_part(b"PK\x05\x06" + b"\x00" * 18, "hello.txt", b"x"), "ikke et regneark"),
        (b"a;b\n" + b"x;" * 70 + b"y", "kolonner"),
        (b"a;b\n" + b"x" * 9000, "mere end 8000 tegn"),
        (b'a;b\n"x;y\n' + b"z" * 140_000, "anførselstegn"),
    ],
    ids=[
        "empty",
        "blank",
        "pdf",
        "xls",
        "binary",
        "no zip",
        "half",
        "macros",
        "large inside",
        "lying",
        "entities",
        "zip",
        "wide",
        "long cell",
        "quote",
    ],
)
def test_what_cannot_be_read_says_why(content: bytes, told: str) -> None:
    with pytest.raises(Unreadable, match=told):
        read(content)


def test_rows_without_end_stop_early(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(reading, "MOST_ROWS", 100)
    with pytest.raises(Unreadable, match="mere end 100 rækker"):
        read(b"Navn\n" + b"A\n" * 200)
    with pytest.raises(Unreadable, match="mere end 100 rækker"):
        read(xlsx_of(["Navn"], *[["A"]] * 200))


KNOWN = {
    "name": ["Navn", "Gruppe"],
    "home": ["Hjemkommune", "Kommune"],
    "email": ["E-mail", "Mailadresse"],
    "phone": ["Telefon"],
}


@pytest.mark.parametrize(
    ("headings", "meant"),
    [
        (["Navn", "Hjemkommune"], ["name", "home"]),
        (["  NAVN ", "e-mail:", "hjem-kommune"], ["name", "email", "home"]),
        (["Gruppe", "Navn"], ["name", ""]),
        (["Mailadrese", "Telefonnr", "Noget helt andet"], ["email", "phone", ""]),
        (["", "x"], ["", ""]),
    ],
)
def test_columns_are_guessed_by_their_headings(headings: list[str], meant: list[str]) -> None:
    assert rules.guess(headings, KNOWN) == meant


def test_the_headings_may_stand_below_a_title() -> None:
    assert rules.heading_row([["Grupper i Syddanmark 2026"], ["Navn", "Kommune"], ["A", "B"]], KNOWN) == 1


@pytest.mark.parametrize(
    ("given", "shown"),
    [
        ("../../etc/passwd", "passwd"),
        ("C:\\Temp\\grupper.xlsx", "grupper.xlsx"),
        ("a\x00b\n<i>.csv", "a_b__i_.csv"),
        ("", "fil"),
        ("æ" * 300, "æ" * 100),
    ],
)
def test_the_name_of_a_file_is_only_shown(given: str, shown: str) -> None:
    assert rules.shown_name(given) == shown
