"""What looks ahead is told this: which agreements run, until when, why that long, and what is paid of each. Plain values."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass

from service.partnership.agreements.settling import Payments
from service.partnership.agreements.validity import Validity
from tenants.scope import Scope


@dataclass(frozen=True, slots=True)
class RunningAgreement:
    """A scope, the first and the last day on which it is in force, how long its agreement runs, and what is paid of it."""

    scope: Scope
    first: dt.date
    last: dt.date
    validity: Validity | None
    payments: Payments

    @property
    def goes_on(self) -> bool:
        """Whether the agreement goes on after the last day, changed by an addendum."""
        return bool(self.validity and self.validity.successor and self.validity.successor.is_addendum)

    def has(self, day: dt.date) -> bool:
        """Whether it is in force on a day."""
        return self.first <= day <= self.last


def fallen(day: dt.date, running: Sequence[RunningAgreement]) -> bool:
    """Whether a day lies after the end of what was in force, and nothing else is in force on it."""
    return any(each.last < day for each in running) and not any(each.has(day) for each in running)
