"""Imports and exports in words."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from typing import Any

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l

from service.exchange.transfers.rules import ImportState, RowChoice, Verdict
from service.network.networks.texts import STATUSES as GROUP_STATUSES
from service.platform.web.language import day
from service.volunteer.volunteers.texts import STATUSES as VOLUNTEER_STATUSES

KIND_NAMES = {"groups": _l("Groups"), "volunteers": _l("Volunteers"), "sessions": _l("Past sessions")}
FILE_NAMES = {"groups": "grupper", "volunteers": "frivillige", "sessions": "afholdte-gange"}
STATUSES_OF: Mapping[str, Mapping[Any, tuple[Any, str]]] = {
    "groups": GROUP_STATUSES,
    "volunteers": VOLUNTEER_STATUSES,
}
STATES = {
    ImportState.READING: (_l("The file is being read"), "info"),
    ImportState.COLUMNS: (_l("Awaits that columns are chosen"), "warning"),
    ImportState.CHECKING: (_l("The rows are being checked"), "info"),
    ImportState.READY: (_l("Awaits a yes"), "warning"),
    ImportState.APPLYING: (_l("Is being imported"), "info"),
    ImportState.APPLIED: (_l("Imported"), "success"),
    ImportState.UNDOING: (_l("Is being undone"), "info"),
    ImportState.UNDONE: (_l("Undone"), ""),
    ImportState.UNREADABLE: (_l("Cannot be read"), "error"),
    ImportState.DROPPED: (_l("Given up"), ""),
}
VERDICTS = {
    Verdict.NEW: (_l("New"), "success"),
    Verdict.CHANGED: (_l("Changes"), "info"),
    Verdict.SAME: (_l("Unchanged"), ""),
    Verdict.DOUBTFUL: (_l("Doubtful"), "warning"),
    Verdict.REFUSED: (_l("Refused"), "error"),
}
OF_A_ROW = {
    Verdict.NEW: _l("New row"),
    Verdict.CHANGED: _l("Changed row"),
    Verdict.SAME: _l("Unchanged row"),
    Verdict.DOUBTFUL: _l("Doubtful row"),
    Verdict.REFUSED: _l("Refused row"),
}
CHOICES = {
    RowChoice.NEW: _l("It is another one: create it"),
    RowChoice.CHANGE: _l("It is the same: change the one that is there"),
    RowChoice.SKIP: _l("Skip the row"),
}
PROGRESS = {
    ImportState.CHECKING: _l("Rows checked"),
    ImportState.APPLYING: _l("Rows imported"),
    ImportState.UNDOING: _l("Rows undone"),
}
OUTCOMES = {
    "new": _l("New"),
    "changed": _l("Changes"),
    "same": _l("Unchanged"),
    "skipped": _l("Doubtful, skipped"),
    "left_out": _l("Refused, left out"),
}


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
