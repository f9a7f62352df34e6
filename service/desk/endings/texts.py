"""The ways in which an agreement ends before its term, in words."""

from __future__ import annotations

from flask_babel import lazy_gettext as _l

from service.partnership.agreements.rules import EndState, EndWay
from service.partnership.agreements.settling import Settlement

WAYS = {  # as they stand in an address
    "opsigelse": EndWay.NOTICE,
    "aftalt": EndWay.AGREED,
    "ophaevelse": EndWay.BREACH,
}
HEADINGS = {
    EndWay.NOTICE: _l("Give notice of the agreement"),
    EndWay.AGREED: _l("Propose that the agreement end early"),
    EndWay.BREACH: _l("End the agreement for breach"),
}
BUTTONS = {
    EndWay.NOTICE: _l("Give notice"),
    EndWay.AGREED: _l("Send the proposal"),
    EndWay.BREACH: _l("End the agreement"),
}
DONE = {
    EndWay.NOTICE: _l("Notice has been given. Both sides get a mail, and the notice as a PDF for their files."),
    EndWay.AGREED: _l("The proposal has been sent. The agreement runs until the other party agrees."),
    EndWay.BREACH: _l(
        "The agreement has been ended for breach. Both sides get a mail, and the paper as a PDF for their files."
    ),
}
SETTLEMENTS = {
    Settlement.BY_DAYS: _l("Share the year's instalments by days"),
    Settlement.FALLS_AWAY: _l("Pay what is due by the last day, and share nothing"),
}
ANSWERS = {  # as they stand in an address
    "ja": EndState.FINAL,
    "nej": EndState.DECLINED,
    "traek": EndState.WITHDRAWN,
}
ANSWERED = {
    EndState.FINAL: _l("You have agreed. Both sides get a mail, and the paper as a PDF for their files."),
    EndState.DECLINED: _l("You have declined. The agreement runs on."),
    EndState.WITHDRAWN: _l("The proposal has been withdrawn. The agreement runs on."),
}
