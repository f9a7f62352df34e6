"""Reads of how far the statements are: of every municipality for thirteen months, and of all for one. A few questions for all."""

from __future__ import annotations

import datetime as dt
from collections import Counter
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass

from sqlalchemy import Select, select

from service.activity.checkins.rules import GroupAnswer
from service.platform.ledger.queries import opened
from service.platform.territories import queries as territories
from service.reporting.statements import answering, closing, queries
from service.reporting.statements.closing import StatementStage
from service.reporting.statements.models import Statement
from service.reporting.statements.rules import owed_months
from tenants.calendar import day_of, month_after, months_back
from tenants.database import db, now
from tenants.models import Municipality, ScopePeriod
from tenants.register import danish_sort_key

MONTHS = 13
Cells = Mapping[tuple[str, dt.date], StatementStage]


@dataclass(frozen=True, slots=True)
class GridLine:
    """A municipality of the table, and how far its statement of each month is; None in a month without a partnership."""

    code: str
    name: str
    cells: Sequence[StatementStage | None]


@dataclass(frozen=True, slots=True)
class Grid:
    """The table: its months, the newest first, and the municipalities by territory, those of the one who asks first."""

    months: Sequence[dt.date]
    territories: Sequence[tuple[str, Sequence[GridLine]]]

    def counts(self, month: dt.date) -> Counter[StatementStage]:
        """How many statements of a month are how far."""
        place = self.months.index(month)
        cells = (line.cells[place] for _name, lines in self.territories for line in lines)
        return Counter(each for each in cells if each is not None)


def grid(last: dt.date, codes: Collection[str], own: Collection[str]) -> Grid:
    """How far the statements of these municipalities are, of the months up to `last`; `own` are the territories that come first."""
    months = months_back(last, MONTHS)[::-1]
    found = _cells(months[-1], last)
    lies_in = {stay.municipality_code: stay.territory for stay in territories.stays(day_of(now()))[::-1]}
    by_territory: dict[str, list[GridLine]] = {}
    for row in db.session.scalars(
        select(Municipality).where(Municipality.code.in_(codes)).order_by(Municipality.sort_key)
    ):
        cells = [found.get((row.code, month)) for month in months]
        if any(cells):
            by_territory.setdefault(lies_in.get(row.code, ""), []).append(GridLine(row.code, row.name, cells))
    order = sorted(by_territory, key=lambda name: (name not in own, not name, danish_sort_key(name)))
    return Grid(months, [(name, by_territory[name]) for name in order])


def _cells(first: dt.date, last: dt.date) -> Cells:
    """How far each statement is of the months from `first` to `last` in which a scope was in force, the newest revision of each."""
    found: dict[tuple[str, dt.date], StatementStage] = {}
    code, valid_from, valid_to = ScopePeriod.municipality_code, ScopePeriod.valid_from, ScopePeriod.valid_to
    in_force = select(code, valid_from, valid_to).where(valid_from < month_after(last), valid_to > first)
    months, waited_for = months_back(last, MONTHS), owed_months(day_of(now()))
    stages = {month: StatementStage.AWAITED if month in waited_for else StatementStage.UNMADE for month in months}
    for place, begins, ends in db.session.execute(in_force):
        found |= {
            (place, month): stage for month, stage in stages.items() if begins < month_after(month) and ends > month
        }
    for place, month, state, held, read in db.session.execute(_made(first, last)):
        found[place, month] = closing.progress(state, held, read)
    return found


def _made(first: dt.date, last: dt.date) -> Select[str, dt.date, str, bool, bool]:
    """The statements of the months from `first` to `last` by revision: whose, of which, how far the work is, held or not, opened or not."""
    of, held = Statement, queries.is_held(now())
    return (
        select(of.municipality_code, of.month, of.work_state, held, opened(of.municipality_code, of.document_id))
        .where(of.month >= first, of.month <= last)
        .order_by(of.revision)
    )


@dataclass(frozen=True, slots=True)
class MonthLine:
    """A municipality in one month: its newest statement, if it is made, how far that is, and what its groups have told."""

    code: str
    name: str
    statement: Statement | None
    progress: StatementStage
    groups: Sequence[GroupAnswer]

    @property
    def reported(self) -> int:
        """How many of its groups have reported."""
        return sum(each.reported for each in self.groups)

    @property
    def partly(self) -> int:
        """How many of those have not told all of their days yet: they are waited for as well."""
        return sum(each.reported and not each.whole for each in self.groups)


def of_month(month: dt.date, codes: Collection[str]) -> list[MonthLine]:
    """How far the statements of a month are, in these municipalities, in Danish order."""
    cells, rows = _cells(month, month), {row.municipality_code: row for row in queries.of_month(month)}
    known = [code for code, _month in cells if code in codes]
    told = answering.answers(month, known)
    names = db.session.scalars(select(Municipality).where(Municipality.code.in_(known)).order_by(Municipality.sort_key))
    return [
        MonthLine(each.code, each.name, rows.get(each.code), cells[each.code, month], told.get(each.code, []))
        for each in names
    ]
