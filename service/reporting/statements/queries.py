"""Reads of statements, and the question of what is owed."""

from __future__ import annotations

import datetime as dt
from collections.abc import Collection, Sequence
from dataclasses import dataclass
from uuid import UUID

from sqlalchemy import ColumnElement, Select, and_, func, not_, select
from sqlalchemy.orm import aliased, undefer

from service.activity.activities import agreed
from service.activity.activities.models import RetoldMonth
from service.partnership.catalogue.files import counted
from service.partnership.catalogue.rules import Counted
from service.partnership.followups import queries as followups
from service.partnership.followups.rules import FollowedKind, Subject
from service.platform.documents import queries as documents
from service.platform.documents.models import Document
from service.platform.web.finding import find
from service.platform.work import leases
from service.reporting.recruitment import queries as recruitment
from service.reporting.statements.models import Statement
from service.reporting.statements.rules import NOT_YET, Reached, ScopePart
from tenants.calendar import month_after
from tenants.database import db, now
from tenants.models import ScopePeriod
from tenants.reach import Office, present
from tenants.scope import Scope


def statements(code: str | None = None) -> Select[Statement]:
    """The statements of a municipality, or of all within reach, to be listed by page; for a municipality's own people those released."""
    query = select(Statement)
    if present().office is Office.MUNICIPALITY:
        query = query.where(~is_held(now()))
    return query if code is None else query.where(Statement.municipality_code == code)


def is_held(moment: dt.datetime) -> ColumnElement[bool]:
    """The condition for statements that are made and not released."""
    return and_(Statement.work_state == leases.DUE, func.coalesce(Statement.released_at > moment, False))


def statement(statement_id: UUID, *, lock: bool = False) -> Statement:
    """The statement with that id. Raises NotFound when there is none within reach."""
    return find(statements().where(Statement.id == statement_id), lock=lock)


def newest(code: str) -> Statement | None:
    """The newest issued statement of a municipality, or None."""
    return db.session.scalar(
        statements(code)
        .where(Statement.work_state == leases.DONE)
        .order_by(Statement.month.desc(), Statement.revision.desc())
        .limit(1)
    )


def newest_of(code: str, month: dt.date) -> Statement:
    """The newest issued statement of a month. Raises NotFound."""
    issued = statements(code).where(Statement.month == month, Statement.work_state == leases.DONE)
    return find(issued.order_by(Statement.revision.desc()).limit(1))


def newest_asked(code: str, month: dt.date) -> Statement:
    """The newest edition of a month, issued or still to be, locked. Raises NotFound."""
    asked = statements(code).where(Statement.month == month).order_by(Statement.revision.desc()).limit(1)
    return find(asked, lock=True)


def edition(code: str, month: dt.date, revision: int) -> Statement:
    """An edition of a month. Raises NotFound."""
    return find(statements(code).where(Statement.month == month, Statement.revision == revision))


def editions(code: str, month: dt.date) -> Sequence[Statement]:
    """The editions of a month, the newest first, and those still to be issued."""
    return db.session.scalars(
        statements(code).where(Statement.month == month).order_by(Statement.revision.desc())
    ).all()


def document_of(row: Statement) -> Document:
    """The paper of an issued statement, with its facts."""
    query = documents.of_municipality(row.municipality_code).where(Document.id == row.document_id)
    return find(query.options(undefer(Document.facts)))


@dataclass(frozen=True, slots=True)
class MonthTold:
    """How a month was told last: which picture of it, and how many late entries it had by then."""

    picture: int
    entries: int


MAX_TOLD = 40  # so many papers are looked through for how each of the last months was told: three years


def told_before(code: str) -> dict[str, MonthTold]:
    """By the name of each month, how it was told last in an issued statement of a municipality."""
    pictures = Document.facts["pictures"]
    papers = db.session.scalars(
        select(pictures)
        .join(
            Statement,
            and_(Statement.municipality_code == Document.municipality_code, Statement.document_id == Document.id),
        )
        .where(Document.municipality_code == code, pictures.is_not(None))
        .order_by(Statement.issued_at.desc())
        .limit(MAX_TOLD)
    )
    found: dict[str, MonthTold] = {}
    for paper in papers:
        for month, told in (paper or {}).items():
            found.setdefault(month, MonthTold(told["picture"], told["entries"]))
    return found


def to_weigh() -> list[tuple[Statement, int]]:
    """The newest issued editions within reach whose month was told again since they were weighed, and how often it was by now."""
    told, later = RetoldMonth, aliased(Statement)
    newer = select(later.id).where(
        later.municipality_code == Statement.municipality_code,
        later.month == Statement.month,
        later.revision > Statement.revision,
    )
    rows = db.session.execute(
        select(Statement, func.max(told.number))
        .join(told, and_(told.municipality_code == Statement.municipality_code, told.month == Statement.month))
        .where(Statement.work_state == leases.DONE, ~newer.exists())
        .group_by(Statement.municipality_code, Statement.id)
        .having(func.max(told.number) > Statement.weighed)
        .order_by(Statement.month, Statement.municipality_code)
    )
    return [(row[0], row[1]) for row in rows]


