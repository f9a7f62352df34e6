"""In what capacity something was done, and what is told of it, in words."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from typing import Any

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l

from service.platform.accounts.texts import LOOK_REASONS
from service.platform.web.language import day, month
from tenants.calendar import parse_month

OFFICES = {
    "drc": _l("DRC"),
    "municipality": _l("The municipality"),
    "link": _l("A group, by a mailed link"),
    "clock": _l("By itself"),
}
# What a reader is shown of an entry's facts, in this order. Ids and codes are for programs: the API has all.
FACTS = {
    "day": _l("day"),
    "first": _l("from"),
    "last": _l("until"),
    "month": _l("month"),
    "year": _l("year"),
    "number": _l("number"),
    "count": _l("number"),
    "lines": _l("lines"),
    "hits": _l("found"),
    "why": _l("because"),
}
SAID = {reason.value: words for reason, words in LOOK_REASONS.items()}  # codes that stand among the facts


def in_words(details: Mapping[str, Any]) -> str:
    """What is told of an entry's facts; empty where there is nothing to tell."""
    return ", ".join(_fact(name, details[name]) for name in FACTS if name in details)


def _fact(name: str, value: Any) -> str:
    if name == "number" and isinstance(value, str):
        return _("no. %(number)s", number=value)  # of a paper
    return f"{FACTS[name]} {_value(name, value)}"


def _value(name: str, value: Any) -> str:
    try:
        if name == "month":
            return month(parse_month(value))
        return day(dt.date.fromisoformat(value)) if name in ("day", "first", "last") else str(SAID.get(value, value))
    except (TypeError, ValueError):  # an entry of another time, which is told as it stands
        return str(value)
