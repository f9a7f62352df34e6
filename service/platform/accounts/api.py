"""The person whose key it is, and their keys."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from flask.typing import ResponseReturnValue
from marshmallow import fields

from service.platform.accounts import operations, own_account, queries
from service.platform.accounts.models import ApiToken, Person
from service.platform.web.api import Item, ListQuery, listed_page, pages_of, resource
from service.platform.web.idempotency import once
from service.platform.web.identity import KeyPurpose, me
from service.platform.web.pages import page_of
from service.platform.web.permits import permit
from tenants.database import db

bp = resource("me", __name__, "The person whose key is used: who they are, where they act, and their keys.")


class MembershipItem(Item):
    """A role, and where it holds."""

    role = fields.String()
    municipality_code = fields.String(allow_none=True)
    territory = fields.String(allow_none=True)


class MeItem(Item):
    """The person whose key is used."""

    id = fields.UUID()
    name = fields.String()
    title = fields.String()
    email = fields.String()
    office = fields.String(metadata={"enum": ["drc", "municipality"]})
    memberships = fields.List(fields.Nested(MembershipItem))
    municipality_codes = fields.List(fields.String(), metadata={"description": "The municipalities within reach."})


class TokenItem(Item):
    """A key for programs. The key itself was shown once, when it was issued."""

    id = fields.UUID()
    name = fields.String()
    purpose = fields.String(metadata={"enum": [purpose.value for purpose in KeyPurpose]})
    created_at = fields.AwareDateTime()
    expires_at = fields.AwareDateTime()
    last_used_at = fields.AwareDateTime(allow_none=True)


@bp.get("/me")
@permit.signed_in
@bp.response(200, MeItem)
def who() -> Any:
    """Who the key acts for."""
    identity = me()
    return {
        "id": identity.person_id,
        "name": identity.name,
        "title": db.session.get_one(Person, identity.person_id).title,
        "email": identity.email,
        "office": identity.office.value,
        "memberships": operations.places(identity),
        "municipality_codes": sorted(identity.codes),
    }


@bp.get("/me/tokens")
@permit.signed_in
@bp.arguments(ListQuery, location="query")
@bp.response(200, pages_of(TokenItem))
def tokens(asked: dict[str, Any]) -> Any:
    """List one's own keys in use."""
    return listed_page(
        page_of(queries.keys_of(me().person_id), [ApiToken.id], asked["cursor"], asked["limit"]), asked["limit"]
    )


@bp.get("/me/tokens/<uuid:token_id>")
@permit.signed_in
@bp.response(200, TokenItem)
def token(token_id: UUID) -> Any:
    """Read one of one's own keys."""
    return queries.key(me().person_id, token_id)


@bp.delete("/me/tokens/<uuid:token_id>")
@permit.signed_in
@once
@bp.response(204)
def end_token(token_id: UUID) -> ResponseReturnValue:
    """End one of one's own keys, at once. New keys are issued on one's page, where a password stands before them."""
    own_account.end_key(me(), token_id)
    return "", 204
