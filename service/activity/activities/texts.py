"""Sessions in words."""

from __future__ import annotations

from flask_babel import lazy_gettext as _l

WHY = {
    "volunteers": _l("the volunteers could not come"),
    "participants": _l("too few participants"),
    "premises": _l("the premises could not be used"),
    "weather": _l("the weather"),
    "holiday": _l("a holiday"),
    "other": _l("something else"),
}
WHY_DA = {
    "volunteers": "de frivillige kunne ikke komme",
    "participants": "for få deltagere",
    "premises": "lokalet kunne ikke bruges",
    "weather": "vejret",
    "holiday": "en helligdag",
    "other": "andet",
}
