"""Reads of papers, within the reach."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from uuid import UUID

from sqlalchemy import Select, select, text
from sqlalchemy.orm import undefer

from service.platform.documents.models import Document
from service.platform.web.finding import find
from tenants.database import db


@dataclass(frozen=True, slots=True)
class Verified:
    """What is said of a paper that is ours."""

    number: str
    title: str
    issued_on: dt.date
    municipality: str


@dataclass(frozen=True, slots=True)
class KnownPaper:
    """What whoever has a paper's number and fingerprint is told: that it is ours, and which has taken its place."""

    municipality_code: str
    kind: str
    superseded_by: str | None


def document(document_id: UUID, *, content: bool = False) -> Document:
    """The paper with that id. Raises NotFound when there is none within reach."""
    query = select(Document).where(Document.id == document_id)
    if content:
        query = query.options(undefer(Document.content))
    return find(query)


def numbered(number: str) -> Document:
    """The paper with that number. Raises NotFound when there is none within reach."""
    return find(select(Document).where(Document.number == number))


def of_municipality(code: str | None) -> Select[Document]:
    """The papers of a municipality, or of all within reach, to be listed by page."""
    query = select(Document)
    return query if code is None else query.where(Document.municipality_code == code)


def verified(sha256: str) -> Verified | None:
    """What the paper with that hash is, or None when no paper of ours has it. For anyone."""
    return _said("SELECT * FROM app.verify_document(:hash)", sha256)


def sealed_as(covers: str) -> Verified | None:
    """What the paper is whose seal covers that hash, or None when no seal of ours does. For anyone."""
    return _said("SELECT * FROM app.verify_seal(:hash)", covers)


def _said(question: str, sha256: str) -> Verified | None:
    row = db.session.execute(text(question), {"hash": sha256}).first()
    return Verified(row.number, row.title, row.issued_on, row.municipality) if row else None


def known(number: str, mark: str) -> KnownPaper | None:
    """What is known of the paper with that number, whose fingerprint or SHA-256 begins with `mark`, of eight signs or more. For anyone."""
    row = db.session.execute(
        text("SELECT * FROM app.known_document(:number, :mark)"), {"number": number, "mark": mark}
    ).first()
    return KnownPaper(row.municipality_code, row.kind, row.superseded_by) if row else None
