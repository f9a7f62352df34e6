"""Agreements: drafted, offered, approved or declined, withdrawn and terminated."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any
from uuid import UUID

from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from marshmallow import ValidationError

from service.partnership.agreements import addenda, comparing, ending, intake, offering, operations, queries
from service.partnership.agreements.difference_items import DifferenceItem, difference_item
from service.partnership.agreements.items import DRAFT, AgreementItem, item_of, items_of
from service.partnership.agreements.models import Agreement
from service.partnership.agreements.rules import ENDING, AgreementAct, Party
from service.partnership.agreements.schemas import (
    AddendumDay,
    AgreementQuery,
    Approval,
    ChangedAgreement,
    DifferenceQuery,
    MendedAgreement,
    NewAgreement,
    Notice,
    Reason,
    SignedSent,
)
from service.partnership.agreements.settling import Settlement
from service.partnership.partnerships import operations as partnerships
from service.partnership.partnerships import queries as drafts
from service.partnership.partnerships.api import keep_scope
from service.partnership.partnerships.models import ScopeDraft
from service.partnership.partnerships.sent import ScopeSent, scope_shown
from service.platform.accounts.arriving import last_of
from service.platform.accounts.queries import roles_at
from service.platform.documents.scans import MAX_BYTES
from service.platform.web.api import listed, merged, pages_of, resource, under, within
from service.platform.web.errors import Conflict, Invalid, NotFound, flatten
from service.platform.web.etags import seen, seen_if_told, step
from service.platform.web.fields import whole
from service.platform.web.idempotency import once
from service.platform.web.identity import Role, me
from service.platform.web.pages import cursor_at, page_of
from service.platform.web.permits import permit
from service.platform.web.proof import fresh
from service.platform.web.security import takes
from service.platform.web.versions import seen_nothing
from tenants.scope import Scope

bp = resource(
    "agreements",
    __name__,
    "Partnership agreements. A draft becomes an agreement, with the same id, when it is offered.",
)

ROOM = MAX_BYTES * 4 // 3 + 64 * 1024  # a scan as Base64, and what stands around it

# Whom a role acts for, and what it may do. Staff read.
MAY: Mapping[Role, tuple[Party, frozenset[AgreementAct]]] = {
    Role.MANAGER: (Party.MUNICIPALITY, frozenset({AgreementAct.APPROVED, AgreementAct.DECLINED, *ENDING.values()})),
    Role.SECRETARIAT: (Party.DRC, frozenset({AgreementAct.APPROVED, AgreementAct.WITHDRAWN, *ENDING.values()})),
    Role.CONSULTANT: (Party.DRC, frozenset({AgreementAct.WITHDRAWN})),
}


@bp.get("/agreements")
@permit.signed_in
@bp.arguments(AgreementQuery, location="query")
@bp.response(200, pages_of(AgreementItem))
def agreements(asked: dict[str, Any]) -> Any:
    """List the agreements within reach; for DRC the drafts too."""
    code, state, limit = within(asked["municipality_code"]), asked["state"], asked["limit"]
    rows: list[Agreement | ScopeDraft] = []
    more = False
    if state != DRAFT:
        query = queries.agreements(code)
        query = query if state is None else query.where(Agreement.state == state)
        page = page_of(query, [Agreement.municipality_code, Agreement.id], asked["cursor"], limit)
        rows, more = list(page.items), page.cursor is not None
    if state in (None, DRAFT) and me().drc:
        drafted = page_of(drafts.drafts(code), [ScopeDraft.municipality_code, ScopeDraft.id], asked["cursor"], limit)
        rows, more = [*rows, *drafted.items], more or drafted.cursor is not None
    rows.sort(key=lambda row: (row.municipality_code, row.id))
    more = more or len(rows) > limit
    rows = rows[:limit]
    return listed(items_of(rows), cursor_at([rows[-1].municipality_code, rows[-1].id]) if more else None, limit)


@bp.get("/agreements/<uuid:agreement_id>")
@permit.signed_in
@bp.response(200, AgreementItem)
def agreement(agreement_id: UUID) -> Any:
    """Read an agreement, or for DRC a draft."""
    return item_of(drafts.draft_with(agreement_id) or queries.agreement(agreement_id))


@bp.get("/agreements/<uuid:agreement_id>/difference")
@permit.signed_in
@bp.arguments(DifferenceQuery, location="query")
@bp.response(200, DifferenceItem)
def difference(asked: dict[str, Any], agreement_id: UUID) -> Any:
    """Read what differs from the agreement before, or from another of the municipality's. 404 where there is none to compare with."""
    return difference_item(comparing.with_chosen(queries.agreement(agreement_id), asked["before"]))


