"""A scope from a later day on, and the way back: the whole term of one that has gone on from another.

By this an agreement is changed midway. What lies before the day falls away: activities that are over, targets and amounts of earlier
years, duties whose day has passed. `joined` puts it back, so that both are told as one agreement, from its first day to its last.
"""

from __future__ import annotations

import datetime as dt
from dataclasses import replace

from service.partnership.partnerships.renewal import months_later
from tenants.scope import AgreedActivity, Duty, Every, Payment, Scope

_MONTHS = {Every.MONTH: 1, Every.QUARTER: 3, Every.YEAR: 12}


def from_day(scope: Scope, day: dt.date) -> Scope:
    """The scope from a day within its term on, to the same last day. The year of the day stays whole, in targets and in kroner."""
    return replace(
        scope,
        starts_on=day,
        activities=tuple(
            replace(each, starts_on=max(each.starts_on, day)) for each in scope.activities if each.ends_on >= day
        ),
        targets=tuple(each for each in scope.targets if each.year >= day.year),
        payment=replace(
            scope.payment,
            amounts=tuple(each for each in scope.payment.amounts if each.year >= day.year),
            instalments=tuple(each for each in scope.payment.instalments if each.due_on.year >= day.year),
            earmarks=tuple(each for each in scope.payment.earmarks if each.year is None or each.year >= day.year),
        ),
        municipality_duties=_still_owed(scope.municipality_duties, day, scope.ends_on),
        drc_duties=_still_owed(scope.drc_duties, day, scope.ends_on),
        evaluation_on=scope.evaluation_on if scope.evaluation_on and scope.evaluation_on >= day else None,
    )


def joined(before: Scope, after: Scope) -> Scope:
    """What was agreed for the whole term, where `after` goes on from `before` on its first day: what lay before stays as it was."""
    day = after.starts_on
    return replace(
        after,
        starts_on=before.starts_on,
        activities=tuple(each for each in before.activities if each.ends_on < day)
        + tuple(_begun(each, before, day) for each in after.activities),
        targets=tuple(each for each in before.targets if each.year < day.year) + after.targets,
        payment=_paid(before.payment, after.payment, day),
        municipality_duties=_owed(before.municipality_duties, after.municipality_duties, after),
        drc_duties=_owed(before.drc_duties, after.drc_duties, after),
        evaluation_on=before.evaluation_on
        if before.evaluation_on and before.evaluation_on < day and not after.evaluation_on
        else after.evaluation_on,
    )


def _still_owed(duties: tuple[Duty, ...], day: dt.date, last: dt.date) -> tuple[Duty, ...]:
    moved = (_next(duty, day, last) for duty in duties)
    return tuple(duty for duty in moved if duty is not None)


def _next(duty: Duty, day: dt.date, last: dt.date) -> Duty | None:
    """A duty from its first time on or after a day; None where there is none within the term."""
    if duty.due_on is None or duty.due_on >= day:
        return duty
    if duty.every not in _MONTHS:
        return None
    months, due_on = 0, duty.due_on
    while due_on < day:
        months += _MONTHS[duty.every]
        due_on = months_later(duty.due_on, months)
    return replace(duty, due_on=due_on) if due_on <= last else None


def _begun(activity: AgreedActivity, before: Scope, day: dt.date) -> AgreedActivity:
    """An activity that goes on, from its own first day."""
    if activity.starts_on != day:
        return activity
    known = (activity.activity_type, activity.place)
    earlier = [
        each.starts_on
        for each in before.activities
        if (each.activity_type, each.place) == known and each.starts_on < day <= each.ends_on
    ]
    return replace(activity, starts_on=min(earlier, default=day))


def _paid(before: Payment, after: Payment, day: dt.date) -> Payment:
    return replace(
        after,
        amounts=tuple(each for each in before.amounts if each.year < day.year) + after.amounts,
        instalments=tuple(each for each in before.instalments if each.due_on.year < day.year) + after.instalments,
        earmarks=tuple(each for each in before.earmarks if each.year and each.year < day.year) + after.earmarks,
    )


def _owed(before: tuple[Duty, ...], after: tuple[Duty, ...], scope: Scope) -> tuple[Duty, ...]:
    day, last = scope.starts_on, scope.ends_on
    going_on = {_next(each, day, last): each for each in before}
    past = tuple(each for each in before if _next(each, day, last) is None)
    return past + tuple(going_on.get(each, each) for each in after)
