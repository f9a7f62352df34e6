"""How agreements end before their term, for programs: an early day proposed and answered, and an end for breach."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from marshmallow import fields

from service.partnership.agreements import end_queries, ending, queries
from service.partnership.agreements.api import party_to
from service.partnership.agreements.models import AgreementEnd
from service.partnership.agreements.rules import AgreementAct, EndState, EndWay, Party
from service.partnership.agreements.schemas import Answer, Breach, EarlyEnd
from service.partnership.agreements.settling import Settlement
from service.platform.web.api import Item, listed, pages_of, resource
from service.platform.web.idempotency import once
from service.platform.web.identity import me
from service.platform.web.permits import permit
from service.platform.web.proof import fresh

bp = resource("agreement-ends", __name__, "How agreements end before their term, or were proposed to.")


class AgreementEndItem(Item):
    """An end: given by one party, or proposed by it and answered. Its paper is made once it is final."""

    id = fields.UUID()
    municipality_code = fields.String()
    agreement_id = fields.UUID()
    way = fields.String(metadata={"enum": list(EndWay)})
    state = fields.String(metadata={"enum": list(EndState)})
    party = fields.String(metadata={"enum": list(Party), "description": "Who ends it, or proposes to."})
    last_day = fields.Date()
    settlement = fields.String(metadata={"enum": list(Settlement)})
    person_name = fields.String()
    person_title = fields.String()
    words = fields.String()
    at = fields.AwareDateTime()
    answered_name = fields.String(allow_none=True)
    answered_title = fields.String(allow_none=True)
    answered_at = fields.AwareDateTime(allow_none=True)
    answer_remark = fields.String()
    document_id = fields.UUID(allow_none=True)


@bp.get("/agreements/<uuid:agreement_id>/ends", tags=["agreements"])
@permit.signed_in
@bp.response(200, pages_of(AgreementEndItem))
def ends(agreement_id: UUID) -> Any:
    """List how an agreement was ended before its term, or proposed to be, in order."""
    found = end_queries.ends(queries.agreement(agreement_id))
    return listed(found, None, max(len(found), 1))


@bp.post("/agreements/<uuid:agreement_id>/propose-end", tags=["agreements"])
@permit.signed_in
@fresh
@once
@bp.arguments(EarlyEnd)
@bp.response(201, AgreementEndItem)
def propose(given: dict[str, Any], agreement_id: UUID) -> Any:
    """Propose to the other party that the agreement end on an earlier day. A later proposal takes the place of one's own."""
    party = party_to(agreement_id, AgreementAct.ENDED_EARLY)
    settlement = given["settlement"] or Settlement.BY_DAYS
    person, reason = me().person_id, given["reason"]
    return ending.propose(agreement_id, party, person, reason, last_day=given["last_day"], settlement=settlement)


@bp.post("/agreements/<uuid:agreement_id>/agree-end", tags=["agreements"])
@permit.signed_in
@fresh
@once
@bp.response(200, AgreementEndItem)
def agree(agreement_id: UUID) -> Any:
    """Agree to the last day that the other party has proposed: the agreement ends then."""
    return _answered(agreement_id, EndState.FINAL)


@bp.post("/agreements/<uuid:agreement_id>/decline-end", tags=["agreements"])
@permit.signed_in
@once
@bp.arguments(Answer)
@bp.response(200, AgreementEndItem)
def decline(given: dict[str, Any], agreement_id: UUID) -> Any:
    """Decline the last day that the other party has proposed, and say why in `remark`."""
    return _answered(agreement_id, EndState.DECLINED, given["remark"] or "")


@bp.post("/agreements/<uuid:agreement_id>/withdraw-end", tags=["agreements"])
@permit.signed_in
@once
@bp.response(200, AgreementEndItem)
def withdraw(agreement_id: UUID) -> Any:
    """Withdraw the last day that one's own party has proposed."""
    return _answered(agreement_id, EndState.WITHDRAWN)


def _answered(agreement_id: UUID, to: EndState, remark: str = "") -> AgreementEnd | None:
    party = party_to(agreement_id, AgreementAct.ENDED_EARLY)
    proposed = end_queries.proposed_end(queries.agreement(agreement_id))
    ending.answer(agreement_id, party, me().person_id, to, remark)
    return proposed


@bp.post("/agreements/<uuid:agreement_id>/end-for-breach", tags=["agreements"])
@permit.signed_in
@fresh
@once
@bp.arguments(Breach)
@bp.response(200, AgreementEndItem)
def end_for_breach(given: dict[str, Any], agreement_id: UUID) -> Any:
    """End an agreement that the other party has broken gravely, and not mended 14 days after it was called on in writing."""
    party = party_to(agreement_id, AgreementAct.ENDED_FOR_BREACH)
    return ending.end_for_breach(agreement_id, party, me().person_id, **given)
