"""Reads of agreements, within the reach."""

from __future__ import annotations

import datetime as dt
from collections import defaultdict
from collections.abc import Mapping, Sequence
from uuid import UUID

from sqlalchemy import ColumnElement, Select, SQLColumnExpression, and_, or_, select, union
from sqlalchemy.orm import aliased

from service.partnership.agreements.models import Agreement, AgreementEnd, ApprovalCertificate, Decision, TakenIn
from service.partnership.agreements.rules import AgreementState, EndState
from service.partnership.agreements.running import RunningAgreement
from service.partnership.agreements.settling import Settlement, payments
from service.partnership.agreements.validity import A_DAY, CONCLUDED, Course, Successor, Validity, successor, validity
from service.partnership.agreements.validity import standing as how_it_stands
from service.platform.documents.rules import Standing
from service.platform.web.finding import find
from service.platform.work import leases
from tenants import periods
from tenants.calendar import day_of
from tenants.database import db, held, now
from tenants.models import ScopePeriod
from tenants.scope import Scope

MAX_OTHERS = 50


def agreements(code: str | None = None) -> Select[Agreement]:
    """The agreements of a municipality, or of all within reach, to be listed by page."""
    query = select(Agreement)
    return query if code is None else query.where(Agreement.municipality_code == code)


def agreement(agreement_id: UUID, code: str | None = None, *, lock: bool = False) -> Agreement:
    """The agreement with that id. Raises NotFound when there is none within reach, or in another municipality than `code`."""
    return find(agreements(code).where(Agreement.id == agreement_id), lock=lock)


WAITING = (AgreementState.PREPARING, AgreementState.OFFERED, AgreementState.ACCEPTED)


def underway(code: SQLColumnExpression[str]) -> ColumnElement[bool]:
    """The condition for municipalities with which a new agreement is offered, or about to be."""
    offered = aliased(Agreement)
    return select(offered.id).where(offered.municipality_code == code, offered.state.in_(WAITING)).exists()


def followed() -> ColumnElement[bool]:
    """The condition for agreements whose place another one takes, or has taken."""
    later = aliased(Agreement)
    return (
        select(later.id)
        .where(
            later.municipality_code == Agreement.municipality_code,
            later.state.in_(CONCLUDED),
            later.starts_on > Agreement.starts_on,
        )
        .exists()
    )


def open_one(code: str) -> Agreement | None:
    """The agreement that waits for a paper or an approval in a municipality, if any."""
    return db.session.scalar(agreements(code).where(Agreement.state.in_(WAITING)))


def others(agreement: Agreement) -> Sequence[Agreement]:
    """The municipality's other agreements, newest first: what one can hold an agreement against."""
    rest = agreements(agreement.municipality_code).where(Agreement.id != agreement.id)
    return db.session.scalars(rest.order_by(Agreement.created_at.desc(), Agreement.id).limit(MAX_OTHERS)).all()


def earlier(agreement: Agreement) -> Agreement | None:
    """The agreement that one takes the place of, or would: of those concluded, the last that begins before it."""
    before = agreements(agreement.municipality_code).where(
        Agreement.state.in_(CONCLUDED), Agreement.starts_on < agreement.starts_on, Agreement.id != agreement.id
    )
    return db.session.scalar(before.order_by(Agreement.starts_on.desc(), Agreement.created_at.desc()).limit(1))


def chain(agreement: Agreement) -> Sequence[Agreement]:
    """An agreement and the addenda that were concluded to it, by their first days, as far as this one."""
    root = agreement.amends_id or agreement.id
    of_one = agreements(agreement.municipality_code).where(or_(Agreement.id == root, Agreement.amends_id == root))
    before = and_(Agreement.state.in_(CONCLUDED), Agreement.starts_on < agreement.starts_on)
    up_to = of_one.where(or_(Agreement.id == agreement.id, before))
    return db.session.scalars(up_to.order_by(Agreement.starts_on)).all()


def waiting(state: AgreementState) -> Sequence[Agreement]:
    """The agreements within reach in a state, oldest first."""
    return db.session.scalars(agreements().where(Agreement.state == state).order_by(Agreement.created_at)).all()


