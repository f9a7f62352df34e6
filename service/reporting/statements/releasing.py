"""Make the statements that are owed, hold them for a look, and release them. All of it is harmless to repeat.

What is made is the row: nothing of the month is closed, numbered or printed before it is released. Then a worker does it, and what a group
or DRC has mended until then is in the paper.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Collection
from uuid import UUID

from flask_babel import gettext as _
from sqlalchemy import update
from sqlalchemy.dialects.postgresql import insert

from service.platform.ledger.operations import record
from service.platform.web.errors import Refusal
from service.platform.work import waking
from service.platform.work.waking import Wakeup
from service.reporting.statements import answering, closing, queries
from service.reporting.statements.closing import Wait
from service.reporting.statements.models import Statement
from tenants.calendar import day_of, first_of, month_name
from tenants.database import db, now, uuid7
from tenants.reach import present

JOB = "service.statements.jobs.make"


def wakeup(code: str, month: dt.date, revision: int) -> Wakeup:
    """What wakes a worker for one statement."""
    return Wakeup(JOB, (code, month_name(month), revision))


def wake(code: str, month: dt.date, revision: int) -> None:
    """Wake a worker for one statement, once this is committed."""
    waking.wake(JOB, code, month_name(month), revision)


def must_be_over(month: dt.date) -> None:
    """Raises Refusal for a month that is not over in Denmark."""
    if month >= first_of(day_of(now())):
        message = "Måneden er ikke slut endnu. En opgørelse laves, når måneden er gået."
        raise Refusal(message, {"month": [message]})


def put(code: str, month: dt.date, revision: int, released_at: dt.datetime) -> bool:
    """Make a statement, held until a moment; a worker is woken where that has come. Returns whether it was not there before."""
    added = db.session.execute(
        insert(Statement)
        .values(municipality_code=code, id=uuid7(), month=month, revision=revision, asked_at=now())
        .values(released_at=released_at, due_from=released_at)
        .on_conflict_do_nothing(index_elements=["municipality_code", "month", "revision"])
        .returning(Statement.id)
    ).scalar()
    if added is None:
        return False
    record("statement.asked", f"statement:{added}", code, month=month_name(month))
    if released_at <= now():
        wake(code, month, revision)
    return True


def make_ripe(month: dt.date) -> list[str]:
    """Make the statements of a month within reach that wait for no group any more. Returns the municipalities that were new.

    Each is held until the moment at which the month's go out by themselves; where that has passed, it goes out at once.
    Raises Refusal for a month that is not over in Denmark.
    """
    must_be_over(month)
    lacking = queries.owed(month) - queries.asked(month)
    if lacking and closing.waits_for_groups(month, day_of(now())):
        lacking -= answering.awaited(month, lacking)
    released_at = max(closing.released_from(month), now())
    return [code for code in sorted(lacking) if put(code, month, 1, released_at)]


def release(month: dt.date, codes: Collection[str] | None = None) -> list[str]:
    """Release what is held of a month, of all within reach or of some. Returns whose it was: of two at once one does it."""
    held = [Statement.month == month, queries.is_held(now())]
    if codes is not None:
        held.append(Statement.municipality_code.in_(codes))
    rows = db.session.execute(
        update(Statement)
        .where(*held)
        .values(released_at=now(), due_from=now(), released_by=present().person_id, wait_reason=None)
        .returning(Statement.municipality_code, Statement.id, Statement.revision)
        .execution_options(synchronize_session=False)
    ).all()
    for code, key, revision in sorted(rows):
        record("statement.released", f"statement:{key}", code, month=month_name(month))
        wake(code, month, revision)
    return sorted({code for code, _key, _revision in rows})


def let_wait(statement_id: UUID, until: dt.date, why: Wait) -> Statement:
    """Let a statement be held until a working day to come, and say why.

    Raises NotFound, and Refusal where it has been released or the day is none of `closing.days_to_wait_for`.
    """
    row = queries.statement(statement_id, lock=True)
    if not row.held:
        raise Refusal(_("The statement has been released."))
    if until not in closing.days_to_wait_for(day_of(now())):
        raise Refusal(_("Choose one of the options."), {"until": [_("Choose one of the options.")]})
    row.released_at = row.due_from = closing.at_release_time(until)
    row.wait_reason = why
    record("statement.held", f"statement:{row.id}", row.municipality_code, until=until.isoformat(), why=why.value)
    return row