@bp.post("/agreements")
@permit.drc
@once
@bp.arguments(NewAgreement)
@bp.response(201, AgreementItem)
def draft(given: dict[str, Any]) -> Any:
    """Begin a draft. A municipality has one at a time."""
    code = within(given["municipality_code"])
    if code is None or drafts.draft(code) is not None:
        raise Conflict(_("There is a draft for this municipality already. Change that one, or throw it away first."))
    return item_of(keep_scope(code, given["scope"], seen_nothing()))


@bp.put("/agreements/<uuid:agreement_id>")
@permit.drc
@once
@bp.arguments(whole(ChangedAgreement))
@bp.response(200, AgreementItem)
def change(given: dict[str, Any], agreement_id: UUID) -> Any:
    """Give a draft another scope, in place of the one before."""
    return item_of(keep_scope(_draft(agreement_id).municipality_code, given["scope"], seen()))


@bp.patch("/agreements/<uuid:agreement_id>")
@permit.drc
@once
@bp.arguments(MendedAgreement)
@bp.response(200, AgreementItem)
def mend(given: dict[str, Any], agreement_id: UUID) -> Any:
    """Give a draft's scope other values, in the places that are sent; a list is sent whole."""
    found = _draft(agreement_id)
    before = scope_shown(Scope.from_plain(found.stored_scope)) if found.stored_scope else {}
    try:
        scope = ScopeSent().load(merged(before, given["scope"]))
    except ValidationError as error:
        raise Invalid(under("scope", flatten(error.messages))) from error
    return item_of(keep_scope(found.municipality_code, scope, seen()))


@bp.delete("/agreements/<uuid:agreement_id>")
@permit.drc
@once
@bp.response(204)
def discard(agreement_id: UUID) -> ResponseReturnValue:
    """Throw a draft away."""
    partnerships.discard(_draft(agreement_id).municipality_code)
    return "", 204


@bp.post("/agreements/<uuid:agreement_id>/offer")
@permit.drc
@fresh
@step
@once
@bp.response(200, AgreementItem)
def offer(agreement_id: UUID) -> Any:
    """Offer the municipality what a draft means. Its paper is made by and by: the state is then `offered`."""
    return _offered(agreement_id)


@bp.post("/agreements/<uuid:agreement_id>/offer-addendum")
@permit.drc
@fresh
@step
@once
@bp.response(200, AgreementItem)
def offer_addendum(agreement_id: UUID) -> Any:
    """Offer the municipality what a draft means as an addendum to the agreement that is in force on its first day."""
    return _offered(agreement_id, as_addendum=True)


@bp.post("/agreements/<uuid:agreement_id>/addendum")
@permit.drc
@once
@bp.arguments(AddendumDay)
@bp.response(201, AgreementItem)
def draft_addendum(given: dict[str, Any], agreement_id: UUID) -> Any:
    """Begin the draft of an addendum: what a concluded agreement settles, from a day on."""
    return item_of(addenda.draft(agreement_id, given["starts_on"], me().person_id))


