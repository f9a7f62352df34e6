"""The scope of the term after this one: the same, with every date moved."""

from __future__ import annotations

import calendar
import datetime as dt
from collections.abc import Callable
from dataclasses import dataclass, fields, replace

from service.partnership.partnerships.following import divided, equal_instalments
from tenants.scope import Duty, Payment, Scope

A_DAY = dt.timedelta(days=1)
Move = Callable[[dt.date], dt.date]


def renewed(scope: Scope, starts_on: dt.date) -> Scope:
    """A scope whose term begins on `starts_on` and is as long, with all its dates and years moved as far.

    Where the term begins on the same day of a month as before, days are moved by whole months: the last of a month stays the last, and
    a term of two calendar years is one again. Else they are moved by days. Equal instalments are divided anew: moved, those of a term
    that begins in another month would lie in other years than the amounts that they are parts of.
    """
    move, years = _mover(scope.starts_on, starts_on), starts_on.year - scope.starts_on.year
    moved = replace(
        scope,
        starts_on=starts_on,
        ends_on=_last(scope.ends_on, move),
        activities=tuple(
            replace(each, starts_on=move(each.starts_on), ends_on=_last(each.ends_on, move))
            for each in scope.activities
        ),
        targets=tuple(replace(each, year=each.year + years) for each in scope.targets),
        payment=_paid(scope.payment, move, years),
        municipality_duties=_owed(scope.municipality_duties, move),
        drc_duties=_owed(scope.drc_duties, move),
        evaluation_on=scope.evaluation_on and move(scope.evaluation_on),
    )
    times = equal_instalments(scope)
    if times is None:
        return moved
    parts = divided(moved.payment.amounts, moved.starts_on, moved.ends_on, times)
    return replace(moved, payment=replace(moved.payment, instalments=parts))


def _mover(before: dt.date, after: dt.date) -> Move:
    if before.day != after.day:
        return lambda day: day + (after - before)
    months = (after.year - before.year) * 12 + after.month - before.month
    return lambda day: months_later(day, months)


def months_later(day: dt.date, months: int) -> dt.date:
    """The day so many months after another: the last of a month for the last, and for what the month does not have."""
    year, month = divmod(day.year * 12 + day.month - 1 + months, 12)
    last = calendar.monthrange(year, month + 1)[1]
    return dt.date(year, month + 1, last if (day + A_DAY).day == 1 else min(day.day, last))


def _last(day: dt.date, move: Move) -> dt.date:
    """A last day, moved: that before the day after it, moved."""
    return move(day + A_DAY) - A_DAY


def _paid(payment: Payment, move: Move, years: int) -> Payment:
    return replace(
        payment,
        amounts=tuple(replace(each, year=each.year + years) for each in payment.amounts),
        instalments=tuple(replace(each, due_on=move(each.due_on)) for each in payment.instalments),
        earmarks=tuple(replace(each, year=each.year and each.year + years) for each in payment.earmarks),
    )


def _owed(duties: tuple[Duty, ...], move: Move) -> tuple[Duty, ...]:
    return tuple(replace(each, due_on=each.due_on and move(each.due_on)) for each in duties)


@dataclass(frozen=True, slots=True)
class NextTerm:
    """What the scope of the next term makes of the one before it, by the names of its parts."""

    moved: frozenset[str]  # the dates or years in them, and nothing else
    changed: frozenset[str]  # anything else


def against(before: Scope, after: Scope) -> NextTerm:
    """What differs in the scope of the next term: a part is moved where it is as `renewed` makes it, else changed."""
    expected = renewed(before, after.starts_on)
    names = {field.name for field in fields(Scope)}
    changed = {name for name in names if getattr(after, name) != getattr(expected, name)}
    differs = {name for name in names if getattr(after, name) != getattr(before, name)}
    return NextTerm(frozenset(differs - changed), frozenset(changed & differs))
