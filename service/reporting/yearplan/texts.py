"""The days of a plan in words, on screen."""

from __future__ import annotations

from flask_babel import lazy_gettext as _l

from service.reporting.yearplan.rules import Mark

MARKS = {
    Mark.BEGINS: _l("An agreement comes into force"),
    Mark.INSTALMENT: _l("Instalment"),
    Mark.EVENED: _l("The year's instalments are shared by days"),
    Mark.STATUS: _l("The year's account to the ministry"),
    Mark.GRANT_REPORT: _l("Account of the section 18 grant"),
    Mark.ENDS: _l("The last day of the agreement"),
}
