"""The cooperation agreements that are made here, for DRC's programs: drafted, offered, answered for, approved and ended."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from flask.typing import ResponseReturnValue
from marshmallow import fields

from service.network.cooperation import deciding, drafting, offering, queries
from service.network.cooperation.models import CooperationOffer
from service.network.cooperation.rules import OfferAct, OfferState
from service.network.cooperation.schemas import OfferNotice, OfferReason, PaperShown, TermsSent, ToldAnswer
from service.network.networks import queries as networks
from service.platform.accounts.arriving import last_of
from service.platform.web.api import Editable, Item, listed, pages_of, resource
from service.platform.web.etags import seen, seen_if_told, step
from service.platform.web.idempotency import once, once_without
from service.platform.web.identity import me
from service.platform.web.permits import permit
from service.platform.web.proof import fresh
from service.platform.web.versions import version_of

bp = resource(
    "cooperation-offers", __name__, "The cooperation agreements that are made here, from the draft to the sealed paper."
)
PATH = "/groups/<uuid:group_id>/cooperation-offers"
ONE = f"{PATH}/<uuid:offer_id>"


class OfferDecisionItem(Item):
    """What was decided, by whom, and how it is known whose act it was: `account`, `link` or `told`."""

    party = fields.String()
    act = fields.String()
    way = fields.String()
    person_name = fields.String()
    words = fields.String()
    note = fields.String()
    at = fields.AwareDateTime()


class OfferItem(Editable):
    """An agreement that is made here. `cooperation_id` is that of its days, once it is concluded."""

    id = fields.UUID()
    group_id = fields.UUID()
    municipality_code = fields.String()
    state = fields.String()
    number = fields.String(allow_none=True)
    document_id = fields.UUID(allow_none=True)
    cooperation_id = fields.UUID(allow_none=True)
    link_sent_at = fields.AwareDateTime(allow_none=True)
    terms = fields.Dict(keys=fields.String())
    decisions = fields.List(fields.Nested(OfferDecisionItem))


class LinkItem(OfferItem):
    """The same, and the code that belongs to the link that is being mailed: it is told this once."""

    code = fields.String(allow_none=True)


@bp.get(PATH, tags=["groups"])
@permit.drc
@bp.response(200, pages_of(OfferItem))
def offers(group_id: UUID) -> Any:
    """List a group's agreements that are made here, all at once, newest first."""
    found = [_item(row) for row in queries.offers(networks.group(group_id).id)]
    return listed(found, None, max(len(found), 1))


@bp.get(ONE, tags=["groups"])
@permit.drc
@bp.response(200, OfferItem)
def offer(group_id: UUID, offer_id: UUID) -> Any:
    """Read one."""
    return _item(queries.offer(offer_id, group_id))


@bp.post(PATH, tags=["groups"])
@permit.drc
@once
@bp.response(201, OfferItem)
def draft(group_id: UUID) -> Any:
    """Begin a draft, with what is known of the group. A group has one agreement under way at a time."""
    return _item(drafting.begin(group_id, me().person_id))


@bp.put(ONE, tags=["groups"])
@permit.drc
@once
@bp.arguments(TermsSent)
@bp.response(200, OfferItem)
def change(given: dict[str, Any], group_id: UUID, offer_id: UUID) -> Any:
    """Give a draft other terms, whole."""
    return _item(drafting.change(_one(group_id, offer_id), given["terms"], me().person_id, seen()))


@bp.delete(ONE, tags=["groups"])
@permit.drc
@once
@bp.response(204)
def discard(group_id: UUID, offer_id: UUID) -> ResponseReturnValue:
    """Throw a draft away."""
    drafting.discard(_one(group_id, offer_id))
    return "", 204


@bp.post(f"{ONE}/offer", tags=["groups"])
@permit.drc
@fresh
@step
@once
@bp.response(200, OfferItem)
def make_offer(group_id: UUID, offer_id: UUID) -> Any:
    """Offer the group what a draft means. Its paper is made by and by: the state is then `offered`."""
    return _item(offering.offer(_one(group_id, offer_id), me().person_id, seen_if_told()))


@bp.post(f"{ONE}/link", tags=["groups"])
@permit.drc
@fresh
@once_without("code")
@bp.response(200, LinkItem)
def send_link(group_id: UUID, offer_id: UUID) -> Any:
    """Mail the group's contact a link, and answer with the code that is told them in another way. A link before opens nothing any more.

    Somebody else then approves for DRC.
    """
    row, code = offering.send_link(_one(group_id, offer_id))
    return {**_item(row), "code": code}


@bp.post(f"{ONE}/answer", tags=["groups"])
@permit.drc
@fresh
@once
@bp.arguments(ToldAnswer)
@bp.response(200, OfferItem)
def note_answer(given: dict[str, Any], group_id: UUID, offer_id: UUID) -> Any:
    """Note that the group's contact has approved or declined, and how one knows it. Somebody else then approves for DRC."""
    act, key = OfferAct(given["answer"]), _one(group_id, offer_id)
    return _item(deciding.note_answer(key, act, me().person_id, given["sha256"].lower(), given["note"]))


@bp.post(f"{ONE}/approve", tags=["groups"])
@permit.drc
@fresh
@once
@bp.arguments(PaperShown)
@bp.response(200, OfferItem)
def approve(given: dict[str, Any], group_id: UUID, offer_id: UUID) -> Any:
    """Approve for DRC what the group has approved: the agreement is concluded."""
    key, sha256 = _one(group_id, offer_id), given["sha256"].lower()
    return _item(deciding.approve(key, me().person_id, sha256, last_of(me())))


@bp.post(f"{ONE}/withdraw", tags=["groups"])
@permit.drc
@once
@bp.arguments(OfferReason)
@bp.response(200, OfferItem)
def withdraw(given: dict[str, Any], group_id: UUID, offer_id: UUID) -> Any:
    """Withdraw what is not concluded, with a reason: it is a draft again, under another id."""
    return _item(deciding.withdraw(_one(group_id, offer_id), me().person_id, given["reason"]))


@bp.post(f"{ONE}/terminate", tags=["groups"])
@permit.drc
@once
@bp.arguments(OfferNotice)
@bp.response(200, OfferItem)
def terminate(given: dict[str, Any], group_id: UUID, offer_id: UUID) -> Any:
    """Note that a party gives notice of a concluded agreement, with a reason."""
    key, person = _one(group_id, offer_id), me().person_id
    return _item(deciding.give_notice(key, given["party"], person, given["reason"], given["given_on"]))


def _one(group_id: UUID, offer_id: UUID) -> UUID:
    """The id, where it is one of the group's. Raises NotFound."""
    return queries.offer(offer_id, group_id).id


def _item(row: CooperationOffer) -> dict[str, Any]:
    names = ("id", "group_id", "municipality_code", "state", "number", "document_id", "cooperation_id", "link_sent_at")
    told = {name: getattr(row, name) for name in (*names, "terms")}
    version = version_of(row.terms) if row.state == OfferState.DRAFT else None
    return told | {"version": version, "decisions": queries.decisions(row)}
