"""The demonstration's agreements, each brought as far as the plan says, and what those in force ask of both sides."""

from __future__ import annotations

import datetime as dt
import time
from uuid import UUID

from sqlalchemy import select

from service.desk.demo import files, people, terms
from service.desk.demo.plan import PlannedAgreement, Stage
from service.partnership.agreements import offering
from service.partnership.agreements import operations as agreements
from service.partnership.agreements import queries as agreement_queries
from service.partnership.agreements.models import Agreement
from service.partnership.agreements.rules import AgreementState, Party
from service.partnership.catalogue.queries import kinds
from service.partnership.duties import operations as duties
from service.partnership.duties import queries as duty_queries
from service.partnership.duties.models import OwedDuty
from service.partnership.duties.rules import DutySide
from service.partnership.followups import operations as telling
from service.partnership.followups import queries as followups
from service.partnership.followups.rules import FollowedKind
from service.partnership.partnerships import operations as partnerships
from service.partnership.partnerships import queries as drafts
from service.partnership.partnerships.schemas import fields_of
from service.platform.documents import queries as papers
from tenants.acting import acting_for
from tenants.calendar import DENMARK, first_of
from tenants.database import db, transaction
from tenants.reach import clock
from tenants.scope import Scope

OFFERED_BEFORE = dt.timedelta(days=45)  # how long before its term an agreement of the past was offered
WAITING = dt.timedelta(days=6)  # how long what is offered now has waited
APPROVALS = {Stage.OFFERED: 0, Stage.ACCEPTED: 1, Stage.CONCLUDED: 2}
SIGNERS = (  # and how long after the offer they approved
    (AgreementState.OFFERED, Party.MUNICIPALITY, dt.timedelta(days=2, hours=4)),
    (AgreementState.ACCEPTED, Party.DRC, dt.timedelta(days=9, hours=1)),
)


def offer(plan: PlannedAgreement, order: int, today: dt.date) -> UUID | None:
    """Offer one agreement, number `order` of its municipality, unless it is there: its id. A draft is only kept, and has none."""
    with acting_for(clock([plan.code])), transaction():
        scope = _scope(plan, today)
        if plan.stage is Stage.DRAFT:
            _draft(plan.code, scope)
            return None
        return _offered(plan, order, scope, today)


def settle(plan: PlannedAgreement, agreement_id: UUID, name: str, today: dt.date, lease_seconds: int) -> None:
    """Bring an agreement that has been offered as far as the plan says. Raises RuntimeError when its paper is not made."""
    _have_paper_made(plan.code, agreement_id, name, lease_seconds)
    with acting_for(clock([plan.code])), transaction():
        for state, party, later in SIGNERS[: APPROVALS[plan.stage]]:
            agreement = agreement_queries.agreement(agreement_id, plan.code)
            if agreement.state == state and agreement.document_id is not None:
                signer = people.manager_of(plan.code) if party is Party.MUNICIPALITY else people.SECRETARIAT
                shown = papers.document(agreement.document_id)
                at = _offered_at(plan, Scope.from_plain(agreement.stored_scope), today) + later
                agreements.approve(agreement_id, party, people.person(signer).id, shown.sha256, plan.code, at=at)


def _scope(plan: PlannedAgreement, today: dt.date) -> Scope:
    ours, theirs = people.contact(people.consultant_of(plan.code)), people.contact(people.staff_of(plan.code))
    activities, earmarks = files.activities_of(plan.key), files.earmarks_of(plan.key)
    return terms.scope_of(plan, activities, kinds(), first_of(today), theirs, ours, earmarks)


def _draft(code: str, scope: Scope) -> None:
    if drafts.draft(code) is None:
        scope = partnerships.fit(scope)
        partnerships.keep(code, dict(fields_of(scope)), scope, people.person(people.consultant_of(code)).id)


def _offered(plan: PlannedAgreement, order: int, scope: Scope, today: dt.date) -> UUID:
    """The id of the agreement, offered now or by a load that was cut short."""
    own = select(Agreement.id).where(Agreement.municipality_code == plan.code)
    before = db.session.scalars(own.order_by(Agreement.starts_on)).all()
    if len(before) > order:
        return before[order]
    person = people.person(people.consultant_of(plan.code))
    return offering.offer(plan.code, scope, person.id, at=_offered_at(plan, scope, today), retroactive=True).id


def _offered_at(plan: PlannedAgreement, scope: Scope, today: dt.date) -> dt.datetime:
    day = scope.starts_on - OFFERED_BEFORE if plan.stage is Stage.CONCLUDED else today - WAITING
    return dt.datetime.combine(day, dt.time(10), DENMARK)


def _have_paper_made(code: str, agreement_id: UUID, name: str, lease_seconds: int) -> None:
    """Make the paper, or wait for the worker who heard the wakeup and makes it, and take over from one who was killed."""
    until = time.monotonic() + 2 * lease_seconds
    while not offering.make_paper(code, agreement_id, lease_seconds):
        with acting_for(clock([code])), transaction():
            agreement = agreement_queries.agreement(agreement_id, code)
            if agreement.state != AgreementState.PREPARING:
                return
            error = agreement.last_error
        if error or time.monotonic() > until:
            raise RuntimeError(
                f"the paper of the agreement with {name} was not made: {error or 'no worker finished it'}"
            )
        time.sleep(0.2)


def do_duties(code: str, today: dt.date) -> None:
    """What the agreement in force asks of both sides, and of what was due by now the most done."""
    duties.bring_up(code, today)
    late = duty_queries.duties(code).where(OwedDuty.due_on < today, OwedDuty.done_on.is_(None))
    for row in db.session.scalars(late.order_by(OwedDuty.due_on, OwedDuty.title)).all():
        done_on = terms.done_on(code, row.title, row.due_on, today)
        if done_on is not None:
            party = DutySide.MUNICIPALITY if row.side == DutySide.MUNICIPALITY else DutySide.DRC
            person = people.person(
                people.staff_of(code) if party is DutySide.MUNICIPALITY else people.consultant_of(code)
            )
            duties.mark_done(row.id, party, person.id, done_on=done_on)


def tell_of_earmarks(code: str, today: dt.date) -> None:
    """What was used of what is set apart, of each year that has begun and nothing is told of."""
    used = {each.kroner * 100: each.used for each in files.earmarks() if each.agreement[:4] == code}
    for one in followups.followed(code):
        if one.subject.kind is FollowedKind.EARMARK and one.subject.year <= today.year and one.told is None:
            amount, by = one.agreed * used[one.agreed] // 100, min(today, dt.date(one.subject.year, 12, 31))
            person = people.person(people.consultant_of(code))
            telling.tell(code, one.subject, amount, by, "Regnskab for indsatsen, post 4 (demo)", person.id)
