"""Number a paper, store it, and tell whether a file is one of ours."""

from __future__ import annotations

from uuid import UUID

from sqlalchemy.dialects.postgresql import insert

from service.platform.documents import queries
from service.platform.documents.models import Document, DocumentNumber
from service.platform.documents.paper import Paper, plain, sha256
from service.platform.documents.queries import Verified
from service.platform.ledger.operations import record, record_reading
from tenants.database import db, uuid7


def next_number(code: str, year: int) -> str:
    """The next document number of a municipality in a year. The row is locked until the transaction ends, so none is given twice."""
    last = db.session.execute(
        insert(DocumentNumber)
        .values(municipality_code=code, id=uuid7(), year=year, last=1)
        .on_conflict_do_update(
            index_elements=["municipality_code", "year"], set_={"last": DocumentNumber.__table__.c.last + 1}
        )
        .returning(DocumentNumber.last)
    ).scalar_one()
    return f"{code}-{year}-{last:04d}"


def issue(code: str, paper: Paper, rendered: tuple[bytes, str]) -> Document:
    """Store a rendered paper for ever, in the present transaction."""
    content, renderer_version = rendered
    document = Document(
        municipality_code=code,
        number=paper.document_number,
        kind=paper.kind,
        title=paper.title,
        subject=paper.subject,
        issued_on=paper.issued_on,
        sha256=sha256(content),
        size=len(content),
        content=content,
        facts=plain(paper.facts),
        template=paper.template,
        template_version=paper.template_version,
        renderer_version=renderer_version,
    )
    db.session.add(document)
    db.session.flush()
    record("document.issued", f"document:{document.id}", code, kind=paper.kind, number=paper.document_number)
    return document


def read(document_id: UUID) -> Document:
    """A paper with its bytes, for whoever reads it: that is in the municipality's chain. Raises NotFound."""
    document = queries.document(document_id, content=True)
    record_reading("document.read", f"document:{document.id}", document.municipality_code, number=document.number)
    return document


def verify(content: bytes) -> Verified | None:
    """What the file is, when it is exactly a paper of ours, or None."""
    return queries.verified(sha256(content))
