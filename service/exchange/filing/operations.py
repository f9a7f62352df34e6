"""Papers for a municipality's file: made into packages, and sent to where it files, once each."""

from __future__ import annotations

import datetime as dt
import tempfile
from collections.abc import Iterable, Iterator
from typing import IO
from uuid import UUID

from flask_babel import gettext as _
from sqlalchemy import ColumnElement, and_, delete
from sqlalchemy.dialects.postgresql import insert

from service.exchange.filing import queries, rules
from service.exchange.filing.models import Filing, FilingAddress
from service.exchange.filing.rules import FiledParty, JournalEntry, Member
from service.exchange.records.writing import WrittenRows
from service.partnership.agreements.paper import ADDENDUM
from service.partnership.catalogue.clause_context import DRC_CVR
from service.platform.documents import operations as documents
from service.platform.documents import queries as papers
from service.platform.documents.models import Document
from service.platform.documents.rules import WITHHELD, PaperKind, file_name
from service.platform.ledger.operations import record, record_reading
from service.platform.notices.operations import cause, deliver
from service.platform.notices.rules import Attachment, Letter, fault_of_mail
from service.platform.paper_log import queries as paper_log
from service.platform.web.errors import NotFound, Refusal
from service.platform.web.versions import WHATEVER, Seen
from service.platform.work import leases, waking
from service.platform.work.waking import Wakeup
from tenants import periods
from tenants.acting import acting_for
from tenants.calendar import day_of
from tenants.database import db, now, transaction, uuid7
from tenants.models import Municipality
from tenants.reach import clock

JOB = "service.filing.jobs.send"
MAX_YEAR_BYTES = 500 * 1024 * 1024
IN_MEMORY = 1024 * 1024  # of a year's papers; the rest lies on disk while it is sent
MEDIA_TYPES = {".pdf": "application/pdf", ".xml": "application/xml", ".json": "application/json", ".txt": "text/plain"}


# Packages


def entry_of(document: Document) -> JournalEntry:
    """What a paper is filed by. Its case is that of the agreement that it is, or tells of; of any other paper, that in force that day."""
    case_number, kle_number = _case(document)
    return JournalEntry(
        titel=document.title,
        emne=document.subject,
        dokumenttype=type_of(document),
        dokumentdato=document.issued_on,
        dokumentnummer=document.number,
        dokument_id=str(document.id),
        sagsnummer=case_number,
        kle_nummer=kle_number,
        parter=(_other_party(document), FiledParty("Dansk Flygtningehjælp", DRC_CVR)),
        filnavn=file_name(document.number, document.title),
        filformat="application/pdf",
        antal_bytes=document.size,
        sha256=document.sha256,
    )


def type_of(document: Document) -> str:
    """What kind of paper it is, in Danish."""
    return rules.ADDENDUM_DA if document.template == ADDENDUM else rules.TYPES_DA[PaperKind(document.kind)]


def _other_party(document: Document) -> FiledParty:
    """Who is a party beside DRC: the municipality, or the group whose agreement it is."""
    if document.kind == PaperKind.COOPERATION:
        return FiledParty(document.facts["group"]["name"], document.facts["group"]["cvr"])
    municipality = db.session.get_one(Municipality, document.municipality_code)
    return FiledParty(municipality.official_name, municipality.cvr)


def _case(document: Document) -> tuple[str, str]:
    if document.kind in WITHHELD:
        return "", ""
    told = document.facts.get("scope", document.facts)
    if "case_number" in told:
        return told["case_number"], told["kle_number"]
    period = periods.in_force(document.municipality_code, document.issued_on)
    scope = period.readable if period else None
    return (scope.case_number, scope.kle_number) if scope else ("", "")


def members(document: Document, entry: JournalEntry) -> list[Member]:
    """The files of a paper's package, by name: the paper, what it is filed by, and how far the log of papers had come."""
    return [*_own(document, entry), *_checkpoint(f"{entry.filnavn.removesuffix('.pdf')}-")]


def _own(document: Document, entry: JournalEntry) -> list[Member]:
    """What is of the paper alone, and the same each time."""
    name = entry.filnavn.removesuffix(".pdf")
    return [
        (entry.filnavn, document.content),
        (f"{name}.xml", rules.as_xml(entry)),
        (f"{name}.json", rules.as_json(entry)),
    ]


def _checkpoint(before: str = "") -> list[Member]:
    """The newest checkpoint of the log of papers, which whoever files it holds us to, with its time stamp; none before the first."""
    newest = paper_log.newest()
    if newest is None:
        return []
    stamp = paper_log.stamp(newest.size)
    beside = [(f"{before}kontrolpunkt.tsr", stamp.answer)] if stamp and stamp.answer else []
    return [(f"{before}kontrolpunkt.txt", newest.note.encode()), *beside]


def package(document_id: UUID) -> tuple[str, bytes]:
    """The package of a paper, and the name to save it under; that it was read is in the ledger. Raises NotFound."""
    document = documents.read(document_id)
    entry = entry_of(document)
    name = entry.filnavn.removesuffix(".pdf")
    return f"{name}.zip", rules.one_zipped(document.issued_on, members(document, entry))


