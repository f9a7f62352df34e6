"""Reads of what became of a paper, within the reach: a question for each way that it is brought."""

from __future__ import annotations

from uuid import UUID

from sqlalchemy import select

from service.exchange.delivery import rules
from service.exchange.delivery.rules import Delivered, DeliveryWay, Sending
from service.exchange.filing.models import Filing
from service.exchange.filing.queries import papers
from service.exchange.webhooks.models import WebhookMessage
from service.platform.documents.models import Document
from service.platform.ledger.queries import first_opened
from service.platform.notices.models import Notice
from service.platform.web.finding import find
from service.reporting.statements.models import Statement
from service.reporting.statements.operations import about
from tenants.database import db


def paper(code: str, document_id: UUID) -> Document:
    """A paper of a municipality that is brought to it. Raises NotFound."""
    return find(papers(code).where(Document.id == document_id))


def delivered(row: Document) -> list[Delivered]:
    """How far a paper has come on each way. People are counted and not named; of a paper that is no statement no mail is told."""
    code, document_id = row.municipality_code, row.id
    statement = db.session.scalar(
        select(Statement).where(Statement.municipality_code == code, Statement.document_id == document_id)
    )
    filing = select(Filing.work_state, Filing.sent_at).where(
        Filing.municipality_code == code, Filing.document_id == document_id
    )
    message = select(WebhookMessage.work_state, WebhookMessage.sent_at).where(
        WebhookMessage.municipality_code == code, WebhookMessage.document_id == document_id
    )
    found = []
    if statement is not None:
        mail = select(Notice.work_state, Notice.sent_at).where(
            Notice.municipality_code == code, Notice.about == about(statement)
        )
        found.append(rules.sent(DeliveryWay.MAIL, [Sending(*each) for each in db.session.execute(mail)]))
    return [
        *found,
        rules.read(db.session.scalar(first_opened(code, document_id))),
        rules.sent(DeliveryWay.FILE, [Sending(*each) for each in db.session.execute(filing)]),
        rules.sent(DeliveryWay.SYSTEM, [Sending(*each) for each in db.session.execute(message)]),
    ]
