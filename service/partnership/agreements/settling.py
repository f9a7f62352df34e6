"""What is paid of an agreement that ends before its term: which instalments stand, which fall away, and what is evened out.

What falls due after the last day falls away. The instalments of the year in which it ends may be shared by days: the municipality pays
for the days on which the agreement was in force, and what was paid for the time after is paid back, as its clause on notice says.
"""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from enum import StrEnum

from service.partnership.agreements.rules import Party
from tenants.scope import Instalment, Scope

A_DAY = dt.timedelta(days=1)


class Settlement(StrEnum):
    """What becomes of the instalments of the year in which an agreement ends before its term."""

    FALLS_AWAY = "falls_away"  # what is due by the last day is paid whole, and nothing after it
    BY_DAYS = "by_days"  # the year's instalments are shared by the days of the term in it


@dataclass(frozen=True, slots=True)
class Payments:
    """The instalments that stand and those that fall away, in order, and what is evened out on the last day: below zero, DRC pays back."""

    stand: tuple[Instalment, ...]
    fallen: tuple[Instalment, ...] = ()
    evened: Instalment | None = None


def payments(scope: Scope, last: dt.date, settlement: Settlement = Settlement.FALLS_AWAY) -> Payments:
    """What is paid of an agreement whose last day in force is `last`."""
    every = sorted(scope.payment.instalments, key=lambda each: each.due_on)
    stand = tuple(each for each in every if each.due_on <= last)
    fallen = tuple(each for each in every if each.due_on > last)
    ore = balance(scope, last) if settlement is Settlement.BY_DAYS else 0
    return Payments(stand, fallen, Instalment(last, ore) if ore else None)


def balance(scope: Scope, last: dt.date) -> int:
    """In øre, what the municipality has yet to pay for the days in force in the year of the last one; below zero, what DRC pays back."""
    if last >= scope.ends_on:
        return 0
    year = [each for each in scope.payment.instalments if each.due_on.year == last.year]
    first = max(scope.starts_on, dt.date(last.year, 1, 1))
    days = (min(scope.ends_on, dt.date(last.year, 12, 31)) - first).days + 1
    in_force = (last - first).days + 1
    earned = (sum(each.ore for each in year) * in_force * 2 + days) // (2 * days)  # rounded half up
    return earned - sum(each.ore for each in year if each.due_on <= last)


def choices(ore: int, party: Party | None) -> tuple[Settlement, ...]:
    """How an agreement may be settled by a party alone, or by both where that is None: each lets go of nothing but its own money."""
    forgone_by = Party.DRC if ore > 0 else Party.MUNICIPALITY
    if ore == 0 or party is None or party is forgone_by:
        return (Settlement.BY_DAYS, Settlement.FALLS_AWAY)
    return (Settlement.BY_DAYS,)
