"""Look for drift, keep the counts of use, and make the paper before a status meeting. All are harmless to repeat."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable
from uuid import UUID

from flask import current_app
from flask_babel import gettext as _
from sqlalchemy import and_, delete, func, select, tuple_
from sqlalchemy.dialects.postgresql import insert

from service.partnership.agreements.models import Agreement
from service.partnership.catalogue.operations import measures
from service.partnership.catalogue.queries import kinds
from service.partnership.duties import queries as duties
from service.platform.documents import making
from service.platform.documents.making import Making
from service.platform.documents.paper import Paper, plain, sha256
from service.platform.documents.sealing import Sealed
from service.platform.rounds.queries import left_alone
from service.platform.web import usage
from service.platform.web.errors import Refusal
from service.platform.web.usage import Uses
from service.platform.work import waking
from service.platform.work.waking import Wakeup
from service.reporting.drift import paper as printing
from service.reporting.drift import queries
from service.reporting.drift.models import CapabilityUse, DriftCheck, DriftFinding, DriftPaper, UseCounting
from tenants import periods
from tenants.calendar import day_of
from tenants.database import db, now, uuid7
from tenants.models import Municipality
from tenants.reach import present

CHECK, MAKE = "service.drift.jobs.check", "service.drift.jobs.make_paper"
CHECK_STEP = "drift.check"


def wakeups() -> list[Wakeup]:
    """A wakeup for each municipality within reach that was not looked at today, unless it is set aside."""
    waiting = left_alone(CHECK_STEP)
    return [Wakeup(CHECK, (code,)) for code in queries.unchecked(day_of(now())) if code not in waiting]


def take_uses(today: dt.date) -> int:
    """Take over the counts of what the municipalities within reach use. Returns how many. What cannot be kept is put back."""
    counts = usage.take(present().codes)
    try:
        keep_uses(counts, today)
    except Exception:
        usage.give_back(counts)
        raise
    return len(counts)


def keep_uses(counts: Iterable[Uses], today: dt.date) -> None:
    """Add counts of use to those that are kept. The first time says since when there are any."""
    if queries.counted_since() is None:
        db.session.execute(insert(UseCounting).values(id=1, since=today).on_conflict_do_nothing())
    rows = [
        {
            "municipality_code": use.municipality_code,
            "id": uuid7(),
            "capability": use.capability.value,
            "day": use.day,
            "times": use.times,
        }
        for use in sorted(
            counts, key=lambda use: (use.municipality_code, use.capability, use.day)
        )  # two at once wait in turn
    ]
    if rows:
        adding = insert(CapabilityUse)
        more = CapabilityUse.times + adding.excluded.times
        db.session.execute(
            adding.on_conflict_do_update(
                index_elements=["municipality_code", "capability", "day"], set_={"times": more}
            ),
            rows,
        )


def check(code: str, today: dt.date) -> int:
    """Look for what has drifted in a municipality and keep what is found, in place of what was. Returns how much it is."""
    found = queries.drift(code, today)
    there = [(kind.value, subject) for kind, subject in found.findings()] if found else []
    mine = DriftFinding.municipality_code == code
    gone = tuple_(DriftFinding.kind, DriftFinding.subject).not_in(there) if there else mine
    db.session.execute(delete(DriftFinding).where(mine, gone))
    for kind, subject in there:
        db.session.execute(
            insert(DriftFinding)
            .values(municipality_code=code, id=uuid7(), kind=kind, subject=subject, found_on=today)
            .on_conflict_do_nothing(index_elements=["municipality_code", "kind", "subject"])
        )
    db.session.execute(
        insert(DriftCheck)
        .values(municipality_code=code, id=uuid7(), checked_on=today)
        .on_conflict_do_update(index_elements=["municipality_code"], set_={"checked_on": today})
    )
    return len(there)


def ask(code: str, person_id: UUID) -> DriftPaper:
    """Freeze what has drifted in a municipality today, and let a paper be made of it. Raises Refusal without a partnership."""
    today = day_of(now())
    drift, period = queries.drift(code, today), periods.in_force(code, today)
    if drift is None or period is None:
        raise Refusal(_("There is no partnership in force, so there is nothing to compare."))
    agreement = db.session.get_one(Agreement, (code, period.agreement_id))
    facts = printing.facts(
        drift,
        official_name=db.session.get_one(Municipality, code).official_name,
        agreement_number=agreement.number,
        overdue=[duties.as_owed(row) for row in duties.open_ones(code, today) if row.due_on < today],
        kinds=kinds(),
        measures=measures(),
        today=today,
        fewest_shown=current_app.extensions["settings"].fewest_shown,
    )
    taken = db.session.scalar(
        select(func.count()).where(DriftPaper.municipality_code == code, DriftPaper.issued_on == today)
    )
    number = f"{code}-status-{today.isoformat()}-{(taken or 0) + 1}"
    values = {
        "municipality_code": code,
        "id": uuid7(),
        "number": number,
        "title": printing.title(facts),
        "facts": plain(facts),
        "issued_on": today,
        "asked_by": person_id,
        "asked_at": now(),
        "due_from": now(),
    }
    # Two who press at once ask for one paper.
    db.session.execute(
        insert(DriftPaper).values(values).on_conflict_do_nothing(index_elements=["municipality_code", "number"])
    )
    row = db.session.scalars(queries.papers(code).where(DriftPaper.number == number)).one()
    waking.wake(MAKE, code, str(row.id))
    return row


def make_paper(code: str, paper_id: UUID, lease_seconds: int) -> bool:
    """Make a paper that was asked for, once. Returns whether this call made it; what goes wrong is kept and tried again."""
    key = and_(DriftPaper.municipality_code == code, DriftPaper.id == paper_id)
    return making.make(_PAPER, code, key, lease_seconds, paper=str(paper_id))


def _page(row: DriftPaper) -> Paper:
    return printing.paper(row.facts, row.number, row.issued_on)


def _keep(row: DriftPaper, _paper: Paper, sealed: Sealed) -> None:
    """DRC's own: it is kept with its row, and is no document of the municipality's."""
    row.content, row.sha256 = sealed.content, sha256(sealed.content)


_PAPER = Making(DriftPaper, "drift_paper_failed", _page, keep=_keep)
