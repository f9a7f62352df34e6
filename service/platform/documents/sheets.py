"""The tables of a paper as a workbook: a sheet for each, numbers as numbers, and no text that runs as a formula."""

from __future__ import annotations

import io
from collections.abc import Iterable
from typing import Any

from openpyxl import Workbook
from openpyxl.cell import WriteOnlyCell
from openpyxl.styles import Font
from openpyxl.utils import get_column_letter

from service.platform.documents.paper import Table

XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
MAX_TITLE = 31  # of a sheet, as spreadsheets have it
NARROWEST, WIDEST = 12, 60


def workbook(tables: Iterable[Table]) -> bytes:
    """The tables as a workbook, each sheet called as its table's file is."""
    book = Workbook(write_only=True)
    for table in tables:
        sheet = book.create_sheet(table.name[:MAX_TITLE])
        sheet.freeze_panes = "A2"
        for place, cells in enumerate(zip(table.header, *table.rows, strict=True), 1):
            width = max(len(str(cell)) for cell in cells) + 2
            sheet.column_dimensions[get_column_letter(place)].width = min(max(width, NARROWEST), WIDEST)
        sheet.append([_cell(sheet, heading, bold=True) for heading in table.header])
        for row in table.rows:
            sheet.append([_cell(sheet, cell) for cell in row])
    file = io.BytesIO()
    book.save(file)
    return file.getvalue()


def _cell(sheet: Any, value: str | int, *, bold: bool = False) -> Any:
    if isinstance(value, int):
        return value
    made = WriteOnlyCell(sheet, value)
    made.data_type = "s"  # never a formula, whatever it begins with
    if bold:
        made.font = Font(bold=True)
    return made
