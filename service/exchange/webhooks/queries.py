"""Reads of a municipality's systems and what they were told, within the reach."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping, Sequence
from uuid import UUID

from sqlalchemy import Select, func, select
from sqlalchemy.dialects.postgresql import distinct_on

from service.exchange.filing.rules import FILED
from service.exchange.webhooks.models import Webhook, WebhookMessage
from service.platform.documents.models import Document
from service.platform.web.finding import find
from service.platform.work import leases
from tenants.database import db, now

LOOKED_BACK = dt.timedelta(days=31)  # for papers that are owed: longer than unattended work has ever stood still


def webhooks(code: str | None = None) -> Select[Webhook]:
    """The systems of a municipality, or of all within reach, to be listed by page."""
    query = select(Webhook)
    return query if code is None else query.where(Webhook.municipality_code == code)


def open_ones(code: str) -> Sequence[Webhook]:
    """The systems of a municipality that are told, the newest first: at most as many as it may have."""
    mine = webhooks(code).where(Webhook.ended_at.is_(None))
    return db.session.scalars(mine.order_by(Webhook.made_at.desc(), Webhook.id)).all()


def webhook(webhook_id: UUID) -> Webhook:
    """The one with that id. Raises NotFound when there is none within reach."""
    return find(webhooks().where(Webhook.id == webhook_id))


def messages(webhook_id: UUID) -> Select[WebhookMessage]:
    """What a system was told, or is to be told, to be listed by page."""
    return select(WebhookMessage).where(WebhookMessage.webhook_id == webhook_id)


def newest(code: str, rows: Sequence[Webhook]) -> Mapping[UUID, WebhookMessage]:
    """The newest message of each of a municipality's systems, by system."""
    last = (
        select(WebhookMessage)
        .where(WebhookMessage.municipality_code == code, WebhookMessage.webhook_id.in_([row.id for row in rows]))
        .ext(distinct_on(WebhookMessage.webhook_id))
        .order_by(WebhookMessage.webhook_id, WebhookMessage.owed_at.desc())
    )
    return {row.webhook_id: row for row in db.session.scalars(last)}


def untold() -> Sequence[tuple[str, UUID, UUID]]:
    """The papers within reach that a system is to be told of and that are not yet owed: (municipality, system, paper)."""
    known = select(WebhookMessage.id).where(
        WebhookMessage.municipality_code == Document.municipality_code,
        WebhookMessage.webhook_id == Webhook.id,
        WebhookMessage.document_id == Document.id,
    )
    since = func.greatest(Webhook.made_at, now() - LOOKED_BACK)
    query = (
        select(Document.municipality_code, Webhook.id, Document.id)
        .join(Webhook, Webhook.municipality_code == Document.municipality_code)
        .where(Webhook.ended_at.is_(None), Document.kind.in_(FILED), Document.created_at >= since, ~known.exists())
    )
    return [(code, webhook_id, document_id) for code, webhook_id, document_id in db.session.execute(query.limit(500))]


def due() -> list[tuple[str, UUID]]:
    """What waits to be told, within reach: (municipality, message)."""
    query = select(WebhookMessage.municipality_code, WebhookMessage.id).where(leases.is_due(WebhookMessage, now()))
    return [
        (row.municipality_code, row.id)
        for row in db.session.execute(query.order_by(WebhookMessage.due_from).limit(500))
    ]
