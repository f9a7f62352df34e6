"""A file as rows of texts: .xlsx, or text with separators as Danish and other spreadsheets write it.

The name of a file tells nothing: its first bytes do. An .xlsx file is a zip of XML, and both are old ways to make a little become
very much: what its parts say they hold is summed up before any is opened (no more than they say is ever read from them), and a
part that declares entities of its own is refused. All of it is done in a process of its own (`service.platform.work.enclosed`), which
`opening` asks: whatever a file does there, it ends at its limits and harms nobody.
"""

from __future__ import annotations

import csv
import datetime as dt
import io
import json
import socket
import sys
import warnings
import zipfile
from collections.abc import Iterator
from itertools import islice
from typing import Any
from xml.parsers import expat

from service.exchange.imports.rules import MOST_COLUMNS, MOST_ROWS
from service.platform.work import enclosed

Row = tuple[int, list[str]]
MOST_PARTS = 500
MOST_UNPACKED = 120 * 1024 * 1024
MOST_STRINGS = 40 * 1024 * 1024  # the one part that is kept in memory
MOST_LETTERS = 8000  # in a cell: all courses and roles of somebody who has many
MAX_TEXT = 20_000_000  # letters of all cells together: a shared string of an .xlsx file can stand in every one
MAX_SEEN = 1_100_000  # rows, blank ones too: a spreadsheet has no more
PROLOGUE = 64 * 1024
LOOKED_AT = 64 * 1024
SEPARATORS = (";", "\t", ",")


class FileFault(Exception):
    """The file cannot be read. `why` is one of `opening.REASONS`, and `values` stand in its words."""

    def __init__(self, why: str, **values: int) -> None:
        super().__init__(why)
        self.why, self.values = why, values


def rows(content: bytes) -> Iterator[Row]:
    """The rows of a file that are not wholly blank, each with its number as the spreadsheet shows it. Raises Unreadable."""
    if not content.strip():
        raise FileFault("empty")
    if content.startswith(b"PK\x03\x04"):
        found = _sheet(content)
    elif content.startswith(b"\xd0\xcf\x11\xe0"):
        raise FileFault("old")
    elif content.startswith((b"%PDF", b"\x89PNG", b"\xff\xd8\xff", b"GIF8", b"\x1f\x8b")):
        raise FileFault("other")
    else:
        found = _text(content)
    count = letters = 0
    for number, cells in found:
        while cells and not cells[-1]:
            cells.pop()
        if not cells:
            continue
        if len(cells) > MOST_COLUMNS:
            raise FileFault("columns", row=number, most=MOST_COLUMNS)
        if any(len(cell) > MOST_LETTERS for cell in cells):
            raise FileFault("letters", row=number, most=MOST_LETTERS)
        count += 1
        letters += sum(map(len, cells))
        if count > MOST_ROWS + 10:  # the headings, and what may stand above them
            raise FileFault("rows", most=MOST_ROWS)
        if letters > MAX_TEXT:
            raise FileFault("large")
        yield number, cells


# Text


def _text(content: bytes) -> Iterator[Row]:
    encoding = _encoding(content)
    with io.TextIOWrapper(io.BytesIO(content), encoding, newline="") as text:
        start = text.read(LOOKED_AT)
        if "\x00" in start:
            raise FileFault("other")
        text.seek(0)
        reader = csv.reader(text, delimiter=_separator(start), strict=False)
        try:
            for cells in reader:
                yield reader.line_num, [clean(cell) for cell in cells]
        except csv.Error as error:
            raise FileFault("line", row=reader.line_num) from error


def _encoding(content: bytes) -> str:
    """UTF-8 where it is that, with or without a mark; UTF-16 with one; else as Windows writes Danish."""
    encoding = "utf-16" if content.startswith((b"\xff\xfe", b"\xfe\xff")) else "utf-8-sig"
    try:
        for _part in io.TextIOWrapper(io.BytesIO(content), encoding, newline=""):
            pass
    except UnicodeError as error:
        if encoding == "utf-16":
            raise FileFault("encoding") from error
        return _windows(content)
    return encoding


def _windows(content: bytes) -> str:
    try:
        content.decode("cp1252")
    except UnicodeError as error:
        raise FileFault("encoding") from error
    return "cp1252"


def _separator(start: str) -> str:
    """The sign that splits the first lines most evenly: the same number in most of them, and at least one."""
    best, most = SEPARATORS[0], 0.0
    for sign in SEPARATORS:
        counts = [len(cells) - 1 for cells in islice(_tried(start, sign), 20) if any(cells)]
        usual = max(set(counts), key=counts.count, default=0)
        evenness = counts.count(usual) / len(counts) * (1 + min(usual, 30) / 100) if usual else 0.0
        if evenness > most:
            best, most = sign, evenness
    return best


