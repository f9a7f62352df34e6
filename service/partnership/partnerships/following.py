"""What follows from the term of an agreement and need not be written: the years of targets and amounts, and equal instalments.

Pure: rows as they are typed in, values out, and the way back, to the shortest rows that say the same.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from tenants.scope import Instalment, Scope, Target, YearAmount

MONTHS = 12
Row = Mapping[str, Any]


def years_of(first: dt.date, last: dt.date) -> tuple[int, ...]:
    """The calendar years of a term."""
    return tuple(range(first.year, last.year + 1))


def targets_of(rows: Iterable[Row], first: dt.date, last: dt.date) -> tuple[Target, ...]:
    """The targets that the rows mean: one without a year is that of each year of the term."""
    return tuple(
        Target(row["measure"], row["value"], year, row["activity_type"] or None)
        for row in rows
        for year in _years(row, first, last)
    )


def amounts_of(rows: Iterable[Row], first: dt.date, last: dt.date) -> tuple[YearAmount, ...]:
    """The amounts that the rows mean: one without a year is that of each year of the term."""
    return tuple(YearAmount(year, row["ore"]) for row in rows for year in _years(row, first, last))


def places_of(rows: Iterable[Row], first: dt.date, last: dt.date) -> list[int]:
    """In which row each target or amount stands: what is wrong with it is told there."""
    return [place for place, row in enumerate(rows) for _year in _years(row, first, last)]


def _years(row: Row, first: dt.date, last: dt.date) -> Sequence[int]:
    return (row["year"],) if row.get("year") else years_of(first, last)


def divided(amounts: Iterable[YearAmount], first: dt.date, last: dt.date, times: int) -> tuple[Instalment, ...]:
    """Each year's amount in equal instalments, the last with the øre that are left over.

    They are due from the first day of the term, or of the year, and at the first of months that lie evenly in what the term has of
    the year; one a month at the most.
    """
    found: list[Instalment] = []
    for amount in amounts:
        begins, ends = _within(amount.year, first, last)
        months = ends.month - begins.month + 1
        number = min(times, months)
        each = amount.ore // number
        due = (dt.date(amount.year, begins.month + place * months // number, 1) for place in range(number))
        parts = [each] * (number - 1) + [amount.ore - each * (number - 1)]
        found += [Instalment(max(day, begins), ore) for day, ore in zip(due, parts, strict=True)]
    return tuple(found)


def _within(year: int, first: dt.date, last: dt.date) -> tuple[dt.date, dt.date]:
    """What a term has of a year; all of one that lies outside it, which is refused elsewhere."""
    begins, ends = max(first, dt.date(year, 1, 1)), min(last, dt.date(year, MONTHS, 31))
    return (begins, ends) if begins <= ends else (dt.date(year, 1, 1), dt.date(year, MONTHS, 31))


def written_targets(scope: Scope, rows: Sequence[Row]) -> Sequence[Row]:
    """The rows of a scope's targets, one for all years of the term where that says the same."""
    term = scope.starts_on, scope.ends_on
    short = _without_years(rows)
    return short if targets_of(short, *term) == scope.targets else rows


def written_amounts(scope: Scope, rows: Sequence[Row]) -> Sequence[Row]:
    """The rows of a scope's amounts, one for all years of the term where that says the same."""
    term = scope.starts_on, scope.ends_on
    short = _without_years(rows)
    return short if amounts_of(short, *term) == scope.payment.amounts else rows


def _without_years(rows: Sequence[Row]) -> list[Row]:
    short: list[Row] = []
    for row in rows:
        if (one := {**row, "year": None}) not in short:
            short.append(one)
    return short


def written_instalments(scope: Scope, rows: Sequence[Row]) -> tuple[int | None, Sequence[Row]]:
    """How many equal instalments there are a year, or the rows of those that are not equal."""
    times = equal_instalments(scope)
    return (times, rows) if times is None else (times, ())


def equal_instalments(scope: Scope) -> int | None:
    """How many equal instalments a year a scope's are; None where they are not, or where there are none."""
    term, payment = (scope.starts_on, scope.ends_on), scope.payment
    equal = (n for n in range(1, MONTHS + 1) if divided(payment.amounts, *term, n) == payment.instalments)
    return next(equal, None) if payment.instalments else None