def outdated_before(moment: dt.datetime) -> Sequence[Statement]:
    """The statements within reach that have asked for a new edition since before a moment."""
    return db.session.scalars(statements().where(Statement.outdated_since < moment)).all()


def groups_told_of(rows: Collection[Statement]) -> dict[UUID, str]:
    """What the papers of these statements say of how many groups have reported, by paper; those alone that say it."""
    told = Document.facts["groups"]["text"].astext.label("told")
    asked = select(Document.id, told).where(
        Document.id.in_([row.document_id for row in rows]),
        Document.municipality_code.in_({row.municipality_code for row in rows}),
        told.is_not(None),
    )
    return {row.id: row.told for row in db.session.execute(asked)}


def owed(month: dt.date) -> frozenset[str]:
    """The municipalities within reach that must have a statement for a month: a scope was in force on some day of it."""
    return frozenset(
        db.session.scalars(
            select(ScopePeriod.municipality_code)
            .where(ScopePeriod.valid_from < month_after(month), ScopePeriod.valid_to > month)
            .distinct()
        )
    )


def parts(code: str, month: dt.date) -> list[ScopePart]:
    """The scopes by which a municipality's month is told, in order."""
    return [ScopePart(period.scope, days.first, days.after) for period, days in agreed.in_month(code, month)]


def asked(month: dt.date) -> frozenset[str]:
    """The municipalities within reach whose statement for a month is made, held or not."""
    return frozenset(db.session.scalars(select(Statement.municipality_code).where(Statement.month == month)))


def missing(month: dt.date) -> frozenset[str]:
    """Those of them that have none yet, asked for or not."""
    issued = select(Statement.municipality_code).where(Statement.month == month, Statement.work_state == leases.DONE)
    return owed(month).difference(db.session.scalars(issued))


def held(month: dt.date) -> frozenset[str]:
    """Those whose statement for a month is made and not released."""
    rows = select(Statement.municipality_code).where(Statement.month == month, is_held(now()))
    return frozenset(db.session.scalars(rows))


def due() -> list[tuple[str, dt.date, int]]:
    """The statements within reach that wait to be made: (municipality, month, revision)."""
    rows = db.session.execute(
        select(Statement.municipality_code, Statement.month, Statement.revision)
        .where(leases.is_due(Statement, now()))
        .order_by(Statement.month, Statement.municipality_code)
        .limit(500)
    )
    return [(row.municipality_code, row.month, row.revision) for row in rows]


@dataclass(frozen=True, slots=True)
class Run:
    """How far the statements of a month are that are made, within reach."""

    held: int
    released: int
    issued: int
    failed: int

    @property
    def finished(self) -> bool:
        """Whether nothing that is released is still to be issued."""
        return self.issued + self.failed == self.released


def run(month: dt.date) -> Run:
    """How far the statements of a month are."""
    count, held = func.count(), is_held(now())
    done, failed = Statement.work_state == leases.DONE, Statement.work_state == leases.FAILED
    asked = select(count.filter(held), count.filter(not_(held)), count.filter(done), count.filter(failed))
    return Run(*db.session.execute(asked.where(Statement.month == month)).one())


def of_month(month: dt.date) -> Sequence[Statement]:
    """The statements of a month within reach, by municipality."""
    return db.session.scalars(
        statements().where(Statement.month == month).order_by(Statement.municipality_code, Statement.revision)
    ).all()


def reached(code: str, scope: Scope, last: dt.date) -> dict[str, Reached]:
    """How far the targets of a scope have come by the end of a month that are not counted from sessions, by measure."""
    wanted = {target.measure for target in scope.targets if target.year == last.year}
    found = {}
    for measure in wanted:
        match counted().get(measure):
            case Counted.VOLUNTEERS:
                found[measure] = _volunteers(code, last)
            case Counted.TOLD:
                told = followups.told(code).get(Subject(last.year, FollowedKind.TARGET, measure))
                found[measure] = Reached(told.amount) if told else NOT_YET
    return found


def _volunteers(code: str, last: dt.date) -> Reached:
    """The volunteers at the end of the last month of the year that is counted, as far as they may be shown."""
    months = recruitment.months(code, last.replace(month=1), last)
    if not months:
        return NOT_YET
    return Reached(months[-1].volunteers or 0, at_least=months[-1].volunteers is None)
