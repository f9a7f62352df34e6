"""What looks like a person's data in a free text: a CPR number, a phone number, an e-mail address. Pure, and only a guess."""

from __future__ import annotations

import re

CPR = re.compile(r"(?<!\d)(?:0[1-9]|[12]\d|3[01])(?:0[1-9]|1[0-2])\d\d[- ]?\d{4}(?!\d)", re.ASCII)
# Eight digits, in pairs, in fours or in one, with or without the code of the country. Not a date, an amount or two years.
PHONE = re.compile(
    r"(?<![\d.,/-])(?:(?:\+|00)\d{2}[ -]?)?"
    r"(?:\d{8}|\d{2}(?:[ .-]\d{2}){3}|(?!(?:19|20)\d\d[ -](?:19|20)\d\d)\d{4}[ -]\d{4})"
    r"(?![\d/-]|[.,]\d)",
    re.ASCII,
)
EMAIL = re.compile(r"[^\s@<>()\"]+@[^\s@<>()\"]+\.[^\W\d_]{2,}")


def personal_looking(text: str) -> tuple[str, ...]:
    """Which kinds of a person's data a text seems to hold: `cpr`, `email`, `phone`, in that order."""
    without_cpr = CPR.sub(" ", text)
    found = {
        "cpr": without_cpr != text,
        "email": bool(EMAIL.search(text)),
        "phone": bool(PHONE.search(without_cpr)),
    }
    return tuple(kind for kind, there in found.items() if there)
