"""Exports in words."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping

from flask_babel import gettext as _

from service.exchange.records.texts import STATUSES_OF
from service.platform.web.language import day


def limits(kind: str, kept: Mapping[str, str], names: Mapping[str, str]) -> str:
    """What an export was narrowed down to, in a line; what was searched for is not told."""
    told = []
    for name, value in kept.items():
        match name:
            case "municipality_code":
                told.append(names.get(value, value))
            case "status":
                told.append(str(next(words for code, (words, _c) in STATUSES_OF[kind].items() if code == value)))
            case "network_id":
                told.append(_("a network"))
            case "group_id":
                told.append(_("a group"))
            case "q":
                told.append(_("a search"))
            case "first":
                told.append(_("from %(day)s", day=day(dt.date.fromisoformat(value))))
            case "last":
                told.append(_("until %(day)s", day=day(dt.date.fromisoformat(value))))
    return ", ".join(told)