@bp.post("/agreements/<uuid:agreement_id>/take-in")
@permit.drc
@fresh
@takes(ROOM)
@step
@once
@bp.arguments(SignedSent)
@bp.response(200, AgreementItem)
def take_in(given: dict[str, Any], agreement_id: UUID) -> Any:
    """Take in what a draft says as an agreement that was signed on paper, with the scan of it. It is in force for its days at once."""
    code, scan = _draft(agreement_id).municipality_code, given.pop("scan")
    return item_of(intake.take_in_draft(code, given, scan, me().person_id, seen_if_told()))


@bp.post("/agreements/<uuid:agreement_id>/draft")
@permit.drc
@once
@bp.response(201, AgreementItem)
def draft_again(agreement_id: UUID) -> Any:
    """Begin a draft from an agreement that came to nothing, or of the term after one that was concluded."""
    return item_of(offering.draft_again(agreement_id, me().person_id))


@bp.post("/agreements/<uuid:agreement_id>/approve")
@permit.signed_in
@fresh
@once
@bp.arguments(Approval)
@bp.response(200, AgreementItem)
def approve(given: dict[str, Any], agreement_id: UUID) -> Any:
    """Approve an agreement for one's party. When both have, its scope is in force from its first day."""
    party = party_to(agreement_id, AgreementAct.APPROVED)
    sha256, differs, arrival = given["sha256"].lower(), given["difference_sha256"], last_of(me())
    differs = differs.lower() if differs else None
    person = me().person_id
    return item_of(operations.approve(agreement_id, party, person, sha256, arrival=arrival, difference_sha256=differs))


@bp.post("/agreements/<uuid:agreement_id>/decline")
@permit.signed_in
@once
@bp.arguments(Reason)
@bp.response(200, AgreementItem)
def decline(given: dict[str, Any], agreement_id: UUID) -> Any:
    """Decline an offered agreement for the municipality, with a reason."""
    party_to(agreement_id, AgreementAct.DECLINED)
    return item_of(operations.decline(agreement_id, me().person_id, given["reason"]))


@bp.post("/agreements/<uuid:agreement_id>/withdraw")
@permit.signed_in
@once
@bp.arguments(Reason)
@bp.response(200, AgreementItem)
def withdraw(given: dict[str, Any], agreement_id: UUID) -> Any:
    """Withdraw an agreement that is not concluded, for DRC, with a reason."""
    party_to(agreement_id, AgreementAct.WITHDRAWN)
    return item_of(operations.withdraw(agreement_id, me().person_id, given["reason"]))


@bp.post("/agreements/<uuid:agreement_id>/terminate")
@permit.signed_in
@fresh
@once
@bp.arguments(Notice)
@bp.response(200, AgreementItem)
def terminate(given: dict[str, Any], agreement_id: UUID) -> Any:
    """Give notice of a concluded agreement for one's party, with a reason."""
    party = party_to(agreement_id, AgreementAct.TERMINATED)
    settlement = given["settlement"] or Settlement.BY_DAYS
    return item_of(ending.terminate(agreement_id, party, me().person_id, given["reason"], settlement=settlement))


def _offered(draft_id: UUID, *, as_addendum: bool = False) -> Any:
    code = _draft(draft_id).municipality_code
    try:
        return item_of(offering.offer_draft(code, me().person_id, seen_if_told(), as_addendum=as_addendum))
    except Invalid as invalid:
        raise Invalid(under("scope", invalid.errors)) from invalid


def party_to(agreement_id: UUID, act: AgreementAct) -> Party:
    """The party that the asker may do this for. Raises NotFound where it is not theirs to do."""
    for role in roles_at(me(), queries.agreement(agreement_id).municipality_code):
        party, acts = MAY.get(role, (None, frozenset()))
        if party is not None and act in acts:
            return party
    raise NotFound


def _draft(draft_id: UUID) -> ScopeDraft:
    """The draft with that id. Raises Conflict where it has been offered, and NotFound."""
    found = drafts.draft_with(draft_id)
    if found is None:
        queries.agreement(draft_id)
        raise Conflict(_("This is not a draft any more: it has been offered."))
    return found
