"""Reads of papers of a year, and of what they are made from, within the reach."""

from __future__ import annotations

import datetime as dt
from collections.abc import Collection, Iterable
from dataclasses import dataclass
from uuid import UUID

from sqlalchemy import ColumnElement, Select, and_, func, or_, select
from sqlalchemy.orm import InstrumentedAttribute, aliased, undefer

from service.activity.activities.models import ClosedMonth
from service.partnership.agreements.models import Agreement
from service.platform.documents.models import Document
from service.platform.web.finding import find
from service.platform.work import leases
from service.reporting.statements.models import Statement
from service.reporting.years.kinds import YearKind
from service.reporting.years.models import YearPaper
from tenants.calendar import first_of, month_after
from tenants.database import db, now
from tenants.models import ScopePeriod
from tenants.scope import LegalBasis

A_DAY = dt.timedelta(days=1)


def papers(code: str | None = None, year: int | None = None) -> Select[YearPaper]:
    """The papers of a municipality, or of all within reach, to be listed by page."""
    query = select(YearPaper)
    if year is not None:
        query = query.where(YearPaper.year == year)
    return query if code is None else query.where(YearPaper.municipality_code == code)


def paper(paper_id: UUID, code: str | None = None) -> YearPaper:
    """The paper with that id. Raises NotFound when there is none within reach, or in another municipality than `code`."""
    return find(papers(code).where(YearPaper.id == paper_id))


def newest(code: str, kind: YearKind, year: int, about: str = "") -> YearPaper | None:
    """The newest edition of a paper, issued or still to be."""
    same = papers(code, year).where(YearPaper.kind == kind, YearPaper.about == about)
    return db.session.scalar(same.order_by(YearPaper.revision.desc()).limit(1))


def document_of(row: YearPaper) -> Document:
    """The paper of an issued one, with its facts. Raises NotFound where there is none yet."""
    mine = Document.municipality_code == row.municipality_code
    return find(select(Document).where(mine, Document.id == row.document_id).options(undefer(Document.facts)))


def former(row: YearPaper) -> Document | None:
    """The paper that an edition takes the place of."""
    before = (
        select(YearPaper.document_id)
        .where(
            YearPaper.municipality_code == row.municipality_code,
            YearPaper.kind == row.kind,
            YearPaper.year == row.year,
            YearPaper.about == row.about,
            YearPaper.revision < row.revision,
            YearPaper.document_id.is_not(None),
        )
        .order_by(YearPaper.revision.desc())
        .limit(1)
    )
    mine = select(Document).where(Document.municipality_code == row.municipality_code)
    return db.session.scalar(mine.where(Document.id == before.scalar_subquery()))


def due() -> list[tuple[str, UUID]]:
    """The papers within reach that are ready and wait to be made."""
    rows = db.session.execute(
        select(YearPaper.municipality_code, YearPaper.id)
        .where(YearPaper.ready_at.is_not(None), leases.is_due(YearPaper, now()))
        .order_by(YearPaper.ready_at)
        .limit(500)
    )
    return [(code, key) for code, key in rows]


def closed() -> ColumnElement[bool]:
    """The condition for papers whose last month is closed, and whose statement of it is not still to be made: that comes first."""
    month = select(ClosedMonth.id).where(
        ClosedMonth.municipality_code == YearPaper.municipality_code, ClosedMonth.month == YearPaper.last_month
    )
    waited_for = select(Statement.id).where(
        Statement.municipality_code == YearPaper.municipality_code,
        Statement.month == YearPaper.last_month,
        Statement.work_state != leases.DONE,
    )
    return month.exists() & ~waited_for.exists()


@dataclass(frozen=True, slots=True)
class Span:
    """The months that a paper is owed of, the first and the last of them, and whether that one is closed; `about` as in its row."""

    code: str
    first: dt.date
    last: dt.date
    closed: bool
    about: str = ""