def year(code: str, wanted: int) -> WrittenRows:
    """All papers of a municipality's year as one file, a folder each; one paper at a time is in memory.

    Raises NotFound where there are none, and Refusal where they are too many for one file.
    """
    mine = queries.papers(code, wanted)
    found = db.session.execute(mine.with_only_columns(Document.id, Document.size).order_by(Document.number)).all()
    if not found:
        raise NotFound
    if sum(row.size for row in found) > MAX_YEAR_BYTES:
        raise Refusal(_("The papers of %(year)s are too many for one file. Fetch them one by one.", year=wanted))
    place: IO[bytes] = tempfile.SpooledTemporaryFile(IN_MEMORY)  # noqa: SIM115 - it is closed once it has been sent
    written = WrittenRows(place, len(found))
    rules.zipped(written.file, _packages([row.id for row in found]))
    written.file.seek(0)
    record_reading("documents.fetched", f"year:{wanted}", code, count=len(found))
    return written


def _packages(ids: Iterable[UUID]) -> Iterator[tuple[dt.date, Iterable[Member]]]:
    for document_id in ids:
        document = papers.document(document_id, content=True)
        entry = entry_of(document)
        folder = entry.filnavn.removesuffix(".pdf")
        yield document.issued_on, rules.within(folder, _own(document, entry))
        db.session.expunge(document)
    yield day_of(now()), _checkpoint()


# Where a municipality files


def set_address(code: str, email: str, person_id: UUID, seen: Seen = WHATEVER) -> None:
    """Let the papers that are issued from now on be sent to an address, or, where it is empty, to none.

    Raises Changed when the address is no longer as it was seen.
    """
    seen.still(queries.as_sent(queries.address(code, lock=True)))
    if email:
        set_now = insert(FilingAddress).values(
            municipality_code=code, id=uuid7(), email=email, since=now(), set_by=person_id
        )
        # Another address takes over what the one before has not got yet: since when papers are sent stays as it is.
        changed = {name: set_now.excluded[name] for name in ("email", "set_by")}
        db.session.execute(set_now.on_conflict_do_update(index_elements=["municipality_code"], set_=changed))
    else:
        db.session.execute(delete(FilingAddress).where(FilingAddress.municipality_code == code))
    record("filing.address_set" if email else "filing.address_removed", f"municipality:{code}", code)


def ask_owed() -> int:
    """Owe what is to be sent to where the municipalities within reach file. Returns how many were new."""
    added = 0
    for code, document_id, email in queries.unfiled():
        row_id = db.session.scalar(
            insert(Filing)
            .values(
                municipality_code=code,
                id=uuid7(),
                document_id=document_id,
                recipient=email,
                owed_at=now(),
                due_from=now(),
            )
            .on_conflict_do_nothing(index_elements=["municipality_code", "document_id"])
            .returning(Filing.id)
        )
        if row_id is not None:
            added += 1
            waking.wake(JOB, code, str(row_id), queue=waking.MAIL)
    return added


def wakeup(code: str, filing_id: UUID) -> Wakeup:
    """What wakes a worker for one paper."""
    return Wakeup(JOB, (code, str(filing_id)), waking.MAIL)


def send(code: str, filing_id: UUID, mail_url: str, public_host: str, lease_seconds: int) -> bool:
    """Send one paper to where its municipality files. Returns whether this call sent it; what goes wrong is kept and tried again.

    The Message-ID is that of the row, so that a mail whose confirmation was lost and that goes out again is one mail to its reader.
    """
    key = and_(Filing.municipality_code == code, Filing.id == filing_id)
    with acting_for(clock([code])):
        with transaction():
            lease = leases.claim(Filing, key, lease_seconds)
        if lease is None:
            return False
        try:
            return _send(key, lease, mail_url, public_host)
        except Exception as error:  # the server, the way to it, an address no header can carry: the paper is still owed
            leases.put_down(
                Filing,
                key,
                lease,
                error,
                "filing_failed",
                fault=fault_of_mail(error),
                detail=cause(error),
                filing=str(filing_id),
            )
    return False


def _send(key: ColumnElement[bool], lease: UUID, mail_url: str, public_host: str) -> bool:
    with transaction():
        row = leases.still_held(Filing, key, lease)
        if row is None:
            return False
        address = queries.address(row.municipality_code)  # what did not arrive goes to the one that was mended
        row.recipient = address.email if address else row.recipient
        document = papers.document(row.document_id, content=True)
        entry = entry_of(document)
        subject, body = rules.letter(entry)
        attached = tuple(
            Attachment(name, MEDIA_TYPES[name[name.rindex(".") :]], content)
            for name, content in members(document, entry)
        )
        deliver(Letter(row.id, row.recipient, subject, body, row.owed_at, attached), mail_url, public_host)
        leases.done(row)
        row.sent_at = now()
        record("document.filed", f"document:{document.id}", row.municipality_code, number=document.number)
        return True
