"""Have a file read into rows (`reading`), in a process of its own, and say in words why one cannot be."""

from __future__ import annotations

import io
import json
from collections.abc import Iterator, Mapping

from flask_babel import format_decimal
from flask_babel import lazy_gettext as _l

from service.exchange.imports.reading import Row
from service.exchange.imports.rules import MOST_ROWS
from service.platform.web.errors import Refusal
from service.platform.work.keeper import Keeper, Unanswered

SECONDS = 45  # less than any lease: nobody else begins with a file meanwhile
MEMORY_BYTES = 1_000_000_000
MAX_ANSWER_BYTES = 200_000_000
REASONS = {
    "empty": _l("The file is empty."),
    "headings": _l("The file has headings at most, and no row below them."),
    "old": _l("This is an old Excel file (.xls), or one with a password. Save it as .xlsx without a password."),
    "other": _l("This is not a spreadsheet. Choose an .xlsx or a CSV file."),
    "columns": _l("Row %(row)s has more than %(most)s columns."),
    "letters": _l("Row %(row)s has a cell with more than %(most)s characters."),
    "rows": _l("The file has more than %(most)s rows. Split it in two."),
    "line": _l("Row %(row)s cannot be read: a cell is too long, or a quotation mark is missing."),
    "encoding": _l("The letters of the file cannot be read. Save it as .xlsx."),
    "broken": _l("The file cannot be read as a spreadsheet. Open it in Excel and save it as .xlsx."),
    "macros": _l("The file holds macros. Save it as .xlsx without them."),
    "hidden": _l("The file has no visible sheet."),
    "large": _l("The file is too large when it is unpacked. Save the rows alone in a new file."),
    "costly": _l(
        "The file takes too much time or memory to read. Copy the rows alone into a new spreadsheet, and save that as .xlsx."
    ),
}

reader = Keeper("service.exchange.imports.reading", {}, MAX_ANSWER_BYTES)


class UnreadableFile(Refusal):
    """The file cannot be read, and why."""


def unreadable(why: str, values: Mapping[str, int] | None = None) -> UnreadableFile:
    """The refusal for a reason, in words."""
    shown = {name: format_decimal(value) if value >= 10_000 else value for name, value in (values or {}).items()}
    return UnreadableFile(str(REASONS[why]) % shown)


def too_many() -> UnreadableFile:
    """The refusal of a file with too many rows."""
    return unreadable("rows", {"most": MOST_ROWS})


def rows(content: bytes, seconds: int = SECONDS, memory: int = MEMORY_BYTES) -> Iterator[Row]:
    """The rows of a file that are not wholly blank, each with its number as the spreadsheet shows it. Raises Unreadable.

    The whole file is read when this returns, and each row is unpacked when its turn comes: as many as there are take the same memory.
    """
    try:
        told, found = reader.ask(content, seconds, memory)
    except Unanswered as error:
        raise unreadable("costly") from error
    if told.get("error", "").startswith("MemoryError"):
        raise unreadable("costly")
    if "error" in told:
        raise RuntimeError(told["error"])
    if "why" in told:
        raise unreadable(told["why"], told["values"])
    return ((number, cells) for number, cells in map(json.loads, io.BytesIO(found)))