def decisions(agreement: Agreement) -> Sequence[Decision]:
    """What was decided on an agreement, in order."""
    return db.session.scalars(
        select(Decision)
        .where(and_(Decision.municipality_code == agreement.municipality_code, Decision.agreement_id == agreement.id))
        .order_by(Decision.at, Decision.id)
    ).all()


def decisions_of(found: Sequence[Agreement]) -> dict[UUID, list[Decision]]:
    """What was decided on each of several agreements, in order."""
    by_agreement: dict[UUID, list[Decision]] = {agreement.id: [] for agreement in found}
    query = select(Decision).where(
        Decision.municipality_code.in_({agreement.municipality_code for agreement in found}),
        Decision.agreement_id.in_(by_agreement),
    )
    for decision in db.session.scalars(query.order_by(Decision.at, Decision.id)):
        by_agreement[decision.agreement_id].append(decision)
    return by_agreement


def taken_in(found: Sequence[Agreement]) -> dict[UUID, TakenIn]:
    """Of several agreements those that were signed on paper, with what was written of that."""
    query = select(TakenIn).where(
        TakenIn.municipality_code.in_({agreement.municipality_code for agreement in found}),
        TakenIn.agreement_id.in_({agreement.id for agreement in found}),
    )
    return {each.agreement_id: each for each in db.session.scalars(query)}


def papers_owed() -> list[tuple[str, UUID]]:
    """The agreements within reach whose paper waits to be made."""
    due = select(Agreement.municipality_code, Agreement.id).where(
        Agreement.state == AgreementState.PREPARING, leases.is_due(Agreement, now())
    )
    return [(row.municipality_code, row.id) for row in db.session.execute(due.limit(500))]


def news(agreement: Agreement, seen_from: dt.datetime | None = None, days: int = 3) -> bool:
    """Whether something was decided on an agreement, or it was taken in, in the last days, or in those before a moment; what was carried
    over otherwise is no news.
    """
    at = [decision.at for decision in decisions(agreement)]
    at += [each.taken_in_at for each in taken_in([agreement]).values()]
    return any(moment > (seen_from or now()) - dt.timedelta(days=days) for moment in at)


def untold() -> list[tuple[str, UUID]]:
    """The agreements within reach whose state, or that of an end proposed for them, nobody has been told of yet."""
    waiting = select(Agreement.municipality_code, Agreement.id).where(
        Agreement.state != AgreementState.PREPARING, Agreement.told_state.is_distinct_from(Agreement.state)
    )
    proposed = select(AgreementEnd.municipality_code, AgreementEnd.agreement_id).where(
        AgreementEnd.told_state.is_distinct_from(AgreementEnd.state)
    )
    return [(code, agreement_id) for code, agreement_id in db.session.execute(union(waiting, proposed).limit(500))]


def validities(found: Sequence[Agreement], day: dt.date) -> dict[UUID, Validity]:
    """How long each of several agreements runs, seen from a day; those that were not concluded are not there. One query."""
    stand = {agreement_id: validity(course, day) for agreement_id, course in courses(found).items()}
    return {agreement_id: one for agreement_id, one in stand.items() if one is not None}


def courses(found: Sequence[Agreement]) -> dict[UUID, Course]:
    """What decides how long each of several agreements runs; those that were not concluded are not there. One query."""
    concluded = [row for row in found if row.state in CONCLUDED]
    if not concluded:
        return {}
    others: dict[str, list[Successor]] = {row.municipality_code: [] for row in concluded}
    query = select(Agreement.municipality_code, Agreement.number, Agreement.starts_on, Agreement.amends_id)
    for code, number, starts_on, amends_id in db.session.execute(
        query.where(Agreement.municipality_code.in_(others), Agreement.state.in_(CONCLUDED))
    ):
        others[code].append(Successor(number, starts_on, amends_id is not None))
    return {row.id: _course(row, successor(row.starts_on, others[row.municipality_code])) for row in concluded}


def in_force(code: str, day: dt.date) -> Validity | None:
    """How long the agreement runs that is in force in a municipality on a day; None where there is none."""
    course = course_in_force(code, day)
    return validity(course, day) if course else None


