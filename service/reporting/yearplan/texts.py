"""The days of a plan in words, on screen."""

from __future__ import annotations

from flask_babel import lazy_gettext as _l

from service.reporting.yearplan.rules import Mark

MARKS = {
    Mark.BEGINS: _l("An agreement comes into force"),
    Mark.INSTALMENT: _l("Instalment"),
    Mark.EVENED: _l("The year's instalments are shared by days"),
    Mark.STATUS: _l("Status of the year before"),
    Mark.GRANT_REPORT: _l("Account of the section 18 grant"),
    Mark.ENDS: _l("The last day of the agreement"),
}
# Who owes what to whom: from, to, and what says so.
OWED = {
    Mark.STATUS: _l(
        "DRC to the municipality, by the agreement; the municipality uses it in its own status to the ministry"
    ),
    Mark.GRANT_REPORT: _l(
        "DRC to the municipality, by the agreement, of a grant by section 18 of the Act on Social Services"
    ),
    Mark.INSTALMENT: _l("the municipality to DRC, by the agreement"),
    Mark.EVENED: _l("by the agreement, as it ends before its term"),
}
