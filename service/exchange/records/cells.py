"""Cells between a file and the service: a column says of what shape its cells are, and both ways are told here.

What is written for a value is read as that value again. Lists stand with semicolons between, or a line each where an item holds
one itself. A text that a spreadsheet would run as a formula stands behind an apostrophe, which is taken away in reading.
"""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Mapping, Sequence
from typing import Any

from flask_babel import gettext as _

from service.exchange.records.columns import Choices, Options
from service.platform.documents.paper import harmless
from service.platform.web.declared import Column, Shape
from service.platform.web.search import fold

FAULTS = ("#NULL!", "#DIV/0!", "#VALUE!", "#REF!", "#NAME?", "#NUM!", "#N/A")
YES = frozenset({"ja", "j", "x", "1", "yes", "true", "sand"})
DAY = r"[0-9]{1,4}[-./][0-9]{1,2}[-./][0-9]{1,4}"  # a field says whether there is such a day
ADULTS, CHILDREN = "voks(?:ne|en)", "b(?:ørn|arn)"
MOST_TOLD = 8  # so few choices are all told
NO = frozenset({"", "nej", "n", "0", "no", "false", "falsk"})


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
        case Shape.FROM:
            return [_from(item, options[column.options]) for item in items_of(text)]
        case Shape.ROLES:
            return [_role(item, options) for item in items_of(text)]
        case Shape.COURSES:
            return [_course(item) for item in items_of(text)]
        case Shape.CONSENTS:
            return [_consent(item, options[column.options]) for item in items_of(text)]
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
            return guarded(joined([_place_in_words(place, options[column.options]) for place in value]))
        case Shape.FROM:
            told = [
                _from_in_words(options[column.options].get(code, code), *pair) for code, pair in (value or {}).items()
            ]
            return guarded(joined(told))
        case Shape.ROLES:
            return guarded(joined([_role_in_words(role, options) for role in value]))
        case Shape.COURSES:
            return guarded(joined([f"{course['name']}: {_day_in_words(course['taken_on'])}" for course in value]))
        case Shape.CONSENTS:
            return guarded(joined([_consent_in_words(consent, options[column.options]) for consent in value]))
    return guarded(str(value))


def text_of(column: Column, value: Any, options: Options) -> str:
    """The same as a person reads it: a day as it is typed, and without what guards a spreadsheet."""
    cell = cell_of(column, value, options)
    return f"{cell:%d-%m-%Y}" if isinstance(cell, dt.date) else unguarded(str(cell))


def _place(text: str, options: Choices) -> dict[str, str]:
    """A place as it is written: `Aabenraa: Biblioteket | Storegade 1`, the address where there is one. Raises ValueError."""
    municipality, sign, rest = text.partition(":")
    name, _bar, address = rest.partition("|")
    if not sign or not name.strip():
        raise ValueError(_("Write a place as Aabenraa: Biblioteket | Storegade 1."))
    return {"municipality_code": _code(municipality, options), "name": name.strip(), "address": address.strip()}


def _place_in_words(place: Mapping[str, str], options: Choices) -> str:
    name = options.get(place["municipality_code"], place["municipality_code"])
    return f"{name}: {place['name']}" + (f" | {place['address']}" if place["address"] else "")


def _from(text: str, options: Choices) -> dict[str, str | int]:
    """How many came from a municipality as it is written: `Tønder: 5 voksne, 2 børn`. Raises ValueError."""
    municipality, _sign, rest = text.rpartition(":")
    adults, children = (re.findall(rf"([0-9]{{1,4}})\s*{word}\b", rest, re.IGNORECASE) for word in (ADULTS, CHILDREN))
    left = re.sub(rf"[0-9]{{1,4}}\s*({ADULTS}|{CHILDREN})\b|og\b|[,\s]", "", rest, flags=re.IGNORECASE)
    if not municipality.strip() or left or not adults + children or max(len(adults), len(children)) > 1:
        raise ValueError(_("Write it as %(example)s.", example="Tønder: 5 voksne, 2 børn"))
    code = _code(municipality, options)
    return {"municipality_code": code, "adults": int((adults or [0])[0]), "children": int((children or [0])[0])}


def _from_in_words(name: str, adults: int, children: int) -> str:
    return f"{name}: {adults} {'voksen' if adults == 1 else 'voksne'}, {children} {'barn' if children == 1 else 'børn'}"


def _role(text: str, options: Options) -> dict[str, str]:
    """A role as it is written: `Sprogcafé: leder fra 01-09-2025 til 30-06-2026, møder ikke børn`. Raises ValueError."""
    group, _sign, rest = text.rpartition(":")
    found = re.fullmatch(rf"(.+?)\s+fra\s+({DAY})(?:\s+til\s+({DAY}))?(?:\s*,\s*(.+))?", rest.strip(), re.IGNORECASE)
    if not group.strip() or found is None:
        raise ValueError(_("Write a role as %(example)s.", example="Sprogcafé Prøveby: kontaktperson fra 01-09-2025"))
    role, valid_from, valid_to, children = found.groups("")
    return {
        "group_id": _code(group, options["groups"]),
        "role": _code(role, options["roles"]),
        "children": _code(children, options["children"]) if children else "",
        "valid_from": valid_from,
        "valid_to": valid_to,
    }


def _role_in_words(role: Mapping[str, Any], options: Options) -> str:
    group = options["groups"].get(role["group_id"], role["group_id"])
    end = f" til {_day_in_words(role['valid_to'])}" if role["valid_to"] else ""
    children = options["children"].get(role["children"], "")
    told = f"{group}: {options['roles'][role['role']]} fra {_day_in_words(role['valid_from'])}{end}"
    return f"{told}, {children}" if children else told


def _course(text: str) -> dict[str, str]:
    """A course as it is written: `Introduktion til traumer: 15-09-2025`. Raises ValueError."""
    name, _sign, day = text.rpartition(":")
    if not name.strip() or not re.fullmatch(DAY, day.strip()):
        raise ValueError(_("Write a course as %(example)s.", example="Introkursus: 15-09-2025"))
    return {"name": name.strip(), "taken_on": day.strip()}


def _consent(text: str, options: Choices) -> dict[str, str]:
    """A consent as it is written: `billeder: 01-09-2025, trukket tilbage 01-02-2026`. Raises ValueError."""
    purpose, _sign, days = text.rpartition(":")
    found = re.fullmatch(rf"({DAY})(?:\s*,?\s*trukket\s+tilbage\s+({DAY}))?", days.strip(), re.IGNORECASE)
    if not purpose.strip() or found is None:
        raise ValueError(_("Write a consent as %(example)s.", example="billeder: 01-09-2025"))
    given_on, withdrawn_on = found.groups("")
    return {"purpose": _code(purpose, options), "given_on": given_on, "withdrawn_on": withdrawn_on}


def _consent_in_words(consent: Mapping[str, Any], options: Choices) -> str:
    end = f", trukket tilbage {_day_in_words(consent['withdrawn_on'])}" if consent["withdrawn_on"] else ""
    return f"{options[consent['purpose']]}: {_day_in_words(consent['given_on'])}{end}"


def _day_in_words(day: str) -> str:
    return f"{dt.date.fromisoformat(day):%d-%m-%Y}"


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
    folded = fold(plain)
    if shared := options.shared.get(folded):
        few = ", ".join(shared[:MOST_TOLD])
        raise ValueError(_("Several are called “%(text)s”. Write which one: %(few)s.", text=plain[:60], few=few))
    code = options.folded.get(folded)
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
