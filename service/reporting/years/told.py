"""What a paper of a year is made from. Plain values."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from service.partnership.agreements.running import RunningAgreement
from service.partnership.duties.rules import DutyStanding, Owed
from service.platform.documents.formats import maaned
from service.platform.ledger.rules import Head
from service.platform.paper_log.notes import Checkpoint
from service.reporting.statements.progress import Aim
from service.reporting.statements.rules import ScopePart
from service.reporting.statements.sections import Kinds
from service.reporting.years.kinds import YearKind
from service.reporting.years.rules import YearMonth

Named = Mapping[str, Mapping[str, str]]


@dataclass(frozen=True, slots=True, kw_only=True)
class YearTold:
    """All that a paper of a year is made from: the span, what its months have told, and what was agreed, owed and paid in it.

    `unclosed` are the months with a partnership of which nothing was told. `duties` have the day on which each was done, and what the
    side that said so wrote. `aims` are the targets of each year of the span. `running` are the agreements in force in it.
    """

    kind: YearKind
    official_name: str
    first: dt.date
    last: dt.date  # the first day of the last month
    due_on: dt.date
    issued_on: dt.date
    months: Sequence[YearMonth]
    unclosed: Sequence[dt.date]
    parts: Sequence[ScopePart]
    running: Sequence[RunningAgreement]
    aims: Sequence[tuple[int, Aim]]
    duties: Sequence[tuple[Owed, DutyStanding, dt.date | None, str]]
    earmarks: Sequence[str]
    kinds: Kinds
    measures: Named
    outcomes: Named
    ledger: Head
    log: Checkpoint | None
    fewest_shown: int
    former: tuple[str, dt.date] | None = None  # the paper that it takes the place of

    @property
    def whole_year(self) -> bool:
        """Whether it tells of a year to its end."""
        return self.kind is not YearKind.EVALUATION and self.last.month == 12

    @property
    def span(self) -> str:
        """The span in words: a year, or from which month to which."""
        return str(self.last.year) if self.whole_year else f"{maaned(self.first)} til {maaned(self.last)}"
