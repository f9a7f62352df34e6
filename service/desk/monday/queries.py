"""The Monday list, all sources in one query, within the reach."""

from __future__ import annotations

import datetime as dt
from collections.abc import Collection
from dataclasses import dataclass
from typing import Any

from sqlalchemy import ColumnElement, String, Subquery, cast, func, literal, or_, select, union_all

from service.desk.monday.rules import LinesOfKind
from service.platform.accounts.models import TerritoryMunicipality
from service.platform.feature import features
from service.platform.ledger import weekly
from service.platform.ledger.checking import LATE
from service.platform.ledger.models import LedgerCheck, LedgerHead, NationalLedgerHead
from service.platform.ledger.operations import DRC
from service.platform.lines import Line, LineGroup, TaskSource
from service.platform.rounds.models import SetAside, StepSetAside
from service.platform.web.pages import Page, rows_of
from tenants.database import db, now
from tenants.register import danish_sort_key

MOST_LINES = 5  # of a kind on the list; all are on the kind's own page
COLUMNS = ("kind", "municipality_code", "day", "subject", "note")


def gathered(codes: Collection[str], today: dt.date) -> list[LinesOfKind]:
    """Each kind that has lines in those municipalities: the first few, and how many there are."""
    every = _every(features().lines.values(), today)
    order = [every.c.day, every.c.municipality_code, every.c.subject]
    numbered = (
        select(
            every,
            func.row_number().over(partition_by=every.c.kind, order_by=order).label("place"),
            func.count().over(partition_by=every.c.kind).label("many"),
        )
        .where(every.c.municipality_code.in_(codes))
        .subquery()
    )
    rows = db.session.execute(
        select(numbered).where(numbered.c.place <= MOST_LINES).order_by(numbered.c.kind, numbered.c.place)
    ).all()
    found: dict[str, tuple[list[Line], int]] = {}
    for row in rows:
        found.setdefault(row.kind, ([], row.many))[0].append(_line(row))
    return [
        LinesOfKind(kind, features().lines[kind].group, tuple(lines), count) for kind, (lines, count) in found.items()
    ]


def lines(
    sources: Collection[TaskSource], codes: Collection[str], today: dt.date, after: str | None, limit: int
) -> Page[Line]:
    """All lines of some kinds in those municipalities by day, a page at a time."""
    every = _every(sources, today)
    page = rows_of(
        select(every).where(every.c.municipality_code.in_(codes)),
        [every.c.day, every.c.municipality_code, every.c.kind, every.c.subject],
        after,
        limit,
    )
    return Page([_line(row) for row in page.items], page.cursor)


def _every(sources: Collection[TaskSource], today: dt.date) -> Subquery:
    asked = [source.lines(today).add_columns(literal(source.kind).label("kind")) for source in sources]
    return (union_all(*asked) if len(asked) > 1 else asked[0]).subquery("every")


def _line(row: Any) -> Line:
    return Line(row.kind, features().lines[row.kind].urgency, row.municipality_code, row.day, row.subject, row.note)


@dataclass(frozen=True, slots=True)
class Territory:
    """A consultant's territory: how many lines of each group it has."""

    name: str
    counts: dict[LineGroup, int]

    @property
    def total(self) -> int:
        """All of them."""
        return sum(self.counts.values())


def territories(today: dt.date) -> list[Territory]:
    """Every territory with what waits in it, by name."""
    every = _every(features().lines.values(), today)
    rows = db.session.execute(
        select(TerritoryMunicipality.territory, every.c.kind, func.count(every.c.subject))
        .outerjoin(every, every.c.municipality_code == TerritoryMunicipality.municipality_code)
        .where(_on(today))
        .group_by(TerritoryMunicipality.territory, every.c.kind)
    )
    found: dict[str, dict[LineGroup, int]] = {}
    for name, kind, count in rows:
        counts = found.setdefault(name, {})
        if kind is not None:
            group = features().lines[kind].group
            counts[group] = counts.get(group, 0) + count
    return [Territory(name, found[name]) for name in sorted(found, key=danish_sort_key)]


def codes_of(territory: str, today: dt.date) -> frozenset[str]:
    """The municipalities of a territory today."""
    return frozenset(
        db.session.scalars(
            select(TerritoryMunicipality.municipality_code).where(
                TerritoryMunicipality.territory == territory, _on(today)
            )
        )
    )


def _on(today: dt.date) -> ColumnElement[bool]:
    member = TerritoryMunicipality
    return (member.valid_from <= today) & or_(member.valid_to.is_(None), member.valid_to > today)


@dataclass(frozen=True, slots=True)
class Unattended:
    """How the work stands that nobody has to do: steps of the whole country that are set aside; how many chains of the ledger there
    are, how many of them were read and found whole within the week, and since when all of these were.
    """

    steps_aside: int
    chains: int
    whole: int
    since: dt.datetime | None


def unattended(codes: Collection[str], *, national: bool) -> Unattended:
    """How it stands, with the chains of those municipalities, and DRC's own where that is asked for. One query."""
    head, own = LedgerHead.municipality_code, NationalLedgerHead.id
    chains = union_all(
        select(cast(head, String).label("chain")).where(head.in_(codes)),
        select(literal(DRC).label("chain")).select_from(NationalLedgerHead).where(own.is_not(None), literal(national)),
    ).subquery()
    check, aside = LedgerCheck, SetAside
    stands_aside = (aside.municipality_code == chains.c.chain) & (aside.step == weekly.STEP)
    whole = (check.checked_at > now() - LATE) & aside.step.is_(None)
    steps = select(func.count(StepSetAside.step)).scalar_subquery()
    asked = select(steps, func.count(), func.count().filter(whole), func.min(check.checked_at).filter(whole))
    asked = asked.select_from(chains).outerjoin(check, check.chain == chains.c.chain).outerjoin(aside, stands_aside)
    return Unattended(*db.session.execute(asked).one())
