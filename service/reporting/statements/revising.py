"""New editions of statements: ask for one, weigh whether late entries ask for one, and read what one says of what has changed."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping, Sequence
from typing import Any

from flask_babel import gettext as _
from sqlalchemy.dialects.postgresql import insert

from service.activity.activities import late, totals
from service.activity.activities.disclosure import so_far
from service.partnership.catalogue.files import counted
from service.partnership.catalogue.rules import Counted
from service.platform.ledger.operations import record
from service.platform.web.errors import Conflict
from service.platform.work import leases
from service.reporting.statements import editions, queries, releasing
from service.reporting.statements.editions import TargetMoved
from service.reporting.statements.models import Statement
from service.reporting.statements.queries import MonthTold
from tenants import periods
from tenants.calendar import month_after, month_name, months_back
from tenants.database import db, now, uuid7


def ask_revision(code: str, month: dt.date, reason: str = "") -> Statement:
    """Ask for a new edition of a month's statement, by DRC with a reason or, without one, by the rule. It is made by and by.

    Raises NotFound where the month has no statement, and Conflict while its newest edition is still to be issued.
    """
    newest = queries.newest_asked(code, month)
    if newest.work_state != leases.DONE:
        raise Conflict(_("The newest edition is still to be issued. What is changed until then will be in it."))
    values = {"municipality_code": code, "month": month, "revision": newest.revision + 1, "reason": reason}
    added = db.session.execute(
        insert(Statement)
        .values(**values, id=uuid7(), asked_at=now(), released_at=now(), due_from=now(), picture=0, weighed=0)
        .on_conflict_do_nothing(index_elements=["municipality_code", "month", "revision"])
        .returning(Statement.id)
    ).scalar()
    if added is None:
        raise Conflict(_("A new edition has been asked for already."))
    newest.outdated_since = None
    details = {"month": month_name(month), "revision": newest.revision + 1, "by_rule": not reason}
    record("statement.edition_asked", f"statement:{added}", code, **details)
    releasing.wake(code, month, newest.revision + 1)
    return queries.statement(added)


def revise_owed() -> int:
    """Weigh the late entries that are new, and ask for the editions that nobody has said the reason of in a week. Returns how many."""
    for statement, picture in queries.to_weigh():
        weigh(statement, picture)
    overdue = queries.outdated_before(now() - editions.PATIENCE)
    for statement in overdue:
        ask_revision(statement.municipality_code, statement.month)
    return len(overdue)


def weigh(statement: Statement, picture: int) -> None:
    """Say of an issued statement whether its month, told so many times again by now, asks for a new edition."""
    code, month = statement.municipality_code, statement.month
    months = months_back(month, month.month)
    told = totals.figures(code, months, told={month: statement.picture})
    by_now = totals.figures(code, months)
    aims = [each for part in periods.touching(month, month_after(month), code)[-1:] for each in part.scope.targets]
    targets = [
        TargetMoved(each.value, *(so_far(figures, each.measure, each.activity_type)[0] for figures in (told, by_now)))
        for each in aims
        if each.year == month.year and counted().get(each.measure) is Counted.SESSIONS
    ]
    asks = editions.asks_for_edition(told[-1], by_now[-1], targets)
    statement.weighed = picture
    statement.outdated_since = (statement.outdated_since or now()) if asks else None


def changes(statement: Statement, months: Sequence[dt.date], facts: Mapping[str, Any]) -> dict[str, Any]:
    """What a statement with those facts says of changes: a first edition of the months before, a new one of its own month.

    Writes down which picture of its month it tells.
    """
    code = statement.municipality_code
    pictures = totals.pictures(code, months)
    entries = late.counting(code, months)
    statement.picture = statement.weighed = pictures[statement.month]
    if statement.revision > 1:
        months = [statement.month]
    said: dict[str, Any] = {
        "pictures": {
            month_name(month): {"picture": pictures[month], "entries": len(entries[month])} for month in months
        }
    }
    before = queries.told_before(code)
    since = {month: before.get(month_name(month), MonthTold(0, 0)) for month in months}
    through = {month: late.through_of(entries[month][since[month].entries :]) for month in months}
    if statement.revision > 1:
        former = queries.edition(code, statement.month, statement.revision - 1)
        document = queries.document_of(former)
        said["edition"] = editions.edition(
            statement.revision,
            document.facts,
            facts,
            former=(document.number, document.issued_on),
            reason=statement.reason,
            through=through[statement.month],
        )
        return said
    moved = [month for month in months if len(entries[month]) > since[month].entries and month != statement.month]
    told = totals.figures(code, months, told={month: since[month].picture for month in months})
    by_now = totals.figures(code, months)
    said["late"] = [
        editions.late(told[n], by_now[n], through[month]) for n, month in enumerate(months) if month in moved
    ]
    return said