def owed(kind: YearKind, year: int) -> list[Span]:
    """The months of a year with a partnership, wherever within reach its paper is owed and has not been asked for."""
    begins, after = dt.date(year, 1, 1), dt.date(year + 1, 1, 1)
    of = ScopePeriod
    wanted = [of.valid_from < after, of.valid_to > begins, of.valid_from < of.valid_to]
    if kind is YearKind.GRANT_REPORT:
        wanted.append(of.stored_scope["payment"]["legal_basis"].astext == LegalBasis.SECTION_18)
    rows = db.session.execute(
        select(of.municipality_code, func.min(of.valid_from), func.max(of.valid_to))
        .where(*wanted, ~_asked(of.municipality_code, kind, YearPaper.year == year))
        .group_by(of.municipality_code)
    ).all()
    return _spans((code, first_of(max(first, begins)), min(until, after), "") for code, first, until in rows)


def terms_over(day: dt.date) -> list[Span]:
    """The terms within reach that are over on a day, with their addenda, and whose evaluation has not been asked for."""
    of, mine, root = ScopePeriod, Agreement, aliased(Agreement)
    of_period = and_(mine.municipality_code == of.municipality_code, mine.id == of.agreement_id)
    of_root = and_(root.municipality_code == mine.municipality_code, root.id == func.coalesce(mine.amends_id, mine.id))
    rows = db.session.execute(
        select(of.municipality_code, func.min(of.valid_from), func.max(of.valid_to), root.number)
        .join(mine, of_period)
        .join(root, of_root)
        .where(of.valid_from < of.valid_to, root.number.is_not(None))
        .where(~_asked(of.municipality_code, YearKind.EVALUATION, YearPaper.about == root.number))
        .group_by(of.municipality_code, root.number)
        .having(func.max(of.valid_to) <= day)
    ).all()
    return _spans((code, first_of(first), until, number) for code, first, until, number in rows)


def _asked(code: InstrumentedAttribute[str], kind: YearKind, same: ColumnElement[bool]) -> ColumnElement[bool]:
    return select(YearPaper.id).where(YearPaper.municipality_code == code, YearPaper.kind == kind, same).exists()


def _spans(found: Iterable[tuple[str, dt.date, dt.date, str]]) -> list[Span]:
    """Spans of municipality, first month, day after the last and what it is about."""
    rows = [(code, first, first_of(after - A_DAY), about) for code, first, after, about in found]
    if not rows:
        return []
    months = select(ClosedMonth.municipality_code, ClosedMonth.month).where(
        ClosedMonth.municipality_code.in_({row[0] for row in rows}), ClosedMonth.month.in_({row[2] for row in rows})
    )
    done = {(code, month) for code, month in db.session.execute(months)}
    return [Span(code, first, last, (code, last) in done, about) for code, first, last, about in rows]


def of_agreement(code: str, number: str) -> frozenset[UUID]:
    """An agreement with that number and its addenda."""
    root = select(Agreement.id).where(Agreement.municipality_code == code, Agreement.number == number)
    one = or_(Agreement.id.in_(root), Agreement.amends_id.in_(root))
    return frozenset(db.session.scalars(select(Agreement.id).where(Agreement.municipality_code == code, one)))


def statement_numbers(code: str, months: Collection[dt.date]) -> dict[dt.date, str]:
    """The numbers of the newest issued statements of those months, by month."""
    rows = db.session.execute(
        select(Statement.month, Document.number)
        .join(
            Document,
            (Document.municipality_code == Statement.municipality_code) & (Document.id == Statement.document_id),
        )
        .where(Statement.municipality_code == code, Statement.month.in_(months))
        .order_by(Statement.revision)
    )
    return dict(rows.all())


def months_told(code: str) -> list[dt.date]:
    """The months with a partnership of a municipality that are closed, in order: those that a case can be made of."""
    periods = db.session.execute(
        select(ScopePeriod.valid_from, ScopePeriod.valid_to).where(
            ScopePeriod.municipality_code == code, ScopePeriod.valid_from < ScopePeriod.valid_to
        )
    ).all()
    months = db.session.scalars(
        select(ClosedMonth.month).where(ClosedMonth.municipality_code == code).order_by(ClosedMonth.month)
    )
    return [each for each in months if any(first < month_after(each) and after > each for first, after in periods)]
