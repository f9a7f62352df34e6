"""Systems of a municipality that are told of papers as they are issued."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from marshmallow import fields

from service.exchange.filing.views import may_set
from service.exchange.webhooks import operations, queries
from service.exchange.webhooks.models import Webhook, WebhookMessage
from service.exchange.webhooks.rules import MAX_URL
from service.exchange.webhooks.schemas import NewWebhook
from service.platform.web.api import Item, ListQuery, MunicipalQuery, listed_page, pages_of, resource, within
from service.platform.web.errors import Forbidden
from service.platform.web.idempotency import once, once_without
from service.platform.web.identity import me
from service.platform.web.pages import page_of
from service.platform.web.permits import permit

bp = resource(
    "webhooks",
    __name__,
    "Systems of a municipality that are told of papers as they are issued, signed as Standard Webhooks says.",
)


class WebhookItem(Item):
    """A system that is told of papers, those issued since it was made. What has ended stays in the list."""

    id = fields.UUID()
    municipality_code = fields.String()
    url = fields.String(metadata={"maxLength": MAX_URL})
    made_at = fields.AwareDateTime()
    ended_at = fields.AwareDateTime(allow_none=True)


class MadeWebhookItem(WebhookItem):
    """A system that was made just now."""

    secret = fields.String(
        allow_none=True,
        metadata={
            "description": "What messages are signed with. Told this once: null when the call is repeated. End it then, and make another."
        },
    )


class WebhookMessageItem(Item):
    """What a system was told of a paper, or waits to be told. `id` is the message's `webhook-id`."""

    id = fields.UUID()
    webhook_id = fields.UUID()
    document_id = fields.UUID()
    status = fields.String(metadata={"enum": ["waiting", "sent", "failed"]})
    owed_at = fields.AwareDateTime()
    sent_at = fields.AwareDateTime(allow_none=True)
    attempts = fields.Integer()


@bp.get("/webhooks")
@permit.signed_in
@bp.arguments(MunicipalQuery, location="query")
@bp.response(200, pages_of(WebhookItem))
def webhooks(asked: dict[str, Any]) -> Any:
    """List the systems within reach."""
    query, keys = queries.webhooks(within(asked["municipality_code"])), [Webhook.municipality_code, Webhook.id]
    return listed_page(page_of(query, keys, asked["cursor"], asked["limit"]), asked["limit"])


@bp.get("/webhooks/<uuid:webhook_id>")
@permit.signed_in
@bp.response(200, WebhookItem)
def webhook(webhook_id: UUID) -> Any:
    """Read a system."""
    return queries.webhook(webhook_id)


@bp.post("/municipalities/<municipality_code>/webhooks")
@permit.municipality
@bp.arguments(NewWebhook)
@once_without("secret")
@bp.response(201, MadeWebhookItem)
def make(given: dict[str, Any], municipality_code: str) -> Any:
    """Let a system be told of the papers that are issued from now on. For the municipality's manager, and DRC."""
    _may_set()
    row, secret = operations.make(municipality_code, given["url"], me().person_id)
    return {name: getattr(row, name) for name in ("id", "municipality_code", "url", "made_at", "ended_at")} | {
        "secret": secret
    }


@bp.delete("/webhooks/<uuid:webhook_id>")
@permit.signed_in
@once
@bp.response(204)
def end(webhook_id: UUID) -> ResponseReturnValue:
    """Tell a system nothing more, for good and at once."""
    queries.webhook(webhook_id)
    _may_set()
    operations.end(webhook_id)
    return "", 204


@bp.get("/webhooks/<uuid:webhook_id>/messages")
@permit.signed_in
@bp.arguments(ListQuery, location="query")
@bp.response(200, pages_of(WebhookMessageItem))
def messages(asked: dict[str, Any], webhook_id: UUID) -> Any:
    """List what a system was told, or waits to be told."""
    row = queries.webhook(webhook_id)
    keys = [WebhookMessage.municipality_code, WebhookMessage.id]
    return listed_page(page_of(queries.messages(row.id), keys, asked["cursor"], asked["limit"]), asked["limit"])


def _may_set() -> None:
    if not may_set():
        raise Forbidden(_("Only the municipality's manager and DRC say which systems are told."))
