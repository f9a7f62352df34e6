"""In what capacity something was done, and what is told of it, in words."""

from __future__ import annotations

from flask_babel import lazy_gettext as _l

from service.platform.accounts.texts import LOOK_REASONS

OFFICES = {
    "drc": _l("DRC"),
    "municipality": _l("The municipality"),
    "link": _l("A group, by a mailed link"),
    "clock": _l("By itself"),
}
# What a reader is shown of an entry's facts. Ids and codes are for programs: the API has all.
FACTS = {
    "count": _l("number"),
    "day": _l("day"),
    "first": _l("from"),
    "hits": _l("found"),
    "last": _l("until"),
    "lines": _l("lines"),
    "month": _l("month"),
    "number": _l("no."),
    "why": _l("because"),
    "year": _l("year"),
}
SAID = {reason.value: words for reason, words in LOOK_REASONS.items()}  # codes that stand among the facts
