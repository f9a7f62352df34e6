"""Name the systems of a municipality, and tell each of its papers, once."""

from __future__ import annotations

import secrets
from http.client import HTTPException
from urllib.parse import urlsplit
from uuid import UUID

from flask import current_app
from sqlalchemy import ColumnElement, and_
from sqlalchemy.dialects.postgresql import insert

from service.exchange.webhooks import queries, rules
from service.exchange.webhooks.models import Webhook, WebhookMessage
from service.exchange.webhooks.rules import PaperIssued
from service.exchange.webhooks.texts import URL_FAULTS, too_many
from service.platform.documents import queries as papers
from service.platform.documents.models import Document
from service.platform.factors import sealing
from service.platform.ledger.operations import record
from service.platform.web.errors import Refusal
from service.platform.work import leases, outward, waking
from service.platform.work.faults import Fault
from service.platform.work.outward import NotPublic
from service.platform.work.waking import Wakeup
from tenants.acting import acting_for
from tenants.database import db, now, transaction, uuid7
from tenants.reach import clock

JOB = "service.webhooks.jobs.send"
AGENT = "Partnerskab"


class MessageNotTaken(Exception):
    """A system did not take a message. `fault` says what follows, and the text why, with nothing of what the system said."""

    def __init__(self, why: str, fault: Fault) -> None:
        super().__init__(why)
        self.fault = fault


def make(code: str, url: str, person_id: UUID) -> tuple[Webhook, str]:
    """Let a system of a municipality be told of the papers issued from now on: the row, and the secret that messages are signed with.

    The secret is told this once. Raises Refusal for an address that messages cannot be sent to, and for too many.
    """
    fault = rules.fault_of(url, production=current_app.extensions["settings"].production)
    if fault:
        message = str(URL_FAULTS[fault])
        raise Refusal(message, {"url": [message]})
    if len(queries.open_ones(code)) >= rules.MAX_WEBHOOKS:
        message = too_many()
        raise Refusal(message, {"url": [message]})
    row_id, secret = uuid7(), rules.shown(secrets.token_bytes(rules.SECRET_BYTES))
    kept = sealing.seal(secret, row_id, _key())
    row = Webhook(municipality_code=code, id=row_id, url=url, secret=kept, made_by=person_id, made_at=now())
    db.session.add(row)
    db.session.flush()
    record("webhook.made", f"webhook:{row.id}", code, host=urlsplit(url).hostname)
    return row, secret


def end(webhook_id: UUID) -> Webhook:
    """Tell a system nothing more, for good and at once. Harmless to repeat. Raises NotFound."""
    row = queries.webhook(webhook_id)
    if row.ended_at is None:
        row.ended_at = now()
        record("webhook.ended", f"webhook:{row.id}", row.municipality_code)
    return row


def _key() -> bytes:
    return sealing.key_of(current_app.config["SECRET_KEY"], "webhook")


def ask_owed() -> int:
    """Owe what the systems within reach are to be told. Returns how many messages were new."""
    added = 0
    for code, webhook_id, document_id in queries.untold():
        row_id = db.session.scalar(
            insert(WebhookMessage)
            .values(
                municipality_code=code,
                id=uuid7(),
                webhook_id=webhook_id,
                document_id=document_id,
                owed_at=now(),
                due_from=now(),
            )
            .on_conflict_do_nothing(index_elements=["municipality_code", "webhook_id", "document_id"])
            .returning(WebhookMessage.id)
        )
        if row_id is not None:
            added += 1
            waking.wake(JOB, code, str(row_id), queue=waking.MAIL)
    return added


def wakeup(code: str, message_id: UUID) -> Wakeup:
    """What wakes a worker for one message."""
    return Wakeup(JOB, (code, str(message_id)), waking.MAIL)


def send(code: str, message_id: UUID, lease_seconds: int) -> bool:
    """Tell one system of one paper. Returns whether this call did; what goes wrong is kept and tried again, for some three days.

    Its id and body are the same each time, so that a message whose answer was lost and that goes out again is one to its reader.
    """
    key = and_(WebhookMessage.municipality_code == code, WebhookMessage.id == message_id)
    with acting_for(clock([code])):
        return leases.once(
            WebhookMessage,
            key,
            lease_seconds,
            lambda lease: _send(key, lease),
            "webhook_failed",
            message=str(message_id),
        )


def _send(key: ColumnElement[bool], lease: UUID) -> bool:
    with transaction():
        row = leases.still_held(WebhookMessage, key, lease)
        if row is None:
            return False
        hook = queries.webhook(row.webhook_id)
        if hook.ended_at is not None:  # what waited for a system that has ended is nobody's
            db.session.delete(row)
            return False
        _tell(hook, row.id, papers.document(row.document_id))
        leases.done(row)
        row.sent_at = now()
        record("webhook.told", f"document:{row.document_id}", row.municipality_code, webhook=str(hook.id))
        return True


def _tell(hook: Webhook, message_id: UUID, document: Document) -> None:
    settings = current_app.extensions["settings"]
    body = rules.payload(_issued(document, settings.public_url), document.created_at.isoformat())
    secret = sealing.opened(hook.secret, hook.id, _key())
    if secret is None:
        raise MessageNotTaken("the secret was sealed with another SECRET_KEY", Fault.UNREADABLE)
    headers = rules.signed(secret, str(message_id), int(now().timestamp()), body)
    try:
        answer = outward.ask(
            hook.url,
            {"Content-Type": "application/json", "User-Agent": AGENT, **headers},
            body,
            public=settings.production,
            most=0,
        )
    except NotPublic:
        raise MessageNotTaken("its name leads to no public address", Fault.REFUSED) from None
    except (OSError, HTTPException, ValueError) as error:
        raise MessageNotTaken(type(error).__name__, Fault.PUT_OFF) from None
    fault = rules.fault_of_answer(answer.status)
    if fault:
        raise MessageNotTaken(f"status {answer.status}", fault)


def _issued(document: Document, public_url: str) -> PaperIssued:
    return PaperIssued(
        municipality_code=document.municipality_code,
        document_id=str(document.id),
        number=document.number,
        kind=document.kind,
        title=document.title,
        issued_on=document.issued_on.isoformat(),
        sha256=document.sha256,
        url=f"{public_url}/api/v1/documents/{document.id}",
    )
