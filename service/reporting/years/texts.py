"""What papers of a year are called, and how far they have come, on screen."""

from __future__ import annotations

from flask_babel import lazy_gettext as _l

from service.reporting.years.kinds import YearKind

KINDS = {
    YearKind.STATUS: _l("Status of the year"),
    YearKind.GRANT_REPORT: _l("Account of the section 18 grant"),
    YearKind.EVALUATION: _l("Evaluation of the agreement"),
    YearKind.CASE: _l("The year's case"),
}
STATES = {
    "awaited": (_l("Waits for the last month to be closed"), "info"),
    "waiting": (_l("Being made"), "info"),
    "issued": (_l("Issued"), "success"),
    "failed": (_l("Failed"), "error"),
}
