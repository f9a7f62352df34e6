"""Reads of what a year's plan is put together from, within the reach."""

from __future__ import annotations

import datetime as dt
from collections import Counter
from collections.abc import Mapping
from dataclasses import replace

from sqlalchemy import func, select

from service.activity.activities import non_working_days, totals
from service.activity.activities import queries as activities
from service.activity.activities.models import Activity
from service.partnership.agreements import queries as agreements
from service.partnership.agreements.running import RunningAgreement, fallen
from service.partnership.agreements.settling import Payments
from service.partnership.duties import queries as duties
from service.partnership.duties.models import OwedDuty
from service.partnership.duties.rules import DutyStanding
from service.partnership.followups import queries as followups
from service.partnership.followups.rules import FollowedKind
from service.reporting.yearplan import rules
from service.reporting.yearplan.rules import Plan
from tenants import periods
from tenants.calendar import first_of
from tenants.database import db
from tenants.models import ScopePeriod

Known = Mapping[tuple[dt.date, str, str], DutyStanding]


def years(code: str) -> list[int]:
    """The years in which an agreement of a municipality is in force, one day or more, in order."""
    first, after = db.session.execute(
        select(func.min(ScopePeriod.valid_from), func.max(ScopePeriod.valid_to)).where(
            ScopePeriod.municipality_code == code, ScopePeriod.valid_to > ScopePeriod.valid_from
        )
    ).one()
    return list(range(first.year, (after - dt.timedelta(days=1)).year + 1)) if first else []


def plan(code: str, year: int) -> Plan:
    """A year of a municipality: what its agreements put into it. Its activities are those of the agreed types, whatever group runs them."""
    first, after = dt.date(year, 1, 1), dt.date(year + 1, 1, 1)
    found = agreements.running(code, first, after)
    types = {each.activity_type for part in found for each in part.scope.activities}
    rows = db.session.scalars(activities.activities(code).where(Activity.activity_type.in_(types))).all()
    times = activities.times_of(rows, first, after)
    days = [(row.activity_type, time.day) for row in rows for time in times[row.id]]
    planned = Counter((kind, first_of(day)) for kind, day in days if not fallen(day, found))
    planned_after = Counter(first_of(day) for _kind, day in days if fallen(day, found))
    held: Counter[str] = Counter()
    for each in totals.counted(code, [dt.date(year, month, 1) for month in range(1, 13)]):
        held[each.activity_type] += each.sessions
    named = non_working_days.named(code, first, after)
    plan = rules.plan(year, found, planned, planned_after, held, named, _before(code, year))
    told = followups.of_agreements(code, [(part.scope, part.last) for part in found])
    of_year = (one for one in told if one.subject.kind is FollowedKind.EARMARK and one.subject.year == year)
    return replace(plan, earmarks=tuple(of_year))


def _before(code: str, year: int) -> list[RunningAgreement]:
    """What was in force in the year before, for the accounts of it; not what was paid of it."""
    begins, after = dt.date(year - 1, 1, 1), dt.date(year, 1, 1)
    return [
        RunningAgreement(scope, row.valid_from, row.valid_to - dt.timedelta(days=1), None, Payments(()))
        for row in periods.touching(begins, after, code)
        if row.valid_from < row.valid_to and (scope := row.readable) is not None
    ]


def known(code: str, year: int, today: dt.date) -> Known:
    """What each duty of a year that is followed up is today, by day, side and title."""
    query = duties.duties(code).where(OwedDuty.due_on.between(dt.date(year, 1, 1), dt.date(year, 12, 31)))
    rows = db.session.scalars(query).all()
    standings = duties.standings(rows, today)
    return {(row.due_on, row.side, row.title): standings[row.id] for row in rows}
