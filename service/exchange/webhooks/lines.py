"""Systems that do not take what they are told, as lines of the Monday list."""

from __future__ import annotations

import datetime as dt

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l

from service.exchange.webhooks.models import Webhook, WebhookMessage
from service.platform.documents.models import Document
from service.platform.lines import LineGroup, Lines, TaskSource, danish_day, four, here
from service.platform.work import leases


def failed(_today: dt.date) -> Lines:
    """The messages that were given up, to systems that are still to be told."""
    row = four(WebhookMessage.municipality_code, danish_day(WebhookMessage.owed_at), WebhookMessage.id, Document.number)
    paper = (Document.municipality_code == WebhookMessage.municipality_code) & (
        Document.id == WebhookMessage.document_id
    )
    hook = (Webhook.municipality_code == WebhookMessage.municipality_code) & (Webhook.id == WebhookMessage.webhook_id)
    told = row.join(Document, paper).join(Webhook, hook)
    return told.where(WebhookMessage.work_state == leases.FAILED, Webhook.ended_at.is_(None))


LINES = (
    TaskSource(
        "failed_webhooks",
        LineGroup.FAILED,
        8,
        failed,
        _l("Papers that the municipality's system was not told of"),
        lambda line, _known: _("The municipality's system could not be told of %(number)s", number=line.note),
        _l("See why and try again"),
        "webhooks.listing",
        here,
    ),
)
