"""Reads of how agreements end before their term, within the reach."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from uuid import UUID

from sqlalchemy import ColumnElement, Select, and_, select

from service.partnership.agreements.models import Agreement, AgreementEnd
from service.partnership.agreements.rules import AgreementState, EndState, EndWay
from service.platform.work import leases
from tenants.database import db, now


def ends(agreement: Agreement) -> Sequence[AgreementEnd]:
    """How an agreement was ended before its term, or proposed to be, in order."""
    mine = AgreementEnd.municipality_code == agreement.municipality_code, AgreementEnd.agreement_id == agreement.id
    return db.session.scalars(select(AgreementEnd).where(*mine).order_by(AgreementEnd.at, AgreementEnd.id)).all()


def proposed_end(agreement: Agreement) -> AgreementEnd | None:
    """The end that one party has proposed and the other has not answered, if any."""
    return next((end for end in ends(agreement) if end.state == EndState.PROPOSED), None)


def open_proposal(code: str, today: dt.date) -> AgreementEnd | None:
    """The end of a municipality's agreement that waits for an answer and whose day is still to come, if any."""
    waits = ends_proposed(today).where(AgreementEnd.municipality_code == code)
    return db.session.scalar(waits.order_by(AgreementEnd.at).limit(1))


def ends_proposed(today: dt.date) -> Select[AgreementEnd]:
    """The ends within reach that wait for an answer: the day is still to come, and the agreement has not ended otherwise."""
    of_agreement = and_(
        Agreement.municipality_code == AgreementEnd.municipality_code, Agreement.id == AgreementEnd.agreement_id
    )
    return (
        select(AgreementEnd)
        .join(Agreement, of_agreement)
        .where(
            AgreementEnd.state == EndState.PROPOSED,
            AgreementEnd.last_day >= today,
            Agreement.ends_on > AgreementEnd.last_day,
            Agreement.state.in_((AgreementState.CONCLUDED, AgreementState.TERMINATED)),
        )
    )


def end_that_is_final(code: str, end_id: UUID) -> ColumnElement[bool]:
    """The condition for an end whose paper can be made."""
    return and_(AgreementEnd.municipality_code == code, AgreementEnd.id == end_id, AgreementEnd.state == EndState.FINAL)


def paper_before(end: AgreementEnd) -> str | None:
    """The number of the paper whose last day an end has brought forward: that of a notice, under which the agreement ends still sooner."""
    if end.way == EndWay.NOTICE:
        return None
    notice = select(AgreementEnd.number).where(
        AgreementEnd.municipality_code == end.municipality_code,
        AgreementEnd.agreement_id == end.agreement_id,
        AgreementEnd.way == EndWay.NOTICE,
        AgreementEnd.document_id.is_not(None),
    )
    return db.session.scalar(notice)


def end_papers_owed() -> list[tuple[str, UUID]]:
    """The ends within reach whose paper waits to be made."""
    due = select(AgreementEnd.municipality_code, AgreementEnd.id).where(
        AgreementEnd.state == EndState.FINAL, leases.is_due(AgreementEnd, now())
    )
    return [(row.municipality_code, row.id) for row in db.session.execute(due.limit(500))]
