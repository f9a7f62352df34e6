"""A file as rows: encodings, separators, spreadsheets, and what is no file of rows at all."""

from __future__ import annotations

import datetime as dt
import io
import re
import zipfile
from collections.abc import Iterator
from typing import Any

import pytest
from flask import Flask
from openpyxl import Workbook

from service.exchange.imports import opening, reading, rules
from service.exchange.imports.opening import UnreadableFile
from tests.exchange.conftest import csv_of, xlsx_of

ROWS = (("Navn", "By"), ("Ærø Øl & Å", 'To "store", huse; ja'), ("Łódź", "1\n2"))


@pytest.fixture(autouse=True)
def inside(app: Flask) -> Iterator[None]:
    """Refusals are told in Danish."""
    with app.app_context():
        yield


def rows(content: bytes) -> list[reading.Row]:
    """The rows of a file, read in this process; refused in words."""
    try:
        return list(reading.rows(content))
    except reading.FileFault as error:
        raise opening.unreadable(error.why, error.values) from error


def read(content: bytes) -> list[list[str]]:
    """The cells of a file."""
    return [cells for _number, cells in rows(content)]


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
    assert [number for number, _cells in rows(b"Navn\n\n\nA\n")] == [1, 4]
    assert [number for number, _cells in rows(xlsx_of(["Navn"], [], ["A"]))] == [1, 3]


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


def _with_parts(content: bytes, count: int) -> bytes:
    """A spreadsheet with so many parts more, all empty."""
    out = io.BytesIO(content)
    with zipfile.ZipFile(out, "a") as parts:
        for number in range(count):
            parts.writestr(f"xl/media/{number}", b"")
    return out.getvalue()


def _entities(text: str) -> str:
    bomb = '<!DOCTYPE x [<!ENTITY a "aaaaaaaaaa"><!ENTITY b "&a;&a;&a;&a;&a;&a;&a;&a;&a;&a;">]>'
    return text.replace("<worksheet", bomb + "<worksheet", 1)


SHEET = xlsx_of(["Navn"], ["A"])


def _sheet(inside: str, shared: str = "", content: bytes = SHEET) -> bytes:
    """A spreadsheet with those rows, as XML, and those shared strings."""
    rows = f'<row r="1"><c r="A1" t="inlineStr"><is><t>Navn</t></is></c></row>{inside}</sheetData>'
    content = _changed(
        content,
        "xl/worksheets/sheet1.xml",
        lambda text: text.partition("<sheetData>")[0] + "<sheetData>" + rows + "</worksheet>",
    )
    if not shared:
        return content
    kind = "application/vnd.openxmlformats-officedocument.spreadsheetml.sharedStrings+xml"
    part = f'<Override PartName="/xl/sharedStrings.xml" ContentType="{kind}"/></Types>'
    content = _changed(content, "[Content_Types].xml", lambda text: text.replace("</Types>", part))
    strings = f'<sst xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main">{shared}</sst>'
    return _with_part(content, "xl/sharedStrings.xml", strings.encode())


def _cell(place: str, text: str = "B") -> str:
    return f'<c r="{place}" t="inlineStr"><is><t>{text}</t></is></c>'


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


@pytest.mark.gate("5.2.3")
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
        (_with_parts(SHEET, 500), "for stor"),
        (_lying(SHEET), "kan ikke læses"),
        (_changed(SHEET, "xl/worksheets/sheet1.xml", _entities), "kan ikke læses"),
        (_with_part(b"PK\x05\x06" + b"\x00" * 18, "hello.txt", b"x"), "ikke et regneark"),
        (b"a;b\n" + b"x;" * 70 + b"y", "kolonner"),
        (b"a;b\n" + b"x" * 9000, "mere end 8000 tegn"),
        (b'a;b\n"x;y\n' + b"z" * 140_000, "anførselstegn"),
        (b"a;b\n" + b"x" * 3_000_000, "En celle er for lang"),
        (_sheet(f'<row r="2">{_cell("A2", "z" * 3_000_000)}</row>'), "mere end 8000 tegn"),
        (_sheet("", "<si><t>" + "x" * (41 * 1024 * 1024) + "</t></si>"), "for stor"),
        (_sheet('<row r="2000000000"><c r="A2000000000"><v>1</v></c></row>'), "mere end 20.000 rækker"),
        (_sheet(f'<row r="2">{"<c><v>1</v></c>" * 1000}</row>'), "mere end 60 kolonner"),
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
        "many parts",
        "lying",
        "entities",
        "zip",
        "wide",
        "long cell",
        "quote",
        "endless line",
        "giant cell",
        "huge strings",
        "a gap of two billion rows",
        "a thousand columns",
    ],
)
def test_what_cannot_be_read_says_why(content: bytes, told: str) -> None:
    with pytest.raises(UnreadableFile, match=told):
        read(content)


