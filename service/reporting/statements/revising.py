"""New editions of statements: ask for one, weigh whether late entries ask for one, and read what one says of what has changed."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping, Sequence
from typing import Any

from flask_babel import gettext as _
from sqlalchemy.dialects.postgresql import insert

from service.activity.activities import agreed, late, totals
from service.activity.activities.disclosure import MonthFigures
from service.partnership.agreements import queries as agreements
from service.platform.ledger.operations import record
from service.platform.web.errors import Conflict
from service.platform.work import leases
from service.reporting.statements import editions, queries, releasing
from service.reporting.statements.editions import TargetMoved
from service.reporting.statements.models import Statement
from service.reporting.statements.progress import aims
from service.reporting.statements.queries import MonthTold
from tenants.calendar import month_name, months_back
from tenants.database import db, now, uuid7
from tenants.scope import Capability, Scope


def ask_revision(code: str, month: dt.date, reason: str = "") -> Statement:
    """Ask for a new edition of a month's statement, by DRC with a reason or, without one, by the rule. It is made by and by.

    Raises NotFound where the month has no statement, and Conflict while its newest edition is still to be issued.
    """
    newest = queries.newest_asked(code, month)
    if newest.work_state != leases.DONE:
        raise Conflict(_("The newest edition is still to be issued. What is changed until then will be in it."))
    values = {"municipality_code": code, "month": month, "revision": newest.revision + 1, "reason": reason}
    values |= {"story_from": newest.story_from, "story_of": newest.story_of}
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
    found = [period for period, _days in agreed.in_month(code, month)]
    persons = any(each.scope.allows(Capability.FIGURES) for each in found)
    targets = _targets(code, agreements.term(found[-1]), told, by_now) if found and persons else []
    asks = editions.asks_for_edition(told[-1], by_now[-1], targets, persons=persons)
    statement.weighed = picture
    statement.outdated_since = (statement.outdated_since or now()) if asks else None


def _targets(code: str, term: Scope, told: Sequence[MonthFigures], by_now: Sequence[MonthFigures]) -> list[TargetMoved]:
    """The year's targets of an agreement, as its statement has them, with what of each was reached as it was told and as it is now."""
    elsewhere = queries.reached(code, term, told[-1].month)
    both = zip(aims(term, told, elsewhere), aims(term, by_now, elsewhere), strict=True)
    return [TargetMoved(one.target, one.reached, other.reached) for one, other in both]


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
    if statement.revision > 1:
        former = queries.edition(code, statement.month, statement.revision - 1)
        document = queries.document_of(former)
        known = document.facts.get("pictures", {}).get(month_name(statement.month), {"entries": 0})
        said["edition"] = editions.edition(
            statement.revision,
            document.facts,
            facts,
            former=(document.number, document.issued_on),
            reason=statement.reason,
            through=late.through_of(entries[statement.month][known["entries"] :]),
        )
        return said
    said["late"] = late_changes(code, statement.month, months, persons=facts["figures"])
    return said


def late_changes(code: str, month: dt.date, months: Sequence[dt.date], *, persons: bool) -> list[str]:
    """What the first edition of a month's statement says of the months before it that late entries have moved since they were told."""
    entries, before = late.counting(code, months), queries.told_before(code)
    since = {each: before.get(month_name(each), MonthTold(0, 0)) for each in months}
    moved = [each for each in months if len(entries[each]) > since[each].entries and each != month]
    told = totals.figures(code, months, told={each: since[each].picture for each in months})
    by_now = totals.figures(code, months)
    sentences = (
        editions.late(told[n], by_now[n], late.through_of(entries[each][since[each].entries :]), persons=persons)
        for n, each in enumerate(months)
        if each in moved
    )
    return [each for each in sentences if each]
