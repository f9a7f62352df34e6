"""What is accounted for once a year: what it is, who owes it to whom, on which day, and what says so. Plain values, Danish as printed.

The plan of the year, the statement and the papers of the year name each by the same words. The clauses are those of the agreement
(`service/partnership/catalogue/data/`), whose wording can change: what is said here is where it stands.
"""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Account:
    """An account that is owed: `day` is that of the year after the one that it is of; None where each agreement has its own."""

    what: str
    sender: str
    receiver: str
    basis: str
    day: tuple[int, int] | None = None  # month, day

    def due(self, year: int) -> dt.date:
        """The day in a year on which it is owed. Raises ValueError for one without a day of its own."""
        if self.day is None:
            raise ValueError(f"{self.what}: it has no day that is the same for all")
        return dt.date(year, *self.day)

    @property
    def text(self) -> str:
        """It in a line: what, from whom, to whom."""
        return f"{self.what} fra {self.sender} til {self.receiver}"


STATUS = Account(
    what="Årsstatus",
    sender="DRC",
    receiver="kommunen",
    basis="Partnerskabsaftalens punkt »Afrapportering og dokumentation«. Kommunen bruger den i sin egen status til ministeriet.",
    day=(2, 28),
)
GRANT_REPORT = Account(
    what="Redegørelse for § 18-tilskuddet",
    sender="DRC",
    receiver="kommunen",
    basis="Partnerskabsaftalens punkt »Økonomi og betaling« om tilskud efter serviceloven § 18.",
    day=(4, 1),
)