@pytest.mark.parametrize(
    "content",
    [
        _sheet('<row r="2"/>' * 100_000 + f'<row r="100002">{_cell("A100002")}</row>'),
        _sheet(f'<row r="1048576">{_cell("A1048576")}</row>'),
        _sheet(f'<row r="2">{_cell("A2")}{_cell("ZZZ2", "far away")}</row>'),
        _changed(
            xlsx_of(["Navn"], ["B"]),
            "xl/worksheets/sheet1.xml",
            lambda text: re.sub('<dimension ref="[^"]*"', '<dimension ref="A1:XFD1048576"', text),
        ),
        b"Navn\n" + b"\n" * 1_000_000 + b"B\n",
    ],
    ids=["blank rows", "a gap", "a far column", "a large dimension", "blank lines"],
)
def test_what_is_blank_is_skipped(content: bytes) -> None:
    assert read(content) == [["Navn"], ["B"]]


def test_one_long_text_in_every_cell_is_too_much(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(reading, "MAX_TEXT", 100_000)
    shared = [f'<row r="{number}"><c r="A{number}" t="s"><v>0</v></c></row>' for number in range(2, 40)]
    assert len(read(_sheet("".join(shared[:5]), "<si><t>" + "y" * 7900 + "</t></si>"))) == 6
    with pytest.raises(UnreadableFile, match="for stor"):
        read(_sheet("".join(shared), "<si><t>" + "y" * 7900 + "</t></si>"))


@pytest.mark.gate("5.2.3")
def test_what_costs_too_much_is_ended_and_the_next_file_read() -> None:
    """A few kB that took a worker ten minutes: in a process of its own, which the system ends."""
    endless = _sheet("<row/>" * 1_000_000)
    assert len(endless) < 20_000
    with pytest.raises(UnreadableFile, match="for meget tid eller hukommelse"):
        opening.rows(endless, seconds=1)
    assert [*opening.rows(SHEET)] == [(1, ["Navn"]), (2, ["A"])]


def test_out_of_memory_is_the_fault_of_the_file(monkeypatch: pytest.MonkeyPatch) -> None:
    """How the system ends what takes too much is tried with papers: it is the same process."""
    monkeypatch.setattr(opening.reader, "ask", lambda *_asked: ({"error": "MemoryError: "}, b""))
    with pytest.raises(UnreadableFile, match="for meget tid eller hukommelse"):
        opening.rows(SHEET)


def test_the_process_that_reads_says_why_it_cannot() -> None:
    with pytest.raises(UnreadableFile, match="Række 2 har mere end 60 kolonner"):
        opening.rows(b"a;b\n" + b"x;" * 70 + b"y")


def test_a_fault_of_ours_is_no_fault_of_the_file(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(opening.reader, "ask", lambda *_asked: ({"error": "ImportError: openpyxl"}, b""))
    with pytest.raises(RuntimeError, match="openpyxl"):
        opening.rows(SHEET)


def test_rows_without_end_stop_early(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(reading, "MOST_ROWS", 100)
    with pytest.raises(UnreadableFile, match="mere end 100 rækker"):
        read(b"Navn\n" + b"A\n" * 200)
    with pytest.raises(UnreadableFile, match="mere end 100 rækker"):
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


@pytest.mark.gate("5.3.2")
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