def _tried(start: str, sign: str) -> Iterator[list[str]]:
    try:
        yield from csv.reader(io.StringIO(start, newline=""), delimiter=sign)
    except csv.Error:
        return


def clean(cell: str) -> str:
    """The text of a cell without what stands around it and what no database keeps."""
    return cell.replace("\r\n", "\n").replace("\xa0", " ").replace("\x00", "").strip(" \t\r")


# Spreadsheets


def _sheet(content: bytes) -> Iterator[Row]:
    try:
        with zipfile.ZipFile(io.BytesIO(content)) as parts:
            _look_over(parts)
        yield from _cells(content)
    except (FileFault, MemoryError):
        raise
    except (
        Exception
    ) as error:  # whatever a library stumbles over in a file made by others, it is the file that is not right
        raise FileFault("broken") from error


def _look_over(parts: zipfile.ZipFile) -> None:
    """Refuse what is too much, what holds programs, and XML with entities of its own."""
    entries = parts.infolist()
    if len(entries) > MOST_PARTS or sum(entry.file_size for entry in entries) > MOST_UNPACKED:
        raise FileFault("large")
    names = {entry.filename.lower() for entry in entries}
    if any(name.endswith(("vbaproject.bin", ".xlm")) or "macrosheets/" in name for name in names):
        raise FileFault("macros")
    if "xl/workbook.xml" not in names:
        raise FileFault("other")
    for entry in entries:
        if entry.filename.lower() == "xl/sharedstrings.xml" and entry.file_size > MOST_STRINGS:
            raise FileFault("large")
        if entry.filename.lower().endswith((".xml", ".rels")):
            with parts.open(entry) as part:
                _refuse_entities(part.read(PROLOGUE))


def _refuse_entities(start: bytes) -> None:
    class _Begun(Exception):
        pass

    def declared(*_args: Any) -> None:
        raise FileFault("broken")

    def begun(*_args: Any) -> None:
        raise _Begun

    parser = expat.ParserCreate()
    parser.StartDoctypeDeclHandler = declared
    parser.StartElementHandler = begun
    try:
        parser.Parse(start, False)
    except _Begun:
        return
    except expat.ExpatError as error:
        raise FileFault("broken") from error
    declared()  # no element in all that space: nothing that a spreadsheet writes


def _cells(content: bytes) -> Iterator[Row]:
    from openpyxl import load_workbook

    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # of styles and extensions that are not kept: nothing is written back
        book = load_workbook(io.BytesIO(content), read_only=True, data_only=True, keep_links=False)
        try:
            sheet = next((sheet for sheet in book.worksheets if sheet.sheet_state == "visible"), None)
            if sheet is None:
                raise FileFault("hidden")
            sheet.reset_dimensions()  # what the file says of its own size is not to be trusted
            for number, cells in enumerate(sheet.iter_rows(max_col=MOST_COLUMNS + 1, values_only=True), 1):
                if number > MAX_SEEN:
                    raise FileFault("rows", most=MOST_ROWS)
                if cells.count(None) < len(cells):  # most rows of many a file are blank: they must cost nothing
                    yield number, [_as_text(cell) for cell in cells]
        finally:
            book.close()


def _as_text(cell: Any) -> str:
    """The value of a cell as a person would type it."""
    match cell:
        case None:
            return ""
        case str():
            return clean(cell)
        case bool():
            return "ja" if cell else "nej"
        case int():
            return str(cell)
        case float():
            return str(int(cell)) if cell.is_integer() and abs(cell) < 1e15 else repr(cell).replace(".", ",")
        case dt.datetime():
            return cell.date().isoformat() if cell.time() == dt.time() else cell.isoformat(" ", "minutes")
        case dt.date():
            return cell.isoformat()
        case dt.time():
            return f"{cell:%H:%M}"
        case dt.timedelta():
            minutes = round(cell.total_seconds() / 60)
            return f"{minutes // 60}:{minutes % 60:02d}"
    return str(cell)


def read(content: bytes) -> tuple[dict[str, Any], bytes]:
    """The rows of a file as JSON, or why it cannot be read."""
    try:
        return {}, b"".join(json.dumps(row, ensure_ascii=False).encode() + b"\n" for row in rows(content))
    except FileFault as error:
        return {"why": error.why, "values": error.values}, b""


def prepare() -> None:
    """Load what reads spreadsheets, and raise the guard."""
    import openpyxl  # noqa: F401

    enclosed.shut_in()


if __name__ == "__main__":
    enclosed.main(socket.socket(fileno=int(sys.argv[1])), prepare, read)
