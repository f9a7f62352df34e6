"""Ask for the papers of a year that are owed, and make those that are ready. All of it is harmless to repeat."""

from __future__ import annotations

import datetime as dt
from uuid import UUID

from flask import current_app
from flask_babel import gettext as _
from sqlalchemy import and_, update
from sqlalchemy.dialects.postgresql import insert

from service.activity.activities import telling
from service.platform.accounts import queries as people
from service.platform.documents import making
from service.platform.documents import operations as documents
from service.platform.documents.making import Making
from service.platform.documents.paper import Paper
from service.platform.ledger.operations import record
from service.platform.notices import operations as notices
from service.platform.paper_log import letters as log_letters
from service.platform.web.errors import NotFound, Refusal
from service.platform.work import leases, waking
from service.platform.work.waking import Wakeup
from service.reporting.years import facts, gathering, queries
from service.reporting.years import paper as printing
from service.reporting.years.kinds import KINDS, YearKind
from service.reporting.years.models import YearPaper
from service.reporting.years.queries import Span
from tenants.calendar import day_of
from tenants.database import db, now, uuid7
from tenants.reach import Office, present

JOB = "service.years.jobs.make"
MAIL = "year_paper"
LATEST = dt.timedelta(days=366)  # past its day, in which a paper is still asked for by itself


def wakeup(code: str, paper_id: UUID) -> Wakeup:
    """What wakes a worker for one paper."""
    return Wakeup(JOB, (code, str(paper_id)))


def ask_owed() -> int:
    """Ask for the papers that the year before owes and for evaluations of terms that are over, and let those be made whose last month is
    closed. Returns how many are new or ready.
    """
    today = day_of(now())
    found = [
        (kind, span) for kind in (YearKind.STATUS, YearKind.GRANT_REPORT) for span in queries.owed(kind, today.year - 1)
    ]
    found += [(YearKind.EVALUATION, span) for span in queries.terms_over(today)]
    # Past its day only where it can be made, and not of what was over long ago: no month is closed after years.
    owed = [
        (kind, span)
        for kind, span in found
        if today <= (due := KINDS[kind].due(span.last)) or (span.closed and today - due <= LATEST)
    ]
    return sum(_put(kind, span) is not None for kind, span in owed) + _make_ready()


def _put(kind: YearKind, span: Span) -> UUID | None:
    return put(span.code, kind, span.last.year, span.first, span.last, about=span.about)


def _make_ready() -> int:
    """Let the papers within reach be made whose last month is closed by now."""
    rows = db.session.execute(
        update(YearPaper)
        .where(YearPaper.ready_at.is_(None), YearPaper.work_state == leases.DUE, queries.closed())
        .values(ready_at=now(), due_from=now())
        .returning(YearPaper.municipality_code, YearPaper.id)
        .execution_options(synchronize_session=False)
    ).all()
    for code, key in sorted(rows):
        waking.wake(JOB, code, str(key))
    return len(rows)


def put(
    code: str,
    kind: YearKind,
    year: int,
    first: dt.date,
    last: dt.date,
    *,
    about: str = "",
    revision: int = 1,
    ready: bool = False,
) -> UUID | None:
    """Ask for a paper, once: None where it is asked for. One that is `ready` is made at once, and else when its last month is closed."""
    added = db.session.scalar(
        insert(YearPaper)
        .values(municipality_code=code, id=uuid7(), kind=kind, year=year, about=about, revision=revision)
        .values(first_month=first, last_month=last, due_on=KINDS[kind].due(last))
        .values(asked_at=now(), asked_by=present().person_id, due_from=now(), ready_at=now() if ready else None)
        .on_conflict_do_nothing(index_elements=["municipality_code", "kind", "year", "about", "revision"])
        .returning(YearPaper.id)
    )
    if added is not None:
        record("year_paper.asked", f"year_paper:{added}", code, kind=kind.value, year=year)
        if ready:
            waking.wake(JOB, code, str(added))
    return added


