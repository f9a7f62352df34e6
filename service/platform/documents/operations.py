"""Number a paper, store it or the scan of one, and tell whether a file is one of ours."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from uuid import UUID

import structlog
from sqlalchemy.dialects.postgresql import insert

from service.platform.documents import queries, scans
from service.platform.documents.models import Document, DocumentNumber
from service.platform.documents.paper import Json, Paper, plain, sha256
from service.platform.documents.queries import Verified
from service.platform.documents.rules import WITHHELD, PaperKind, Seal
from service.platform.documents.seal_reader import SealUnread, seal_of
from service.platform.documents.sealing import Sealed
from service.platform.ledger.operations import record, record_reading
from tenants.calendar import day_of
from tenants.database import db, now, uuid7

log = structlog.get_logger()


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


def issue(code: str, paper: Paper, sealed: Sealed) -> Document:
    """Store a paper for ever, in the present transaction."""
    content = sealed.content
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
        renderer_version=sealed.renderer_version,
        unsealed_size=sealed.unsealed_size,
        seal_covers=sealed.covers,
        fingerprint=paper.fingerprint,
        revision=paper.revision,
        supersedes=paper.supersedes,
    )
    db.session.add(document)
    db.session.flush()
    record("document.issued", f"document:{document.id}", chain_of(document), kind=paper.kind, number=document.number)
    return document


def chain_of(document: Document) -> str | None:
    """In whose chain of the ledger stands what is done with a paper: the municipality's, or of what it does not read DRC's (None)."""
    return None if document.kind in WITHHELD else document.municipality_code


@dataclass(frozen=True, slots=True)
class SignedPaper:
    """A paper that was signed outside the service, as it is filed: `facts` are what was written of it when it was taken in."""

    number: str
    title: str
    subject: str
    facts: Mapping[str, Json]


def take_in(code: str, signed: SignedPaper, scan: bytes) -> Document:
    """Store a scan for ever, as it came, in the present transaction. Raises Refusal for what is no scan (`scans.look_through`)."""
    pages = scans.look_through(scan)
    document = Document(
        municipality_code=code,
        number=signed.number,
        kind=PaperKind.SCAN,
        title=signed.title,
        subject=signed.subject,
        issued_on=day_of(now()),
        sha256=sha256(scan),
        size=len(scan),
        content=scan,
        facts=plain({**signed.facts, "pages": pages}),
        template="",  # nothing of it was made here
        template_version="",
        renderer_version="",
    )
    db.session.add(document)
    db.session.flush()
    record("document.taken_in", f"document:{document.id}", code, number=signed.number)
    return document


def read(document_id: UUID) -> Document:
    """A paper with its bytes, for whoever reads it: that is in the ledger. Raises NotFound."""
    document = queries.document(document_id, content=True)
    record_reading("document.read", f"document:{document.id}", chain_of(document), number=document.number)
    return document


@dataclass(frozen=True, slots=True)
class CheckedFile:
    """What is found of a file: the paper of ours that it is or was made of, if any, and its seal, if it has one."""

    sha256: str
    paper: Verified | None
    exact: bool  # every byte is as it was issued here
    seal: Seal | None


def check(content: bytes) -> CheckedFile:
    """Whether a file is exactly a paper of ours, and else what its seal tells of it."""
    digest, seal = sha256(content), _seal_of(content)
    found = queries.verified(digest)
    if found is None and seal is not None:
        return CheckedFile(digest, queries.sealed_as(seal.covers), exact=False, seal=seal)
    return CheckedFile(digest, found, exact=found is not None, seal=seal)


def _seal_of(content: bytes) -> Seal | None:
    try:
        return seal_of(content)
    except (
        SealUnread
    ) as error:  # made to take for ever, or a fault of ours: whether it is a paper of ours is told all the same
        log.warning("seal_unread", error=str(error))
        return None
