"""Ask for DRC's national year and make it. Harmless to repeat."""

from __future__ import annotations

import datetime as dt
from uuid import UUID

from flask_babel import force_locale
from flask_babel import gettext as _
from sqlalchemy.dialects.postgresql import insert

from service.desk.national import queries, year_paper
from service.desk.national.models import NationalYear
from service.desk.national.rules import Breakdown, year_owed
from service.desk.national.texts import named
from service.platform.documents import making
from service.platform.documents.making import Making
from service.platform.documents.paper import Paper, plain, sha256
from service.platform.documents.sealing import Sealed
from service.platform.ledger.operations import record
from service.platform.web.errors import Refusal
from service.platform.work import leases, waking
from tenants.calendar import day_of
from tenants.database import db, now, uuid7
from tenants.reach import present

JOB = "service.national.jobs.make"


def ask_owed() -> int:
    """From March on, ask for the national year of the year before. Returns how many were new."""
    year = year_owed(day_of(now()))
    return int(year is not None and put(year, 1) is not None)


def ask(year: int) -> NationalYear:
    """Ask for a year's paper, or for a new edition of one that is made. Raises Refusal for a year that is not over."""
    if year >= day_of(now()).year:
        message = _("The year is not over yet.")
        raise Refusal(message, {"year": [message]})
    newest = queries.newest_year(year)
    if newest is not None and leases.can_be_hurried(newest):
        leases.again(newest)
        waking.wake(JOB, str(newest.id))
    elif newest is None or newest.work_state == leases.DONE:
        put(year, newest.revision + 1 if newest else 1)
    found = queries.newest_year(year)
    assert found is not None  # noqa: S101 - it was put there, by this or by another at once
    return found


def put(year: int, revision: int) -> UUID | None:
    """Ask for an edition, once: None where it is asked for."""
    added = db.session.scalar(
        insert(NationalYear)
        .values(id=uuid7(), year=year, revision=revision, asked_at=now(), due_from=now())
        .values(asked_by=present().person_id)
        .on_conflict_do_nothing(index_elements=["year", "revision"])
        .returning(NationalYear.id)
    )
    if added is not None:
        record("national_year.asked", f"national_year:{added}", year=year)
        waking.wake(JOB, str(added))
    return added


def make(year_id: UUID, lease_seconds: int) -> bool:
    """Make an edition that was asked for, once. Returns whether this call made it; what goes wrong is kept and tried again."""
    return making.make(_YEAR, None, NationalYear.id == year_id, lease_seconds, national_year=str(year_id))


def _page(row: NationalYear) -> Paper:
    first, last = dt.date(row.year, 1, 1), dt.date(row.year, 12, 1)
    with force_locale("da"):
        told = {by: named(by, queries.sums(by, first, last), "da") for by in Breakdown}
    frozen = year_paper.facts(row.year, queries.whole(first, last), told)
    return year_paper.paper(frozen, row.number, day_of(now()), row.revision)


def _keep(row: NationalYear, page: Paper, sealed: Sealed) -> None:
    """DRC's own: it is kept with its row, and is no document of a municipality's."""
    row.content, row.sha256 = sealed.content, sha256(sealed.content)
    row.facts, row.issued_on = plain(page.facts), page.issued_on


_YEAR = Making(NationalYear, "national_year_failed", _page, keep=_keep)
