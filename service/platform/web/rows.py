"""Rows of a list in a form, where a browser runs no script: the buttons "add" and "remove" of the macro `repeater`."""

from __future__ import annotations

import re
from collections.abc import Mapping

MOST_ROWS = 60


def row_number(text: str) -> int | None:
    """The number of a row as its field's name has it, or None for what is none: signs that only look like digits are not."""
    return int(text) if re.fullmatch(r"[0-9]{1,2}", text) else None


def no_row(name: str) -> bool:
    """Whether a field is named like one in a row that no form of ours has: so far down, or numbered in other signs than 0 to 9."""
    number = ([*name.split("-"), ""])[1]
    return number.isdigit() and row_number(number) is None


def change(values: Mapping[str, str], action: str) -> dict[str, str] | None:
    """What the form is to show after a press on `add-activities` or `remove-activities-2`; None when `action` is neither.

    A new row is blank: it is there as `activities-3-row`, a name that no field has. The rows of a list are numbered anew after a
    removal. Beyond 60 rows none is added.
    """
    pressed = re.fullmatch(r"(add|remove)-([a-z_]{1,40})(?:-([0-9]{1,4}))?", action)
    if pressed is None or (pressed[1] == "remove") != (pressed[3] is not None):
        return None
    name = pressed[2]
    kept: dict[str, str] = {}
    rows: dict[int, dict[str, str]] = {}
    for key, value in values.items():
        if no_row(key):
            continue
        head, _, rest = key.partition("-")
        digits, _, part = rest.partition("-")
        number = row_number(digits)
        if head == name and number is not None and part:
            rows.setdefault(number, {})[part] = value
        else:
            kept[key] = value
    if pressed[1] == "remove":
        rows.pop(int(pressed[3]), None)
    ordered = [rows[number] for number in sorted(rows)]
    if pressed[1] == "add" and len(ordered) < MOST_ROWS:
        ordered.append({"row": ""})
    for place, row in enumerate(ordered):
        kept |= {f"{name}-{place}-{part}": value for part, value in row.items()}
    return kept