def course_in_force(code: str, day: dt.date) -> Course | None:
    """What decides how long the agreement runs that is in force in a municipality on a day; None where there is none."""
    of_period = and_(
        ScopePeriod.municipality_code == Agreement.municipality_code, ScopePeriod.agreement_id == Agreement.id
    )
    found = select(Agreement).join(ScopePeriod, of_period).where(Agreement.municipality_code == code)
    row = db.session.scalar(found.where(ScopePeriod.valid_from <= day, ScopePeriod.valid_to > day))
    return courses([row]).get(row.id) if row else None


def term(period: ScopePeriod) -> Scope:
    """What the agreement of a period settles for its whole term: that of an addendum began with the agreement that it changes."""
    row = db.session.get(Agreement, (period.municipality_code, period.agreement_id))
    return (row.readable_term if row else None) or period.scope


def to_remind(today: dt.date) -> Sequence[Agreement]:
    """The agreements within reach that have not been looked at, or are to be, for what they are to be reminded of; held."""
    waits = or_(Agreement.remind_on.is_(None), Agreement.remind_on <= today)
    query = agreements().where(Agreement.state == AgreementState.CONCLUDED, waits).order_by(Agreement.id)
    return db.session.scalars(held(query).limit(500)).all()


def running(code: str, first: dt.date, after: dt.date = dt.date.max) -> list[RunningAgreement]:
    """What is in force in a municipality on any day from `first` to the day before `after`, in order; without what cannot be read."""
    found = [row for row in periods.touching(first, after, code) if row.valid_from < row.valid_to]
    mine = db.session.scalars(agreements(code).where(Agreement.id.in_([row.agreement_id for row in found]))).all()
    stands, settled, terms = validities(mine, first), _settlements(mine), {row.id: row.readable_term for row in mine}
    return [
        RunningAgreement(
            scope,
            row.valid_from,
            last,
            stands.get(row.agreement_id),
            payments(terms.get(row.agreement_id) or scope, last, settled[row.agreement_id, last]),
        )
        for row in found
        if (scope := row.readable) is not None and (last := row.valid_to - A_DAY)
    ]


def _settlements(found: Sequence[Agreement]) -> Mapping[tuple[UUID, dt.date], Settlement]:
    """How each of several agreements of one municipality is settled that ends on a day before its term; what another replaces is not."""
    ended = select(AgreementEnd).where(
        AgreementEnd.municipality_code.in_({row.municipality_code for row in found}),
        AgreementEnd.agreement_id.in_([row.id for row in found]),
        AgreementEnd.state == EndState.FINAL,
    )
    given = {(row.agreement_id, row.last_day): Settlement(row.settlement) for row in db.session.scalars(ended)}
    return defaultdict(lambda: Settlement.FALLS_AWAY, given)


def certificates(found: Sequence[Agreement]) -> dict[UUID, ApprovalCertificate]:
    """Of several agreements those whose approvals have a certificate, made or owed, with it."""
    query = select(ApprovalCertificate).where(
        ApprovalCertificate.municipality_code.in_({agreement.municipality_code for agreement in found}),
        ApprovalCertificate.agreement_id.in_({agreement.id for agreement in found}),
    )
    return {each.agreement_id: each for each in db.session.scalars(query)}


def certificates_owed() -> list[tuple[str, UUID]]:
    """The certificates within reach that wait to be made."""
    due = select(ApprovalCertificate.municipality_code, ApprovalCertificate.id)
    return [
        (row.municipality_code, row.id)
        for row in db.session.execute(due.where(leases.is_due(ApprovalCertificate, now())).limit(500))
    ]


def standing(code: str, number: str) -> Standing | None:
    """How the agreement of a paper stands today, as whoever holds the paper is told. Raises NotFound for a number that no agreement has."""
    row = find(agreements(code).where(Agreement.number == number))
    return how_it_stands(validities([row], day_of(now())).get(row.id))


def _course(row: Agreement, after: Successor | None) -> Course:
    scope = Scope.readable(row.stored_scope)
    term_ends_on, notice_months = (scope.ends_on, scope.notice_months) if scope else (row.ends_on, 0)
    return Course(AgreementState(row.state), row.starts_on, term_ends_on, row.ends_on, notice_months, after)
