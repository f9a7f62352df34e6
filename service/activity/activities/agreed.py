"""By which agreements a month is told: those that are in force in it, and of a closed month those that were when it was closed.

An agreement that is made, taken in or ended afterwards, with days in the past, changes nothing of what the month's figures were held
against.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from service.activity.activities.totals import closed_months
from tenants import periods
from tenants.calendar import month_after
from tenants.models import ScopePeriod


@dataclass(frozen=True, slots=True)
class AgreedDays:
    """An agreement and the days of a month on which it was in force, the last not included."""

    agreement_id: UUID
    first: dt.date
    after: dt.date

    def to_plain(self) -> dict[str, Any]:
        """As JSON values."""
        days = {"first": self.first.isoformat(), "after": self.after.isoformat()}
        return {"agreement_id": str(self.agreement_id), **days}

    @classmethod
    def from_plain(cls, kept: Mapping[str, Any]) -> AgreedDays:
        """The other way."""
        days = (dt.date.fromisoformat(kept[name]) for name in ("first", "after"))
        return cls(UUID(kept["agreement_id"]), *days)


def within(by_period: Sequence[ScopePeriod], month: dt.date) -> list[AgreedDays]:
    """The agreements of some periods that are in force in a month, in order."""
    after = month_after(month)
    return [
        AgreedDays(each.agreement_id, max(each.valid_from, month), min(each.valid_to, after))
        for each in by_period
        if each.valid_from < after and each.valid_to > month
    ]


def in_month(code: str, month: dt.date) -> list[tuple[ScopePeriod, AgreedDays]]:
    """The periods by which a municipality's month is told, each with its days in it, in order.

    A month that was closed with none in force, or by a version that did not keep it, is told by what is in force in it by now.
    """
    closed = closed_months(code, month, month).get(month)
    if closed is None or not closed.agreed:
        found = periods.touching(month, month_after(month), code)
        return list(zip(found, within(found, month), strict=True))
    by_agreement = {each.agreement_id: each for each in periods.history(code)}
    kept = (AgreedDays.from_plain(each) for each in closed.agreed)
    return [(by_agreement[days.agreement_id], days) for days in kept]
