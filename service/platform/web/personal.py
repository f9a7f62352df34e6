"""Free text that looks as if it held a person's data: a CPR number, a phone number, an e-mail address.

It is a warning and not a wall: a case number can look like a phone number. Whoever has looked again says so, and it is kept.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from enum import StrEnum
from typing import Any

from babel.lists import format_list
from flask_babel import get_locale
from flask_babel import gettext as _

from service.platform.web.errors import Invalid


class Sign(StrEnum):
    """What a text looks as if it held."""

    CPR = "cpr"
    PHONE = "phone"
    EMAIL = "email"


# A CPR number begins with a day and a month; a phone number has eight digits, in pairs or together, with or without +45.
_PATTERNS = (
    (Sign.CPR, re.compile(r"(?<![0-9])(?:0[1-9]|[12][0-9]|3[01])(?:0[1-9]|1[0-2])[0-9]{2}[ -]?[0-9]{4}(?![0-9])")),
    (Sign.PHONE, re.compile(r"(?<![0-9])(?:(?:\+|00)45[ -]?)?[2-9][0-9](?:[ .-]?[0-9]{2}){3}(?![0-9])")),
    (Sign.EMAIL, re.compile(r"[^\s@,;:<>()]+@[^\s@,;:<>()]+\.[^\W\d_]{2,}")),
)


def signs(text: str) -> tuple[Sign, ...]:
    """What the text looks as if it held, each once."""
    return tuple(sign for sign, pattern in _PATTERNS if pattern.search(text))


def check(given: dict[str, Any], *fields: str, advice: str | None = None) -> None:
    """Warn of fields that look as if they held a person's data, unless the writer has looked again (`text_checked`). Raises Invalid.

    `advice` is a sentence on how to write instead, where another than that for remarks fits.
    """
    if given.get("text_checked"):
        return
    advice = advice or _("Write of kinds and numbers, never of persons.")
    errors = {field: [f"{_warning(found)} {advice}"] for field in fields if (found := signs(given.get(field) or ""))}
    if errors:
        raise Invalid({**errors, "text_checked": [_("Remove it, or tick that the text says nothing of a person.")]})


def _warning(found: Iterable[Sign]) -> str:
    words = {
        Sign.CPR: _("a CPR number"),
        Sign.PHONE: _("a phone number"),
        Sign.EMAIL: _("an e-mail address"),
    }
    return _("This looks like %(what)s.", what=format_list([words[each] for each in found], locale=get_locale()))
