"""Rows as a file: .xlsx with text, numbers and days as such, or CSV as a Danish spreadsheet opens it.

A file is written to a temporary place, row by row, and handed out when it is whole: half a file is never delivered.
"""

from __future__ import annotations

import csv
import datetime as dt
import io
import tempfile
from collections.abc import Iterable, Iterator, Sequence
from typing import IO, Any

from flask import Response
from openpyxl import Workbook
from openpyxl.cell import WriteOnlyCell
from openpyxl.styles import Alignment, Font
from openpyxl.utils import get_column_letter

from service.exchange.records.cells import cell_of, guarded
from service.exchange.records.columns import Options
from service.platform.web.declared import Column, Shape

XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
FORMATS = {"xlsx": XLSX, "csv": "text/csv"}
MOST_IN_MEMORY = 2 * 1024 * 1024
PIECE = 64 * 1024
Cell = str | int | dt.date


class WrittenRows:
    """A whole file, a piece at a time, and how many rows it has. Closed when it has been sent, or is wanted no more."""

    def __init__(self, file: IO[bytes], count: int) -> None:
        self.file, self.count = file, count

    def __iter__(self) -> Iterator[bytes]:
        return self.pieces(PIECE)

    def pieces(self, size: int) -> Iterator[bytes]:
        """The file in pieces of a size, the last one perhaps smaller. Once all of it is read, it is closed."""
        while piece := self.file.read(size):
            yield piece
        self.close()

    def close(self) -> None:
        """Let go of the file."""
        self.file.close()

    def __del__(self) -> None:
        self.close()


def sent(written: WrittenRows, name: str, file_format: str) -> Response:
    """The file as an answer to be saved, which closes it in the end."""
    response = Response(written, mimetype=FORMATS[file_format])
    response.headers.set("Content-Disposition", "attachment", filename=f"{name}.{file_format}")
    return response


def exported(
    columns: Sequence[Column], things: Iterable[dict[str, Any]], options: Options, file_format: str
) -> WrittenRows:
    """Things as a file of theirs columns."""
    rows = ([cell_of(column, thing[column.name], options) for column in columns] for thing in things)
    headings = [column.heading for column in columns]
    return _as_xlsx(headings, rows) if file_format == "xlsx" else _as_csv(headings, rows)


def gathered(pieces: Iterable[bytes], count: int) -> WrittenRows:
    """Pieces as the whole file again."""
    file = _place()
    for piece in pieces:
        file.write(piece)
    file.seek(0)
    return WrittenRows(file, count)


def template(columns: Sequence[Column], options: Options, file_format: str) -> WrittenRows:
    """An empty file to fill in: the headings, an example and, in a spreadsheet, a page that explains the columns."""
    example = [[column.example for column in columns]]
    headings = [column.heading for column in columns]
    if file_format == "csv":
        return _as_csv(headings, example)
    return _as_xlsx(headings, example, [*_help(columns, options)])


def listed(headings: Sequence[str], rows: Iterable[Sequence[str]]) -> WrittenRows:
    """Texts as CSV: rows that were refused, with the reason."""
    return _as_csv(headings, ([guarded(cell) for cell in row] for row in rows))


def _as_csv(headings: Sequence[str], rows: Iterable[Sequence[Cell]]) -> WrittenRows:
    file = _place()
    text = io.TextIOWrapper(file, "utf-8-sig", newline="", write_through=True)
    writer = csv.writer(text, delimiter=";", lineterminator="\r\n")
    writer.writerow(headings)
    count = 0
    for row in rows:
        writer.writerow([f"{cell:%d-%m-%Y}" if isinstance(cell, dt.date) else cell for cell in row])
        count += 1
    text.detach()
    file.seek(0)
    return WrittenRows(file, count)


def _as_xlsx(
    headings: Sequence[str], rows: Iterable[Sequence[Cell]], explained: Sequence[Sequence[str]] = ()
) -> WrittenRows:
    book = Workbook(write_only=True)
    sheet = book.create_sheet("Rækker")
    sheet.freeze_panes = "A2"
    for place, heading in enumerate(headings, 1):
        sheet.column_dimensions[get_column_letter(place)].width = max(14, len(heading) + 4)
    sheet.append([_bold(sheet, heading) for heading in headings])
    count = 0
    for row in rows:
        sheet.append([_cell(sheet, cell) for cell in row])
        count += 1
    if explained:
        page = book.create_sheet("Vejledning")
        for place, width in enumerate((26, 14, 90), 1):
            page.column_dimensions[get_column_letter(place)].width = width
        page.append([_bold(page, text) for text in ("Kolonne", "Skal udfyldes", "Hvad der skal stå")])
        for line in explained:
            page.append([_wrapped(page, text) for text in line])
    file = _place()
    book.save(file)
    book.close()
    file.seek(0)
    return WrittenRows(file, count)


def _place() -> IO[bytes]:
    return tempfile.SpooledTemporaryFile(max_size=MOST_IN_MEMORY)


def _cell(sheet: Any, cell: Cell) -> Any:
    if cell == "" or (isinstance(cell, str) and cell[0] not in "=#"):
        return cell or None  # what openpyxl takes for text by itself: much faster
    if isinstance(cell, str):
        made = WriteOnlyCell(sheet, cell)
        made.data_type = "s"  # never a formula, whatever it begins with
        return made
    if isinstance(cell, dt.date):
        made = WriteOnlyCell(sheet, cell)
        made.number_format = "dd-mm-yyyy"
        return made
    return cell


def _bold(sheet: Any, text: str) -> Any:
    made = WriteOnlyCell(sheet, text)
    made.font = Font(bold=True)
    return made


def _wrapped(sheet: Any, text: str) -> Any:
    made = WriteOnlyCell(sheet, text)
    made.data_type = "s"
    made.alignment = Alignment(wrap_text=True, vertical="top")
    return made


def _help(columns: Sequence[Column], options: Options) -> Iterator[Sequence[str]]:
    yield (
        "",
        "",
        "Skriv en række for hver. Slet eksemplet, før du sender filen. Rækkefølgen af kolonner er ligegyldig.",
    )
    yield ("", "", "Skriv aldrig CPR-numre, helbred eller noget om enkelte flygtninge.")
    for column in columns:
        told = column.hint
        if column.shape in (Shape.CHOICE, Shape.CHOICES) and column.options != "municipalities":
            told = f"{told} Mulige: {', '.join(options[column.options].values())}."
        yield (column.heading, "ja" if column.required else "", told.strip())
