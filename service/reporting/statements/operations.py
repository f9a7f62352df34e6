"""Ask for the statements that are owed, and issue one that is released. Both are harmless to repeat."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Mapping, Sequence
from typing import Any
from uuid import UUID

from flask import current_app
from sqlalchemy import and_, select

from service.activity.activities import agreed, telling, totals
from service.activity.activities import queries as activities
from service.activity.activities.agreed import AgreedDays
from service.activity.activities.operations import close
from service.network.needs import queries as needs
from service.partnership.agreements import queries as agreements
from service.partnership.agreements.models import Agreement
from service.partnership.catalogue.operations import measures, outcomes
from service.partnership.catalogue.queries import kinds
from service.partnership.duties import queries as duties
from service.partnership.followups import words as followups
from service.platform.accounts import queries as people
from service.platform.documents import making
from service.platform.documents import operations as documents
from service.platform.documents.making import Making
from service.platform.documents.paper import Paper
from service.platform.ledger import queries as ledger
from service.platform.notices import operations as notices
from service.platform.paper_log import letters as log_letters
from service.platform.paper_log import queries as paper_log
from service.platform.work import leases
from service.reporting.statements import answering, editions, queries, releasing, revising, rules, stories
from service.reporting.statements import paper as printing
from service.reporting.statements.models import Statement
from service.reporting.statements.rules import ScopePart
from tenants.calendar import day_of, month_name, months_back
from tenants.database import db, now
from tenants.models import Municipality, ScopePeriod

MAIL = "statement"
MONTHS = 13  # that a statement tells of: its own and the twelve before


def ask_owed() -> int:
    """Make the statements of the last three months that wait for no group any more. Returns how many were new."""
    return sum(len(releasing.make_ripe(month)) for month in rules.owed_months(day_of(now())))


def ask(month: dt.date, codes: Iterable[str] | None = None) -> list[str]:
    """Make and release, by hand, the statements that are owed for a month within reach, whoever has not reported and whether they were
    held or not. Returns the municipalities that were not released before.

    Raises Refusal for a month that is not over in Denmark.
    """
    releasing.must_be_over(month)
    wanted = queries.owed(month) & (frozenset(codes) if codes is not None else queries.owed(month))
    fresh = {code for code in sorted(wanted) if releasing.put(code, month, 1, now())}
    return sorted(fresh.union(releasing.release(month, wanted)))


def again(statement_id: UUID) -> Statement:
    """Let a statement that stands still be tried anew, at once. Raises NotFound; harmless for one that does not."""
    row = queries.statement(statement_id)
    if leases.can_be_hurried(row):
        leases.again(row)
        releasing.wake(row.municipality_code, row.month, row.revision)
    return row


def make(code: str, month: dt.date, revision: int, lease_seconds: int) -> bool:
    """Make one statement that was asked for. Returns whether this call made it; False when it is made or held by another.

    The months are closed as its facts are read, and the mails are owed as it is issued.
    """
    key = and_(Statement.municipality_code == code, Statement.month == month, Statement.revision == revision)
    return making.make(_STATEMENT, code, key, lease_seconds, municipality=code, month=month_name(month))


def preview(code: str, month: dt.date) -> Paper:
    """The paper of a municipality's month as it would be issued now, without a number. It closes nothing and is kept nowhere.

    The engine is not asked, which takes the time of an integer program: it may keep back more when the month is closed.
    Raises LookupError where no partnership was in force in the month.
    """
    issued_on = day_of(now())
    facts = _facts(code, month, issued_on, _in_force(code, month))
    facts["late"] = revising.late_changes(code, month, months_back(month, MONTHS), persons=facts["figures"])
    return printing.paper(facts, "", issued_on)


def _page(statement: Statement) -> Paper:
    code, month, issued_on = statement.municipality_code, statement.month, day_of(now())
    found, months = _in_force(code, month), months_back(month, MONTHS)
    telling.tell_owed(code)
    close(code, months)  # from here on what is recorded or agreed is late
    facts = _facts(code, month, issued_on, found)
    facts |= revising.changes(statement, months, facts)
    # The number is taken with the facts: it stands on the paper. A try that fails leaves a gap, never a double.
    return printing.paper(facts, documents.next_number(code, issued_on.year), issued_on)


def _issued(statement: Statement, page: Paper) -> None:
    statement.issued_at = now()
    _tell(statement, page.facts["municipality"], page.facts["edition"])


_STATEMENT = Making(Statement, "statement_failed", _page, then=_issued)


def _in_force(code: str, month: dt.date) -> Sequence[tuple[ScopePeriod, AgreedDays]]:
    found = agreed.in_month(code, month)
    if not found:
        raise LookupError(f"no partnership was in force in {code} in {month_name(month)}")
    return found


def _facts(
    code: str, month: dt.date, issued_on: dt.date, found: Sequence[tuple[ScopePeriod, AgreedDays]]
) -> dict[str, Any]:
    last, ids = found[-1][0], [days.agreement_id for _period, days in found]
    numbers = dict(
        db.session.execute(
            select(Agreement.id, Agreement.number).where(Agreement.municipality_code == code, Agreement.id.in_(ids))
        ).all()
    )
    return printing.facts(
        official_name=db.session.get_one(Municipality, code).official_name,
        parts=[
            ScopePart(period.scope, days.first, days.after, numbers.get(days.agreement_id) or "")
            for period, days in found
        ],
        months=totals.figures(code, months_back(month, MONTHS)),
        kinds=kinds(),
        measures=measures(),
        issued_on=issued_on,
        agreement_number=numbers.get(last.agreement_id) or "",
        running=agreements.running(code, last.valid_from),
        ledger=ledger.head(code),
        log=paper_log.printed(),
        reached=queries.reached(code, last.scope, month),
        earmarks=followups.earmarks(
            code, [(period.scope, period.valid_to - dt.timedelta(days=1)) for period, _days in found], month.year, "da"
        ),
        fewest_shown=current_app.extensions["settings"].fewest_shown,
        undone=[duties.as_owed(row) for row in duties.open_ones(code, issued_on)],
        reported=answering.reported(code, month, last.scope.capabilities, issued_on),
        done=[(row.done_on, duties.as_owed(row)) for row in duties.done_since(code, month) if row.done_on],
        term=agreements.term(last),
        outcomes=outcomes(),
        needs=needs.of_municipality(code),
        whys=activities.cancelled_why(code, month),
        story=stories.printed(code, month, last.scope.capabilities, issued_on),
    )


def about(statement: Statement) -> str:
    """What the mails about a statement are kept under."""
    return f"statement:{month_name(statement.month)}:{statement.revision}"


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
            about(statement),
            person.email,
            subject,
            body,
        )
