"""Cells between a file and the service: a column says of what shape its cells are, and both ways are told here.

What is written for a value is read as that value again. Lists stand with semicolons between, or a line each where an item holds
one itself. A text that a spreadsheet would run as a formula stands behind an apostrophe, which is taken away in reading.
"""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum
from functools import cached_property
from typing import Any

from flask_babel import gettext as _

from service.documents.paper import harmless
from service.web.search import fold

FAULTS = ("#NULL!", "#DIV/0!", "#VALUE!", "#REF!", "#NAME?", "#NUM!", "#N/A")
YES = frozenset({"ja", "j", "x", "1", "yes", "true", "sand"})
MOST_TOLD = 8  # so few choices are all told
NO = frozenset({"", "nej", "n", "0", "no", "false", "falsk"})


class Choices(dict[str, str]):
    """What can be chosen: codes, and what they are called."""

    @cached_property
    def folded(self) -> dict[str, str]:
        """The codes by their folded names, and by themselves."""
        return {**{fold(code): code for code in self}, **{fold(name): code for code, name in self.items()}}


Options = Mapping[str, Choices]  # by the name of a choice


class Shape(StrEnum):
    """What a column's cells hold."""

    TEXT = "text"
    NUMBER = "number"
    DAY = "day"
    YES_NO = "yes_no"
    HOURS = "hours"  # kept as minutes
    CHOICE = "choice"
    CHOICES = "choices"
    PLACES = "places"  # municipality: name | address


@dataclass(frozen=True, slots=True)
class Column:
    """A column of a file: what its field is called here, its heading, and the other headings it goes by."""

    name: str
    heading: str
    shape: Shape = Shape.TEXT
    also: tuple[str, ...] = ()
    required: bool = False
    options: str = ""
    hint: str = ""
    example: str | int | dt.date = ""


def value_of(column: Column, text: str, options: Options) -> Any:
    """The value that a cell means, as the schema takes it. Raises ValueError, and says what is wrong."""
    text = unguarded(text)
    if text in FAULTS:
        raise ValueError(_("The cell shows an error from the spreadsheet: %(text)s.", text=text))
    match column.shape:
        case Shape.YES_NO:
            return _yes(text)
        case Shape.HOURS:
            return minutes_of(text)
        case Shape.DAY:
            return text.split(" ")[0] if re.fullmatch(r"[0-9]{4}-[0-9]{2}-[0-9]{2} .*", text) else text
        case Shape.CHOICE:
            return _code(text, options[column.options]) if text.strip() else ""
        case Shape.CHOICES:
            return [_code(item, options[column.options]) for item in items_of(text)]
        case Shape.PLACES:
            return [_place(item, options[column.options]) for item in items_of(text)]
    return text


def cell_of(column: Column, value: Any, options: Options) -> str | int | dt.date:
    """The cell that a value is written as."""
    match column.shape:
        case Shape.YES_NO:
            return "ja" if value else "nej"
        case Shape.HOURS:
            return f"{value // 60}:{value % 60:02d}" if value is not None else ""
        case Shape.NUMBER:
            return value if value is not None else ""
        case Shape.DAY:
            return dt.date.fromisoformat(value) if value else ""
        case Shape.CHOICE:
            return guarded(options[column.options].get(value, value or ""))
        case Shape.CHOICES:
            return guarded(joined([options[column.options].get(code, code) for code in value]))
        case Shape.PLACES:
            return guarded(joined([_told_place(place, options[column.options]) for place in value]))
    return guarded(str(value))


def _place(text: str, options: Choices) -> dict[str, str]:
    """A place as it is written: `Aabenraa: Biblioteket | Storegade 1`, the address where there is one. Raises ValueError."""
    municipality, sign, rest = text.partition(":")
    name, _bar, address = rest.partition("|")
    if not sign or not name.strip():
        raise ValueError(_("Write a place as Aabenraa: Biblioteket | Storegade 1."))
    return {"municipality_code": _code(municipality, options), "name": name.strip(), "address": address.strip()}


def _told_place(place: Mapping[str, str], options: Choices) -> str:
    name = options.get(place["municipality_code"], place["municipality_code"])
    return f"{name}: {place['name']}" + (f" | {place['address']}" if place["address"] else "")


def _yes(text: str) -> bool:
    word = text.strip().casefold()
    if word in YES:
        return True
    if word in NO:
        return False
    raise ValueError(_("Write ja or nej."))


def minutes_of(text: str) -> int | str:
    """12:30, 12,5 or 12 hours as minutes; a blank stays one. Raises ValueError."""
    plain = text.strip().replace(" ", "")
    if not plain:
        return ""
    if found := re.fullmatch(r"([0-9]{1,4}):([0-5][0-9])", plain, re.ASCII):
        return int(found[1]) * 60 + int(found[2])
    if found := re.fullmatch(r"([0-9]{1,4})(?:[.,]([0-9]{1,6}))?", plain, re.ASCII):
        return int(found[1]) * 60 + round(float(f"0.{found[2] or 0}") * 60)
    raise ValueError(_("Write the hours as 12:30 or 12,5."))


def _code(text: str, options: Choices) -> str:
    """The code that a text means: the code itself, or what it is called, however it is typed."""
    plain = text.strip()
    if plain in options:
        return plain
    code = options.folded.get(fold(plain))
    if code is None and plain.isascii() and plain.isdigit():
        code = (
            plain.zfill(4) if plain.zfill(4) in options else None
        )  # a spreadsheet takes the first nought of 0580 away
    if code is not None:
        return code
    if len(options) <= MOST_TOLD:
        few = ", ".join(options.values())
        raise ValueError(_("“%(text)s” is not among the possible: %(few)s.", text=plain[:60], few=few))
    raise ValueError(_("“%(text)s” is not known here. Check how it is spelled.", text=plain[:60]))


def items_of(text: str) -> list[str]:
    """The items of a list in a cell."""
    parts = text.split("\n") if "\n" in text else text.split(";")
    return [part.strip() for part in parts if part.strip()]


def joined(items: Sequence[str]) -> str:
    """A list as a cell."""
    if any(";" in item for item in items):
        return "\n".join(items) + "\n"
    return "; ".join(items)


def guarded(text: str) -> str:
    """The text as a cell that no spreadsheet runs."""
    bare = text.lstrip("'")
    return "'" + text if harmless(bare) != bare else text


def unguarded(cell: str) -> str:
    """The text that a guarded cell holds."""
    bare = cell.lstrip("'")
    return cell[1:] if cell.startswith("'") and harmless(bare) != bare else cell
