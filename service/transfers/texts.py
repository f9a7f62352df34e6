"""Imports in words."""

from __future__ import annotations

from flask_babel import lazy_gettext as _l

from service.transfers.rules import Choice, State, Verdict

KIND_NAMES = {"groups": _l("Groups"), "volunteers": _l("Volunteers"), "sessions": _l("Past sessions")}
STATES = {
    State.READING: (_l("The file is being read"), "info"),
    State.COLUMNS: (_l("Awaits that columns are chosen"), "warning"),
    State.CHECKING: (_l("The rows are being checked"), "info"),
    State.READY: (_l("Awaits your yes"), "warning"),
    State.APPLYING: (_l("Is being imported"), "info"),
    State.APPLIED: (_l("Imported"), "success"),
    State.UNDOING: (_l("Is being undone"), "info"),
    State.UNDONE: (_l("Undone"), ""),
    State.UNREADABLE: (_l("Cannot be read"), "error"),
    State.DROPPED: (_l("Given up"), ""),
}
VERDICTS = {
    Verdict.NEW: (_l("New"), "success"),
    Verdict.CHANGED: (_l("Changes"), "info"),
    Verdict.SAME: (_l("Unchanged"), ""),
    Verdict.DOUBTFUL: (_l("Doubtful"), "warning"),
    Verdict.REFUSED: (_l("Refused"), "error"),
}
CHOICES = {
    Choice.NEW: _l("It is another one: create it"),
    Choice.CHANGE: _l("It is the same: change the one that is there"),
    Choice.SKIP: _l("Skip the row"),
}
PROGRESS = {
    State.CHECKING: _l("Rows checked"),
    State.APPLYING: _l("Rows imported"),
    State.UNDOING: _l("Rows undone"),
}
OUTCOMES = {
    "new": _l("New"),
    "changed": _l("Changes"),
    "same": _l("Unchanged"),
    "skipped": _l("Doubtful, skipped"),
    "left_out": _l("Refused, left out"),
}
