"""Which papers there are of a year: what each is called, who owes it to whom and why, and by when. Plain values.

A kind is a line of `KINDS`, a template in the folder `papers`, and what it tells beside the figures (`facts`). Who owes what to whom is
settled by the agreement's own clauses.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable
from dataclasses import dataclass
from enum import StrEnum

from service.platform.documents.formats import dato
from service.platform.documents.rules import PaperKind
from service.reporting.statements.accounts import GRANT_REPORT, STATUS, Account
from tenants.calendar import month_after


class YearKind(StrEnum):
    """The kinds of papers of a year."""

    STATUS = "status"  # of the calendar year
    GRANT_REPORT = "grant_report"  # of a grant by section 18
    EVALUATION = "evaluation"  # of an agreement, when its term is over
    CASE = "case"  # the year as one paper for a committee, when somebody asks for it


@dataclass(frozen=True, slots=True)
class DeclaredKind:
    """A kind of paper: how it is filed, what it is called, who owes it to whom, and by when, of a last month that it tells of."""

    paper: PaperKind
    title: str
    account: Account
    due: Callable[[dt.date], dt.date]
    asked_for: bool = False  # whether somebody asks for it, as no clause does

    @property
    def template(self) -> str:
        """Its template, in the folder `papers`."""
        return f"{self.paper}.html"


EVALUATION = Account(
    what="Evaluering af aftalen",
    sender="DRC",
    receiver="kommunen",
    basis="Partnerskabsaftalens punkt »Ikrafttræden, varighed og evaluering«: parterne evaluerer partnerskabet.",
)
CASE = Account(
    what="Årssag til udvalget",
    sender="DRC",
    receiver="kommunen",
    basis="Kommunen beder om den, når den skal bruges. Ingen aftale fastsætter en frist.",
)
KINDS = {
    YearKind.STATUS: DeclaredKind(PaperKind.YEAR_STATUS, "Årsstatus", STATUS, lambda last: STATUS.due(last.year + 1)),
    YearKind.GRANT_REPORT: DeclaredKind(
        PaperKind.GRANT_REPORT,
        "Redegørelse for § 18-tilskuddet",
        GRANT_REPORT,
        lambda last: GRANT_REPORT.due(last.year + 1),
    ),
    YearKind.EVALUATION: DeclaredKind(
        PaperKind.EVALUATION,
        "Evaluering af aftalen",
        EVALUATION,
        lambda last: month_after(last, 3) - dt.timedelta(days=1),
    ),
    YearKind.CASE: DeclaredKind(PaperKind.YEAR_CASE, "Årssag", CASE, month_after, asked_for=True),
}


def owes(kind: YearKind, due_on: dt.date) -> dict[str, str]:
    """Who owes the paper to whom, by which day and why, as it is printed."""
    found = KINDS[kind]
    by = "" if found.asked_for else f"Senest {dato(due_on)}"
    return {"sender": found.account.sender, "receiver": found.account.receiver, "basis": found.account.basis, "by": by}
