"""Reads of how the work stands, within the reach: a few numbers of each kind, by indexes, under a limit of time."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from sqlalchemy import ColumnElement, and_, func, literal, or_, select, text, union_all
from sqlalchemy.orm import aliased

from service.agreements.models import Agreement
from service.agreements.rules import State
from service.checkins.models import CheckIn
from service.declarations.models import Declaration
from service.drift.models import DriftPaper
from service.ledger.models import LedgerEntry, LedgerHead, NationalLedgerEntry, NationalLedgerHead
from service.ledger.operations import DRC
from service.notices.models import Notice
from service.posters.models import Poster
from service.posters.queries import latest
from service.rounds.models import SetAside, StepSetAside
from service.statements import queries as statements
from service.statements.models import Statement
from service.statements.rules import owed_months
from service.transfers.models import Export, Import
from service.watch.rules import LATE, MAIL_TOLD, Aside, Work, closed
from service.work import leases
from service.work.faults import Fault
from tenants.calendar import day_of
from tenants.database import db, now


@dataclass(frozen=True, slots=True)
class Kind:
    """A kind of work: its rows, and since when one of them is wanted. When it is to be tried next says nothing of how long it waits."""

    model: Any
    since: Any
    only: ColumnElement[bool] | None = None


KINDS: Mapping[str, Kind] = {
    "statement": Kind(Statement, Statement.asked_at),
    "agreement": Kind(Agreement, Agreement.created_at, Agreement.state == State.PREPARING),
    "check-in": Kind(CheckIn, CheckIn.answered_at),
    "declaration": Kind(Declaration, Declaration.confirmed_at, Declaration.confirmed_at.is_not(None)),
    "paper for a meeting": Kind(DriftPaper, DriftPaper.asked_at),
    "poster": Kind(Poster, Poster.asked_at, latest()),
    "mail": Kind(Notice, Notice.created_at),
    "import": Kind(Import, Import.due_from),
    "export": Kind(Export, Export.created_at),
}


def within(seconds: float) -> None:
    """Let no question of the present transaction take longer."""
    db.session.execute(
        text("SELECT set_config('statement_timeout', :limit, true)"), {"limit": f"{int(seconds * 1000)}"}
    )


def work() -> list[Work]:
    """How much of each kind waits, is late and was given up."""
    moment = now()
    asked = [_counted(name, kind, moment) for name, kind in KINDS.items()]
    return [Work(*row) for row in db.session.execute(union_all(*asked))]


def _counted(name: str, kind: Kind, moment: dt.datetime) -> Any:
    model, count = kind.model, func.count()
    due, failed = model.work_state == leases.DUE, model.work_state == leases.FAILED
    since = func.coalesce(kind.since, model.due_from)
    # A mail that the one it is for puts off waits for days, and is then given up.
    late = and_(due, since <= moment - LATE, model.fault.is_distinct_from(Fault.PUT_OFF))
    query = select(
        literal(name),
        count.filter(due),
        count.filter(late),
        count.filter(failed),
        count.filter(failed, model.due_from > moment - MAIL_TOLD),
        func.min(since).filter(due),
    ).where(or_(due, failed))
    return query if kind.only is None else query.where(kind.only)


def missing() -> dict[dt.date, frozenset[str]]:
    """The municipalities that lack a statement, of each month that ended long enough ago."""
    moment = now()
    return {month: statements.missing(month) for month in closed(owed_months(day_of(moment)), moment)}


def aside() -> list[Aside]:
    """What is set aside, in municipalities and for the whole country."""
    own = select(SetAside.step, SetAside.municipality_code, SetAside.since, SetAside.detail)
    national = select(StepSetAside.step, literal(None), StepSetAside.since, StepSetAside.detail)
    return [Aside(*row) for query in (own, national) for row in db.session.execute(query)]


def broken_heads() -> list[str]:
    """The chains whose head is not their last entry. What stands before that, `ledger verify` reads."""
    entry, head, later = LedgerEntry, LedgerHead, aliased(LedgerEntry)
    last = and_(entry.municipality_code == head.municipality_code, entry.number == head.number)
    beyond = select(later.id).where(later.municipality_code == head.municipality_code, later.number == head.number + 1)
    headless = select(entry.municipality_code).outerjoin(head, entry.municipality_code == head.municipality_code)
    own = union_all(
        select(head.municipality_code)
        .outerjoin(entry, last)
        .where(or_(entry.hash.is_distinct_from(head.hash), beyond.exists())),
        headless.where(entry.number == 1, head.municipality_code.is_(None)),
    )
    return [*db.session.scalars(own), *([] if _national_head_is_last() else [DRC])]


def _national_head_is_last() -> bool:
    told = db.session.execute(select(NationalLedgerHead.number, NationalLedgerHead.hash)).one_or_none()
    entry = NationalLedgerEntry
    last = db.session.execute(select(entry.number, entry.hash).order_by(entry.number.desc()).limit(1)).one_or_none()
    return (told and tuple(told)) == (last and tuple(last))
