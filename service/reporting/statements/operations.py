"""Ask for the statements that are owed, and make one. Both are harmless to repeat."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Mapping
from typing import Any
from uuid import UUID

from flask import current_app
from sqlalchemy import and_, select
from sqlalchemy.dialects.postgresql import insert

from service.activity.activities import totals
from service.activity.activities.operations import close
from service.partnership.agreements import queries as agreements
from service.partnership.agreements.models import Agreement
from service.partnership.catalogue.operations import measures
from service.partnership.catalogue.queries import kinds
from service.partnership.duties import queries as duties
from service.platform.accounts import queries as people
from service.platform.documents import making
from service.platform.documents import operations as documents
from service.platform.documents.making import Making
from service.platform.documents.paper import Paper
from service.platform.ledger import queries as ledger
from service.platform.ledger.operations import record
from service.platform.notices import operations as notices
from service.platform.paper_log import letters as log_letters
from service.platform.paper_log import queries as paper_log
from service.platform.web.errors import Refusal
from service.platform.work import leases, waking
from service.platform.work.waking import Wakeup
from service.reporting.statements import editions, queries, revising, rules
from service.reporting.statements import paper as printing
from service.reporting.statements.models import Statement
from service.reporting.statements.rules import ScopePart
from tenants import periods
from tenants.calendar import day_of, first_of, month_after, month_name, months_back
from tenants.database import db, now, uuid7
from tenants.models import Municipality

JOB = revising.JOB
MAIL = "statement"


def wakeup(code: str, month: dt.date, revision: int) -> Wakeup:
    """What wakes a worker for one statement."""
    return Wakeup(JOB, (code, month_name(month), revision))


def ask_owed() -> int:
    """Ask for every statement that the last three months owe. Returns how many were new."""
    return sum(len(ask(month)) for month in rules.owed_months(day_of(now())))


def ask(month: dt.date, codes: Iterable[str] | None = None) -> list[str]:
    """Ask for the statements that are owed for a month within reach, and return the municipalities that were new.

    Raises Refusal for a month that is not over in Denmark.
    """
    if month >= first_of(day_of(now())):
        message = "Måneden er ikke slut endnu. En opgørelse laves, når måneden er gået."
        raise Refusal(message, {"month": [message]})
    wanted = queries.owed(month) & (frozenset(codes) if codes is not None else queries.owed(month))
    fresh = []
    for code in sorted(wanted):
        added = db.session.execute(
            insert(Statement)
            .values(municipality_code=code, id=uuid7(), month=month, revision=1, asked_at=now(), due_from=now())
            .on_conflict_do_nothing(index_elements=["municipality_code", "month", "revision"])
            .returning(Statement.id)
        ).scalar()
        if added is not None:
            fresh.append(code)
            record("statement.asked", f"statement:{added}", code, month=month_name(month))
            waking.wake(JOB, code, month_name(month), 1)
    return fresh


def again(statement_id: UUID) -> Statement:
    """Let a statement that stands still be tried anew, at once. Raises NotFound; harmless for one that does not."""
    row = queries.statement(statement_id)
    if leases.can_be_hurried(row):
        leases.again(row)
        waking.wake(JOB, row.municipality_code, month_name(row.month), row.revision)
    return row


def make(code: str, month: dt.date, revision: int, lease_seconds: int) -> bool:
    """Make one statement that was asked for. Returns whether this call made it; False when it is made or held by another.

    The months are closed as its facts are read, and the mails are owed as it is issued.
    """
    key = and_(Statement.municipality_code == code, Statement.month == month, Statement.revision == revision)
    return making.make(_STATEMENT, code, key, lease_seconds, municipality=code, month=month_name(month))


def _page(statement: Statement) -> Paper:
    code, issued_on = statement.municipality_code, day_of(now())
    facts = _facts(code, statement.month, issued_on)
    facts |= revising.changes(statement, months_back(statement.month, 13), facts)
    # The number is taken with the facts: it stands on the paper. A try that fails leaves a gap, never a double.
    return printing.paper(facts, documents.next_number(code, issued_on.year), issued_on)


def _issued(statement: Statement, page: Paper) -> None:
    statement.issued_at = now()
    _tell(statement, page.facts["municipality"], page.facts["edition"])


_STATEMENT = Making(Statement, "statement_failed", _page, then=_issued)


def _facts(code: str, month: dt.date, issued_on: dt.date) -> dict[str, Any]:
    after = month_after(month)
    found = periods.touching(month, after, code)
    if not found:
        raise LookupError(f"no partnership was in force in {code} in {month_name(month)}")
    months = months_back(month, 13)
    close(code, months)
    number = db.session.scalar(
        select(Agreement.number).where(Agreement.municipality_code == code, Agreement.id == found[-1].agreement_id)
    )
    return printing.facts(
        official_name=db.session.get_one(Municipality, code).official_name,
        parts=[ScopePart(p.scope, max(p.valid_from, month), min(p.valid_to, after)) for p in found],
        months=totals.figures(code, months),
        kinds=kinds(),
        measures=measures(),
        issued_on=issued_on,
        agreement_number=number or "",
        running=agreements.running(code, found[-1].valid_from),
        ledger=ledger.head(code),
        log=paper_log.printed(),
        undone=[duties.as_owed(row) for row in duties.open_ones(code, issued_on)],
    )


def _tell(statement: Statement, municipality: str, edition: Mapping[str, Any] | None = None) -> None:
    """Owe each of the municipality's people one mail about the statement, which is a new edition where it says so."""
    subject, said = editions.mail(municipality, statement.month, edition)
    public_url = current_app.extensions["settings"].public_url
    address = f"{public_url}/kommuner/{statement.municipality_code}/opgoerelser/{month_name(statement.month)}"
    for person in people.people_of(statement.municipality_code, mail=MAIL):
        body = (
            f"Kære {person.name}\n\n{said} Læs den her:\n{address}\n\n"
            f"Opgørelsen er en PDF, som kan journaliseres.\n\n{log_letters.checkpoint()}"
            "Venlig hilsen\nDansk Flygtningehjælp, Frivilligafdelingen\n"
        )
        notices.owe(
            statement.municipality_code,
            f"statement:{month_name(statement.month)}:{statement.revision}",
            person.email,
            subject,
            body,
        )
