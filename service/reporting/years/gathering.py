"""Reads what a paper of a year is made from: what the months told, what was agreed, owed and paid."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from dataclasses import replace

from flask import current_app
from sqlalchemy import select

from service.activity.activities import agreed, totals
from service.partnership.agreements import queries as agreements
from service.partnership.agreements.models import Agreement
from service.partnership.catalogue.operations import measures, outcomes
from service.partnership.catalogue.queries import kinds
from service.partnership.duties import queries as duties
from service.partnership.duties.models import OwedDuty
from service.partnership.duties.rules import DutyKind, DutyStanding, Owed
from service.partnership.followups import words as followups
from service.platform.ledger import queries as ledger
from service.platform.paper_log import queries as paper_log
from service.reporting.statements import progress, sections
from service.reporting.statements import queries as statements
from service.reporting.statements.progress import Aim
from service.reporting.statements.rules import ScopePart
from service.reporting.years import queries
from service.reporting.years.kinds import YearKind
from service.reporting.years.models import YearPaper
from service.reporting.years.rules import YearMonth
from service.reporting.years.told import YearTold
from tenants import periods
from tenants.calendar import day_of, month_after
from tenants.database import db, now
from tenants.models import Municipality, ScopePeriod
from tenants.scope import Capability

A_DAY = dt.timedelta(days=1)


def gather(row: YearPaper) -> YearTold:
    """All that a paper is made from. Raises LookupError where no partnership was in force in its months, or nothing is told of any."""
    code, after, issued_on = row.municipality_code, month_after(row.last_month), day_of(now())
    found = _periods(row, after)
    parts = _parts(row)
    wanted = [each for each in _months(row.first_month, row.last_month) if _of_month(parts, each)]
    months = _told(code, wanted, parts)
    if not months:
        raise LookupError(f"nothing is told of {code} from {row.first_month} to {row.last_month}")
    former = queries.former(row)
    return YearTold(
        kind=YearKind(row.kind),
        official_name=db.session.get_one(Municipality, code).official_name,
        first=row.first_month,
        last=row.last_month,
        due_on=row.due_on,
        issued_on=issued_on,
        months=months,
        unclosed=[each for each in wanted if each not in {month.month for month in months}],
        parts=parts,
        running=[
            each
            for each in agreements.running(code, row.first_month, after)
            if each.first in {period.valid_from for period in found}
        ],
        aims=_aims(code, months, found),
        duties=_duties(code, found, row.first_month, after, issued_on),
        earmarks=[
            line
            for year in range(row.first_month.year, row.year + 1)
            for line in followups.earmarks(code, [(each.scope, each.valid_to - A_DAY) for each in found], year, "da")
        ],
        kinds=kinds(),
        measures=measures(),
        outcomes=outcomes(),
        ledger=ledger.head(code),
        log=paper_log.printed(),
        fewest_shown=current_app.extensions["settings"].fewest_shown,
        former=(former.number, former.issued_on) if former else None,
    )


def _periods(row: YearPaper, after: dt.date) -> list[ScopePeriod]:
    """What was in force in the months of a paper; of one agreement and its addenda where it is about one."""
    found = periods.touching(row.first_month, after, row.municipality_code)
    wanted = queries.of_agreement(row.municipality_code, row.about) if row.about else None
    return [
        each for each in found if each.valid_from < each.valid_to and (wanted is None or each.agreement_id in wanted)
    ]


def _parts(row: YearPaper) -> list[ScopePart]:
    """By which scopes the months of a paper are told, as their statements are: of a closed month those in force when it was closed.

    Each with the number of its agreement; of one agreement and its addenda where the paper is about one. Raises LookupError where
    there are none.
    """
    code = row.municipality_code
    wanted = queries.of_agreement(code, row.about) if row.about else None
    by_month = [each for month in _months(row.first_month, row.last_month) for each in agreed.in_month(code, month)]
    found = [
        (period, days)
        for period, days in by_month
        if days.first < days.after and (wanted is None or days.agreement_id in wanted)
    ]
    if not found:
        raise LookupError("no partnership was in force")
    ids = {days.agreement_id for _period, days in found}
    rows = db.session.execute(
        select(Agreement.id, Agreement.number).where(Agreement.municipality_code == code, Agreement.id.in_(ids))
    )
    numbers = dict(rows.all())
    parts: list[ScopePart] = []
    for period, days in found:
        part = ScopePart(period.scope, days.first, days.after, numbers.get(days.agreement_id) or "")
        before = parts[-1] if parts else None
        if before is not None and (before.scope, before.agreement, before.after) == (
            part.scope,
            part.agreement,
            part.first,
        ):
            part = replace(parts.pop(), after=part.after)  # it goes on from the month before
        parts.append(part)
    return parts


def _months(first: dt.date, last: dt.date) -> list[dt.date]:
    count = (last.year - first.year) * 12 + last.month - first.month + 1
    return [month_after(first, number) for number in range(count)]


def _of_month(parts: Sequence[ScopePart], month: dt.date) -> list[ScopePart]:
    return [each for each in parts if each.first < month_after(month) and each.after > month]


def _told(code: str, months: Sequence[dt.date], parts: Sequence[ScopePart]) -> list[YearMonth]:
    """Each of those months that is closed, as it was told."""
    numbers = queries.statement_numbers(code, months)
    return [
        YearMonth(each, sections.opened(_of_month(parts, each.month), Capability.FIGURES), numbers.get(each.month, ""))
        for each in totals.figures(code, months, closed_alone=True)
    ]


def _aims(code: str, months: Sequence[YearMonth], found: Sequence[ScopePeriod]) -> list[tuple[int, Aim]]:
    """The targets of each year, as the last agreement of the year has them, where a month of it opened figures."""
    aims = []
    for year in sorted({each.month.year for each in months}):
        mine = [each for each in months if each.month.year == year]
        in_force = [each for each in found if each.valid_from < month_after(mine[-1].month)]
        if not any(each.opened for each in mine) or not in_force:
            continue
        scope = agreements.term(in_force[-1])
        reached = statements.reached(code, in_force[-1].scope, mine[-1].month)
        shown = [each.figures for each in mine if each.opened]
        aims += [
            (year, aim)
            for aim in progress.aims(scope, shown, reached)
            if aim.measure not in reached or reached[aim.measure].known
        ]
    return aims


def _duties(
    code: str, found: Sequence[ScopePeriod], first: dt.date, after: dt.date, today: dt.date
) -> list[tuple[Owed, DutyStanding, dt.date | None, str]]:
    """What was due in the span, how it stands, when it was done; of an evaluation also what the side wrote that said so."""
    query = duties.duties(code).where(
        OwedDuty.due_on >= first,
        OwedDuty.due_on < after,
        OwedDuty.agreement_id.in_({each.agreement_id for each in found}),
    )
    rows = db.session.scalars(query.order_by(OwedDuty.due_on, OwedDuty.id)).all()
    stand = duties.standings(rows, today)
    return [
        (duties.as_owed(row), stand[row.id], row.done_on, row.remark if row.kind == DutyKind.EVALUATION else "")
        for row in rows
    ]
