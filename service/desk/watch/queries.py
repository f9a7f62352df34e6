"""Reads of how the work stands, within the reach: a few numbers of each kind, by indexes, under a limit of time."""

from __future__ import annotations

import datetime as dt
from typing import Any

from sqlalchemy import and_, func, literal, or_, select, text, union_all
from sqlalchemy.orm import aliased

from service.desk.watch.rules import LATE, MAIL_TOLD, Aside, Work, closed
from service.platform.feature import WorkKind, features
from service.platform.ledger import queries as ledger
from service.platform.ledger.checking import LATE as LATE_LEDGER
from service.platform.ledger.models import LedgerEntry, LedgerHead, NationalLedgerEntry, NationalLedgerHead
from service.platform.ledger.operations import DRC
from service.platform.rounds.models import SetAside, StepSetAside
from service.platform.work import leases
from service.platform.work.faults import Fault
from service.reporting.statements import queries as statements
from service.reporting.statements.rules import owed_months
from tenants.calendar import day_of
from tenants.database import db, now


def within(seconds: float) -> None:
    """Let no question of the present transaction take longer."""
    db.session.execute(
        text("SELECT set_config('statement_timeout', :limit, true)"), {"limit": f"{int(seconds * 1000)}"}
    )


def work() -> list[Work]:
    """How much of each kind waits, is late and was given up."""
    moment = now()
    asked = [_counted(kind, moment) for kind in features().works]
    return [Work(*row) for row in db.session.execute(union_all(*asked))]


def _counted(kind: WorkKind, moment: dt.datetime) -> Any:
    model, count = kind.model, func.count()
    due, failed = model.work_state == leases.DUE, model.work_state == leases.FAILED
    since = func.coalesce(kind.since, model.due_from)
    # A mail that the one it is for puts off waits for days, and is then given up.
    late = and_(due, since <= moment - LATE, model.fault.is_distinct_from(Fault.PUT_OFF))
    query = select(
        literal(kind.name),
        count.filter(due),
        count.filter(late),
        count.filter(failed),
        count.filter(failed, model.due_from > moment - MAIL_TOLD),
        func.min(since).filter(due),
    ).where(or_(due, failed))
    return query if kind.only is None else query.where(kind.only)


def missing() -> dict[dt.date, frozenset[str]]:
    """The municipalities that lack a statement, of each month whose should have gone out, but for what somebody lets wait."""
    moment = now()
    return {
        month: statements.missing(month) - statements.held(month)
        for month in closed(owed_months(day_of(moment)), moment)
    }


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


def unread_chains() -> list[str]:
    """The municipalities whose chains the clock should have read again by now."""
    return [row.municipality_code for row in db.session.execute(ledger.unchecked(now() - LATE_LEDGER))]


def _national_head_is_last() -> bool:
    told = db.session.execute(select(NationalLedgerHead.number, NationalLedgerHead.hash)).one_or_none()
    entry = NationalLedgerEntry
    last = db.session.execute(select(entry.number, entry.hash).order_by(entry.number.desc()).limit(1)).one_or_none()
    return (told and tuple(told)) == (last and tuple(last))
