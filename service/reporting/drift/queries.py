"""Reads of what has drifted, within the reach."""

from __future__ import annotations

import datetime as dt
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from uuid import UUID

from sqlalchemy import Select, and_, func, or_, select
from sqlalchemy.orm import undefer

from service.activity.activities import totals
from service.partnership.agreements import queries as agreements
from service.platform.web.finding import find
from service.platform.work import leases
from service.reporting.drift import rules
from service.reporting.drift.models import CapabilityUse, DriftCheck, DriftFinding, DriftPaper, UseCounting
from service.reporting.drift.rules import CountedUse, Drift, Finding
from service.reporting.statements import queries as statements
from service.reporting.statements.progress import aims
from service.reporting.statements.rules import ScopePart
from tenants import periods
from tenants.calendar import first_of, month_before, months_back
from tenants.database import db, now
from tenants.models import Municipality, ScopePeriod
from tenants.scope import Capability

KNOWN_MONTHS = 13  # how far back is looked
USED_WITHIN = dt.timedelta(days=91)


def drift(code: str, today: dt.date) -> Drift | None:
    """One municipality, side by side; None where no scope is in force."""
    last = month_before(first_of(today))
    months = months_back(last, KNOWN_MONTHS)
    found = periods.touching(months[0], today + dt.timedelta(days=1), code)
    if not found or not found[-1].valid_from <= today < found[-1].valid_to:
        return None
    parts = [
        ScopePart(p.scope, max(p.valid_from, months[0]), min(p.valid_to, today + dt.timedelta(days=1))) for p in found
    ]
    scope, held = parts[-1].scope, totals.held(code, months[0], last)
    since, used = uses(code, today)
    return Drift(
        scope=scope,
        agreed=tuple(rules.agreed(parts, held, today)),
        outside=tuple(rules.outside(parts, held, today)),
        opened=tuple(rules.opened(scope, found[-1].valid_from, since, used, today)),
        aims=tuple(
            aims(
                term := agreements.term(found[-1]),
                totals.figures(code, rules.year_so_far(today), live=held, by_period=found),
                statements.reached(code, term, last),
            )
        ),
        last_day=found[-1].valid_to - dt.timedelta(days=1),
    )


def counted_since() -> dt.date | None:
    """Since when uses are counted; None before anything was."""
    return db.session.scalar(select(UseCounting.since))


def uses(code: str, today: dt.date) -> tuple[dt.date | None, dict[Capability, CountedUse]]:
    """Since when uses are counted, and on how many days of the last three months each capability was used, and when last."""
    lately = and_(CapabilityUse.municipality_code == code, CapabilityUse.day > today - USED_WITHIN)
    rows = db.session.execute(
        select(UseCounting.since, CapabilityUse.capability, func.count(CapabilityUse.day), func.max(CapabilityUse.day))
        .outerjoin(CapabilityUse, lately)
        .group_by(UseCounting.since, CapabilityUse.capability)
    ).all()
    since = rows[0][0] if rows else None
    return since, {Capability(row[1]): CountedUse(row[2], row[3]) for row in rows if row[1] is not None}


def unchecked(today: dt.date) -> Sequence[str]:
    """The municipalities within reach with a scope in force, or with findings left from one, that were not looked at today."""
    checked = select(DriftCheck.municipality_code).where(DriftCheck.checked_on >= today)
    running = select(ScopePeriod.municipality_code).where(ScopePeriod.valid_from <= today, ScopePeriod.valid_to > today)
    left = select(DriftFinding.municipality_code)
    code = ScopePeriod.municipality_code
    return db.session.scalars(
        select(code).where(or_(code.in_(running), code.in_(left)), code.not_in(checked)).distinct().order_by(code)
    ).all()


def findings(code: str | None = None) -> Select[DriftFinding]:
    """What has drifted in a municipality, or anywhere within reach, to be listed by page."""
    query = select(DriftFinding)
    return query if code is None else query.where(DriftFinding.municipality_code == code)


def finding(finding_id: UUID) -> DriftFinding:
    """The finding with that id. Raises NotFound."""
    return find(findings().where(DriftFinding.id == finding_id))


@dataclass(frozen=True, slots=True)
class DriftSummary:
    """A municipality with a partnership: how much has drifted, by kind, and when that was looked at."""

    municipality_code: str
    counts: Mapping[Finding, int]
    checked_on: dt.date | None


def overview(codes: Collection[str], today: dt.date) -> list[DriftSummary]:
    """The municipalities with a partnership in force, those that have drifted most first; those not looked at yet follow, by name."""
    running = db.session.scalars(
        select(ScopePeriod.municipality_code)
        .join(Municipality, Municipality.code == ScopePeriod.municipality_code)
        .where(ScopePeriod.municipality_code.in_(codes), ScopePeriod.valid_from <= today, ScopePeriod.valid_to > today)
        .order_by(Municipality.sort_key)
    ).all()
    checks = {
        row.municipality_code: row.checked_on
        for row in db.session.scalars(select(DriftCheck).where(DriftCheck.municipality_code.in_(running)))
    }
    counts: dict[str, dict[Finding, int]] = {code: {} for code in running}
    rows = db.session.execute(
        select(DriftFinding.municipality_code, DriftFinding.kind, func.count())
        .where(DriftFinding.municipality_code.in_(running))
        .group_by(DriftFinding.municipality_code, DriftFinding.kind)
    )
    for code, kind, count in rows:
        counts[code][Finding(kind)] = count
    lines = [DriftSummary(code, counts[code], checks.get(code)) for code in running]
    return sorted(lines, key=lambda line: -sum(line.counts.values()) if line.checked_on else 1)


def papers(code: str) -> Select[DriftPaper]:
    """The papers about a municipality, to be listed by page."""
    return select(DriftPaper).where(DriftPaper.municipality_code == code)


def paper(paper_id: UUID, code: str, *, content: bool = False) -> DriftPaper:
    """The paper with that id, with its bytes when asked for. Raises NotFound when there is none, or none to read yet."""
    query = papers(code).where(DriftPaper.id == paper_id)
    if content:
        query = query.where(DriftPaper.work_state == leases.DONE).options(undefer(DriftPaper.content))
    return find(query)


def papers_due() -> list[tuple[str, UUID]]:
    """The papers within reach that wait to be made."""
    due = select(DriftPaper.municipality_code, DriftPaper.id).where(leases.is_due(DriftPaper, now()))
    return [(row.municipality_code, row.id) for row in db.session.execute(due.limit(500))]
