"""Imports and exports in words."""

from __future__ import annotations

from flask_babel import lazy_gettext as _l

from service.exchange.imports.rules import ImportState, RowChoice
from service.exchange.records.rules import Verdict

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
