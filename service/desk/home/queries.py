"""What the start pages show, each as one value."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from sqlalchemy import select

from service.activity.activities import totals
from service.activity.activities.disclosure import MonthFigures
from service.network.needs import queries as needs
from service.network.needs.queries import NeedsOverview
from service.network.networks import queries as networks
from service.network.networks.models import Group, GroupContact
from service.network.shares import queries as shares
from service.network.shares.models import Share
from service.network.shares.rules import Aspect
from service.partnership.agreements import end_queries
from service.partnership.agreements import queries as agreements
from service.partnership.agreements.deadlines import Deadline, near
from service.partnership.agreements.models import Agreement, AgreementEnd
from service.partnership.agreements.validity import Validity, validity
from service.partnership.catalogue.queries import kinds
from service.partnership.catalogue.rules import CatalogueType
from service.partnership.duties import queries as duties
from service.partnership.duties.queries import Short
from service.partnership.partnerships import queries as drafts
from service.partnership.partnerships.models import ScopeDraft
from service.reporting.statements import queries as statements
from service.reporting.statements.models import Statement
from service.reporting.statements.rules import Promise, due, kept, lead, promises
from tenants.calendar import first_of, month_before, months_back
from tenants.database import db
from tenants.models import ScopePeriod
from tenants.scope import Capability, Instalment, Scope

MONTHS = 13


def in_force_now(day: dt.date) -> dict[str, ScopePeriod]:
    """The periods in force on a day within reach, by municipality."""
    rows = db.session.scalars(select(ScopePeriod).where(ScopePeriod.valid_from <= day, ScopePeriod.valid_to > day))
    return {row.municipality_code: row for row in rows}


@dataclass(frozen=True, slots=True)
class Figures:
    """What the newest month that may be shown counted, with the months before it, beside what was promised for it."""

    months: Sequence[MonthFigures]  # 13 of them at most, the newest last
    promised: Sequence[Promise]
    kept: tuple[int, int]  # how many of the agreed times were held, and how many were agreed
    persons: bool  # whether what counts persons is shown
    everything: bool  # whether activities outside the agreement are counted too

    @property
    def now(self) -> MonthFigures:
        """The month itself."""
        return self.months[-1]

    @property
    def before(self) -> MonthFigures:
        """The one before it."""
        return self.months[-2]

    @property
    def lead(self) -> str:
        """How it went, in a Danish sentence or two."""
        return lead(self.now, self.before, self.promised, persons=self.persons)

    @property
    def partial(self) -> bool:
        """Whether something of what is compared is kept back."""
        return self.now.partial or self.before.partial


@dataclass(frozen=True, slots=True)
class StartPage:
    """A municipality's one screen: what we agreed, what happened, what waits, the newest statement, whom to call."""

    scope: Scope | None
    kinds: Mapping[str, CatalogueType]
    figures: Figures | None
    shows_figures: bool
    awaited: dt.date | None  # the month that is over and whose statement is still to come
    newest: Statement | None
    agreement: Agreement | None  # the one that waits for a paper or an approval
    proposed: AgreementEnd | None  # an early end of the agreement that waits for an answer
    validity: Validity | None  # of the agreement in force
    near: Mapping[Deadline, dt.date]  # its last day and its last day of notice, where they are near and nothing follows
    draft: ScopeDraft | None
    offers: Sequence[Share]
    needs: NeedsOverview | None
    duties: Short
    due_now: Sequence[Instalment]
    due_next: Instalment | None
    groups: Sequence[tuple[Group, GroupContact | None]] | None  # each with its public contact where that is shown


def start_page(code: str, scope: Scope | None, today: dt.date, *, drc: bool) -> StartPage:
    """What a municipality's start page shows on a day, to DRC or to the municipality's own people."""
    over = month_before(first_of(today))
    # What is not closed yet, read today and tomorrow, would tell the persons of one session: it is for DRC alone.
    last = over if drc else totals.last_closed(code)
    due_now, due_next = due(agreements.running(code, today), today)
    course = agreements.course_in_force(code, today)
    return StartPage(
        scope=scope,
        kinds=kinds(),
        figures=_figures(code, scope, last, drc=drc) if last else None,
        shows_figures=_opens(scope, drc, Capability.FIGURES),
        awaited=over if last != over and code in statements.owed(over) else None,
        newest=statements.newest(code),
        agreement=agreements.open_one(code),
        proposed=end_queries.open_proposal(code, today),
        validity=validity(course, today) if course else None,
        near=near(course, today) if course else {},
        draft=drafts.draft(code) if drc else None,
        offers=shares.waiting(code),
        needs=needs.of_start_page(code) if _opens(scope, drc, Capability.NEEDS) else None,
        duties=duties.in_short(code, today),
        due_now=due_now,
        due_next=due_next,
        groups=_groups(code, scope, today)
        if scope and _opens(scope, drc, Capability.NETWORK, Capability.ALL_GROUPS)
        else None,
    )


def _opens(scope: Scope | None, drc: bool, *capabilities: Capability) -> bool:
    """Whether a part of the page is there: DRC sees all of them, where there is a partnership."""
    return scope is not None and (drc or any(map(scope.allows, capabilities)))


def _figures(code: str, scope: Scope | None, last: dt.date, *, drc: bool) -> Figures:
    """The figures of a month beside what the scopes in force in it promised, as its statement has them."""
    months, parts = (
        totals.figures(code, months_back(last, MONTHS), closed_alone=not drc),
        statements.parts(code, last),
    )
    promised = promises(parts)
    everything = any(part.scope.allows(Capability.ALL_GROUPS) for part in parts)
    # As its statement says it: a scope that came later opens no persons in a month before it, and what is shut today stays so.
    opened = any(part.scope.allows(Capability.FIGURES) for part in parts)
    persons = _opens(scope, drc, Capability.FIGURES) and (drc or opened)
    return Figures(months, promised, kept(months[-1], promised), persons, everything)


def _groups(code: str, scope: Scope, today: dt.date) -> list[tuple[Group, GroupContact | None]]:
    aspects = shares.in_sight(code, scope.capabilities, today)
    return [
        (row, contact if Aspect.CONTACT in aspects[row.id] else None)
        for row, contact, _area in networks.faces(aspects, code)
    ]
