"""An agreement, or the draft of one, as the API answers it."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from marshmallow import fields

from service.partnership.agreements import queries
from service.partnership.agreements.models import Agreement, ApprovalCertificate, Decision, TakenIn
from service.partnership.agreements.rules import AgreementAct, AgreementState, Party, Signature
from service.partnership.agreements.validity import End, Validity, ValidityStage
from service.partnership.partnerships import queries as drafts
from service.partnership.partnerships.models import ScopeDraft
from service.partnership.partnerships.sent import ScopeShown, scope_shown
from service.platform.web.api import Editable, Item
from service.platform.web.versions import version_of
from tenants.calendar import day_of
from tenants.database import now
from tenants.scope import Scope

DRAFT = "draft"


class DecisionItem(Item):
    """An act by a named person for a party: the words agreed to or the reason given, and the hash of the paper shown."""

    id = fields.UUID()
    party = fields.String(metadata={"enum": list(Party)})
    act = fields.String(metadata={"enum": list(AgreementAct)})
    person_name = fields.String()
    person_title = fields.String()
    words = fields.String()
    sha256 = fields.String()
    difference_sha256 = fields.String(
        allow_none=True, metadata={"description": "Of an approval: that of the difference shown, where one was."}
    )
    at = fields.AwareDateTime()
    arrived_how = fields.String(
        allow_none=True,
        metadata={"description": "Of an approval: how its person had proved who they are, as `password+passkey`."},
    )
    arrived_at = fields.AwareDateTime(allow_none=True, metadata={"description": "When they had proved it last."})


class SuccessorItem(Item):
    """The agreement that takes another's place, and its first day."""

    number = fields.String()
    starts_on = fields.Date()


class ValidityItem(Item):
    """How long a concluded agreement runs, seen from today: where it stands, its last day and why, the last day of notice."""

    stage = fields.String(metadata={"enum": list(ValidityStage)})
    last_day = fields.Date()
    end = fields.String(metadata={"enum": list(End), "description": "What makes the last day the last."})
    last_notice_day = fields.Date(
        allow_none=True, metadata={"description": "The last day on which notice ends it sooner; null once given."}
    )
    successor = fields.Nested(SuccessorItem, allow_none=True)
    archived = fields.Boolean(metadata={"description": "Whether it has been over for five years or more."})


class SignatureItem(Item):
    """Who signed a paper for a party, and when, as stands there."""

    name = fields.String()
    title = fields.String()
    signed_on = fields.Date()


class TakenInItem(Item):
    """That an agreement was signed on paper, by whom, and when it was taken in. Its paper is the scan; nobody approved it here."""

    at = fields.AwareDateTime()
    municipality = fields.Nested(SignatureItem)
    drc = fields.Nested(SignatureItem)


class AgreementItem(Editable):
    """A draft or an agreement. A draft has no number, paper or decisions; its scope is null while it is not whole.

    The scope of either is null where it cannot be read.
    """

    id = fields.UUID()
    municipality_code = fields.String()
    number = fields.String(allow_none=True)
    state = fields.String(metadata={"enum": [DRAFT, *AgreementState]})
    document_id = fields.UUID(allow_none=True)
    certificate_document_id = fields.UUID(
        allow_none=True, metadata={"description": "The certificate of its approvals, made once both parties have."}
    )
    amends_id = fields.UUID(allow_none=True, metadata={"description": "Of an addendum: the agreement that it changes."})
    starts_on = fields.Date(allow_none=True)
    ends_on = fields.Date(
        allow_none=True, metadata={"description": "The last day of the term, earlier once terminated."}
    )
    created_at = fields.AwareDateTime(metadata={"description": "For a draft: when it was last changed."})
    validity = fields.Nested(ValidityItem, allow_none=True, metadata={"description": "Null while it is not concluded."})
    scope = ScopeShown(allow_none=True)
    decisions = fields.List(fields.Nested(DecisionItem))
    taken_in = fields.Nested(
        TakenInItem, allow_none=True, metadata={"description": "Null for one that was not signed on paper."}
    )


def item_of(row: Agreement | ScopeDraft) -> dict[str, Any]:
    """One of them in the shape of `AgreementItem`."""
    return items_of([row])[0]


def items_of(rows: Sequence[Agreement | ScopeDraft]) -> list[dict[str, Any]]:
    """Agreements with their decisions, and drafts, in the shape of `AgreementItem`."""
    agreed = [row for row in rows if isinstance(row, Agreement)]
    decided, stands = queries.decisions_of(agreed), queries.validities(agreed, day_of(now()))
    on_paper, certified = queries.taken_in(agreed), queries.certificates(agreed)
    return [
        _agreement(row, decided[row.id], stands.get(row.id), on_paper.get(row.id), certified.get(row.id))
        if isinstance(row, Agreement)
        else _drafted(row)
        for row in rows
    ]


def _agreement(
    row: Agreement,
    decided: Sequence[Decision],
    stands: Validity | None,
    on_paper: TakenIn | None,
    certificate: ApprovalCertificate | None,
) -> dict[str, Any]:
    scope = Scope.readable(row.stored_scope)
    return {
        "id": row.id,
        "municipality_code": row.municipality_code,
        "number": row.number,
        "state": AgreementState(row.state).value,
        "document_id": row.document_id,
        "certificate_document_id": certificate.document_id if certificate else None,
        "amends_id": row.amends_id,
        "starts_on": row.starts_on,
        "ends_on": row.ends_on,
        "created_at": row.created_at,
        "validity": stands,
        "scope": scope_shown(scope) if scope else None,
        "decisions": decided,
        "taken_in": {"at": on_paper.taken_in_at, **signatures(on_paper)} if on_paper else None,
        "version": None,
    }


def signatures(on_paper: TakenIn) -> dict[str, Signature]:
    """Who signed a paper that was taken in, by party."""
    return {
        party.value: Signature(*(getattr(on_paper, f"{party}_{part}") for part in ("name", "title", "signed_on")))
        for party in Party
    }


def _drafted(row: ScopeDraft) -> dict[str, Any]:
    scope = Scope.readable(row.stored_scope) if row.stored_scope else None
    return {
        "id": row.id,
        "municipality_code": row.municipality_code,
        "number": None,
        "state": DRAFT,
        "document_id": None,
        "certificate_document_id": None,
        "amends_id": None,
        "starts_on": scope.starts_on if scope else None,
        "ends_on": scope.ends_on if scope else None,
        "created_at": row.changed_at,
        "validity": None,
        "scope": scope_shown(scope) if scope else None,
        "decisions": [],
        "taken_in": None,
        "version": version_of(drafts.as_sent(row)),
    }