def ask_case(code: str, year: int) -> YearPaper:
    """Ask for the case of a year, of the months that are closed by now. Of two at once one is made.

    Raises NotFound for a year of which no month with a partnership is closed.
    """
    months = [each for each in queries.months_told(code) if each.year == year]
    if not months:
        raise NotFound
    return _ask_again(code, YearKind.CASE, year, months[0], months[-1], "")


def ask_edition(paper_id: UUID, code: str | None = None) -> YearPaper:
    """Ask for a new edition of an issued paper, of what its months tell by now. Raises NotFound, and Refusal where it is not issued."""
    row = queries.paper(paper_id, code)
    if YearKind(row.kind) is YearKind.CASE:
        return ask_case(row.municipality_code, row.year)
    newest = queries.newest(row.municipality_code, YearKind(row.kind), row.year, row.about)
    if newest is None or newest.work_state == leases.DUE:
        raise Refusal(_("An edition of it is being made. Wait until it is issued."))
    return _ask_again(
        newest.municipality_code,
        YearKind(newest.kind),
        newest.year,
        newest.first_month,
        newest.last_month,
        newest.about,
    )


def _ask_again(code: str, kind: YearKind, year: int, first: dt.date, last: dt.date, about: str) -> YearPaper:
    """The newest edition where that is still to be made, and else the one after it. One that failed is tried again where DRC asks."""
    before = queries.newest(code, kind, year, about)
    if before is not None and leases.can_be_hurried(before) and present().office is not Office.MUNICIPALITY:
        leases.again(before)
        waking.wake(JOB, code, str(before.id))
    elif before is None or before.work_state == leases.DONE:
        put(code, kind, year, first, last, about=about, revision=before.revision + 1 if before else 1, ready=True)
    found = queries.newest(code, kind, year, about)
    assert found is not None  # noqa: S101 - it was put there, by this or by another at once
    return found


def make(code: str, paper_id: UUID, lease_seconds: int) -> bool:
    """Make a paper that is ready. Returns whether this call made it; False when it is made or held by another."""
    key = and_(YearPaper.municipality_code == code, YearPaper.id == paper_id, YearPaper.ready_at.is_not(None))
    return making.make(_PAPER, code, key, lease_seconds, municipality=code)


def _page(row: YearPaper) -> Paper:
    telling.tell_owed(row.municipality_code)
    issued_on = day_of(now())
    frozen = facts.facts(gathering.gather(row))
    return printing.paper(frozen, documents.next_number(row.municipality_code, issued_on.year), issued_on, row.revision)


def _issued(row: YearPaper, page: Paper) -> None:
    row.issued_at = now()
    # Of a first edition that came up after its day, as what was owed before papers of a year were made, nobody is mailed.
    late = row.revision == 1 and day_of(row.asked_at) > row.due_on
    if not KINDS[YearKind(row.kind)].asked_for and not late:
        _tell(row, page)


_PAPER = Making(YearPaper, "year_paper_failed", _page, then=_issued)


def _tell(row: YearPaper, page: Paper) -> None:
    """Owe each of the municipality's people one mail about the paper: what it is, who owes it to whom, and why."""
    owes = page.facts["owes"]
    public_url = current_app.extensions["settings"].public_url
    address = f"{public_url}/kommuner/{row.municipality_code}/aarspapirer/{row.id}"
    for person in people.people_of(row.municipality_code, mail=MAIL):
        body = (
            f"Kære {person.name}\n\n{page.title} er klar. Læs den her:\n{address}\n\n"
            f"Den er fra {owes['sender']} til {owes['receiver']}. {owes['by']}. {owes['basis']}\n\n"
            f"Dokumentet er en PDF, som kan journaliseres, og tallene kan hentes som regneark.\n\n{log_letters.checkpoint()}"
            "Venlig hilsen\nDansk Flygtningehjælp, Frivilligafdelingen\n"
        )
        notices.owe(row.municipality_code, f"year_paper:{row.id}", person.email, page.title, body)
